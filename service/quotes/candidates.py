"""The article's marked words, each with its place in the text around it: what may be direct speech."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, replace
from itertools import zip_longest

from service import time_budget
from service.domain import Span
from service.text.document import Document
from service.text.mark_runs import MarkedRun
from service.text.quoted_words import match_speaker_label


@dataclass(frozen=True, slots=True)
class MarkedWords:
    """Words in quotation marks that may be speech, and their place in the text."""

    run: MarkedRun
    words: Span  # without the label that a transcript sets before them
    label: Span | None
    sentence_start: int  # of the sentence in which it begins
    sentence_end: int  # of the sentence in which it ends
    before: Span | None  # the sentence before the one in which it begins
    reach: int  # where an attribution after it ends at the latest: with its sentence, or with its line
    next_start: int  # where the next marked words begin
    leads_on: bool  # the next paragraph goes on with it
    is_open: bool  # it ends in a comma, "?" or "!", so that a source may well follow

    @property
    def outer(self) -> Span:
        """The words with their marks."""
        return self.run.outer


def find_candidates(document: Document) -> list[MarkedWords]:
    """Return the marked words of ``document`` in text order, none of them in furniture."""
    text, runs = document.text, document.quoted_runs
    candidates = []
    for run, following in zip_longest(runs, runs[1:]):
        time_budget.check()
        label = match_speaker_label(text, run.inner)
        if label and label.end() >= run.inner.end:
            continue
        words = Span(label.end(), run.inner.end) if label else run.inner
        first = sentence_at(document, run.outer.start)
        sentence_end = max(
            run.outer.end, document.sentences[sentence_at(document, run.inner.end - 1)].span.end
        )
        candidates.append(
            MarkedWords(
                run=replace(run, continues=False) if label else run,
                words=words,
                label=Span(*label.span("name")) if label else None,
                sentence_start=min(document.sentences[first].span.start, run.outer.start),
                sentence_end=sentence_end,
                before=document.sentences[first - 1].span if first else None,
                reach=_reach(text, words, run.outer.end, sentence_end),
                next_start=following.outer.start if following else len(text),
                leads_on=label is None and following is not None and _leads_on(text, run, following),
                is_open=text[words.end - 1] in ",?!" or text[run.outer.end : run.outer.end + 1] == ",",
            )
        )
    return candidates


def sentence_at(document: Document, offset: int) -> int:
    """Return the index of the sentence in which ``offset`` stands, or the last one before it."""
    return max(bisect(document.sentence_starts, offset) - 1, 0)


def _reach(text: str, words: Span, outer_end: int, sentence_end: int) -> int:
    """Return where an attribution after the words ends at the latest.

    No new sentence starts after “Really!” in “Really!” Trump said.
    """
    if text[words.end - 1] not in "!?—–-…":
        return sentence_end
    line_end = text.find("\n", outer_end)
    return max(sentence_end, line_end if line_end >= 0 else len(text))


def _leads_on(text: str, run: MarkedRun, following: MarkedRun) -> bool:
    """Return whether a paragraph's marks stay open for the next one, which opens with the same mark."""
    return following.continues and text[run.outer.start] == text[following.outer.start]
