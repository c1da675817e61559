"""Times the analysis of each kind at two lengths, and tells how the time grows when the length doubles."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eval.hostile.articles import make
from service.domain import Article
from service.pipeline import Pipeline

SLOW_S = 15.0
"""What an analysis may take: ordinary news of the longest article that is taken."""
STEEP = 2.3
"""By how much the time may grow when the length doubles: linear, and what a busy machine adds."""
# Below this the growth is noise.
_LEAST_S = 0.5


@dataclass(frozen=True, slots=True)
class HostileTiming:
    """The seconds of one kind at the shorter and the longer length.

    ``growth`` per doubling is that of the processor's time, which other work on the machine disturbs less.
    """

    kind: str
    short_s: float
    long_s: float
    growth: float

    @property
    def is_slow(self) -> bool:
        """Whether the longer article takes too long."""
        return self.long_s > SLOW_S

    @property
    def is_steep(self) -> bool:
        """Whether the time grows faster than the length."""
        return self.growth > STEEP and self.long_s > _LEAST_S


def measure(
    pipeline: Pipeline, kinds: Sequence[str], lengths: tuple[int, int], progress: Callable[[], None]
) -> Iterator[HostileTiming]:
    """Yield the timing of each kind at both ``lengths`` in characters, the longer one last."""
    short, long = lengths
    doublings = math.log2(long / short)
    analyse(pipeline, make(kinds[0], min(short, 1_000)))
    for kind in kinds:
        (short_s, short_work_s), (long_s, long_work_s) = (
            analyse(pipeline, make(kind, length)) for length in lengths
        )
        yield HostileTiming(kind, short_s, long_s, (long_work_s / short_work_s) ** (1 / doublings))
        progress()


def analyse(pipeline: Pipeline, text: str) -> tuple[float, float]:
    """Return the seconds of the clock and of the processor for ``text``, which passes by the door."""
    started_s, work_s = time.perf_counter(), time.process_time()
    pipeline.analyse(Article("hostile", text, language="en"))
    return time.perf_counter() - started_s, time.process_time() - work_s
