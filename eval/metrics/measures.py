"""Figures computed from tallies, with bootstrap intervals.

Each article has tallies, short vectors of numbers (found, predicted, gold; a sum and a count; a score and a
label). A measure computes a figure from the tallies of many articles, each with a weight. The bootstrap is
the same computation with the weights of random draws. So a figure, its interval and the difference between
two systems always rest on one definition.

Shapes: B draws, N articles, V numbers in a tally. Not here: which tallies a task has (``eval.tasks``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
FigureReader = Callable[[Numbers, Numbers], Numbers]
"""Weights (B, N) and tallies (N, V) in, figures (B,) out."""

BINS = 10
"""Number of equal parts of 0..1 in a ``calibration`` or ``histogram`` tally."""

LEASTS = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)
"""The least confidences of a ``settings`` tally."""


class Better(StrEnum):
    """Which direction is better; ``NEITHER`` for figures that only describe, such as a length."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with a name and a label for display, computed by ``read`` from the tally called ``tally``.

    The figure is multiplied by ``scale`` for display (100 for per cent).
    """

    name: str
    label: str
    tally: str
    read: FigureReader
    scale: float = 100.0
    better: Better = Better.HIGHER
    strict: bool = False
    """Whether the gate pins it without slack, as a promise and not a score."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the percentile interval [low, high] around it, in the unit of the figure."""

    value: float
    low: float
    high: float

    def scaled(self, by: float) -> Interval:
        """Return the interval in another unit, ``by`` times as large."""
        return Interval(self.value * by, self.low * by, self.high * by)


