"""MatchCounts that add up, and the ratios read off them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """Counts of found, predicted and gold items; add up those of articles, then read the ratios."""

    found: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: MatchCounts) -> MatchCounts:
        return MatchCounts(self.found + other.found, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Found / predicted; 0 if nothing was predicted."""
        return self.found / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Found / gold; 0 if there is no gold."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.found / (self.predicted + self.gold) if self.predicted + self.gold else 0.0

    @property
    def tally(self) -> tuple[int, int, int]:
        """The three numbers, for ``eval.metrics.measures``."""
        return self.found, self.predicted, self.gold
