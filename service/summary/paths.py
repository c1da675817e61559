"""The best way through a sentence's words: which to keep, by the scores of the steps from one to the next.

Shapes: P = N + 2 places, a start, the N words of the sentence, and an end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def best_path(steps: Floats, most: int) -> tuple[list[int], float]:
    """Return the best path's places and score, at most ``most`` words between start and end.

    Raises ValueError if there is no path.
    """
    places = len(steps)
    reached = np.full(places, -np.inf, dtype=np.float32)  # (P,) by the words kept so far
    reached[0] = 0
    back: list[NDArray[np.int64]] = []
    best_score, best_length, ending = -np.inf, 0, 0
    for kept in range(1, most + 1):
        through = reached[:, None] + steps  # (P, P)
        back.append(through.argmax(axis=0))
        reached = through.max(axis=0)
        reached[-1] = -np.inf
        finished = float((reached + steps[:, -1]).max())
        if finished > best_score:
            best_score, best_length = finished, kept
        if best_length == kept:
            ending = int((reached + steps[:, -1]).argmax())
    if best_length == 0:
        raise ValueError("no word can be kept")
    path = [ending]
    for row in reversed(back[1:best_length]):
        path.append(int(row[path[-1]]))
    return path[::-1], best_score


def log_total(steps: Floats, most: int) -> float:
    """Return the logarithm of the sum over all paths of at most ``most`` words."""
    reached = np.full(len(steps), -np.inf)
    reached[0] = 0.0
    totals = []
    for _ in range(most):
        reached = np.logaddexp.reduce(reached[:, None] + steps, axis=0)
        reached[-1] = -np.inf
        totals.append(np.logaddexp.reduce(reached + steps[:, -1]))
    return float(np.logaddexp.reduce(totals))
