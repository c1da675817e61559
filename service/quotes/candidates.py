"""Candidates for direct speech: the article's marked words, each with its place in the text around it."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, replace
from itertools import zip_longest

from service.domain import Span
from service.text.document import Document
from service.text.mark_runs import MarkedRun
from service.text.quoted_words import match_speaker_label


@dataclass(frozen=True, slots=True)
class QuotationCandidate:
    """Words in quotation marks that may be speech, and their place in the text."""

    run: MarkedRun
    words: Span  # without the label that a transcript sets before them
    label: Span | None
    sentence_start: int  # of the sentence in which it begins
    sentence_end: int  # of the sentence in which it ends
    next_start: int  # where the next marked words begin
    leads_on: bool  # the next paragraph goes on with it


def find_candidates(document: Document) -> list[QuotationCandidate]:
    """Return the candidates of ``document`` in text order, none of them in furniture."""
    text, runs = document.text, document.quoted_runs
    candidates = []
    for run, following in zip_longest(runs, runs[1:]):
        label = match_speaker_label(text, run.inner)
        if label and label.end() >= run.inner.end:
            continue
        candidates.append(
            QuotationCandidate(
                run=replace(run, continues=False) if label else run,
                words=Span(label.end(), run.inner.end) if label else run.inner,
                label=Span(*label.span("name")) if label else None,
                sentence_start=min(sentence_span(document, run.outer.start).start, run.outer.start),
                sentence_end=max(run.outer.end, sentence_span(document, run.inner.end - 1).end),
                next_start=following.outer.start if following else len(text),
                leads_on=label is None and following is not None and _leads_on(text, run, following),
            )
        )
    return candidates


def sentence_span(document: Document, offset: int) -> Span:
    """Return the sentence in which ``offset`` stands, or the last one before it."""
    return document.sentences[max(bisect(document.sentence_starts, offset) - 1, 0)].span


def _leads_on(text: str, run: MarkedRun, following: MarkedRun) -> bool:
    """Return whether a paragraph's marks stay open for the next one, which opens with the same mark."""
    return following.continues and text[run.outer.start] == text[following.outer.start]
