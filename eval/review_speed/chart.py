"""The chart of the queue's speed as it grows."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

LIMIT_MS = 100
"""The most that a page may take on the server, at the 95th percentile."""


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds at the median and at the 95th percentile."""

    p50: float
    p95: float


_ROW, _TOP, _LEFT, _RIGHT, _WIDTH = 22, 54, 190, 24, 700
_MARKS = ("M-4 -4H4V4H-4Z", "M0 -5.5L5 4H-5Z", "M0 -5.5L5.5 0L0 5.5L-5.5 0Z")
_COLOURS = ("#7a9e9f", "#c08a2d", "#2a6f97")


def draw(measured: dict[int, dict[str, Percentiles]]) -> str:
    """Return an SVG with a row for each operation and a mark for its 95th percentile at each size."""
    names = list(next(iter(measured.values())))
    bottom = _TOP + _ROW * len(names)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom + 40}" width="{_WIDTH}" '
        f'height="{bottom + 40}" role="img" style="font: 12px system-ui, sans-serif">',
        "<title>95th percentile of the server's time, by what is done and how long the queue is</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for at in (0.1, 1, 10, LIMIT_MS):
        x, stroke = _x(at), "#b3261e" if at == LIMIT_MS else "#ddd"
        lines.append(f'<path d="M{x:.1f} {_TOP - 8}V{bottom}" stroke="{stroke}"/>')
        lines.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#444">{at:g} ms</text>')
    for number, size in enumerate(measured):
        x = _LEFT + number * 150
        lines.append(_mark(number, x, 22))
        lines.append(f'<text x="{x + 12}" y="26" fill="#222">{size:,} items</text>')
    for row, name in enumerate(names):
        y = _TOP + _ROW * row + _ROW / 2
        lines.append(f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end" fill="#222">{name}</text>')
        lines.append(f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#f0f0f0"/>')
        for number, (size, times) in enumerate(measured.items()):
            lines.append(_mark(number, _x(times[name].p95), y, f"{size:,} items: {times[name].p95:.1f} ms"))
    return "\n".join([*lines, "</svg>"]) + "\n"


def _x(milliseconds: float) -> float:
    """Return the place of a time on an axis from 0.1 ms to 200 ms; times outside are put at its ends."""
    low, high = log10(0.1), log10(2 * LIMIT_MS)
    share = (log10(max(milliseconds, 0.1)) - low) / (high - low)
    return _LEFT + min(share, 1.0) * (_WIDTH - _LEFT - _RIGHT)


def _mark(number: int, x: float, y: float, title: str = "") -> str:
    shape, colour = _MARKS[number % len(_MARKS)], _COLOURS[number % len(_COLOURS)]
    place = f'transform="translate({x:.1f} {y:.1f})"'
    return f'<path d="{shape}" {place} fill="{colour}"><title>{title}</title></path>'
