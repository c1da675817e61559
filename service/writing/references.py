"""From what a model points at to spans of the article: sentence numbers, words, first and last words.

The article's form wins: a model's words only find a place, and what is shown is sliced from there. Words that
stand nowhere in the article find nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from service.domain import QuoteKind, Span, overlaps_any
from service.grounding.source import runs_of
from service.text import verbatim
from service.text.mark_runs import MarkedRun
from service.text.marks import CHARACTERS
from service.writing.faults import AnswerFault, FaultKind
from service.writing.numbered import NumberedArticle

_EDGE = " \t\r\n" + CHARACTERS
"""What may stand round words that are copied, whatever marks the article has there."""
_STOPS = ".,!?…;:"
_TRAILING = re.compile(rf"[{re.escape(_STOPS)}\s]*")


def cited(numbers: Iterable[int], numbered: NumberedArticle) -> tuple[Span, ...]:
    """Return the spans of sentences by number, in text order. Raises AnswerFault for a number not shown."""
    spans = {number: numbered.span(number) for number in numbers}
    if unknown := sorted(number for number, span in spans.items() if span is None):
        shown = numbered.shown
        raise AnswerFault(
            FaultKind.UNKNOWN_SENTENCE,
            f"There is no sentence {str(unknown[0])[:12]}; the numbers are {shown[0]} to {shown[-1]}.",
        )
    return tuple(sorted(span for span in spans.values() if span))


def find_words(words: str, window: Span, numbered: NumberedArticle) -> Span | None:
    """Find copied words in the sentences cited, else nearest to them; with or without marks at the edges."""
    text = numbered.article.text
    inside = window.of(text)
    for form in _forms(words):
        if span := verbatim.find(form, inside, whole=True):
            return Span(window.start + span.start, window.start + span.end)
    for form in _forms(words):
        if span := verbatim.find(form, text, window.start, whole=True):
            return span
    return None


def find_stretch(first: str, last: str, window: Span, numbered: NumberedArticle) -> Span | None:
    """Find the stretch from its first words to its last ones, within the sentences cited."""
    inside = window.of(numbered.article.text)
    begins = next(filter(None, (verbatim.find(form, inside, whole=True) for form in _forms(first))), None)
    if begins is None:
        return None
    rest = inside[begins.start :]
    ends = next(
        filter(None, (verbatim.find(form, rest, len(rest), whole=True) for form in _forms(last))), None
    )
    if ends is None:
        return None
    start = window.start + begins.start
    return Span(start, max(start + ends.end, window.start + begins.end))


def as_quote(places: Sequence[Span], numbered: NumberedArticle) -> tuple[tuple[Span, ...], QuoteKind]:
    """Cut found places to what is quoted there, and read the kind off the article's own marks.

    Words in quotation marks become a part for each marked run, without the marks and what is said between.
    No parts are left where a place is furniture.
    """
    text, furniture = numbered.article.text, sorted(numbered.article.furniture)
    runs = runs_of(text)
    parts, kinds = set[Span](), set[QuoteKind]()
    for place in places:
        touched = [run for run in runs if run.outer.overlaps(place)]
        if touched and _is_marked(touched[0], place.start) and _is_marked(touched[-1], place.end - 1):
            parts.update(filter(None, (_within(run, place, text) for run in touched)))
            kinds.add(QuoteKind.DIRECT)
        else:
            parts.add(place)
            kinds.add(QuoteKind.MIXED if touched else QuoteKind.INDIRECT)
    ordered = _disjoint(sorted(parts))
    if any(overlaps_any(part, furniture) for part in ordered):
        return (), QuoteKind.INDIRECT
    return ordered, kinds.pop() if len(kinds) == 1 else QuoteKind.MIXED


def _forms(words: str) -> list[str]:
    """The words as they come, without marks, and without the stop that the copier put or moved."""
    bare = words.strip(_EDGE)
    forms = (words.strip(), bare, bare.rstrip(_STOPS).strip(_EDGE))
    return [form for form in dict.fromkeys(forms) if any(map(str.isalnum, form))]


def _is_marked(run: MarkedRun, offset: int) -> bool:
    return run.outer.start <= offset < run.outer.end


def _within(run: MarkedRun, place: Span, text: str) -> Span | None:
    """What of a marked run is meant; its stop belongs to it."""
    start, end = max(run.inner.start, place.start), min(run.inner.end, place.end)
    if start >= end or not any(map(str.isalnum, text[start:end])):
        return None
    stops = _TRAILING.match(text, end, run.inner.end)
    if stops and stops.end() == run.inner.end:
        end = run.inner.end
    return Span(start, end)


def _disjoint(parts: Sequence[Span]) -> tuple[Span, ...]:
    kept = list[Span]()
    for part in parts:
        if not kept or part.start >= kept[-1].end:
            kept.append(part)
    return tuple(kept)
