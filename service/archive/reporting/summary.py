"""The summary of a job at its end: numbers for people, ``summary.json``, and a chart beside the analyses."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.archive.files import write_atomically
from service.archive.job.manifest import Manifest
from service.archive.job.result import JobResult
from service.archive.job.tables import JobCounts
from service.archive.reporting.chart import ChartPanel, draw

_TIME_BINS = 40


@dataclass(frozen=True, slots=True)
class JobSummary:
    """Totals of a job.

    ``rates`` are articles per second over the last run, in steps of ``step_s`` seconds.
    """

    counts: JobCounts
    quarantine: dict[str, int]
    lengths: dict[int, int]
    notices: dict[str, int]
    rates: tuple[float, ...]
    step_s: float
    passed_over: int
    lost: int
    output: Path
    chart: Path

    @property
    def quarantined(self) -> int:
        """How many articles are in quarantine."""
        return sum(self.quarantine.values())

    def text(self) -> str:
        """Return the summary as lines for people."""
        counts = self.counts
        model = f"{counts.analysis_s / counts.seconds:.0%}" if counts.seconds else "–"
        lines = [
            f"{counts.analysed:,} articles analysed in {counts.shards:,} shards, "
            f"{self.quarantined:,} in quarantine",
            f"output: {self.output} ({counts.output_bytes / 1e6:,.1f} MB)",
            f"workers: {counts.seconds:,.0f} s, of them in the pipeline {model}; processor "
            f"{counts.cpu_s:,.0f} s",
        ]
        if self.passed_over:
            lines.append(f"passed over, because the output holds them: {self.passed_over:,} articles")
        if self.lost:
            lines.append(f"planned before, and in the inputs no more: {self.lost:,} articles")
        lines += [f"quarantine: {count:,} {code}" for code, count in self.quarantine.items()]
        lines += [f"warnings: {count:,} {code}" for code, count in self.notices.items()]
        return "\n".join([*lines, f"chart: {self.chart}"])

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        counts = self.counts
        return {
            "articles": counts.analysed,
            "shards": counts.shards,
            "quarantine": self.quarantine,
            "lengths": {str(upper): count for upper, count in self.lengths.items()},
            "warnings": self.notices,
            "worker_seconds": round(counts.seconds, 3),
            "cpu_seconds": round(counts.cpu_s, 3),
            "pipeline_seconds": round(counts.analysis_s, 3),
            "input_bytes": counts.input_bytes,
            "output_bytes": counts.output_bytes,
            "chars": counts.chars,
            "articles_per_second": [round(rate, 2) for rate in self.rates],
            "step_seconds": round(self.step_s, 3),
        }


def summarise_job(ran: JobResult) -> JobSummary:
    """Summarise a job, and write ``summary.json`` and ``summary.svg``. Raises OSError."""
    generation = ran.generation
    with closing(Manifest(generation.manifest)) as manifest:
        lengths, notices, ended = Counter[int](), Counter[str](), list[tuple[float, int]]()
        since = float(manifest.get("started_at", "0"))
        for row in manifest.shards():
            lengths.update({int(upper): count for upper, count in json.loads(row.lengths or "{}").items()})
            notices.update(json.loads(row.notices or "{}"))
            if row.finished_at and row.finished_at >= since:
                ended.append((row.finished_at, row.analysed or 0))
        rates, step_s = _rates(ended, since)
        summary = JobSummary(
            counts=manifest.counts(),
            quarantine=manifest.quarantine_codes(),
            lengths=dict(sorted(lengths.items())),
            notices=dict(sorted(notices.items())),
            rates=rates,
            step_s=step_s,
            passed_over=ran.passed_over,
            lost=ran.lost,
            output=generation.parts,
            chart=generation.folder / "summary.svg",
        )
    content = json.dumps(summary.as_dict(), indent=2) + "\n"
    write_atomically(generation.folder / "summary.json", content.encode())
    write_atomically(summary.chart, _chart(summary).encode())
    return summary


def _rates(ended: list[tuple[float, int]], since: float) -> tuple[tuple[float, ...], float]:
    """Return the articles per second in equal steps of time over the run, and the length of a step."""
    if not ended:
        return (), 0.0
    step_s = max(max(moment for moment, _ in ended) - since, 1e-3) / _TIME_BINS
    bins = [0] * _TIME_BINS
    for moment, articles in ended:
        bins[min(int((moment - since) / step_s), _TIME_BINS - 1)] += articles
    return tuple(count / step_s for count in bins), step_s


def _chart(summary: JobSummary) -> str:
    lengths = {f"≤ {upper // 1000}k": count for upper, count in summary.lengths.items()}
    seconds = {f"{number * summary.step_s:.0f} s": rate for number, rate in enumerate(summary.rates)}
    kinds = {**summary.notices, **summary.quarantine}
    return draw(
        [
            ChartPanel("Articles per second, over the last run", list(seconds.items())),
            ChartPanel("Articles by length in characters", list(lengths.items())),
            ChartPanel("Warnings, and reasons of the quarantine", list(kinds.items())),
        ]
    )
