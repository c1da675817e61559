"""The report's panels by slice: the deciding measure for each kind of article."""

from __future__ import annotations

from typing import Any

from eval.metrics.measures import Interval, Measure
from eval.report import charts
from eval.report.axes import fit_axis
from eval.report.groups import GroupedRun, RunGroup, articles
from eval.report.panels import point, row, span_of
from eval.report.svg import Point
from eval.runs import ArticleRecord

_FEW = 5
"""Groups with fewer articles than this are drawn faint."""
_MOST_GROUPS = 12
"""How many groups of a kind of slice are drawn, largest first."""


def slices(group: RunGroup) -> dict[str, Any] | None:
    """Return a panel for each kind of slice with several groups; None if there is none."""
    measure = group.first
    if measure is None:
        return None
    systems = [s for s in group.systems if measure.name in s.measures]
    if not systems:
        return None
    by_system = {s: s.run.slices() for s in systems}
    counts = by_system[systems[0]]
    wanted = {kind: _largest(members) for kind, members in counts.items() if len(members) > 1}
    figures = {
        (kind, name, s): s.run.figure(measure, by_system[s][kind][name])
        for kind, names in wanted.items()
        for name in names
        for s in systems
        if by_system[s].get(kind, {}).get(name)
    }
    # The wide intervals of a few articles don't stretch the axis; what lies beyond it is cut off.
    solid = [
        f if len(by_system[s][kind][name]) >= _FEW else Interval(f.value, f.value, f.value)
        for (kind, name, s), f in figures.items()
    ]
    axis = fit_axis(solid, within=span_of(measure))
    panels = []
    for kind, names in wanted.items():
        rows = []
        for name in names:
            points = [
                _slice_point(s, measure, figures[kind, name, s], len(by_system[s][kind][name]))
                for s in systems
                if (kind, name, s) in figures
            ]
            rows.append(row(name, points, axis, len(counts[kind][name])))
        left_out = len(counts[kind]) - len(names)
        panels.append({"title": kind, "rows": rows, "ticks": charts.ticks(axis), "left_out": left_out})
    return {"measure": measure, "panels": panels, "few": _FEW} if panels else None


def _slice_point(system: GroupedRun, measure: Measure, figure: Interval, count: int) -> Point:
    return point(system, measure, figure, f", {articles(count)}", faint=count < _FEW)


def _largest(groups: dict[str, list[ArticleRecord]]) -> list[str]:
    names = sorted(groups, key=lambda name: (-len(groups[name]), name))[:_MOST_GROUPS]
    order = ("under ", "to ", "over ")  # lengths read best from short to long
    if all(any(word in name for word in order) for name in names):
        names.sort(key=lambda name: next(i for i, word in enumerate(order) if word in name))
    return names
