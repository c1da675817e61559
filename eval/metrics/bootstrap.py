"""Paired bootstrap: how sure a difference between two systems is, from their scores on the same items.

Items are resampled with replacement; the pairs stay together. Not here: the scores themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_RESAMPLES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean difference and the percentile interval [low, high] around it, in the unit of the scores."""

    mean: float
    low: float
    high: float


def paired_difference(
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 2016,
) -> Interval:
    """Return mean(ours − theirs) with its bootstrap interval (Efron 1979; percentile method).

    Raises ValueError if the two are not paired or empty. The same input and seed give the same interval.
    """
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"paired scores need equal, non-zero lengths, not {len(ours)} and {len(theirs)}")
    differences = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)  # (N,)
    generator = np.random.default_rng(seed)
    means: list[float] = []
    while len(means) < resamples:
        rows = min(_RESAMPLES_AT_ONCE, resamples - len(means))
        picks = generator.integers(0, len(differences), size=(rows, len(differences)))  # (rows, N)
        means.extend(differences[picks].mean(axis=1).tolist())
    tail = (1 - level) / 2 * 100
    low, high = np.percentile(means, [tail, 100 - tail])
    return Interval(float(differences.mean()), float(low), float(high))
