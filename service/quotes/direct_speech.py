"""Direct speech: which of the marked words are said, by whom, joined across splits. By rule.

The words are always sliced from between the article's own quotation marks. A marked phrase inside a
reporter's sentence ("called it “a disgrace”") is a fragment. Reported speech is ``decoding``'s, and what
becomes of both ``merging``'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Span
from service.people.entity_index import EntityIndex
from service.quotes.attribution import AttributedCandidate, attribute
from service.quotes.candidates import find_candidates
from service.quotes.patterns import Attribution, AttributionPattern
from service.text.document import Document
from service.text.en.lexicon import PRONOUNS
from service.text.words import find_words

_IN_BRACKETS = re.compile(r"[(\[].*[)\]][.!?]?")
_STOPPED = re.compile(r"[,.;:—–-]\s*$")
_STATEMENT_ENDS = frozenset(".!?")
# Up to this many marked words are a quote only if somebody is said to have said them.
_SCRAP_WORDS = 4
_LONGEST_GAP_CHARS = 250
_SUREST_FIRST = tuple(AttributionPattern)


@dataclass(frozen=True, slots=True)
class DirectSpeech:
    """Speech in quotation marks. ``parts`` exclude the marks, ``outer`` include them, one for each part.

    ``is_whole`` says that it is a statement, not a fragment of the reporter's sentence.
    """

    parts: tuple[Span, ...]
    outer: tuple[Span, ...]
    is_whole: bool
    attribution: Attribution | None


def find_direct_speech(document: Document, entities: EntityIndex) -> tuple[DirectSpeech, ...]:
    """Return the direct speech of ``document`` in text order, none of it in furniture."""
    candidates = find_candidates(document)
    if not candidates:
        return ()
    text = document.text
    names = entities.mentions_within(Span(0, len(text)))
    attributed = attribute(document, candidates, names)
    groups = _grouped(text, [one for one in attributed if _is_speech(text, one)])
    return tuple(_speech(text, group) for group in groups)


def _is_speech(text: str, one: AttributedCandidate) -> bool:
    """Return whether the words are said: no scare quotes, stage directions or marks without a partner."""
    candidate, run = one.candidate, one.candidate.run
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
    attributed = one.attribution is not None and one.attribution.pattern is not AttributionPattern.CARRIED
    over_paragraphs = run.continues or candidate.leads_on
    return len(words) > _SCRAP_WORDS or attributed or over_paragraphs or _ends_statement(text, one)


def _ends_statement(text: str, one: AttributedCandidate) -> bool:
    """Return whether few words are carried over to as a statement of their own: “A.” she said. “No way!”"""
    ends = one.candidate.words.of(text)[-1] + text[one.outer.end : one.outer.end + 1]
    return one.attribution is not None and not _STATEMENT_ENDS.isdisjoint(ends)


def _grouped(text: str, candidates: Sequence[AttributedCandidate]) -> list[list[AttributedCandidate]]:
    """Group candidates into quotes: split by an attribution, or running over paragraphs."""
    groups: list[list[AttributedCandidate]] = []
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


def _lost_its_end(text: str, last: AttributedCandidate, one: AttributedCandidate) -> bool:
    """Return whether ``last`` stays open until somebody else speaks on its line.

    A reporter's words may then be among its own.
    """
    mine, theirs = one.attribution, last.attribution
    if last.candidate.run.closed or not one.candidate.run.continues or mine is None or theirs is None:
        return False
    own, other = ({word.lower() for word in find_words(who.mention.of(text))} for who in (mine, theirs))
    known = not (own | other) & PRONOUNS and mine.pattern is not AttributionPattern.CARRIED
    return known and own.isdisjoint(other) and "\n" not in text[last.outer.end : one.outer.start]


def _continues_quote(text: str, group: list[AttributedCandidate], one: AttributedCandidate) -> bool:
    """Return whether a candidate is the next part of the quote that ``group`` is so far."""
    last = group[-1]
    if one.candidate.run.continues:
        # Of two paragraphs with attributions of their own, the first lost its closing mark.
        own = one.follows and any(earlier.follows for earlier in group)
        return not last.candidate.run.closed and not own
    gap = text[last.outer.end : one.outer.start]
    if not group[0].follows or "\n" in gap or not gap.strip() or len(gap) > _LONGEST_GAP_CHARS:
        return False
    mine, theirs = one.attribution, last.attribution
    if mine is None or theirs is None or mine.mention != theirs.mention:
        return False
    # "X," she said, adding, "Y": a cue of its own makes it a quote of its own.
    same_cue = mine.pattern is AttributionPattern.CARRIED or mine.cue == theirs.cue
    return same_cue and _STOPPED.search(gap) is not None


def _speech(text: str, group: list[AttributedCandidate]) -> DirectSpeech:
    # The surest attribution of its parts: a speech over paragraphs may name its speaker only at its end.
    found = [one.attribution for one in group if one.attribution]
    return DirectSpeech(
        parts=tuple(one.candidate.words for one in group),
        outer=tuple(one.outer for one in group),
        is_whole=_is_whole(text, group),
        attribution=min(found, key=lambda one: _SUREST_FIRST.index(one.pattern), default=None),
    )


def _is_whole(text: str, group: list[AttributedCandidate]) -> bool:
    """Return whether the marks hold a whole statement, not a phrase of a reported sentence."""
    first = group[0]
    words = first.candidate.words.of(text)
    lead = text[first.candidate.sentence_start : first.outer.start].rstrip()
    next_character = text[first.outer.end : first.outer.end + 1]
    whole = words[:1].isupper() and (words[-1] in ".!?,…—–-" or next_character in (".", ","))
    if len(group) > 1 or not lead or lead.endswith((",", ":")) or whole:
        return True
    return not lead[-1].isalpha() and first.follows
