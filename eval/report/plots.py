"""Inline SVG, drawn by hand so that it takes its colours from the page.

Every drawing is as wide as its column and some pixels high: x is given in per cent and y in pixels, so text
keeps its size on a phone. Colours, weights and dark mode are the style sheet's business; here are only
classes. What a colour says, a shape says too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from eval.metrics.measures import BINS, Interval

SERIES = 8
"""How many systems get a colour and a shape of their own before they repeat."""

_LEAST = 4.0
"""What an axis spans at least, so that nearly equal figures look nearly equal."""

_SHAPES = (
    "M0-5.5A5.5 5.5 0 1 1 0 5.5A5.5 5.5 0 1 1 0-5.5Z",  # circle
    "M-4.6-4.6H4.6V4.6H-4.6Z",  # square
    "M0-6.4L6.4 0L0 6.4L-6.4 0Z",  # diamond
    "M0-6L5.8 4.6H-5.8Z",  # triangle
    "M0 6L-5.8-4.6H5.8Z",  # triangle, upside down
    "M-2-5.6H2V-2H5.6V2H2V5.6H-2V2H-5.6V-2H-2Z",  # plus
    "M0-6L1.8-1.8H6L2.7 1.2L4 5.6L0 3L-4 5.6L-2.7 1.2L-6-1.8H-1.8Z",  # star
    "M-5.6-3.4H5.6V3.4H-5.6Z",  # bar
)


@dataclass(frozen=True, slots=True)
class Point:
    """A system's figure: ``series`` picks colour and shape, ``faint`` is for too few articles."""

    series: int
    name: str
    figure: Interval
    tip: str
    faint: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from ``low`` to ``high`` with ``ticks``, drawn from ``left`` to ``right`` per cent."""

    low: float
    high: float
    ticks: tuple[float, ...]
    left: float = 3.0
    right: float = 97.0

    def at(self, value: float) -> float:
        """Where ``value`` stands, in per cent of the width."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def scale(figures: Sequence[Interval], *, within: tuple[float, float] | None = None) -> Scale:
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
    return Scale(bottom, top, tuple(bottom + step * index for index in range(count + 1)))


def hundred() -> Scale:
    """The axis of per cents from nothing to all, with room to the right for figures."""
    return Scale(0.0, 100.0, (0.0, 25.0, 50.0, 75.0, 100.0), left=0.5, right=86.0)


def number(value: float) -> str:
    """Return a figure for people: a decimal, a true minus sign, no minus nought."""
    text = f"{value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")


def bounds(figure: Interval) -> str:
    """Return the ends of an interval for people; an end next to nought is told from nought."""
    ends = (f"{end:.1g}" if 0 < abs(end) < 0.05 else f"{end:.1f}" for end in (figure.low, figure.high))
    return f"[{', '.join(ends)}]".replace("-0.0,", "0.0,").replace("-", "−")


def rate(value: float) -> str:
    """Return articles per second: more decimals the slower it is."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def glyph(series: int) -> Markup:
    """Return a system's shape in its colour, for legends and tables."""
    mark = _tag("path", {"d": _SHAPES[series % len(_SHAPES)], "class": f"dot s{series % SERIES}"})
    return _tag("svg", {"class": "glyph", "viewBox": "-8 -8 16 16", "aria-hidden": "true"}, mark)


def track(points: Sequence[Point], axis: Scale, label: str, *, gap: int = 13) -> Markup:
    """Return one row of a dot plot: the systems one under the other, each a dot on its interval."""
    height = gap * len(points) + 9
    parts = [_grid(axis, height)]
    for row, point in enumerate(points):
        y = 4.5 + gap * (row + 0.5)
        x = axis.at(point.figure.value)
        whisker = _line(axis.at(point.figure.low), y, axis.at(point.figure.high), y, "whisker")
        parts.append(_mark(point, whisker, _dot(point.series, x, y)))
    return _drawing(height, label, parts)


def ticks(axis: Scale) -> Markup:
    """Return the numbers under rows of ``track`` or ``bars``."""
    numbers = [_text(axis.at(t), 13, f"{t:g}".replace("-", "−"), "tick", "middle") for t in axis.ticks]
    return _drawing(18, "", numbers)


