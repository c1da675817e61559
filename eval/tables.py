"""Tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table

from eval.compare import ComparisonVerdict, Difference, compare, worst_first
from eval.datasets import digest, read_rows
from eval.datasets.catalogue import entry
from eval.gate import GateResult
from eval.hostile.measure import SLOW_S, STEEP, HostileTiming
from eval.metrics.measures import Interval
from eval.own_taxonomy import TaxonomyFigures
from eval.runs import EvaluationRun
from eval.speed import SpeedReport, StartReport
from eval.systems.shape import SystemSpec

_STYLES = {ComparisonVerdict.AHEAD: "green", ComparisonVerdict.BEHIND: "red"}


def systems(group: Sequence[EvaluationRun]) -> Table:
    """Return runs of one task on one data set: figures with intervals, speed, and how the first compares."""
    first = group[0]
    measures = {m.name: m for m in first.measures}
    shown = [measures[name] for name in first.task.headline if name in measures]
    table = Table(title=f"{first.task.name} on {first.config['data']['name']}, {len(first.records)} articles")
    table.add_column("system", no_wrap=True)
    for measure in shown:
        table.add_column(measure.label, justify="right", min_width=11)
    table.add_column("articles/s", justify="right")
    if len(group) > 1:
        table.add_column(f"{first.system} is, on {shown[0].label}", min_width=20)
    for done in group:
        failed = sum(record.error is not None for record in done.records)
        name = escape(done.system) + (f" ({failed} failed)" if failed else "")
        speed = done.articles_per_second
        cells = [_with_interval(done.figure(measure)) for measure in shown]
        verdicts = [_verdict(done, first)] if len(group) > 1 else []
        table.add_row(name, *cells, f"{speed:.3g}" if speed else "stored", *verdicts)
    return table


def differences(base: EvaluationRun, other: EvaluationRun, found: tuple[Difference, ...]) -> Table:
    """Return every measure of two runs, with those first on which the second is behind."""
    table = Table(title=f"{escape(other.name)}, compared with {escape(base.name)}")
    for column in ("measure", "A", "B", "B - A [95 %]", "B is"):
        table.add_column(column, justify="left" if column in ("measure", "B is") else "right")
    for row in worst_first(found):
        change = f"{row.change.value:+.2f} [{row.change.low:+.2f}, {row.change.high:+.2f}]"
        style = _STYLES.get(row.verdict, "")
        values = (f"{row.base.value:.1f}", f"{row.other.value:.1f}")
        table.add_row(
            row.measure.label, *values, change, f"[{style}]{row.verdict}[/]" if style else row.verdict
        )
    return table


def own_taxonomy(title: str, figures: Sequence[TaxonomyFigures]) -> Table:
    """Return figures of an own taxonomy, a line a way of fitting it."""
    table = Table(title=escape(title))
    table.add_column("fitted to")
    for column in (
        "measured on",
        "macro F1, likeliest",
        "macro F1, shown",
        "micro F1, shown",
        "covered",
        "s",
    ):
        table.add_column(column, justify="right")
    for one in figures:
        shares = (one.likeliest, one.shown_macro, one.shown_micro, one.covered)
        cells = [str(one.articles), *(f"{share:.3f}" for share in shares), f"{one.fit_s:.1f}"]
        table.add_row(escape(one.system), *cells)
    return table


def gate_results(done: Sequence[GateResult]) -> Table:
    """Return the gate's figures beside their floors."""
    table = Table(title="floors")
    for column in ("task", "data", "measure", "floor", "value", ""):
        table.add_column(column, justify="right" if column in ("floor", "value") else "left")
    for result in done:
        if result.reason:
            table.add_row(result.floor.task, result.floor.data, "", "", "", result.reason)
        fallen = {measure.name for measure, _, _ in result.fallen}
        for name, value in result.values.items():
            mark = "[red]below[/]" if name in fallen else "[green]holds[/]"
            limit = result.floor.measures[name]
            table.add_row(result.floor.task, result.floor.data, name, f"{limit:.1f}", f"{value:.1f}", mark)
    return table


def falls(done: Sequence[GateResult]) -> Iterator[str]:
    """Yield a line for each floor that doesn't hold."""
    for result in done:
        if result.failed and result.reason:
            yield f"{result.floor.task} on {result.floor.data}: {result.reason}"
        for measure, floor, value in result.fallen:
            place = f"{result.floor.task} on {result.floor.data}"
            yield f"{place}: {measure.name} is {value:.2f}, floor {floor:.1f}"


