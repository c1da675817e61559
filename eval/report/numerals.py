"""Figures as the report writes them."""

from __future__ import annotations

from eval.metrics.measures import Interval


def number(value: float) -> str:
    """Return a figure with one decimal, a true minus sign, and no minus before zero."""
    text = f"{value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")


def bounds(figure: Interval) -> str:
    """Return the ends of an interval; an end close to zero keeps a digit that tells it from zero."""
    ends = (f"{end:.1g}" if 0 < abs(end) < 0.05 else f"{end:.1f}" for end in (figure.low, figure.high))
    return f"[{', '.join(ends)}]".replace("-0.0,", "0.0,").replace("-", "−")


def rate(value: float) -> str:
    """Return articles per second: with more decimals the slower it is."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"
