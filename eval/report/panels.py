"""The report's panels: each drawing of a group with its rows, ticks and labels, as data for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from eval.metrics.measures import LEASTS, Interval, Measure
from eval.report import charts
from eval.report.axes import Axis, fit_axis, percent_axis
from eval.report.groups import GroupedRun, RunGroup
from eval.report.numerals import bounds, number, rate
from eval.report.svg import Point


def scatter(group: RunGroup) -> dict[str, Any] | None:
    """Return the drawing of quality against speed; None for fewer than two timed systems."""
    measure = group.first
    if measure is None:
        return None
    placed = [
        (point(s, measure, s.figures[measure.name], f", {rate(s.speed)} articles/s"), s.speed)
        for s in group.systems
        if s.speed and measure.name in s.figures
    ]
    if len(placed) < 2:
        return None
    spoken = _spoken(point for point, _ in placed)
    return {
        "measure": measure,
        "svg": charts.scatter(placed, f"{measure.label} against articles per second: {spoken}"),
        "missing": [s.name for s in group.systems if s.speed is None],
    }


def forest(group: RunGroup) -> Iterator[dict[str, Any]]:
    """Yield a panel for each measure with a row for each system; for one system, one panel in all."""
    if len(group.systems) == 1:
        measures = [m for m in group.headline if m.scale == 100]
        if measures:
            axis = Axis(0, 100, (0, 25, 50, 75, 100))
            points = [point(group.main, m, group.main.figures[m.name]) for m in measures]
            rows = [row(m.label, [p], axis) for m, p in zip(measures, points, strict=True)]
            yield {"title": "", "better": "", "rows": rows, "ticks": charts.ticks(axis)}
        return
    for measure in group.headline:
        systems = [s for s in group.systems if measure.name in s.figures]
        axis = fit_axis([s.figures[measure.name] for s in systems], within=span_of(measure))
        points = [point(s, measure, s.figures[measure.name]) for s in systems]
        rows = [row(point.name, [point], axis) for point in points]
        yield {
            "title": measure.label,
            "better": measure.better.value,
            "rows": rows,
            "ticks": charts.ticks(axis),
        }


def breakdowns(group: RunGroup) -> Iterator[dict[str, Any]]:
    """Yield a panel of bars for each of the task's breakdowns, with how many there were to find."""
    axis = percent_axis()
    for title, names in group.task.breakdowns.items():
        rows = []
        for measure in (group.measures[name] for name in names if name in group.measures):
            systems = [s for s in group.systems if measure.name in s.figures]
            points = [point(s, measure, s.figures[measure.name]) for s in systems]
            kind = measure.name.removesuffix("_recall").removeprefix("speaker_")
            gold = systems[0].total(measure.tally)
            if len(gold) == 3 and not gold[2]:
                continue  # nothing to find, so nothing to be said about finding it
            label = f"{measure.label}: {_spoken(points)}"
            rows.append(
                {
                    "label": kind,
                    "n": int(gold[2]) if len(gold) == 3 else None,
                    "value": "",
                    "svg": charts.bars(points, axis, label),
                }
            )
        if rows:
            yield {"title": title, "rows": rows, "ticks": charts.ticks(axis)}


def curves(group: RunGroup) -> Iterator[dict[str, Any]]:
    """Yield the panels of each of the task's curves: reliability diagrams, settings and histograms."""
    for tally, kind in group.task.curves.items():
        totals = {s: s.total(tally) for s in group.systems}
        with_data = {s: numbers for s, numbers in totals.items() if any(numbers)}
        if not with_data:
            continue
        constant: list[str] = []
        if kind == "reliability":
            # A confidence that never varies is no claim that could be checked against a diagonal.
            constant = [s.name for s, n in with_data.items() if sum(map(bool, n[::3])) < 2]
            panels = [
                {"name": s.name, "svg": charts.reliability(n, s.series, f"{s.name}: {_reliable(n)}")}
                for s, n in with_data.items()
                if s.name not in constant
            ]
        elif kind == "settings":
            panels = [
                {"name": s.name, "svg": charts.settings(n, f"{s.name}: {_by_setting(n)}")}
                for s, n in with_data.items()
            ]
        else:
            most = max(max(numbers) / sum(numbers) for numbers in with_data.values())
            panels = [
                {"name": s.name, "svg": charts.histogram(n, most, s.series, f"{s.name}: {_shares(n)}")}
                for s, n in with_data.items()
            ]
        if panels:
            yield {"tally": tally, "kind": kind, "panels": panels, "constant": constant}


def _reliable(totals: Sequence[float]) -> str:
    bins = zip(totals[::3], totals[1::3], totals[2::3], strict=True)
    return "; ".join(f"confidence {s / n:.0%}, right {r / n:.0%}, {n:.0f} answers" for n, s, r in bins if n)


def _by_setting(totals: Sequence[float]) -> str:
    rows = zip(LEASTS, totals[::3], totals[1::3], totals[2::3], strict=True)
    return "; ".join(
        f"least confidence {least:g}, right {right:.0f}, wrong {wrong:.0f}, null {null:.0f}"
        for least, right, wrong, null in rows
    )


def _shares(totals: Sequence[float]) -> str:
    return "shares by tenth of the article: " + ", ".join(f"{n / sum(totals):.0%}" for n in totals)


def row(label: str, points: Sequence[Point], axis: Axis, n: int | None = None) -> dict[str, Any]:
    """Return a labelled row of a dot plot, with its figure if there is only one point."""
    return {
        "label": label,
        "n": n,
        "value": number(points[0].figure.value) if len(points) == 1 else "",
        "svg": charts.track(points, axis, f"{label}: {_spoken(points)}"),
    }


def span_of(measure: Measure) -> tuple[float, float] | None:
    """Return the limits of a measure's axis: 0 to 100 for per cent, else None."""
    return (0.0, 100.0) if measure.scale == 100 else None


def point(
    system: GroupedRun, measure: Measure, figure: Interval, note: str = "", *, faint: bool = False
) -> Point:
    """Return a system's figure as a point, with its tooltip."""
    tip = f"{system.name}: {number(figure.value)} {bounds(figure)}, {measure.label}{note}"
    return Point(system.series, system.name, figure, tip, faint)


def _spoken(points: Iterable[Point]) -> str:
    return "; ".join(f"{p.name} {number(p.figure.value)} {bounds(p.figure)}" for p in points)
