"""How far a generating model is, for whoever waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Of one article, part ``part`` of ``parts`` of a ``task``, and the ``tokens`` of its answer so far."""

    task: str
    part: int
    parts: int
    tokens: int


Watch = Callable[[Progress], None]


def ignore_progress(_: Progress) -> None:
    """Tell nobody."""
