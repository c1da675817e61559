"""Quoted words: which of the marked ones are speech, whose, joined across splits. By rule.

The words are always sliced from between the article's own quotation marks. A marked phrase inside a
reporter's sentence ("called it “a disgrace”") is a fragment. Not here: indirect speech and the words around
a fragment (``reported``), and what becomes of both (``quotes``).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain import Sentence, Span
from service.people.entity_index import EntityIndex
from service.quotes.attribution import Attribution, AttributionPattern, AttributionReader
from service.text.document import Document
from service.text.en.grammar import BLANK
from service.text.en.lexicon import PRONOUNS
from service.text.mark_runs import MarkedRun
from service.text.quoted_words import match_speaker_label
from service.text.words import find_words

_STATEMENT_ENDS = frozenset(".!?")
# Up to this many marked words are a quote only if somebody is said to have said them.
_SCRAP_WORDS = 4
_LONGEST_GAP_CHARS = 250
_ADJACENT = (AttributionPattern.CUE_BESIDE, AttributionPattern.LABEL)
_OPEN_END = re.compile(r"[,;—–-]\s*$")
_SENTENCE_END = re.compile(r"(?<![A-Z])(?<![A-Z][a-z])[.!?](?:\s|$)")  # not "U.S. ", "Mr. "
_STOPPED = re.compile(r"[,.;:—–-]\s*$")

# The surest evidence first.
_SUREST = (
    AttributionPattern.CUE_BESIDE,
    AttributionPattern.INTRODUCED,
    AttributionPattern.CUE_BEFORE,
    AttributionPattern.CARRIED,
    AttributionPattern.LABEL,
)


@dataclass(frozen=True, slots=True)
class DirectSpeech:
    """Speech in quotation marks. ``parts`` exclude the marks, ``outer`` include them, one for each part.

    ``is_whole`` tells a statement from a fragment of the reporter's sentence.
    """

    parts: tuple[Span, ...]
    outer: tuple[Span, ...]
    is_whole: bool
    attribution: Attribution | None


@dataclass(frozen=True, slots=True)
class _MarkedCandidate:
    """A marked run with the reach of its sentence and, once found, its attribution."""

    run: MarkedRun
    inner: Span  # what is said: without the label that a transcript sets before it
    left: int  # where the words before it in its sentence start
    attribution: Attribution | None = None
    ends_open: bool = False  # it ends in a comma
    leads_on: bool = False  # the next paragraph goes on with it
    follows: bool = False  # its attribution comes after it, so a part that follows belongs to it


def find_direct_speech(document: Document, entities: EntityIndex) -> tuple[DirectSpeech, ...]:
    """Return the quoted speech of ``document`` in text order, none of it in furniture."""
    text, sentences = document.text, document.sentences
    reader = AttributionReader.of(document.unquoted, entities)
    attributed = _with_own_attribution(text, reader, document.quoted_runs, sentences)
    candidates = _with_context(reader, attributed, sentences)
    groups = _joined(text, [candidate for candidate in candidates if _is_speech(text, candidate)])
    return tuple(_quoted(text, group) for group in groups)


def _with_own_attribution(
    text: str, reader: AttributionReader, runs: Sequence[MarkedRun], sentences: Sequence[Sentence]
) -> list[_MarkedCandidate]:
    """Find the attribution that each run's own sentence gives."""
    candidates: list[_MarkedCandidate] = []
    for number, run in enumerate(runs):
        inner, label = _without_speaker_label(text, run.inner)
        if inner is None:
            continue
        left = min(sentences[_sentence_at(sentences, run.outer.start)].span.start, run.outer.start)
        if label:
            candidates.append(
                _MarkedCandidate(
                    replace(run, continues=False),
                    inner,
                    left,
                    Attribution(None, label, AttributionPattern.LABEL),
                )
            )
            continue
        sentence_end = max(run.outer.end, sentences[_sentence_at(sentences, run.inner.end - 1)].span.end)
        right = sentence_end
        if inner.of(text)[-1] in "!?—–-…":  # “Really!” Trump said: no new sentence starts there
            line_end = text.find("\n", run.outer.end)
            right = max(right, line_end if line_end >= 0 else len(text))
        next_start = runs[number + 1].outer.start if number + 1 < len(runs) else len(text)
        if reader.denies(left, run.outer.start):
            continue
        preceding = reader.before(left, run.outer.start)
        is_open = inner.of(text)[-1] in ",?!" or text[run.outer.end : run.outer.end + 1] == ","
        following = reader.after(run.outer.end, min(right, next_start), is_open=is_open) or reader.passive(
            left, run.outer, right
        )
        if right > sentence_end and preceding and preceding.pattern in _ADJACENT:
            following = None  # he shouted: “Out!” Her husband said …
        chosen = following or preceding
        if (
            preceding
            and preceding.pattern is AttributionPattern.CUE_BESIDE
            and BLANK not in reader.text[left : run.outer.start]
        ):
            chosen = preceding  # Moss said, “No,” she said: the fuller mention stands first
        ends_open = inner.of(text)[-1] == ","
        leads_on = number + 1 < len(runs) and _leads_on(text, run, runs[number + 1])
        candidates.append(
            _MarkedCandidate(run, inner, left, chosen, ends_open, leads_on, follows=following is not None)
        )
    return candidates


