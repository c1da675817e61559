"""The tags of names, and names read off tags (W words, K tags)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TAGS = ("O", "B-person", "I-person", "B-body", "I-body", "B-place", "I-place")


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
