"""The header ``Server-Timing``: what an answer's phases took, for the caller's own tools."""

from __future__ import annotations

from collections.abc import Iterable

from service.timing import Lap, Phase

HEADER = "Server-Timing"


def server_timing(laps: Iterable[Lap], total_s: float) -> str:
    """Return the header's value: each phase that was gone through, in order, and the total; milliseconds."""
    seconds: dict[Phase, float] = {}
    for lap in laps:
        seconds[lap.phase] = seconds.get(lap.phase, 0.0) + lap.seconds
    times = [(str(phase), seconds[phase]) for phase in Phase if phase in seconds]
    return ", ".join(f"{name};dur={1000 * taken_s:.1f}" for name, taken_s in [*times, ("total", total_s)])