def _leads_on(text: str, run: MarkedRun, following: MarkedRun) -> bool:
    """Return whether a paragraph's marks stay open for the next one, which opens with the same mark."""
    return following.continues and text[run.outer.start] == text[following.outer.start]


def _sentence_at(sentences: Sequence[Sentence], offset: int) -> int:
    return max(bisect(sentences, offset, key=lambda sentence: sentence.span.start) - 1, 0)


def _without_speaker_label(text: str, inner: Span) -> tuple[Span | None, Span | None]:
    """Take a transcript's label off: "WALLACE: Why?" is the words "Why?" by WALLACE."""
    label = match_speaker_label(text, inner)
    if not label:
        return inner, None
    if label.end() >= inner.end:
        return None, None
    return Span(label.end(), inner.end), Span(*label.span("name"))


def _with_context(
    reader: AttributionReader, candidates: Sequence[_MarkedCandidate], sentences: Sequence[Sentence]
) -> list[_MarkedCandidate]:
    """Give quotations without an attribution of their own the speaker that the words before them set."""
    done: list[_MarkedCandidate] = []
    for candidate in candidates:
        found = candidate.attribution
        if found is None:
            found = _introduced(reader, candidate, sentences)
        if found is None and done and done[-1].attribution and _same_breath(reader.text, done[-1], candidate):
            found = replace(done[-1].attribution, pattern=AttributionPattern.CARRIED)
        done.append(replace(candidate, attribution=found))
    return done


def _introduced(
    reader: AttributionReader, candidate: _MarkedCandidate, sentences: Sequence[Sentence]
) -> Attribution | None:
    """The speaker whom a colon announces, in the same sentence or at the end of the one before."""
    if candidate.left < candidate.run.outer.start:
        start, end = candidate.left, candidate.run.outer.start
    elif candidate.left:
        span = sentences[_sentence_at(sentences, candidate.left - 1)].span
        start, end = span.start, min(span.end, candidate.left)
    else:
        return None
    if not reader.text[max(start, end - 3) : end].rstrip().endswith(":"):
        return reader.closing(start, end) if start < end <= candidate.left else None
    return reader.introduced(start, end)


def _same_breath(blanked: str, previous: _MarkedCandidate, candidate: _MarkedCandidate) -> bool:
    """A quotation goes on: in a paragraph that its open marks lead to, or after "she said." in its own."""
    if candidate.run.continues:
        return True
    if _awaits_attribution(blanked, candidate):
        return False
    gap = blanked[previous.run.outer.end : candidate.run.outer.start]
    if "\n" in gap:
        # Of paragraphs that nothing attributes or leads on to, a quarter are somebody else's (polnear_train).
        return False
    if previous.follows and _OPEN_END.search(gap) and not re.search(r"[.!?]\s", gap):
        return True
    # “No comment” is all he said: marked words inside the reporter's own sentence are not carried over to.
    goes_on = re.match(r"[ \u00a0]+[a-z]", blanked[candidate.run.outer.end : candidate.run.outer.end + 3])
    return not goes_on and candidate.left >= candidate.run.outer.start and len(gap) < _LONGEST_GAP_CHARS


def _awaits_attribution(blanked: str, candidate: _MarkedCandidate) -> bool:
    """Return whether the words end in a comma before a new line or sentence: who said them has got lost."""
    outer = candidate.run.outer
    return candidate.ends_open and bool(re.match(r"\s*(?:$|\n|[A-Z])", blanked[outer.end : outer.end + 3]))