def bars(points: Sequence[Point], axis: Scale, label: str) -> Markup:
    """Return bars from nought, one under the other, with their intervals and figures."""
    height = 18 * len(points) + 8
    parts = [_grid(axis, height)]
    for row, point in enumerate(points):
        y = 4 + 18 * row
        start, end = axis.at(0), axis.at(point.figure.value)
        low, high = axis.at(point.figure.low), axis.at(point.figure.high)
        width = max(end - start, 0.3)
        parts.append(
            _mark(
                point,
                _tag(
                    "rect", {"x": _pc(start), "y": y + 3, "width": _pc(width), "height": 11, "class": "bar"}
                ),
                _line(low, y + 8.5, high, y + 8.5, "whisker on-bar"),
                _text(max(end, high), y + 12.5, number(point.figure.value), "value", "start", dx=6),
            )
        )
    return _drawing(height, label, parts)


def scatter(points: Sequence[tuple[Point, float]], label: str) -> Markup:
    """Return quality (upwards) against articles per second (to the right, each step ten times as many)."""
    height, top, bottom = 330, 24, 290
    axis = scale([point.figure for point, _ in points])
    logs = [math.log10(max(speed, 1e-6)) for _, speed in points]
    low, high = min(logs) - 0.3, max(logs) + 0.3

    def across(log: float) -> float:
        return 9 + (log - low) / (high - low) * 83

    def up(value: float) -> float:
        return bottom - (value - axis.low) / (axis.high - axis.low) * (bottom - top)

    parts = []
    for tick in axis.ticks:
        parts += [
            _line(0, up(tick), 100, up(tick), "grid"),
            _text(0, up(tick) - 4, f"{tick:g}", "tick", "start"),
        ]
    for speed in _round_speeds(low, high):
        x = across(math.log10(speed))
        parts += [_line(x, bottom, x, bottom + 5, "axis")]
        parts += [_text(x, bottom + 20, f"{speed:,g}", "tick", "middle")]
    parts.append(_text(50, bottom + 38, "articles per second", "axis-title", "middle"))
    taken: list[tuple[bool, float]] = []
    for (point, _), log in sorted(zip(points, logs, strict=True), key=lambda pair: -pair[0][0].figure.value):
        x, y = across(log), up(point.figure.value)
        left = x > 60
        level = y + 4
        while any(side == left and abs(level - other) < 16 for side, other in taken):
            level += 2
        taken.append((left, level))
        name = _text(x, level, point.name, "label", "end" if left else "start", dx=-11 if left else 11)
        whisker = _line(x, up(point.figure.low), x, up(point.figure.high), "whisker")
        parts.append(_mark(point, whisker, _dot(point.series, x, y), name))
    return _drawing(height, label, parts)


def reliability(totals: Sequence[float], series: int, label: str) -> Markup:
    """Return how often answers were right against how sure they were, with the bins' counts as bars beneath.

    ``totals`` is a ``calibration`` tally (count, sum of confidences, how many right; BINS times).
    """
    top, bottom, floor = 16, 236, 300
    bins = [tuple(totals[3 * index : 3 * index + 3]) for index in range(BINS)]
    most = max(count for count, _, _ in bins) or 1.0

    def up(share: float) -> float:
        return bottom - share * (bottom - top)

    parts = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        parts.append(_line(0, up(tick), 100, up(tick), "grid" if tick else "axis"))
        if tick:
            parts.append(_text(0, up(tick) - 4, f"{tick * 100:.0f} %", "tick", "start"))
    parts.append(_line(0, bottom, 100, top, "diagonal"))
    spots = [(s / n * 100, up(right / n), index) for index, (n, s, right) in enumerate(bins) if n]
    parts += [
        _line(x1, y1, x2, y2, f"curve s{series % SERIES}")
        for (x1, y1, _), (x2, y2, _) in pairwise(spots)
    ]  # fmt: skip
    for x, y, index in spots:
        count, confidence, right = bins[index]
        tip = (
            f"{count:.0f} answers, confidence {confidence / count:.0%} on average, {right / count:.0%} right"
        )
        point = Point(series, "", Interval(0, 0, 0), tip, faint=count < 5)
        parts.append(_mark(point, _dot(series, x, y)))
    for index, (count, _, _) in enumerate(bins):
        tall = max(count / most * (floor - bottom - 24), 1.0)
        x = index * 100 / BINS
        bar = {
            "x": _pc(x + 1),
            "width": _pc(100 / BINS - 2),
            "y": floor - tall,
            "height": tall,
            "class": "bar",
        }
        point = Point(
            series, "", Interval(0, 0, 0), f"{count:.0f} answers of {index * 10} to {index * 10 + 10} %"
        )
        if count:
            parts.append(_mark(point, _tag("rect", bar)))
            parts.append(_text(x + 5, floor - tall - 4, f"{count:.0f}", "tick", "middle"))
    parts.append(_line(0, floor, 100, floor, "axis"))
    parts += [_text(x, floor + 15, f"{x} %", "tick", _anchor(x)) for x in (0, 50, 100)]
    return _drawing(floor + 20, label, parts)


