"""Places in an article's text."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open, non-empty stretch ``[start, end)`` of an article's text, in code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"span [{self.start}, {self.end}) must satisfy 0 <= start < end")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Return the words this span stands for. Raises IndexError if it reaches past ``text``."""
        if self.end > len(text):
            raise IndexError(f"span [{self.start}, {self.end}) reaches past a text of {len(text)} characters")
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        """Return whether ``other`` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Return whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end


def overlaps_any(span: Span, others: Sequence[Span]) -> bool:
    """Return whether ``span`` overlaps one of ``others``, which are disjoint and in order. Logarithmic."""
    at = bisect(others, span.end - 1, key=lambda other: other.start) - 1
    return at >= 0 and others[at].overlaps(span)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the number of the paragraph (counted from 0) in which it stands."""

    span: Span
    paragraph: int


def require_probability(name: str, value: float) -> None:
    """Raise ValueError if ``value`` is no probability."""
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{name} {value} must lie in 0..1")
