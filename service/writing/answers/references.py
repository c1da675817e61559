"""References of a model to the article, resolved to spans: sentence numbers, words, first and last words.

A model's words only find a place; what is shown is sliced from the article. Words that the article doesn't
have resolve to None. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from service.domain import QuoteKind, Span, overlaps_any
from service.text import verbatim
from service.text.mark_runs import MarkedRun
from service.text.marks import CHARACTERS
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.numbered_article import NumberedArticle

_EDGE = " \t\r\n" + CHARACTERS
"""Characters that a model may put around copied words, whatever marks the article has there."""
_STOPS = ".,!?…;:"
_TRAILING = re.compile(rf"[{re.escape(_STOPS)}\s]*")


def cited(numbers: Iterable[int], numbered: NumberedArticle) -> tuple[Span, ...]:
    """Return the spans of sentences by number, in text order. Raises AnswerFault for a number not shown."""
    spans = {number: numbered.span(number) for number in numbers}
    if unknown := sorted(number for number, span in spans.items() if span is None):
        shown = numbered.shown
        raise AnswerFault(
            AnswerFaultKind.UNKNOWN_SENTENCE,
            f"There is no sentence {str(unknown[0])[:12]}; the numbers are {shown[0]} to {shown[-1]}.",
        )
    return tuple(sorted(span for span in spans.values() if span))


def find_words(words: str, window: Span, numbered: NumberedArticle) -> Span | None:
    """Find copied words in the sentences cited, else nearest to them, with or without marks at the edges."""
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
    """Find a stretch by its first and its last words, within the sentences cited."""
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
    """Return the quoted parts of the places found, and the kind that the article's marks make them.

    Words in quotation marks become one part for each marked run, without the marks and without what stands
    between the runs. There are no parts if a place is furniture.
    """
    text, furniture = numbered.article.text, sorted(numbered.article.furniture)
    parts, kinds = set[Span](), set[QuoteKind]()
    for place in places:
        touched = [run for run in numbered.document.marks if run.outer.overlaps(place)]
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
    """Return the words as given, without marks, and without a final stop that the model may have added."""
    bare = words.strip(_EDGE)
    forms = (words.strip(), bare, bare.rstrip(_STOPS).strip(_EDGE))
    return [form for form in dict.fromkeys(forms) if any(map(str.isalnum, form))]


def _is_marked(run: MarkedRun, offset: int) -> bool:
    return run.outer.start <= offset < run.outer.end


def _within(run: MarkedRun, place: Span, text: str) -> Span | None:
    """Return the part of a marked run that a place covers, the run's final stop included."""
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
