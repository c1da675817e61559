"""Writing the report: runs become plain data for the template, and the template one HTML file.

Nothing in the file comes from elsewhere, and its Content-Security-Policy admits only the style sheet and the
script that stand in it, by their digests. Articles are data in it, never markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.metrics.measures import Better, Interval, Measure
from eval.report import plots, samples
from eval.report.findings import caveat, finding
from eval.report.groups import Comparison, GroupedRun, RunGroup, articles, grouped
from eval.report.plots import Point
from eval.runs import ArticleRecord, EvaluationRun

_HERE = Path(__file__).parent
_FEW = 5
"""Groups with fewer articles than this are drawn faint."""
_MOST_GROUPS = 12
"""How many groups of a kind of slice are drawn, largest first."""
_RECALLS = {
    "By kind of quote": ("direct_recall", "mixed_recall", "indirect_recall"),
    "By who speaks": ("speaker_named", "speaker_pronoun", "speaker_nominal"),
}


def write(runs: Sequence[EvaluationRun], path: Path) -> None:
    """Write the report over ``runs`` to ``path``; the same runs give the same bytes.

    Raises ValueError for no runs.
    """
    if not runs:
        raise ValueError("a report needs at least one run")
    groups = grouped(runs)
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"number": plots.number, "bounds": plots.bounds, "rate": plots.rate}
    html = environment.get_template("template.html.j2").render(
        policy=policy,
        style=Markup(style),
        script=Markup(script),
        date=max(str(run.config.get("finished") or "")[:10] for run in runs),
        sections=[_section(group) for group in groups],
        made=_made(runs),
    )
    # A lone surrogate has no bytes in UTF-8; outside the embedded JSON the replacement character stands in.
    path.write_bytes(re.sub("[\ud800-\udfff]", "\ufffd", html).encode())


def _section(group: RunGroup) -> dict[str, Any]:
    return {
        "group": group,
        "finding": finding(group),
        "caveat": caveat(group),
        "slug": group.key,
        "about": group.task.about,
        "details": list(_details(group)),
        "legend": [{"name": s.name, "glyph": plots.glyph(s.series)} for s in group.systems],
        "headline": _table(group),
        "scatter": _scatter(group),
        "forest": list(_forest(group)),
        "recalls": list(_recalls(group)),
        "curves": list(_curves(group)),
        "slices": _slices(group),
        "all": [
            {
                "label": m.label,
                "better": m.better.value,
                "cells": [s.figures.get(m.name) for s in group.systems],
            }
            for m in group.measures.values()
        ],
        "browser": samples.embed(samples.browser({s.name: s.run for s in group.systems})),
        "most": samples.MOST,
    }


def _details(group: RunGroup) -> Iterator[tuple[str, str, str]]:
    """Term, what is shown and what a tooltip gives in full."""
    data = group.data
    yield "Data", f"{data['name']}, {articles(group.articles)}", str(data.get("source") or "")
    yield "Licence", str(data.get("licence") or "not stated"), ""
    mark = str(data.get("sha256") or "").removeprefix("sha256:")
    if mark:
        yield "SHA-256", f"{mark[:12]}…", mark
    versions = dict.fromkeys(
        f"{run.config.get('service') or '?'} ({run.config.get('commit') or 'no commit'})"
        for run in (system.run for system in group.systems)
    )
    yield "Version", ", ".join(versions), ""
    for part, value in ((group.main.run.config.get("provenance") or {}) | {"service": None}).items():
        if isinstance(value, str) and value not in ("", "none"):
            mark = value.removeprefix("sha256:")
            yield (
                part.capitalize(),
                value if mark == value else f"{mark[:12]}…",
                mark if mark != value else "",
            )


def _table(group: RunGroup) -> list[dict[str, Any]]:
    best = {m.name: _best(group, m) for m in group.headline}
    against: list[Comparison | None] = [None, *group.against]
    return [
        {
            "name": system.name,
            "title": str(system.run.config["system"]),
            "glyph": plots.glyph(system.series),
            "failed": system.failed,
            "articles": len(system.run.records),
            "speed": system.speed,
            "against": found,
            "cells": [
                {
                    "figure": system.figures.get(m.name),
                    "best": m.name in system.figures and system.figures[m.name].value == best[m.name],
                }
                for m in group.headline
            ],
        }
        for system, found in zip(group.systems, against, strict=True)
    ]


def _best(group: RunGroup, measure: Measure) -> float | None:
    """The best of several systems' figures; None where nothing is better."""
    values = [s.figures[measure.name].value for s in group.systems if measure.name in s.figures]
    if measure.better is Better.NEITHER or len(set(values)) < 2:
        return None
    return max(values) if measure.better is Better.HIGHER else min(values)


