"""Attribution of candidates: by their own sentence, by what introduces them, or carried over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from service.domain import Span
from service.quotes.candidates import QuotationCandidate, sentence_span
from service.quotes.patterns import Attribution, AttributionPattern, AttributionReader
from service.text.document import Document
from service.text.en.grammar import BLANK

_ADJACENT = (AttributionPattern.CUE_BESIDE, AttributionPattern.LABEL)
_LONGEST_GAP_CHARS = 250
_OPEN_END = re.compile(r"[,;—–-]\s*$")
_NEW_SENTENCE = re.compile(r"[.!?]\s")
_NEW_LINE_OR_SENTENCE = re.compile(r"\s*(?:$|\n|[A-Z])")
_SENTENCE_GOES_ON = re.compile(r"[ \u00a0]+[a-z]")


@dataclass(frozen=True, slots=True)
class AttributedCandidate:
    """A candidate with its attribution, if the text gives one.

    ``follows`` says that the attribution comes after it, so that a part that comes next may belong to it.
    """

    candidate: QuotationCandidate
    attribution: Attribution | None
    follows: bool = False

    @property
    def outer(self) -> Span:
        """The marked words with their marks."""
        return self.candidate.run.outer


def attribute(
    document: Document, candidates: Sequence[QuotationCandidate], names: Sequence[Span]
) -> list[AttributedCandidate]:
    """Return the candidates with their attributions, without those that are said not to have been spoken.

    ``names`` are the mentions of people and organisations by name, in order.
    """
    reader = AttributionReader.of(document.unquoted, names)
    spoken = [
        one
        for one in candidates
        if one.label or not reader.is_denied(one.sentence_start, one.run.outer.start)
    ]
    by_own_sentence = [_by_own_sentence(document.text, reader, one) for one in spoken]
    introduced = [
        one if one.attribution else replace(one, attribution=_introduction(document, reader, one.candidate))
        for one in by_own_sentence
    ]
    return _carry_over(document, introduced)


def _by_own_sentence(
    text: str, reader: AttributionReader, candidate: QuotationCandidate
) -> AttributedCandidate:
    """Read the attribution that the sentence of the marked words gives: after them, or before them."""
    if candidate.label:
        return AttributedCandidate(candidate, Attribution(None, candidate.label, AttributionPattern.LABEL))
    start, outer = candidate.sentence_start, candidate.run.outer
    preceding = reader.read_before(start, outer.start)
    end = _reach(text, candidate)
    is_beyond_sentence = end > candidate.sentence_end
    if is_beyond_sentence and preceding and preceding.pattern in _ADJACENT:
        following = None  # he shouted: “Out!” Her husband said …
    else:
        is_open = candidate.words.of(text)[-1] in ",?!" or text[outer.end : outer.end + 1] == ","
        following = reader.read_after(outer.end, min(end, candidate.next_start), is_open=is_open)
        following = following or reader.read_passive(start, outer, end)
    chosen = following or preceding
    is_beside = preceding is not None and preceding.pattern is AttributionPattern.CUE_BESIDE
    if is_beside and BLANK not in reader.text[start : outer.start]:
        chosen = preceding  # Moss said, “No,” she said: the fuller mention stands first
    return AttributedCandidate(candidate, chosen, follows=following is not None)


def _reach(text: str, candidate: QuotationCandidate) -> int:
    """Return where an attribution after the words ends at the latest: with the sentence, or with the line.

    No new sentence starts after “Really!” in “Really!” Trump said.
    """
    if candidate.words.of(text)[-1] not in "!?—–-…":
        return candidate.sentence_end
    line_end = text.find("\n", candidate.run.outer.end)
    return max(candidate.sentence_end, line_end if line_end >= 0 else len(text))


def _introduction(
    document: Document, reader: AttributionReader, candidate: QuotationCandidate
) -> Attribution | None:
    """Read whom the words before announce, in the same sentence or at the end of the one before."""
    if candidate.sentence_start < candidate.run.outer.start:
        start, end = candidate.sentence_start, candidate.run.outer.start
    elif candidate.sentence_start:
        span = sentence_span(document, candidate.sentence_start - 1)
        start, end = span.start, min(span.end, candidate.sentence_start)
    else:
        return None
    if reader.text[max(start, end - 3) : end].rstrip().endswith(":"):
        return reader.read_introduction(start, end)
    return reader.read_closing_cue(start, end) if start < end <= candidate.sentence_start else None


def _carry_over(document: Document, candidates: Sequence[AttributedCandidate]) -> list[AttributedCandidate]:
    """Give candidates without an attribution that of the one before, where they go on in the same breath."""
    done: list[AttributedCandidate] = []
    for one in candidates:
        last = done[-1] if done else None
        if one.attribution is None and last and last.attribution and _same_breath(document, last, one):
            one = replace(one, attribution=replace(last.attribution, pattern=AttributionPattern.CARRIED))
        done.append(one)
    return done


def _same_breath(document: Document, previous: AttributedCandidate, one: AttributedCandidate) -> bool:
    """Return whether a quotation goes on: over paragraphs by open marks, or after "she said." in its own."""
    blanked, outer = document.unquoted, one.outer
    if one.candidate.run.continues:
        return True
    after = blanked[outer.end : outer.end + 3]
    if one.candidate.words.of(document.text)[-1] == "," and _NEW_LINE_OR_SENTENCE.match(after):
        return False  # it awaits an attribution that has got lost
    gap = blanked[previous.outer.end : outer.start]
    if "\n" in gap:
        # Of paragraphs that nothing attributes or leads on to, a quarter are somebody else's (polnear_train).
        return False
    if previous.follows and _OPEN_END.search(gap) and not _NEW_SENTENCE.search(gap):
        return True
    # “No comment” is all he said: marked words inside the reporter's own sentence are not carried over to.
    if _SENTENCE_GOES_ON.match(after):
        return False
    return one.candidate.sentence_start >= outer.start and len(gap) < _LONGEST_GAP_CHARS
