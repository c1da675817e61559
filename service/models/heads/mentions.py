"""The mention head: which words name a person, a body or a place.

One linear layer over the trunk's vectors; the best sequence in which every inside tag follows its own
beginning or inside. It is trained with the trunk (``eval.training.trunk``). Plain numpy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.domain import Span
from service.models import surface
from service.models.encoder import Encoding

FILE_NAME = "mentions.safetensors"
TAGS = ("O", "B-person", "I-person", "B-body", "I-body", "B-place", "I-place")


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name in the text, of a ``kind`` ("person", "body", "place"), as sure as its least sure word."""

    span: Span
    kind: str
    probability: float


class MentionHead:
    """A linear layer for ``TAGS``; deterministic, no state after loading."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._weight = weights["tags.weight"].astype(np.float32)  # (K, D)
        self._bias = weights["tags.bias"].astype(np.float32)  # (K,)

    @classmethod
    def load(cls, folder: Path) -> MentionHead:
        """Load from the folder of weights. Check the files first (``manifest.check``)."""
        return cls(load_file(folder / FILE_NAME))

    def find(self, text: str, encoding: Encoding) -> tuple[NameMention, ...]:
        """Return the names of ``text``, which ``encoding`` encodes, in order."""
        first = surface.word_starts(text, encoding.token_spans)  # (W,)
        scores = encoding.trunk_vectors[first] @ self._weight.T + self._bias  # (W, K)
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities = shares / shares.sum(axis=1, keepdims=True)  # (W, K)
        ends = encoding.token_spans[np.append(first[1:], len(encoding.token_spans)) - 1, 1]  # (W,)
        starts = encoding.token_spans[first, 0]  # (W,)
        return tuple(
            NameMention(
                Span(int(starts[begin]), int(ends[end - 1])),
                TAGS[tag].removeprefix("B-"),
                float(probabilities[np.arange(begin, end), [tag, *[tag + 1] * (end - begin - 1)]].min()),
            )
            for begin, end, tag in runs(best_tags(scores))
        )


def best_tags(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the best tags (W,) for scores (W, K) among the sequences that can be read as names."""
    allowed = np.zeros((len(TAGS), len(TAGS)), dtype=np.float32)
    for inside in range(2, len(TAGS), 2):
        allowed[:, inside] = -np.inf
        allowed[inside - 1 : inside + 1, inside] = 0
    best = np.where(np.arange(len(TAGS)) % 2 + (np.arange(len(TAGS)) == 0), 0.0, -np.inf)  # no inside first
    back = np.zeros(scores.shape, dtype=np.int64)  # (W, K)
    for word, row in enumerate(scores):
        paths = best[:, None] + allowed if word else best[None]
        back[word] = paths.argmax(axis=0)
        best = paths.max(axis=0) + row
    tags = np.zeros(len(scores), dtype=np.int64)
    for word in range(len(scores) - 1, -1, -1):
        tags[word] = best.argmax() if word == len(scores) - 1 else back[word + 1, tags[word + 1]]
    return tags


def runs(tags: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return the names in tags (W,): first word, word after the last, tag of the beginning."""
    found: list[tuple[int, int, int]] = []
    for word, tag in enumerate(tags.tolist()):
        if tag % 2:
            found.append((word, word + 1, tag))
        elif tag:
            found[-1] = (found[-1][0], word + 1, found[-1][2])
    return found
