"""The elements of the report's inline SVG.

Every drawing is as wide as its column and some pixels high: x is given in per cent and y in pixels, so text
keeps its size on a phone. Colours, weights and dark mode come from the style sheet; elements have classes
only. Each series has a shape as well as a colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from eval.metrics.measures import Interval
from eval.report.axes import Axis

SERIES = 8
"""How many systems get a colour and a shape of their own before they repeat."""

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


def glyph(series: int) -> Markup:
    """Return a system's shape in its colour, for legends and tables."""
    mark = tag("path", {"d": _SHAPES[series % len(_SHAPES)], "class": f"dot s{series % SERIES}"})
    return tag("svg", {"class": "glyph", "viewBox": "-8 -8 16 16", "aria-hidden": "true"}, mark)


def drawing(height: float, label: str, parts: Sequence[Markup]) -> Markup:
    """Return a drawing that screen readers read as ``label``, or skip without one."""
    named = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    return tag("svg", {"class": "plot", "width": "100%", "height": height, **named}, *parts)


def mark(point: Point, *shapes: Markup) -> Markup:
    """Return shapes grouped as a point, with its colour and tooltip."""
    faint = " faint" if point.faint else ""
    tip = [tag("title", {}, escape(point.tip))] if point.tip else []
    return tag("g", {"class": f"mark s{point.series % SERIES}{faint}"}, *tip, *shapes)


def dot(series: int, x: float, y: float) -> Markup:
    """Return the shape of a series at a place."""
    shape = tag("path", {"d": _SHAPES[series % len(_SHAPES)], "class": "dot"})
    return tag("svg", {"x": pc(x), "y": y, "width": 1, "height": 1, "class": "at"}, shape)


def grid(axis: Axis, height: float) -> Markup:
    """Return vertical lines at the ticks of an axis."""
    return Markup("").join(line(axis.at(t), 0, axis.at(t), height, "grid") for t in axis.ticks)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    """Return a line of the class ``kind``."""
    return tag("line", {"x1": pc(x1), "y1": y1, "x2": pc(x2), "y2": y2, "class": kind})


def text(x: float, y: float, text: str, kind: str, anchor: str, dx: float = 0) -> Markup:
    """Return text of the class ``kind``."""
    at = {"x": pc(x), "y": y, "class": kind, "text-anchor": anchor, **({"dx": dx} if dx else {})}
    return tag("text", at, escape(text))


def pc(value: float) -> str:
    """Return a value in per cent."""
    return f"{value:.2f}%"


def tag(name: str, attributes: dict[str, object], *children: Markup) -> Markup:
    """Return an element; attributes are escaped, children are markup."""
    plain = {key: f"{value:.2f}" if isinstance(value, float) else value for key, value in attributes.items()}
    written = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in plain.items())
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, Markup("").join(children))
