"""The comparison of two runs of one task, over the articles they share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from eval.metrics.measures import Better, Interval, Measure, difference
from eval.runs import SEED, ArticleRecord, EvaluationRun


class ComparisonVerdict(StrEnum):
    """What a difference shows, by whether its 95 % interval lies on one side of zero."""

    AHEAD = "ahead"
    BEHIND = "behind"
    NOTHING_SHOWN = "no difference shown"
    DESCRIPTIVE = "differs"
    """Shown to differ, in a figure that is neither good nor bad, such as a length."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of two runs on the same articles: ``change`` is ``other`` minus ``base``, paired."""

    measure: Measure
    base: Interval
    other: Interval
    change: Interval
    verdict: ComparisonVerdict


def compare(base: EvaluationRun, other: EvaluationRun) -> tuple[Difference, ...]:
    """Return for each measure whether ``other`` is ahead of or behind ``base``.

    Raises ValueError if the tasks differ or no article was seen by both.
    """
    ours, theirs = shared(base, other)
    known = {measure.name for measure in other.measures}
    return tuple(
        _difference(measure, base, ours, other, theirs) for measure in base.measures if measure.name in known
    )


def shared(base: EvaluationRun, other: EvaluationRun) -> tuple[list[ArticleRecord], list[ArticleRecord]]:
    """Return the records of the articles that both runs saw, in the same order. Raises ValueError."""
    if base.config["task"] != other.config["task"]:
        raise ValueError(f"can't compare task {base.config['task']!r} with {other.config['task']!r}")
    by_id = {record.id: record for record in other.records}
    both = [record for record in base.records if record.id in by_id]
    if not both:
        raise ValueError(f"{base.name} and {other.name} share no article")
    if any(record.text != by_id[record.id].text for record in both):
        raise ValueError(f"{base.name} and {other.name} have articles of the same id but different text")
    return both, [by_id[record.id] for record in both]


def verdict(measure: Measure, change: Interval) -> ComparisonVerdict:
    """Return what the interval of a difference shows on a measure."""
    if change.low <= 0 <= change.high:
        return ComparisonVerdict.NOTHING_SHOWN
    if measure.better is Better.NEITHER:
        return ComparisonVerdict.DESCRIPTIVE
    return (
        ComparisonVerdict.AHEAD
        if (change.low > 0) is (measure.better is Better.HIGHER)
        else ComparisonVerdict.BEHIND
    )


def worst_first(differences: tuple[Difference, ...]) -> Iterator[Difference]:
    """Yield the measures on which the other run is behind, then the rest in their order."""
    yield from (d for d in differences if d.verdict is ComparisonVerdict.BEHIND)
    yield from (d for d in differences if d.verdict is not ComparisonVerdict.BEHIND)


def _difference(
    measure: Measure,
    base: EvaluationRun,
    ours: list[ArticleRecord],
    other: EvaluationRun,
    theirs: list[ArticleRecord],
) -> Difference:
    change = difference(
        measure, other.tallies(measure.tally, theirs), base.tallies(measure.tally, ours), seed=SEED
    ).scaled(measure.scale)
    return Difference(
        measure, base.figure(measure, ours), other.figure(measure, theirs), change, verdict(measure, change)
    )
