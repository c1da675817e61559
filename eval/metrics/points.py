"""Main points: which of them a summary conveys, and which the best choice of as many sentences would.

A point is a set of offsets, each the start of a sentence that alone conveys it (marked by reading).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from service.domain import Span

Point = frozenset[int]


def conveyed(points: Sequence[Point], sentences: Iterable[Span]) -> list[bool]:
    """Return of each point whether one of ``sentences`` holds the start of a sentence that conveys it."""
    spans = list(sentences)
    return [any(span.start <= start < span.end for span in spans for start in point) for point in points]


def best_conveyed(points: Sequence[Point], count: int) -> int:
    """Return how many points ``count`` sentences convey, each the one that adds most."""
    left = list(points)
    for _ in range(count):
        starts = Counter(start for point in left for start in point)
        if not starts:
            break
        best = max(starts, key=lambda start: (starts[start], -start))
        left = [point for point in left if best not in point]
    return len(points) - len(left)
