"""The report: runs turned into plain data for a template, and the template into one HTML file.

The file fetches nothing, and its Content-Security-Policy admits only its own style sheet and script, by their
digests. Articles are data in it, never markup.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.metrics.measures import Better, Measure
from eval.report import panels, samples, svg
from eval.report.findings import caveat, finding
from eval.report.footer import details, provenance
from eval.report.groups import Comparison, RunGroup, grouped
from eval.report.numerals import bounds, number, rate
from eval.report.slices import slices
from eval.runs import EvaluationRun

_HERE = Path(__file__).parent


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
    environment.globals |= {"number": number, "bounds": bounds, "rate": rate}
    html = environment.get_template("template.html.j2").render(
        policy=policy,
        style=Markup(style),
        script=Markup(script),
        date=max(str(run.config.get("finished") or "")[:10] for run in runs),
        sections=[_section(group) for group in groups],
        made=provenance(runs),
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
        "details": list(details(group)),
        "legend": [{"name": s.name, "glyph": svg.glyph(s.series)} for s in group.systems],
        "headline": _table(group),
        "scatter": panels.scatter(group),
        "forest": list(panels.forest(group)),
        "recalls": list(panels.breakdowns(group)),
        "curves": list(panels.curves(group)),
        "slices": slices(group),
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


def _table(group: RunGroup) -> list[dict[str, Any]]:
    best = {m.name: _best(group, m) for m in group.headline}
    against: list[Comparison | None] = [None, *group.against]
    return [
        {
            "name": system.name,
            "title": str(system.run.config["system"]),
            "glyph": svg.glyph(system.series),
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
    """Return the best of several systems' figures; None if none is better than another."""
    values = [s.figures[measure.name].value for s in group.systems if measure.name in s.figures]
    if measure.better is Better.NEITHER or len(set(values)) < 2:
        return None
    return max(values) if measure.better is Better.HIGHER else min(values)


def _asset(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
