"""ROUGE overlap with a reference, fast enough to score thousands of candidate summaries of an article."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Any


class RougeOverlap:
    """The overlap of tokens with one reference: the mean of ROUGE-1 and ROUGE-2 F over stemmed tokens."""

    def __init__(self, reference: Sequence[str]) -> None:
        self._grams = _grams([token for sentence in reference for token in tokenize(sentence)])

    def f_measure(self, tokens: Sequence[str]) -> float:
        """Return the F-measure in 0..1 of a summary's ``tokens``."""
        shares = []
        for ours, theirs in zip(_grams(tokens), self._grams, strict=True):
            both = ours.total() + theirs.total()
            shares.append(2 * (ours & theirs).total() / both if both else 0.0)
        return sum(shares) / len(shares)


def tokenize(text: str) -> list[str]:
    """Return the stemmed tokens of a text, as rouge-score cuts them."""
    tokens: list[str] = _tokenizer().tokenize(text)
    return tokens


@cache
def _tokenizer() -> Any:
    from rouge_score.tokenizers import DefaultTokenizer  # type: ignore[import-untyped, unused-ignore]

    return DefaultTokenizer(use_stemmer=True)


def _grams(tokens: Sequence[str]) -> tuple[Counter[Any], Counter[Any]]:
    return Counter(tokens), Counter(itertools.pairwise(tokens))
