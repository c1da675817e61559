"""The progress of a generating model on one article, for callers that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WritingProgress:
    """Where a model is: part ``part`` of ``parts`` of a ``task``, ``tokens`` of its answer so far."""

    task: str
    part: int
    parts: int
    tokens: int


OnProgress = Callable[[WritingProgress], None]


def ignore_progress(_: WritingProgress) -> None:
    """Ignore progress."""
