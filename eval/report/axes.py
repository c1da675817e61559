"""Axes of the report's drawings: what they span, and their round ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.measures import Interval

_LEAST = 4.0
"""The least span of an axis, so that nearly equal figures look nearly equal."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis from ``low`` to ``high`` with ``ticks``, drawn from ``left`` to ``right`` per cent."""

    low: float
    high: float
    ticks: tuple[float, ...]
    left: float = 3.0
    right: float = 97.0

    def at(self, value: float) -> float:
        """Return the place of ``value``, in per cent of the width."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def fit_axis(figures: Sequence[Interval], *, within: tuple[float, float] | None = None) -> Axis:
    """Return an axis that holds all ``figures`` with round ticks, not beyond ``within``."""
    low = min((figure.low for figure in figures), default=0.0)
    high = max((figure.high for figure in figures), default=1.0)
    low, high = min([low, *(f.value for f in figures)]), max([high, *(f.value for f in figures)])
    spare = max(_LEAST - (high - low), 0.0) / 2
    low, high = low - spare, high + spare
    if within:
        shift = max(within[0] - low, 0.0) - max(high - within[1], 0.0)
        low, high = max(low + shift, within[0]), min(high + shift, within[1])
    step = _step(high - low)
    bottom, top = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    if within:
        bottom, top = max(bottom, within[0]), min(top, within[1])
    count = round((top - bottom) / step)
    return Axis(bottom, top, tuple(bottom + step * index for index in range(count + 1)))


def percent_axis() -> Axis:
    """Return an axis from 0 to 100 per cent, with room to the right for figures."""
    return Axis(0.0, 100.0, (0.0, 25.0, 50.0, 75.0, 100.0), left=0.5, right=86.0)


def round_speeds(low: float, high: float) -> list[float]:
    """Return the powers of ten between two logarithms, with twice and five times each if too few."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    speeds = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    within = [speed for speed in speeds if low <= math.log10(speed) <= high]
    tens = [speed for speed in within if math.log10(speed).is_integer()]
    return tens if len(tens) > 2 else within


def _step(span: float) -> float:
    """Return a round step that cuts ``span`` into two to five."""
    power = 10.0 ** math.floor(math.log10(span / 4))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * 4 >= span - 1e-12)
