"""How long the phases of a piece of work take, told to whoever listens, without the work knowing who that is.

What works says ``with phase(Phase.MODEL):``. Around it, ``watching`` sets a stopwatch for this context (and
for threads that run in a copy of it); without one a phase costs next to nothing. A time never changes a
result. Standard library only. Not here: what becomes of the times (``service.api.observe``).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum


class Phase(StrEnum):
    """What an article goes through, in this order."""

    RECEIVE = "receive"  # its bytes come off the network
    QUEUE = "queue"  # it waits for its turn
    READ = "read"  # bytes become an article: decoding, markup, language
    SEGMENT = "segment"  # where sentences end
    MODEL = "model"  # tokens, the encoder's pass, scores
    EXTRACT = "extract"  # people, quotes, summary, topics
    GENERATE = "generate"  # a generating model writes, and is held against the article
    WRITE = "write"  # the analysis becomes JSON


@dataclass(slots=True)
class Lap:
    """A phase that has been gone through; times in nanoseconds of the monotonic clock.

    ``tokens`` is how many tokens the phase read, 0 where it read none.
    """

    phase: Phase
    started_ns: int
    ended_ns: int = 0
    tokens: int = 0

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_ns - self.started_ns) / 1e9


OnLap = Callable[[Lap], None]


def ignore_lap(_: Lap) -> None:
    """Ignore a lap."""


@dataclass(frozen=True, slots=True)
class Stopwatch:
    """Collects laps, and calls ``on_lap`` with each as it ends, in the thread in which it ends."""

    on_lap: OnLap = ignore_lap
    laps: list[Lap] = field(default_factory=list)

    def note(self, lap: Lap) -> None:
        """Take a lap that has ended."""
        self.laps.append(lap)
        self.on_lap(lap)


_stopwatch: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)


def now_ns() -> int:
    """Return the monotonic clock's time, in nanoseconds."""
    return time.perf_counter_ns()


@contextmanager
def watching(stopwatch: Stopwatch) -> Iterator[Stopwatch]:
    """Let ``stopwatch`` take the laps of what runs inside."""
    token = _stopwatch.set(stopwatch)
    try:
        yield stopwatch
    finally:
        _stopwatch.reset(token)


def is_watched() -> bool:
    """Return whether somebody takes the laps of what runs here."""
    return _stopwatch.get() is not None


@contextmanager
def phase(name: Phase) -> Iterator[Lap]:
    """Time what runs inside as one lap, also if it raises. What is inside may say how many tokens it read."""
    lap = Lap(name, now_ns())
    try:
        yield lap
    finally:
        end(lap)


def end(lap: Lap) -> None:
    """End a lap that began elsewhere, such as a wait."""
    lap.ended_ns = now_ns()
    if stopwatch := _stopwatch.get():
        stopwatch.note(lap)