def _point(
    system: GroupedRun, measure: Measure, figure: Interval, note: str = "", *, faint: bool = False
) -> Point:
    tip = f"{system.name}: {plots.number(figure.value)} {plots.bounds(figure)}, {measure.label}{note}"
    return Point(system.series, system.name, figure, tip, faint)


def _spoken(points: Iterable[Point]) -> str:
    return "; ".join(f"{p.name} {plots.number(p.figure.value)} {plots.bounds(p.figure)}" for p in points)


def _scatter(group: RunGroup) -> dict[str, Any] | None:
    measure = group.first
    if measure is None:
        return None
    placed = [
        (_point(s, measure, s.figures[measure.name], f", {plots.rate(s.speed)} articles/s"), s.speed)
        for s in group.systems
        if s.speed and measure.name in s.figures
    ]
    if len(placed) < 2:
        return None
    spoken = _spoken(point for point, _ in placed)
    return {
        "measure": measure,
        "svg": plots.scatter(placed, f"{measure.label} against articles per second: {spoken}"),
        "missing": [s.name for s in group.systems if s.speed is None],
    }


def _forest(group: RunGroup) -> Iterator[dict[str, Any]]:
    """A panel for each measure with a row for each system; for one system, one panel of its measures."""
    if len(group.systems) == 1:
        measures = [m for m in group.headline if m.scale == 100]
        if measures:
            axis = plots.Scale(0, 100, (0, 25, 50, 75, 100))
            points = [_point(group.main, m, group.main.figures[m.name]) for m in measures]
            rows = [_row(m.label, [p], axis) for m, p in zip(measures, points, strict=True)]
            yield {"title": "", "better": "", "rows": rows, "ticks": plots.ticks(axis)}
        return
    for measure in group.headline:
        systems = [s for s in group.systems if measure.name in s.figures]
        axis = plots.scale([s.figures[measure.name] for s in systems], within=_within(measure))
        points = [_point(s, measure, s.figures[measure.name]) for s in systems]
        rows = [_row(point.name, [point], axis) for point in points]
        yield {
            "title": measure.label,
            "better": measure.better.value,
            "rows": rows,
            "ticks": plots.ticks(axis),
        }


def _row(label: str, points: Sequence[Point], axis: plots.Scale, n: int | None = None) -> dict[str, Any]:
    return {
        "label": label,
        "n": n,
        "value": plots.number(points[0].figure.value) if len(points) == 1 else "",
        "svg": plots.track(points, axis, f"{label}: {_spoken(points)}"),
    }


def _within(measure: Measure) -> tuple[float, float] | None:
    return (0.0, 100.0) if measure.scale == 100 else None


def _recalls(group: RunGroup) -> Iterator[dict[str, Any]]:
    """Bars of the recalls by kind of quote and of speaker, with how many there were to find."""
    axis = plots.hundred()
    for title, names in _RECALLS.items():
        rows = []
        for measure in (group.measures[name] for name in names if name in group.measures):
            systems = [s for s in group.systems if measure.name in s.figures]
            points = [_point(s, measure, s.figures[measure.name]) for s in systems]
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
                    "svg": plots.bars(points, axis, label),
                }
            )
        if rows:
            yield {"title": title, "rows": rows, "ticks": plots.ticks(axis)}