def precision(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return found / predicted, for tallies (found, predicted, gold)."""
    return _ratio(weights @ tallies[:, 0], weights @ tallies[:, 1])


def recall(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return found / gold, for tallies (found, predicted, gold)."""
    return _ratio(weights @ tallies[:, 0], weights @ tallies[:, 2])


def f1(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return the harmonic mean of precision and recall, for tallies (found, predicted, gold)."""
    return _ratio(2 * (weights @ tallies[:, 0]), weights @ (tallies[:, 1] + tallies[:, 2]))


def mean(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return sum / count, for tallies (sum, count)."""
    return _ratio(weights @ tallies[:, 0], weights @ tallies[:, 1])


def macro_f1(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return the mean F1 of the classes in gold, for tallies (found, predicted, gold) x K classes."""
    totals = (weights @ tallies).reshape(len(weights), -1, 3)  # (B, K, 3)
    occurs = totals[..., 2] > 0
    scores = _ratio(2 * totals[..., 0], totals[..., 1] + totals[..., 2])
    return _ratio((scores * occurs).sum(axis=1), occurs.sum(axis=1).astype(np.float64))


def micro_f1(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return the F1 of all decisions together, for tallies (found, predicted, gold) x K classes."""
    totals = (weights @ tallies).reshape(len(weights), -1, 3).sum(axis=1)  # (B, 3)
    return _ratio(2 * totals[:, 0], totals[:, 1] + totals[:, 2])


def calibration_error(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return the expected calibration error (Guo et al. 2017), for ``calibration`` tallies."""
    totals = (weights @ tallies).reshape(len(weights), BINS, 3)  # (B, BINS, 3)
    return _ratio(np.abs(totals[..., 1] - totals[..., 2]).sum(axis=1), totals[..., 0].sum(axis=1))


def balanced_accuracy(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return the mean of sensitivity and specificity.

    For tallies (true positives, positives, true negatives, negatives).
    """
    totals = weights @ tallies  # (B, 4)
    return (_ratio(totals[:, 0], totals[:, 1]) + _ratio(totals[:, 2], totals[:, 3])) / 2


def auroc(weights: Numbers, tallies: Numbers) -> Numbers:
    """Return the area under the ROC curve within groups, for tallies (score, truth 0 or 1, group).

    This is the chance that a true item scores above a false one of its group (Mann-Whitney, ties count half),
    averaged over the groups that hold both kinds; 0.5 if none does. Items of different groups are never
    compared, since the group alone may tell the share of truths. All draws are computed at once, which
    scikit-learn's ``roc_auc_score`` can't do; a test compares the two.
    """
    total, groups = np.zeros(len(weights)), np.zeros(len(weights))
    for group in np.unique(tallies[:, 2]):
        members = tallies[:, 2] == group
        won, pairs = _mann_whitney(weights[:, members], tallies[members])
        total += _ratio(won, pairs)
        groups += pairs > 0
    return np.where(groups > 0, total / np.maximum(groups, 1), 0.5)


def _mann_whitney(weights: Numbers, tallies: Numbers) -> tuple[Numbers, Numbers]:
    """Return how many pairs of a true and a false item the true one wins, and how many pairs there are."""
    _, rank = np.unique(tallies[:, 0], return_inverse=True)
    order = np.argsort(rank, kind="stable")
    starts = np.searchsorted(rank[order], np.arange(rank.max() + 1))
    true = np.add.reduceat(tallies[order, 1] * weights[:, order], starts, axis=1)  # (B, distinct scores)
    false = np.add.reduceat((1 - tallies[order, 1]) * weights[:, order], starts, axis=1)
    below = np.cumsum(false, axis=1) - false
    return (true * (below + false / 2)).sum(axis=1), true.sum(axis=1) * false.sum(axis=1)


def calibration(confidences: Numbers, right: NDArray[np.bool_]) -> Numbers:
    """Return a ``calibration`` tally (BINS * 3,): per bin the count, confidence and count of right."""
    part = _part(confidences)
    columns = (np.ones_like(confidences), confidences, right.astype(np.float64))
    sums = np.stack([np.bincount(part, column, BINS) for column in columns], axis=1)  # (BINS, 3)
    return sums.ravel().astype(np.float64)


def histogram(values: Numbers) -> Numbers:
    """Return a ``histogram`` tally (BINS,): how many of ``values`` (0..1) fall into each bin."""
    return np.bincount(_part(values), np.ones_like(values), BINS).astype(np.float64)


def outcomes_by_least(confidences: Numbers, right: NDArray[np.bool_], asked: int) -> Numbers:
    """Return a ``settings`` tally: at each of ``LEASTS``, how many of ``asked`` are right, wrong and null.

    ``confidences`` and ``right`` are those of the answers; one less sure than the least counts as null.
    """
    given = confidences >= np.array(LEASTS)[:, None]  # (L, answers)
    good = (given & right).sum(axis=1)
    named = given.sum(axis=1)
    return np.stack([good, named - good, asked - named], axis=1).ravel().astype(np.float64)


def interval(
    measure: Measure, tallies: Numbers, *, level: float = 0.95, draws: int = 2_000, seed: int = 2016
) -> Interval:
    """Return the figure over all N articles, with its bootstrap interval (Efron 1979; percentile method).

    Raises ValueError for no articles. The same tallies and seed give the same interval.
    """
    weights = _draws(len(tallies), draws, seed)
    return _interval(measure.read(weights, tallies), level)


def difference(
    measure: Measure,
    ours: Numbers,
    theirs: Numbers,
    *,
    level: float = 0.95,
    draws: int = 2_000,
    seed: int = 2016,
) -> Interval:
    """Return ours minus theirs over the same N articles, which are drawn in pairs (paired bootstrap).

    Raises ValueError if the two are not paired or empty.
    """
    if len(ours) != len(theirs):
        raise ValueError(f"paired tallies need equal lengths, not {len(ours)} and {len(theirs)}")
    weights = _draws(len(ours), draws, seed)
    return _interval(measure.read(weights, ours) - measure.read(weights, theirs), level)


def paired_difference(
    ours: Numbers | list[float], theirs: Numbers | list[float], *, draws: int = 10_000
) -> Interval:
    """Return mean(ours - theirs) of two score lists over the same items, with its interval.

    Raises ValueError if the two are not paired or empty.
    """
    score = Measure("score", "score", "score", mean)
    columns = [np.column_stack([np.asarray(side, np.float64), np.ones(len(side))]) for side in (ours, theirs)]
    return difference(score, *columns, draws=draws)


def _draws(size: int, draws: int, seed: int) -> Numbers:
    """Return how often each of N articles is drawn: (1 + draws, N); in the first row, once each."""
    if not size:
        raise ValueError("an interval needs at least one article")
    picks = np.random.default_rng(seed).integers(0, size, size=(draws, size))
    weights = np.ones((draws + 1, size))
    for row, pick in enumerate(picks, start=1):
        weights[row] = np.bincount(pick, minlength=size)
    return weights


def _interval(figures: Numbers, level: float) -> Interval:
    tail = (1 - level) / 2 * 100
    low, high = np.percentile(figures[1:], [tail, 100 - tail])
    return Interval(float(figures[0]), float(low), float(high))


def _part(values: Numbers) -> NDArray[np.int64]:
    return np.minimum((values * BINS).astype(np.int64), BINS - 1)


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    return np.divide(part, whole, out=np.zeros_like(part, dtype=np.float64), where=whole > 0)
