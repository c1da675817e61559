"""The report's charts, as inline SVG that takes its colours from the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from eval.metrics.measures import BINS, LEASTS, Interval
from eval.report import svg
from eval.report.axes import Axis, fit_axis, round_speeds
from eval.report.numerals import number
from eval.report.svg import SERIES, Point

# A share of a bar that is smaller has no room for its figure.
_LEAST_WRITTEN = 0.04


def track(points: Sequence[Point], axis: Axis, label: str, *, gap: int = 13) -> Markup:
    """Return one row of a dot plot: the systems one under the other, each a dot on its interval."""
    height = gap * len(points) + 9
    parts = [svg.grid(axis, height)]
    for row, point in enumerate(points):
        y = 4.5 + gap * (row + 0.5)
        x = axis.at(point.figure.value)
        whisker = svg.line(axis.at(point.figure.low), y, axis.at(point.figure.high), y, "whisker")
        parts.append(svg.mark(point, whisker, svg.dot(point.series, x, y)))
    return svg.drawing(height, label, parts)


def ticks(axis: Axis) -> Markup:
    """Return the numbers under rows of ``track`` or ``bars``."""
    numbers = [svg.text(axis.at(t), 13, f"{t:g}".replace("-", "−"), "tick", "middle") for t in axis.ticks]
    return svg.drawing(18, "", numbers)


def bars(points: Sequence[Point], axis: Axis, label: str) -> Markup:
    """Return bars from zero, one under the other, with their intervals and figures."""
    height = 18 * len(points) + 8
    parts = [svg.grid(axis, height)]
    for row, point in enumerate(points):
        y = 4 + 18 * row
        start, end = axis.at(0), axis.at(point.figure.value)
        low, high = axis.at(point.figure.low), axis.at(point.figure.high)
        width = max(end - start, 0.3)
        parts.append(
            svg.mark(
                point,
                svg.tag(
                    "rect",
                    {"x": svg.pc(start), "y": y + 3, "width": svg.pc(width), "height": 11, "class": "bar"},
                ),
                svg.line(low, y + 8.5, high, y + 8.5, "whisker on-bar"),
                svg.text(max(end, high), y + 12.5, number(point.figure.value), "value", "start", dx=6),
            )
        )
    return svg.drawing(height, label, parts)


def scatter(points: Sequence[tuple[Point, float]], label: str) -> Markup:
    """Return quality (upwards) against articles per second (to the right, each step ten times as many)."""
    height, top, bottom = 330, 24, 290
    axis = fit_axis([point.figure for point, _ in points])
    logs = [math.log10(max(speed, 1e-6)) for _, speed in points]
    low, high = min(logs) - 0.3, max(logs) + 0.3

    def across(log: float) -> float:
        return 9 + (log - low) / (high - low) * 83

    def up(value: float) -> float:
        return bottom - (value - axis.low) / (axis.high - axis.low) * (bottom - top)

    parts = []
    for tick in axis.ticks:
        parts += [
            svg.line(0, up(tick), 100, up(tick), "grid"),
            svg.text(0, up(tick) - 4, f"{tick:g}", "tick", "start"),
        ]
    for speed in round_speeds(low, high):
        x = across(math.log10(speed))
        parts += [svg.line(x, bottom, x, bottom + 5, "axis")]
        parts += [svg.text(x, bottom + 20, f"{speed:,g}", "tick", "middle")]
    parts.append(svg.text(50, bottom + 38, "articles per second", "axis-title", "middle"))
    taken: list[tuple[bool, float]] = []
    for (point, _), log in sorted(zip(points, logs, strict=True), key=lambda pair: -pair[0][0].figure.value):
        x, y = across(log), up(point.figure.value)
        left = x > 60
        level = y + 4
        while any(side == left and abs(level - other) < 16 for side, other in taken):
            level += 2
        taken.append((left, level))
        name = svg.text(x, level, point.name, "label", "end" if left else "start", dx=-11 if left else 11)
        whisker = svg.line(x, up(point.figure.low), x, up(point.figure.high), "whisker")
        parts.append(svg.mark(point, whisker, svg.dot(point.series, x, y), name))
    return svg.drawing(height, label, parts)


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
        parts.append(svg.line(0, up(tick), 100, up(tick), "grid" if tick else "axis"))
        if tick:
            parts.append(svg.text(0, up(tick) - 4, f"{tick * 100:.0f} %", "tick", "start"))
    parts.append(svg.line(0, bottom, 100, top, "diagonal"))
    spots = [(s / n * 100, up(right / n), index) for index, (n, s, right) in enumerate(bins) if n]
    parts += [
        svg.line(x1, y1, x2, y2, f"curve s{series % SERIES}")
        for (x1, y1, _), (x2, y2, _) in pairwise(spots)
    ]  # fmt: skip
    for x, y, index in spots:
        count, confidence, right = bins[index]
        tip = (
            f"{count:.0f} answers, confidence {confidence / count:.0%} on average, {right / count:.0%} right"
        )
        point = Point(series, "", Interval(0, 0, 0), tip, faint=count < 5)
        parts.append(svg.mark(point, svg.dot(series, x, y)))
    for index, (count, _, _) in enumerate(bins):
        tall = max(count / most * (floor - bottom - 24), 1.0)
        x = index * 100 / BINS
        bar = {
            "x": svg.pc(x + 1),
            "width": svg.pc(100 / BINS - 2),
            "y": floor - tall,
            "height": tall,
            "class": "bar",
        }
        point = Point(
            series, "", Interval(0, 0, 0), f"{count:.0f} answers of {index * 10} to {index * 10 + 10} %"
        )
        if count:
            parts.append(svg.mark(point, svg.tag("rect", bar)))
            parts.append(svg.text(x + 5, floor - tall - 4, f"{count:.0f}", "tick", "middle"))
    parts.append(svg.line(0, floor, 100, floor, "axis"))
    parts += [svg.text(x, floor + 15, f"{x} %", "tick", _anchor(x)) for x in (0, 50, 100)]
    return svg.drawing(floor + 20, label, parts)


def settings(totals: Sequence[float], label: str) -> Markup:
    """Return a ``settings`` tally as a bar for each least confidence: right, wrong, null."""
    high = 22
    parts = []
    for row, least in enumerate(LEASTS):
        counts = totals[3 * row : 3 * row + 3]
        whole, y, x = sum(counts) or 1.0, high * row, 10.0
        parts.append(svg.text(0, y + 15, f"{least:g}", "tick", "start"))
        for name, count in zip(("right", "wrong", "null"), counts, strict=True):
            share = count / whole
            box = {"x": svg.pc(x), "y": y + 3, "width": svg.pc(90 * share), "height": high - 6}
            tip = f"{share:.1%} {name} ({count:.0f}) at a least confidence of {least:g}"
            shapes = [svg.tag("rect", {**box, "class": f"outcome {name}"})]
            if share >= _LEAST_WRITTEN:
                shapes.append(svg.text(x + 45 * share, y + 15, f"{100 * share:.1f}", "tick", "middle"))
            parts.append(svg.mark(Point(0, "", Interval(0, 0, 0), tip), *shapes))
            x += 90 * share
    return svg.drawing(high * len(LEASTS) + 4, label, parts)


def histogram(totals: Sequence[float], most: float, series: int, label: str) -> Markup:
    """Return a ``histogram`` tally as bars, in shares of its sum; the axis ends at the share ``most``."""
    top, bottom = 18, 150
    whole = sum(totals) or 1.0
    parts = [svg.line(0, bottom, 100, bottom, "axis")]
    for index, count in enumerate(totals):
        share = count / whole
        tall = share / most * (bottom - top)
        x, width = index * 100 / len(totals), 100 / len(totals)
        tip = f"{share:.0%} ({count:.0f}) between {x:.0f} and {x + width:.0f} % of the article"
        bar = {
            "x": svg.pc(x + 0.6),
            "width": svg.pc(width - 1.2),
            "y": bottom - tall,
            "height": tall,
            "class": "bar",
        }
        parts.append(svg.mark(Point(series, "", Interval(0, 0, 0), tip), svg.tag("rect", bar)))
        if share >= 0.005:
            text = f"{share:.0%}".removesuffix("%")
            parts.append(svg.text(x + width / 2, bottom - tall - 4, text, "tick", "middle"))
    parts.append(svg.text(0, bottom + 16, "start of the article", "tick", "start"))
    parts.append(svg.text(100, bottom + 16, "end", "tick", "end"))
    return svg.drawing(bottom + 22, label, parts)


def _anchor(x: float) -> str:
    return "start" if x <= 0 else "end" if x >= 100 else "middle"
