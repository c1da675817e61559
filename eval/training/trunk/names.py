"""The tags of names, begun and gone on with as those of attributions are, and names read off them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TAGS = ("O", "B-person", "I-person", "B-body", "I-body", "B-place", "I-place")


def runs(tags: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """Return the names in tags (W,): first word, word after the last, tag of the beginning."""
    found: list[tuple[int, int, int]] = []
    for word, tag in enumerate(tags.tolist()):
        if tag % 2:
            found.append((word, word + 1, tag))
        elif tag:
            found[-1] = (found[-1][0], word + 1, found[-1][2])
    return found
