"""The gate: no figure falls below its pinned floor unnoticed.

``eval/floors.json`` pins floors (for measures where less is better: ceilings) with the digest of the data
they were measured on and their number of articles. Pinning raises floors to the measured figures, less a
slack for processors that round differently. Lowering needs an explicit option and a reason, which the file
keeps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval import runs
from eval.datasets.load import load
from eval.metrics.measures import Better, Measure
from eval.tasks import TASKS

FLOORS = Path(__file__).parent / "floors.json"
ROOT = Path(__file__).parents[1]
SLACK = 0.3
"""Points (or the measure's unit) below the measured figure at which a floor is pinned."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The figures that one task must reach on one data set; ``data`` is relative to the repository's root."""

    task: str
    data: str
    sha256: str
    articles: int
    measures: dict[str, float]


@dataclass(frozen=True, slots=True)
class Floors:
    """The pinned floors, and every lowering with its reason."""

    floors: tuple[Floor, ...]
    lowered: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """The result at one floor.

    ``fallen`` holds (measure, floor, value); ``reason`` tells why nothing was measured.
    """

    floor: Floor
    values: dict[str, float] = field(default_factory=dict)
    fallen: tuple[tuple[Measure, float, float], ...] = ()
    reason: str | None = None
    failed: bool = False


def read(path: Path = FLOORS) -> Floors:
    """Read the floors. Raises FileNotFoundError."""
    content = json.loads(path.read_text(encoding="utf-8"))
    return Floors(tuple(Floor(**floor) for floor in content["floors"]), tuple(content["lowered"]))


def write(floors: Floors, path: Path = FLOORS) -> None:
    """Write the floors."""
    path.write_text(json.dumps(asdict(floors), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def check(
    floors: Floors, system: Any, name: str, tick: Callable[[str], None], root: Path = ROOT
) -> Iterator[GateResult]:
    """Yield the result of ``system`` at each floor; data that are not on this machine are skipped."""
    for floor in floors.floors:
        path = root / floor.data
        if not path.exists():
            yield GateResult(floor, reason="skipped: the data are not on this machine")
            continue
        data = load(str(path))
        if data.sha256 != floor.sha256:
            reason = f"the data changed ({data.sha256[:19]}… instead of {floor.sha256[:19]}…): pin again"
            yield GateResult(floor, reason=reason, failed=True)
            continue
        done = runs.run(TASKS[floor.task](), system, name, data, lambda: tick(floor.data))  # noqa: B023
        yield _checked(floor, done)


def pin(floors: Floors, results: list[GateResult], *, lower: bool = False, reason: str = "") -> Floors:
    """Return floors pinned to the measured figures of ``results``.

    Raises ValueError naming every floor that would fall, unless ``lower`` is set and a ``reason`` given.
    """
    pinned, falls = [], []
    for done in results:
        if not done.values:
            pinned.append(done.floor)
            continue
        measures = {measure.name: measure for measure in TASKS[done.floor.task].measures}
        new = dict(done.floor.measures)
        for name, value in done.values.items():
            target = _pinned(measures[name], value)
            if _below(measures[name], value, new[name]):
                falls.append((done.floor, name, new[name], target))
                new[name] = target
            elif not _below(measures[name], target, new[name]):
                new[name] = target
        pinned.append(replace(done.floor, measures=new))
    if falls and not (lower and reason.strip()):
        named = "; ".join(f"{f.task} on {f.data}, {name}: {old} to {new}" for f, name, old, new in falls)
        raise ValueError(f"this would lower floors ({named}): say --lower and --reason WHY")
    today = datetime.now(UTC).date().isoformat()
    lowered = [
        {
            "date": today,
            "task": f.task,
            "data": f.data,
            "measure": name,
            "from": old,
            "to": new,
            "why": reason,
        }
        for f, name, old, new in falls
    ]
    return Floors(tuple(pinned), (*floors.lowered, *lowered))


def measured(task: str, data: str, names: list[str], root: Path = ROOT) -> Floor:
    """Return a new floor with the worst possible figures; the first ``pin`` raises them."""
    loaded = load(str(root / data))
    taken = sum(TASKS[task]().takes(sample) for sample in loaded.samples)
    worst = {
        measure.name: 100.0 if measure.better is Better.LOWER else 0.0 for measure in TASKS[task].measures
    }
    return Floor(task, data, loaded.sha256, taken, {name: worst[name] for name in names})


def _checked(floor: Floor, done: runs.EvaluationRun) -> GateResult:
    if len(done.records) != floor.articles:
        reason = f"{len(done.records)} articles were scored instead of {floor.articles}: pin again"
        return GateResult(floor, reason=reason, failed=True)
    measures = {measure.name: measure for measure in done.task.measures}
    values = {name: done.figure(measures[name]).value for name in floor.measures}
    fallen = tuple(
        (measures[name], limit, values[name])
        for name, limit in floor.measures.items()
        if _below(measures[name], values[name], limit)
    )
    return GateResult(floor, values, fallen, failed=bool(fallen))


def _below(measure: Measure, value: float, floor: float) -> bool:
    return value > floor if measure.better is Better.LOWER else value < floor


def _pinned(measure: Measure, value: float) -> float:
    if measure.strict:
        return value
    return round(value + SLACK if measure.better is Better.LOWER else max(value - SLACK, 0.0), 1)
