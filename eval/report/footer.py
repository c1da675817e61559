"""How the runs of a report were made: what their data are, and by which machines, packages and commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

from eval.report.groups import RunGroup, articles
from eval.runs import EvaluationRun


def details(group: RunGroup) -> Iterator[tuple[str, str, str]]:
    """Yield terms about a group's data and versions: term, short form, full form for a tooltip or ""."""
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


def provenance(runs: Sequence[EvaluationRun]) -> dict[str, Any]:
    """Return the footer's machines, packages, seeds and commands, each once."""
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
    """Return a command that makes such a run; its limit is the number of rows that were read."""
    data = config["data"]
    words = ["python", "-m", "eval", "run", config["task"], "--system", config["system"]]
    words += ["--data", str(data.get("source") or data["name"])]
    words += ["--limit", str(data["rows"])] if data.get("rows") else []
    return shlex.join(words)
