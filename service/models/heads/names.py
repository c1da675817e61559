"""The name head: whether a name is a person's, a body's, a place's, another name, or no name at all.

One linear layer over the mean of the name's token vectors, plain and adapted to attribution. Plain numpy.
Which words are looked at is decided in ``service.people.names``; training is ``eval.training.names``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.domain import Span
from service.models.encoder import Encoding

FILE_NAME = "names.safetensors"
KINDS = ("person", "organisation", "place", "other", "none")


class NameHead:
    """A linear layer for the five kinds; deterministic, no state after loading."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._weight = weights["weight"].astype(np.float32)  # (2 D, 5)
        self._bias = weights["bias"].astype(np.float32)  # (5,)

    @classmethod
    def load(cls, folder: Path) -> NameHead:
        """Load from the folder of weights. Check the files first (``manifest.check``)."""
        return cls(load_file(folder / FILE_NAME))

    def score(self, names: Sequence[Span], encoding: Encoding) -> NDArray[np.float32]:
        """Return the probabilities (N, 5) of each kind for N names of the encoded text."""
        logits = name_vectors(names, encoding) @ self._weight + self._bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        probabilities: NDArray[np.float32] = odds / odds.sum(axis=1, keepdims=True)
        return probabilities


def name_vectors(names: Sequence[Span], encoding: Encoding) -> NDArray[np.float32]:
    """Return the means (N, 2 D) of the names' token vectors, plain and adapted; zero without a token."""
    starts, ends = encoding.token_spans.T
    first = np.searchsorted(ends, [name.start for name in names], side="right")  # (N,)
    last = np.maximum(np.searchsorted(starts, [name.end for name in names]), first)
    views = (encoding.token_vectors, encoding.attribution_vectors)
    vectors = np.zeros((len(names), sum(view.shape[1] for view in views)), dtype=np.float32)
    for row, (begin, end) in enumerate(zip(first, last, strict=True)):
        if begin < end:
            vectors[row] = np.concatenate([view[begin:end].mean(axis=0) for view in views])
    return vectors
