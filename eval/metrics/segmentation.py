"""Counting sentence boundaries: pure functions over offsets, counts that add up. No files, no models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class BoundaryCounts:
    """How many sentence ends were found, missed, and made up."""

    found: int = 0
    missed: int = 0
    spurious: int = 0

    def __add__(self, other: BoundaryCounts) -> BoundaryCounts:
        return BoundaryCounts(
            self.found + other.found, self.missed + other.missed, self.spurious + other.spurious
        )

    @property
    def precision(self) -> float:
        """Share of the predicted ends that are right; 1 when nothing was predicted."""
        predicted = self.found + self.spurious
        return self.found / predicted if predicted else 1.0

    @property
    def recall(self) -> float:
        """Share of the true ends that were found; 1 when there are none."""
        true = self.found + self.missed
        return self.found / true if true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 when there is nothing to find and nothing was said."""
        total = 2 * self.found + self.missed + self.spurious
        return 2 * self.found / total if total else 1.0


@dataclass(frozen=True)
class BoundaryErrors:
    """The offsets of the ends that were missed and of those that were made up, in order."""

    missed: tuple[int, ...]
    spurious: tuple[int, ...]


def compare_boundaries(
    gold: Iterable[int], predicted: Iterable[int], start: int, end: int
) -> tuple[BoundaryCounts, BoundaryErrors]:
    """Compare sentence ends (offsets, exclusive) within the passage: those in ``(start, end]`` count."""
    true = {offset for offset in gold if start < offset <= end}
    said = {offset for offset in predicted if start < offset <= end}
    errors = BoundaryErrors(tuple(sorted(true - said)), tuple(sorted(said - true)))
    return BoundaryCounts(len(true & said), len(errors.missed), len(errors.spurious)), errors
