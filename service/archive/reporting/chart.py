"""A small chart as SVG: panels of bars, one above the other. Needs no library, no script and no font."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _PANEL, _PLOT, _LEFT, _RIGHT = 640, 190, 100, 56, 16
_TOP = 34
_MOST_LABELS = 8
_STYLE = "font: 12px system-ui, sans-serif; fill: #222"


@dataclass(frozen=True, slots=True)
class ChartPanel:
    """A bar chart: a title, and the label and value of each bar."""

    title: str
    bars: Sequence[tuple[str, float]]


def draw(panels: Sequence[ChartPanel]) -> str:
    """Return the SVG document."""
    height = _PANEL * len(panels)
    body = "\n".join(line for number, panel in enumerate(panels) for line in _panel(panel, number * _PANEL))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
        f'height="{height}" role="img">\n<rect width="100%" height="100%" fill="#fff"/>\n'
        f'<g style="{_STYLE}">\n{body}\n</g>\n</svg>\n'
    )


def _panel(panel: ChartPanel, y: int) -> list[str]:
    base, width = y + _TOP + _PLOT, _WIDTH - _LEFT - _RIGHT
    lines = [f'<text x="{_LEFT}" y="{y + 22}" font-weight="bold">{escape(panel.title)}</text>']
    lines.append(f'<path d="M{_LEFT} {base}H{_WIDTH - _RIGHT}" stroke="#888"/>')
    if not panel.bars:
        return [*lines, f'<text x="{_LEFT}" y="{base - 8}">none</text>']
    highest = max(value for _, value in panel.bars) or 1.0
    lines.append(f'<text x="{_LEFT - 6}" y="{y + _TOP + 10}" text-anchor="end">{highest:,.4g}</text>')
    lines.append(f'<text x="{_LEFT - 6}" y="{base}" text-anchor="end">0</text>')
    step = width / len(panel.bars)
    every = -(-len(panel.bars) // _MOST_LABELS)
    for number, (label, value) in enumerate(panel.bars):
        x, tall = _LEFT + number * step, _PLOT * value / highest
        lines.append(
            f'<rect x="{x + step * 0.1:.1f}" y="{base - tall:.1f}" width="{step * 0.8:.1f}" '
            f'height="{tall:.1f}" fill="#2a6f97"><title>{escape(label)}: {value:,.4g}</title></rect>'
        )
        if number % every == 0:
            lines.append(
                f'<text x="{x + step / 2:.1f}" y="{base + 16}" text-anchor="middle" '
                f'font-size="10">{escape(label)}</text>'
            )
    return lines
