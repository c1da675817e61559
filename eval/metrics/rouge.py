"""ROUGE of a summary against one reference: Google's ``rouge-score`` with stemming, F-measures in 0..1.

Sentences are passed as sentences, because ROUGE-Lsum joins the longest common subsequences sentence by
sentence. Not here: intervals (``eval.metrics.measures``), and which summaries are compared.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Rouge:
    """F-measures in 0..1 of one summary: unigrams, bigrams, and summary-level longest common subsequence."""

    NAMES: ClassVar[tuple[str, ...]] = ("rouge1", "rouge2", "rouge_lsum")

    rouge1: float
    rouge2: float
    rouge_lsum: float


def rouge(reference: Sequence[str], summary: Sequence[str]) -> Rouge:
    """Return the ROUGE of ``summary`` against ``reference``, both sentence by sentence (Lin 2004)."""
    scores = _scorer().score("\n".join(reference), "\n".join(summary))
    return Rouge(scores["rouge1"].fmeasure, scores["rouge2"].fmeasure, scores["rougeLsum"].fmeasure)


def ngrams(text: str, length: int) -> list[tuple[str, ...]]:
    """Return the runs of ``length`` words of a text, in order, lower case."""
    words = [word.lower() for word in _WORD.findall(text)]
    return list(zip(*(words[start:] for start in range(length)), strict=False))


@cache
def _scorer() -> Any:
    # Imported here so that the rest of eval works without the optional extra.
    from rouge_score.rouge_scorer import RougeScorer  # type: ignore[import-untyped, unused-ignore]

    return RougeScorer(["rouge1", "rouge2", "rougeLsum"], use_stemmer=True)
