"""Runs grouped by task and data, the product first, and each other run compared with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eval.compare import ComparisonVerdict, shared, verdict
from eval.metrics.measures import Better, Interval, Measure, difference
from eval.runs import SEED, EvaluationRun

_PRODUCT = "pullquote"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The main run against another on one measure: ``change`` is main minus other, or None with a reason."""

    other: GroupedRun
    change: Interval | None
    verdict: ComparisonVerdict | None
    articles: int
    reason: str = ""


@dataclass(frozen=True, eq=False)
class GroupedRun:
    """A run in its group: ``name`` is unique there, ``series`` picks its colour and shape."""

    name: str
    run: EvaluationRun
    series: int

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """The task's measures that this run has tallies for."""
        return {measure.name: measure for measure in self.run.measures} if self.run.records else {}

    @cached_property
    def figures(self) -> dict[str, Interval]:
        """Every measure's figure."""
        return {name: self.run.figure(measure) for name, measure in self.measures.items()}

    @property
    def failed(self) -> int:
        """On how many articles the system failed."""
        return sum(record.error is not None for record in self.run.records)

    @property
    def speed(self) -> float | None:
        """Articles per second; None if the answers were only read from a file."""
        return self.run.articles_per_second if self.run.records else None

    def total(self, tally: str) -> list[float]:
        """A tally's sum over the articles; [] if the run doesn't have it."""
        if not self.run.records or any(tally not in record.tallies for record in self.run.records):
            return []
        totals: list[float] = self.run.tallies(tally).sum(axis=0).tolist()
        return totals


@dataclass(frozen=True, eq=False)
class RunGroup:
    """Runs of one task on the same data; the main system comes first, the others in the order given."""

    key: str
    systems: tuple[GroupedRun, ...]

    @property
    def main(self) -> GroupedRun:
        """The system that the others are compared with."""
        return self.systems[0]

    @property
    def articles(self) -> int:
        """How many articles the main run has."""
        return len(self.main.run.records)

    @property
    def task(self) -> Any:
        """The task of all the runs."""
        return self.main.run.task

    @property
    def title(self) -> str:
        """The task's name, for a heading."""
        return str(self.task.name).replace("-", " ").capitalize()

    @property
    def data(self) -> dict[str, Any]:
        """The runs' description of their data."""
        return dict(self.main.run.config["data"])

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """All measures that some system has, in the task's order."""
        return {m.name: m for m in self.task.measures if any(m.name in s.measures for s in self.systems)}

    @cached_property
    def headline(self) -> tuple[Measure, ...]:
        """The task's headline measures, as far as there are figures."""
        return tuple(self.measures[name] for name in self.task.headline if name in self.measures)

    @cached_property
    def first(self) -> Measure | None:
        """The deciding measure: the first of the headline that can be better or worse."""
        return next((m for m in self.headline if m.better is not Better.NEITHER), None)

    @cached_property
    def against(self) -> tuple[Comparison, ...]:
        """The main system against each other one."""
        return tuple(_against(self.main, other, self.first) for other in self.systems[1:])

    @cached_property
    def behind(self) -> dict[str, int]:
        """The number of further headline measures on which the main system is behind, by system."""
        rest = [m for m in self.headline if m is not self.first and m.better is not Better.NEITHER]
        counts = {
            other.name: sum(_against(self.main, other, m).verdict is ComparisonVerdict.BEHIND for m in rest)
            for other in self.systems[1:]
        }
        return {name: count for name, count in counts.items() if count}


def grouped(runs: Iterable[EvaluationRun]) -> tuple[RunGroup, ...]:
    """Return the runs by task and data, in the order in which those first occur."""
    found: dict[tuple[str, str, str], list[EvaluationRun]] = {}
    for run in runs:
        data = run.config["data"]
        found.setdefault((run.config["task"], data["name"], data["sha256"]), []).append(run)
    return tuple(
        RunGroup(f"g{index}", tuple(_systems(members)))
        for index, members in enumerate(found.values(), start=1)
    )


def articles(count: int) -> str:
    """Return "1 article" or "2 articles"."""
    return f"{count:,} article" if count == 1 else f"{count:,} articles"


def _systems(runs: Sequence[EvaluationRun]) -> Iterator[GroupedRun]:
    main = next((run for run in runs if run.config["system"] == _PRODUCT), runs[0])
    seen: dict[str, int] = {}
    for series, run in enumerate([main, *(run for run in runs if run is not main)]):
        name = run.system
        seen[name] = seen.get(name, 0) + 1
        yield GroupedRun(name if seen[name] == 1 else f"{name} ({seen[name]})", run, series)


def _against(main: GroupedRun, other: GroupedRun, measure: Measure | None) -> Comparison:
    if measure is None or measure.name not in main.measures or measure.name not in other.measures:
        return Comparison(other, None, None, 0, "not measured for both")
    try:
        ours, theirs = shared(main.run, other.run)
    except ValueError as mismatch:
        return Comparison(other, None, None, 0, str(mismatch))
    change = difference(
        measure,
        main.run.tallies(measure.tally, ours),
        other.run.tallies(measure.tally, theirs),
        seed=SEED,
    ).scaled(measure.scale)
    return Comparison(other, change, verdict(measure, change), len(ours))
