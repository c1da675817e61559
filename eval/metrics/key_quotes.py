"""Which quotes a human summary used, and how well a ranking puts them first.

Candidates are an article's quotations of five words or more, read off its quotation marks, so that every
system is scored on the same ones. They are read as the product reads them: where marks are simply paired off,
the reporter's words are taken for quotations after the first lost mark. A candidate is used when the summary
shares five words in a row with it.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.datasets.samples import Offsets
from eval.metrics.rouge import ngrams
from service.domain import Quote
from service.text.mark_runs import read_marks

SHORTEST = 5


def candidates(text: str) -> tuple[Offsets, ...]:
    """Return the quotations of an article that hold at least five words, marks included."""
    return tuple(
        (run.outer.start, run.outer.end)
        for run in read_marks(text)
        if run.opened and run.closed and ngrams(run.inner.of(text), SHORTEST)
    )


def used(text: str, candidate: Offsets, reference: Sequence[str]) -> bool:
    """Return whether a sentence of ``reference`` shares five words in a row with the candidate."""
    runs = set(ngrams(text[slice(*candidate)], SHORTEST))
    return any(run in runs for sentence in reference for run in ngrams(sentence, SHORTEST))


def is_scorable(text: str, reference: Sequence[str] | None) -> bool:
    """Return whether an article counts: its summary uses some of its candidates and not others."""
    return {used(text, candidate, reference or ()) for candidate in candidates(text)} == {True, False}


def ranks(found: Sequence[Offsets], quotes: Sequence[Quote]) -> list[int]:
    """Return each candidate's best rank among ``quotes`` that cover half of it; one past the last if none."""
    last = len(quotes) + 1
    return [
        min((quote.rank for quote in quotes if _covered(candidate, quote) >= 0.5), default=last)
        for candidate in found
    ]


def auc(ranking: Sequence[int], wanted: Sequence[bool]) -> float:
    """Chance that a used candidate ranks before an unused one; ties count half. Needs both kinds."""
    pairs = [
        (mine < other) + (mine == other) / 2
        for mine, want in zip(ranking, wanted, strict=True)
        for other, skip in zip(ranking, wanted, strict=True)
        if want and not skip
    ]
    return sum(pairs) / len(pairs)


def _covered(candidate: Offsets, quote: Quote) -> float:
    start, end = candidate
    shared = sum(max(0, min(end, part.end) - max(start, part.start)) for part in quote.parts)
    return shared / (end - start)