def _curves(group: RunGroup) -> Iterator[dict[str, Any]]:
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
                {"name": s.name, "svg": plots.reliability(n, s.series, f"{s.name}: {_reliable(n)}")}
                for s, n in with_data.items()
                if s.name not in constant
            ]
        else:
            most = max(max(numbers) / sum(numbers) for numbers in with_data.values())
            panels = [
                {"name": s.name, "svg": plots.histogram(n, most, s.series, f"{s.name}: {_shares(n)}")}
                for s, n in with_data.items()
            ]
        if panels:
            yield {"tally": tally, "kind": kind, "panels": panels, "constant": constant}


def _reliable(totals: Sequence[float]) -> str:
    bins = zip(totals[::3], totals[1::3], totals[2::3], strict=True)
    return "; ".join(f"confidence {s / n:.0%}, right {r / n:.0%}, {n:.0f} answers" for n, s, r in bins if n)


def _shares(totals: Sequence[float]) -> str:
    return "shares by tenth of the article: " + ", ".join(f"{n / sum(totals):.0%}" for n in totals)


def _slices(group: RunGroup) -> dict[str, Any] | None:
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
    axis = plots.scale(solid, within=_within(measure))
    panels = []
    for kind, names in wanted.items():
        rows = []
        for name in names:
            points = [
                _slice_point(s, measure, figures[kind, name, s], len(by_system[s][kind][name]))
                for s in systems
                if (kind, name, s) in figures
            ]
            rows.append(_row(name, points, axis, len(counts[kind][name])))
        left_out = len(counts[kind]) - len(names)
        panels.append({"title": kind, "rows": rows, "ticks": plots.ticks(axis), "left_out": left_out})
    return {"measure": measure, "panels": panels, "few": _FEW} if panels else None


def _slice_point(system: GroupedRun, measure: Measure, figure: Interval, count: int) -> Point:
    return _point(system, measure, figure, f", {articles(count)}", faint=count < _FEW)


def _largest(groups: dict[str, list[ArticleRecord]]) -> list[str]:
    names = sorted(groups, key=lambda name: (-len(groups[name]), name))[:_MOST_GROUPS]
    order = ("under ", "to ", "over ")  # lengths read best from short to long
    if all(any(word in name for word in order) for name in names):
        names.sort(key=lambda name: next(i for i, word in enumerate(order) if word in name))
    return names


def _made(runs: Sequence[EvaluationRun]) -> dict[str, Any]:
    """What the footer tells: machines, packages, seeds and the commands, each once."""
    machines: dict[str, None] = {}
    packages: dict[str, None] = {}
    commands: dict[str, None] = {}
    for run in runs:
        config = run.config
        machine = config.get("machine") or {}
        words = [machine.get("processor"), f"{machine['cores']} cores" if machine.get("cores") else None]
        words += [machine.get("system"), f"Python {machine['python']}" if machine.get("python") else None]
        machines[", ".join(str(word) for word in words if word)] = None
        packages[", ".join(f"{n} {v}" for n, v in (config.get("packages") or {}).items())] = None
        commands[_command(config)] = None
    return {
        "machines": [machine for machine in machines if machine],
        "packages": [versions for versions in packages if versions],
        "seeds": list(dict.fromkeys(str(run.config["seed"]) for run in runs if "seed" in run.config)),
        "commands": list(commands),
    }


def _command(config: Any) -> str:
    """The command that makes such a run; the limit is the number of rows that were read."""
    data = config["data"]
    words = ["python", "-m", "eval", "run", config["task"], "--system", config["system"]]
    words += ["--data", str(data.get("source") or data["name"])]
    words += ["--limit", str(data["rows"])] if data.get("rows") else []
    return shlex.join(words)


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
