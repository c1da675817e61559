"""Direct speech: which of the marked words are said, by whom, joined across splits. By rule.

The words are always sliced from between the article's own quotation marks. A marked phrase inside a
reporter's sentence ("called it “a disgrace”") is a fragment. Reported speech is ``decoding``'s, and what
becomes of both ``merging``'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from service.domain import Span
from service.people.entity_index import EntityIndex
from service.quotes.candidates import find_candidates
from service.quotes.choice.attribution import AttributedWords, attribute
from service.quotes.choice.evidence import Chosen
from service.quotes.choice.proposals import ReportedBeside
from service.text.document import Document
from service.text.en.lexicon import PRONOUNS
from service.text.words import find_words

_IN_BRACKETS = re.compile(r"[(\[].*[)\]][.!?]?")
_STOPPED = re.compile(r"[,.;:—–-]\s*$")
_STATEMENT_ENDS = frozenset(".!?")
# Up to this many marked words are a quote only if somebody is said to have said them.
_SCRAP_WORDS = 4
_LONGEST_GAP_CHARS = 250


@dataclass(frozen=True, slots=True)
class DirectSpeech:
    """Speech in quotation marks. ``parts`` exclude the marks, ``outer`` include them, one for each part.

    ``is_whole`` says that it is a statement, not a fragment of the reporter's sentence.
    """

    parts: tuple[Span, ...]
    outer: tuple[Span, ...]
    is_whole: bool
    said_by: Chosen | None


def find_direct_speech(
    document: Document, entities: EntityIndex, beside: ReportedBeside
) -> tuple[DirectSpeech, ...]:
    """Return the direct speech of ``document`` in text order, none of it in furniture."""
    attributed = attribute(document, find_candidates(document), entities, beside)
    text = document.text
    groups = map(_from_a_mark, _grouped(text, [one for one in attributed if _is_speech(text, one)]))
    return tuple(_speech(text, group) for group in groups if group)


def _from_a_mark(group: list[AttributedWords]) -> list[AttributedWords]:
    """Return a quote's parts from the first that a mark touches: what went before was no speech."""
    return list(dropwhile(lambda one: not (one.marked.run.opened or one.marked.run.closed), group))


def _is_speech(text: str, one: AttributedWords) -> bool:
    """Return whether the words are said: no scare quotes, stage directions or marks without a partner."""
    candidate, run = one.marked, one.marked.run
    words = find_words(candidate.words.of(text))
    if not any(any(map(str.isalpha, word)) for word in words):
        return False
    if _IN_BRACKETS.fullmatch(candidate.words.of(text)):
        return False
    if not run.opened and not run.continues:
        return one.follows
    if not run.closed and not run.continues:
        lead = text[candidate.sentence_start : run.outer.start].rstrip()
        if lead and not lead.endswith((":", ",")):
            return False
    attributed = one.chosen is not None and not one.chosen.is_carried
    over_paragraphs = run.continues or candidate.leads_on
    return len(words) > _SCRAP_WORDS or attributed or over_paragraphs or _is_sentence(text, one)


def _is_sentence(text: str, one: AttributedWords) -> bool:
    """Return whether few words are a sentence of their own, as in: “A.” she said. “No way!” He sat. “Why?”"""
    lead = text[one.marked.sentence_start : one.outer.start]
    ends = one.marked.words.of(text)[-1] + text[one.outer.end : one.outer.end + 1]
    return not lead.strip() and not _STATEMENT_ENDS.isdisjoint(ends)


def _grouped(text: str, candidates: Sequence[AttributedWords]) -> list[list[AttributedWords]]:
    """Group candidates into quotes: split by an attribution, or running over paragraphs."""
    groups: list[list[AttributedWords]] = []
    for one in candidates:
        if groups and _lost_its_end(text, groups[-1][-1], one):
            groups[-1].pop()
            if not groups[-1]:
                groups.pop()
            groups.append([one])
        elif groups and _continues_quote(text, groups[-1], one):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def _lost_its_end(text: str, last: AttributedWords, one: AttributedWords) -> bool:
    """Return whether ``last`` stays open until somebody else speaks on its line.

    A reporter's words may then be among its own.
    """
    mine, theirs = one.chosen, last.chosen
    if last.marked.run.closed or not one.marked.run.continues or mine is None or theirs is None:
        return False
    own, other = (
        {word.lower() for word in find_words(who.attribution.mention.of(text))} for who in (mine, theirs)
    )
    known = not (own | other) & PRONOUNS and not mine.is_carried
    return known and own.isdisjoint(other) and "\n" not in text[last.outer.end : one.outer.start]


def _continues_quote(text: str, group: list[AttributedWords], one: AttributedWords) -> bool:
    """Return whether a candidate is the next part of the quote that ``group`` is so far."""
    last = group[-1]
    if one.marked.run.continues:
        # Of two paragraphs with attributions of their own, the first lost its closing mark.
        own = one.follows and any(earlier.follows for earlier in group)
        return not last.marked.run.closed and not own
    gap = text[last.outer.end : one.outer.start]
    if not group[0].follows or "\n" in gap or not gap.strip() or len(gap) > _LONGEST_GAP_CHARS:
        return False
    if one.chosen is None or last.chosen is None:
        return False
    mine, theirs = one.chosen.attribution, last.chosen.attribution
    if mine.mention != theirs.mention:
        return False
    # "X," she said, adding, "Y": a cue of its own makes it a quote of its own.
    same_cue = one.chosen.is_carried or mine.cue == theirs.cue
    return same_cue and _STOPPED.search(gap) is not None


def _speech(text: str, group: list[AttributedWords]) -> DirectSpeech:
    # The surest of its parts: a speech over paragraphs may name its speaker only at its end.
    found = [one.chosen for one in group if one.chosen]
    return DirectSpeech(
        parts=tuple(one.marked.words for one in group),
        outer=tuple(one.outer for one in group),
        is_whole=_is_whole(text, group),
        said_by=max(found, key=lambda one: (not one.is_carried, one.probability), default=None),
    )


def _is_whole(text: str, group: list[AttributedWords]) -> bool:
    """Return whether the marks hold a whole statement, not a phrase of a reported sentence."""
    first = group[0]
    words = first.marked.words.of(text)
    lead = text[first.marked.sentence_start : first.outer.start].rstrip()
    next_character = text[first.outer.end : first.outer.end + 1]
    whole = words[:1].isupper() and (words[-1] in ".!?,…—–-" or next_character in (".", ","))
    if len(group) > 1 or not lead or lead.endswith((",", ":")) or whole:
        return True
    return not lead[-1].isalpha() and first.follows