def histogram(totals: Sequence[float], most: float, series: int, label: str) -> Markup:
    """Return a ``histogram`` tally as bars, in shares of its sum; the axis ends at the share ``most``."""
    top, bottom = 18, 150
    whole = sum(totals) or 1.0
    parts = [_line(0, bottom, 100, bottom, "axis")]
    for index, count in enumerate(totals):
        share = count / whole
        tall = share / most * (bottom - top)
        x, width = index * 100 / len(totals), 100 / len(totals)
        tip = f"{share:.0%} ({count:.0f}) between {x:.0f} and {x + width:.0f} % of the article"
        bar = {
            "x": _pc(x + 0.6),
            "width": _pc(width - 1.2),
            "y": bottom - tall,
            "height": tall,
            "class": "bar",
        }
        parts.append(_mark(Point(series, "", Interval(0, 0, 0), tip), _tag("rect", bar)))
        if share >= 0.005:
            text = f"{share:.0%}".removesuffix("%")
            parts.append(_text(x + width / 2, bottom - tall - 4, text, "tick", "middle"))
    parts.append(_text(0, bottom + 16, "start of the article", "tick", "start"))
    parts.append(_text(100, bottom + 16, "end", "tick", "end"))
    return _drawing(bottom + 22, label, parts)


def _step(span: float) -> float:
    """A round step that cuts ``span`` into two to five."""
    power = 10.0 ** math.floor(math.log10(span / 4))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor * 4 >= span - 1e-12)


def _round_speeds(low: float, high: float) -> list[float]:
    """Powers of ten between two logarithms; with their halves and fifths where that leaves too few."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    speeds = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    within = [speed for speed in speeds if low <= math.log10(speed) <= high]
    tens = [speed for speed in within if math.log10(speed).is_integer()]
    return tens if len(tens) > 2 else within


def _anchor(x: float) -> str:
    return "start" if x <= 0 else "end" if x >= 100 else "middle"


def _drawing(height: float, label: str, parts: Sequence[Markup]) -> Markup:
    named = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    return _tag("svg", {"class": "plot", "width": "100%", "height": height, **named}, *parts)


def _mark(point: Point, *shapes: Markup) -> Markup:
    faint = " faint" if point.faint else ""
    tip = [_tag("title", {}, escape(point.tip))] if point.tip else []
    return _tag("g", {"class": f"mark s{point.series % SERIES}{faint}"}, *tip, *shapes)


def _dot(series: int, x: float, y: float) -> Markup:
    shape = _tag("path", {"d": _SHAPES[series % len(_SHAPES)], "class": "dot"})
    return _tag("svg", {"x": _pc(x), "y": y, "width": 1, "height": 1, "class": "at"}, shape)


def _grid(axis: Scale, height: float) -> Markup:
    return Markup("").join(_line(axis.at(t), 0, axis.at(t), height, "grid") for t in axis.ticks)


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return _tag("line", {"x1": _pc(x1), "y1": y1, "x2": _pc(x2), "y2": y2, "class": kind})


def _text(x: float, y: float, text: str, kind: str, anchor: str, dx: float = 0) -> Markup:
    at = {"x": _pc(x), "y": y, "class": kind, "text-anchor": anchor, **({"dx": dx} if dx else {})}
    return _tag("text", at, escape(text))


def _pc(value: float) -> str:
    return f"{value:.2f}%"


def _tag(name: str, attributes: dict[str, object], *children: Markup) -> Markup:
    plain = {key: f"{value:.2f}" if isinstance(value, float) else value for key, value in attributes.items()}
    written = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in plain.items())
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, Markup("").join(children))
