"""Which quotes a human summary used, and how well a ranking puts them first.

Candidates are an article's quotations of five words or more, read from its quotation marks, so that every
system is scored on the same ones. The product's own reader of marks finds them: simply pairing marks off
would take the reporter's words for quotations after the first lost mark. A candidate is used if the summary
shares five words in a row with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.datasets.samples import Offsets
from eval.metrics.measures import auroc
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
    """Return whether the summary uses some of an article's candidates and not others."""
    return {used(text, candidate, reference or ()) for candidate in candidates(text)} == {True, False}


def ranks(found: Sequence[Offsets], quotes: Sequence[Quote]) -> list[int]:
    """Return each candidate's best rank among ``quotes`` that cover half of it; one past the last if none."""
    last = len(quotes) + 1
    return [
        min((quote.rank for quote in quotes if _covered(candidate, quote) >= 0.5), default=last)
        for candidate in found
    ]


def auc(ranking: Sequence[int], wanted: Sequence[bool]) -> float:
    """Return the chance that a used candidate ranks before an unused one; ties count half.

    0.5 if all are used or none.
    """
    tallies = np.column_stack([-np.array(ranking), wanted, np.zeros(len(wanted))]).astype(np.float64)
    return float(auroc(np.ones((1, len(wanted))), tallies)[0])


def _covered(candidate: Offsets, quote: Quote) -> float:
    start, end = candidate
    shared = sum(max(0, min(end, part.end) - max(start, part.start)) for part in quote.parts)
    return shared / (end - start)