def datasets(files: Iterable[Path], root: Path) -> Table:
    """Return the data sets on this machine, with their terms and cautions."""
    table = Table(title="data sets")
    for column in ("data", "rows", "tasks", "licence or terms", "caution", "sha256"):
        table.add_column(column, justify="right" if column == "rows" else "left", overflow="fold")
    for path in files:
        known = entry(path)
        if path.is_dir() or known.tasks:
            rows = len(list(path.glob("*.xml"))) if path.is_dir() else sum(1 for _ in read_rows(path))
            name = (
                path.relative_to(root).as_posix()
                if path.is_relative_to(root)
                else f"{path.parent.name}/{path.name}"
            )
            mark = digest(path).removeprefix("sha256:")[:12]
            table.add_row(name, str(rows), ", ".join(known.tasks), known.licence, known.caution, mark)
    return table


def known_systems(specs: Iterable[SystemSpec]) -> Table:
    """Return the systems by name."""
    table = Table(title="systems")
    for column in ("name", "tasks", "what it is", "needs"):
        table.add_column(column)
    for spec in specs:
        name = f"{spec.name}:{spec.argument}" if spec.argument else spec.name
        needs = f"pullquote[{spec.extra}]" if spec.extra else ""
        table.add_row(escape(name), ", ".join(sorted(spec.tasks)), escape(spec.about), escape(needs))
    return table


def speed(report: SpeedReport) -> Table:
    """Return the speed of the whole analysis beside its peer's, and its time by part."""
    low, high = min(report.ratios), max(report.ratios)
    rounds = len(report.ratios)
    table = Table(
        title=f"speed over {report.articles} articles: {report.ratio:.2f} times the peer's "
        f"({low:.2f} to {high:.2f} in {rounds} rounds)",
        caption=f"inside the trunk {report.trunk_flops / report.trunk_s / 1e9:.0f} GFLOP/s, "
        f"{100 * report.share_of_peak:.0f} % of the processor's {report.peak / 1e9:.0f} for a large product",
    )
    for column in ("", "articles/s", "ms/article", "share"):
        table.add_column(column, justify="left" if not column else "right")
    whole, total = sum(report.product_s), report.articles * rounds
    for name, seconds in (
        ("pullquote, whole analysis", whole),
        ("sentence-transformers, encoding only", sum(report.peer_s)),
    ):
        table.add_row(name, f"{total / seconds:.2f}", f"{1000 * seconds / total:.1f}", "")
    for name, seconds in report.parts_s.items():
        table.add_row(f"  {name}", "", f"{1000 * seconds / total:.1f}", f"{100 * seconds / whole:.1f} %")
    return table


def growth(found: Sequence[tuple[int, float]]) -> Table:
    """Return the time of an analysis by the text's length: words, and seconds."""
    table = Table(title="time by length")
    for column in ("words", "ms", "µs/word"):
        table.add_column(column, justify="right")
    for words, seconds in found:
        table.add_row(f"{words:,}", f"{1000 * seconds:.1f}", f"{1e6 * seconds / words:.0f}")
    return table


def hostile(timings: Sequence[HostileTiming], lengths: tuple[int, int]) -> Table:
    """Seconds of each kind of hostile article at two lengths, slowest first, with what is too much."""
    table = Table(title="hostile articles, seconds")
    table.add_column("kind")
    for length in lengths:
        table.add_column(f"{length:,} chars", justify="right")
    table.add_column("per doubling", justify="right")
    table.add_column("")
    for timing in sorted(timings, key=lambda one: -one.long_s):
        faults = [f"over {SLOW_S:g} s"] * timing.is_slow + [f"over {STEEP:g}-fold"] * timing.is_steep
        table.add_row(
            escape(timing.kind),
            f"{timing.short_s:.2f}",
            f"{timing.long_s:.2f}",
            f"{timing.growth:.2f}",
            f"[bold red]{', '.join(faults)}[/]" if faults else "",
        )
    return table


def starting(report: StartReport) -> Table:
    """Return what a process of its own costs for one article."""
    table = Table(title="one article in a process of its own")
    for column in ("", "s"):
        table.add_column(column, justify="left" if not column else "right")
    table.add_row("pullquote analyze", f"{report.analyse_s:.2f}")
    table.add_row("python -c 'import torch, transformers'", f"{report.import_s:.2f}")
    table.add_row("ratio", f"{report.analyse_s / report.import_s:.2f}")
    table.add_row("most memory, MB", f"{report.resident_mb:.0f}")
    return table


def _with_interval(figure: Interval) -> str:
    return f"{figure.value:.1f}\n[dim]{figure.low:.1f}–{figure.high:.1f}[/]"


def _verdict(done: EvaluationRun, first: EvaluationRun) -> str:
    if done is first:
        return ""
    row = next(d for d in compare(done, first) if d.measure.name == first.task.headline[0])
    style = _STYLES.get(row.verdict)
    words = f"[{style}]{row.verdict}[/]" if style else str(row.verdict)
    return f"{words}\n[dim]{row.change.value:+.1f} [{row.change.low:+.1f}, {row.change.high:+.1f}][/]"