def _is_speech(text: str, candidate: _MarkedCandidate) -> bool:
    """Tell a quote from scare quotes, stage directions and marks that lost their partner."""
    run, words = candidate.run, find_words(candidate.inner.of(text))
    if not any(any(map(str.isalpha, word)) for word in words):
        return False
    if re.fullmatch(r"[(\[].*[)\]][.!?]?", candidate.inner.of(text)):
        return False
    if not run.opened and not run.continues:
        return candidate.follows
    if not run.closed and not run.continues:
        lead = text[candidate.left : run.outer.start].rstrip()
        if lead and not lead.endswith((":", ",")):
            return False
    attributed = (
        candidate.attribution is not None and candidate.attribution.pattern is not AttributionPattern.CARRIED
    )
    over_paragraphs = run.continues or candidate.leads_on
    return len(words) > _SCRAP_WORDS or attributed or over_paragraphs or _ends_statement(text, candidate)


def _ends_statement(text: str, candidate: _MarkedCandidate) -> bool:
    """Return whether few words are carried over to as a statement of their own: “A.” she said. “No way!”"""
    ends = candidate.inner.of(text)[-1] + text[candidate.run.outer.end : candidate.run.outer.end + 1]
    return candidate.attribution is not None and not _STATEMENT_ENDS.isdisjoint(ends)


def _joined(text: str, candidates: Sequence[_MarkedCandidate]) -> list[list[_MarkedCandidate]]:
    """Group candidates into quotes: split by an attribution, or running over paragraphs."""
    groups: list[list[_MarkedCandidate]] = []
    for candidate in candidates:
        if groups and _lost_its_end(text, groups[-1][-1], candidate):
            groups[-1].pop()
            if not groups[-1]:
                groups.pop()
            groups.append([candidate])
        elif groups and _continues_quote(text, groups[-1], candidate):
            groups[-1].append(candidate)
        else:
            groups.append([candidate])
    return groups


def _lost_its_end(text: str, last: _MarkedCandidate, candidate: _MarkedCandidate) -> bool:
    """Tell words that are open until somebody else speaks on their line: a reporter's may be among them."""
    mine, theirs = candidate.attribution, last.attribution
    if last.run.closed or not candidate.run.continues or mine is None or theirs is None:
        return False
    one, other = ({word.lower() for word in find_words(who.mention.of(text))} for who in (mine, theirs))
    known = not (one | other) & PRONOUNS and mine.pattern is not AttributionPattern.CARRIED
    return (
        known and one.isdisjoint(other) and "\n" not in text[last.run.outer.end : candidate.run.outer.start]
    )


def _continues_quote(text: str, group: list[_MarkedCandidate], candidate: _MarkedCandidate) -> bool:
    last = group[-1]
    if candidate.run.continues:
        # Of two paragraphs with attributions of their own, the first lost its closing mark.
        own = candidate.follows and any(one.follows for one in group)
        return not last.run.closed and not own
    gap = text[last.run.outer.end : candidate.run.outer.start]
    if not group[0].follows or "\n" in gap or not gap.strip() or len(gap) > _LONGEST_GAP_CHARS:
        return False
    mine, theirs = candidate.attribution, last.attribution
    if mine is None or theirs is None or mine.mention != theirs.mention:
        return False
    # "X," she said, adding, "Y": a cue of its own makes it a quote of its own.
    return (mine.pattern is AttributionPattern.CARRIED or mine.cue == theirs.cue) and bool(
        _STOPPED.search(gap)
    )


def _quoted(text: str, group: list[_MarkedCandidate]) -> DirectSpeech:
    # The surest attribution of its parts: a speech over paragraphs may name its speaker only at its end.
    found = [candidate.attribution for candidate in group if candidate.attribution]
    return DirectSpeech(
        parts=tuple(candidate.inner for candidate in group),
        outer=tuple(candidate.run.outer for candidate in group),
        is_whole=_is_whole(text, group),
        attribution=min(found, key=lambda one: _SUREST.index(one.pattern), default=None),
    )


def _is_whole(text: str, group: list[_MarkedCandidate]) -> bool:
    """Tell a whole statement in marks from marks that hold a phrase of a reported sentence."""
    first = group[0]
    words = first.inner.of(text)
    lead = text[first.left : first.run.outer.start].rstrip()
    next_character = text[first.run.outer.end : first.run.outer.end + 1]
    whole = words[:1].isupper() and (words[-1] in ".!?,…—–-" or next_character in (".", ","))
    if len(group) > 1 or not lead or lead.endswith((",", ":")) or whole:
        return True
    return not lead[-1].isalpha() and first.follows
