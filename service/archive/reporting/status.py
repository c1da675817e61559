"""The status of a job, read from its manifest, also while it runs: for people, programs and Prometheus."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from service.archive.errors import WrongJob
from service.archive.job import options as job_options
from service.archive.job.layout import Generation
from service.archive.job.lock import is_held
from service.archive.job.manifest import Manifest
from service.archive.job.tables import JobCounts

# The rate is that of the shards that ended this recently.
_WINDOW_S = 300.0


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job at one moment.

    ``articles_per_s`` is the rate of the last five minutes, 0 if no shard ended. ``earlier`` are the folders
    of output by other models or options.
    """

    folder: Path
    output: Path
    inputs: tuple[str, ...]
    is_running: bool
    counts: JobCounts
    quarantine: dict[str, int]
    articles_per_s: float
    earlier: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {**asdict(self), "folder": str(self.folder), "output": str(self.output)}


def take_status(folder: Path) -> JobStatus:
    """Read the manifest. Raises WrongJob."""
    options, generation = open_job(folder)
    with closing(Manifest(generation.manifest)) as manifest:
        ended = [row for row in manifest.shards() if row.finished_at]
        recent = [row for row in ended if (row.finished_at or 0) > time.time() - _WINDOW_S]
        analysed = sum(row.analysed or 0 for row in recent)
        begun = min(((row.finished_at or 0) - (row.seconds or 0) for row in recent), default=0.0)
        return JobStatus(
            folder=folder,
            output=generation.parts,
            inputs=options.inputs,
            is_running=is_held(folder),
            counts=manifest.counts(),
            quarantine=manifest.quarantine_codes(),
            articles_per_s=round(analysed / max(time.time() - begun, 1e-9), 2) if recent else 0.0,
            earlier=tuple(
                sorted(str(other) for other in folder.glob("analyses-*") if other != generation.folder)
            ),
        )


def open_job(folder: Path) -> tuple[job_options.JobOptions, Generation]:
    """Return a job's options and the generation of its current output. Raises WrongJob."""
    options = job_options.load(folder)
    generation = Generation.of(folder, options.generation)
    try:
        Manifest(generation.manifest).close()
    except (FileNotFoundError, sqlite3.Error) as error:
        raise WrongJob(f"The manifest {generation.manifest} can't be opened: {error}.") from error
    return options, generation


def text(status: JobStatus) -> str:
    """Return a status as lines for people."""
    counts = status.counts
    lines = [
        f"{'running' if status.is_running else 'not running'}: {counts.analysed:,} articles analysed, "
        f"{sum(status.quarantine.values()):,} in quarantine",
        f"shards: {counts.shards:,} done, {counts.pending:,} planned and not done",
        f"output: {status.output} ({counts.output_bytes / 1e6:,.1f} MB)",
    ]
    if status.is_running:
        lines.append(f"rate: {status.articles_per_s:g} articles/s in the last five minutes")
    lines += [f"quarantine: {count:,} {code}" for code, count in status.quarantine.items()]
    lines += [f"earlier output, by other models or options: {other}" for other in status.earlier]
    if counts.pending and not status.is_running:
        lines.append(f"go on: pullquote archive resume {status.folder}")
    return "\n".join(lines)


def prometheus(status: JobStatus) -> str:
    """Return a status in Prometheus' text format, version 0.0.4."""
    counts = status.counts
    lines: list[str] = []

    def metric(name: str, kind: str, help_: str, *values: tuple[str, float]) -> None:
        full = f"pullquote_archive_{name}"
        lines.extend([f"# HELP {full} {help_}", f"# TYPE {full} {kind}"])
        lines.extend(f"{full}{labels} {value}" for labels, value in values)

    metric("running", "gauge", "Whether a process runs the job.", ("", int(status.is_running)))
    metric("articles_total", "counter", "Articles analysed.", ("", counts.analysed))
    metric(
        "quarantined",
        "gauge",
        "Articles in quarantine, by reason.",
        *((f'{{code="{code}"}}', count) for code, count in status.quarantine.items()),
    )
    metric(
        "shards",
        "gauge",
        "Shards, by state.",
        ('{state="done"}', counts.shards),
        ('{state="pending"}', counts.pending),
    )
    metric("worker_seconds_total", "counter", "Seconds that workers spent on shards.", ("", counts.seconds))
    metric("cpu_seconds_total", "counter", "Seconds of processor that they took.", ("", counts.cpu_s))
    metric("pipeline_seconds_total", "counter", "Those spent in the pipeline.", ("", counts.analysis_s))
    metric("input_bytes_total", "counter", "Bytes of articles read.", ("", counts.input_bytes))
    metric("output_bytes_total", "counter", "Bytes of analyses written.", ("", counts.output_bytes))
    metric("articles_per_second", "gauge", "Over the last five minutes.", ("", status.articles_per_s))
    return "\n".join(lines)
