"""Drives a job: determines its identity, plans, has the shards run, and keeps the manifest.

Killed at any instant, the next run goes on from the manifest. Not here: how shards are cut, run or written.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import service
from service.archive.engines.cores import default_workers, usable_cores
from service.archive.engines.events import Engine, ShardAdvanced, ShardFinished, ShardRestarted
from service.archive.engines.feed import ShardFeed
from service.archive.engines.pool import LocalPool
from service.archive.errors import JobStopped, WrongJob
from service.archive.files import open_atomically, remove_temporary
from service.archive.inputs.readers import ArchiveReader, ReadingProgress
from service.archive.inputs.sources import InputSource, find_sources
from service.archive.job import lock
from service.archive.job import options as job_options
from service.archive.job.analyst import AnalystSpec
from service.archive.job.layout import Generation
from service.archive.job.manifest import Manifest
from service.archive.job.options import JobOptions, RunOptions
from service.archive.job.output import OutputFormat
from service.archive.job.planner import Planner
from service.archive.job.result import JobResult
from service.archive.job.shard import Shard
from service.archive.reporting.progress import ProgressDisplay, ProgressStyle, RunMeter, measure
from service.settings import Settings
from service.warning_codes import WarningCode

# How many shards are read ahead of the workers.
_SHARDS_AHEAD = 2


@dataclass(slots=True)
class _Plan:
    """The planning that the reading thread runs; ``planner`` is None until it has begun."""

    manifest: Path
    reader: ArchiveReader
    options: JobOptions
    leave_out: str
    planner: Planner | None = None

    def sources(self) -> Iterator[InputSource]:
        return find_sources(self.options.inputs, leave_out=self.leave_out)

    def __call__(self) -> Iterator[Shard]:
        manifest = Manifest(self.manifest)
        try:
            self.planner = Planner(manifest, self.reader, self.options.shard_articles)
            yield from self.planner.shards(self.sources())
        finally:
            manifest.close()


def run_job(
    folder: Path, wanted: JobOptions | None, run: RunOptions, show: ProgressStyle, *, retry: bool = False
) -> JobResult:
    """Run a job to its end. Without ``wanted`` it is resumed with its own options.

    With ``retry`` the quarantined articles are analysed again. Raises WrongJob or JobStopped.
    """
    if wanted is None:
        job_options.load(folder)  # refuse before anything is made in the folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with lock.hold(folder):
            return _run_locked(folder, wanted, run, show, retry=retry)
    except OSError as error:
        where = error.filename or folder
        raise JobStopped(
            f"{where}: {error.strerror or error}. Mend that, then `archive resume`; nothing is lost."
        ) from error
    except sqlite3.Error as error:
        raise JobStopped(
            f"The manifest in {folder} can't be used: {error}. Make room or mend the disk, then "
            "`archive resume`; nothing is lost."
        ) from error


def _run_locked(
    folder: Path, wanted: JobOptions | None, run: RunOptions, show: ProgressStyle, *, retry: bool
) -> JobResult:
    before = job_options.load(folder) if wanted is None or job_options.exists(folder) else None
    options = wanted.after(before) if wanted and before else wanted or before
    assert options is not None
    workers = run.workers or default_workers()
    threads = run.settings.threads or max(1, usable_cores() // workers)
    settings = run.settings.model_copy(update={"threads": threads})
    spec = options.spec(settings, run.limits)
    with closing(_engine(run, spec, options.output, workers)) as engine:
        provenance = engine.start()
        identity = spec.identity(provenance, options.output)
        if wanted is None and before and before.generation != identity:
            raise WrongJob(_changed(folder))
        options = replace(options, generation=identity)
        generation = _prepare(folder, options, provenance)
        if options.strict:
            _refuse_stand_ins(folder, generation)
        if options != before:
            job_options.save(folder, options)
        return _Run(folder, generation, options, engine, settings, show).to_the_end(retry=retry)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over all the inputs."""

    folder: Path
    generation: Generation
    options: JobOptions
    engine: Engine
    settings: Settings
    show: ProgressStyle

    def to_the_end(self, *, retry: bool) -> JobResult:
        with closing(Manifest(self.generation.manifest)) as manifest:
            if retry:
                manifest.forget_quarantined()
            meter = RunMeter(ReadingProgress())
            plan = _Plan(
                manifest=self.generation.manifest,
                reader=ArchiveReader(self.options.mapping, self.settings.max_chars, meter.read),
                options=self.options,
                leave_out=str(self.folder.resolve()),
            )
            display = ProgressDisplay(self.show, meter)
            measure(meter, lambda: (source.size for source in plan.sources()))
            with display.started(), closing(ShardFeed(plan, ahead=_SHARDS_AHEAD)) as feed:
                self._listen(feed, manifest, meter, display)
            display.update(now=True)
            manifest.set("round", str(int(manifest.get("round", "1")) + 1))
            export_quarantine(manifest, self.generation.quarantine)
            remove_temporary(self.generation.parts)  # of workers that an article ended
            return JobResult(
                self.generation, meter.read.passed_over, plan.planner.lost if plan.planner else 0
            )

    def _listen(self, feed: ShardFeed, manifest: Manifest, meter: RunMeter, display: ProgressDisplay) -> None:
        manifest.set("started_at", str(time.time()))
        for event in self.engine.run(feed, self.generation.parts):
            if isinstance(event, ShardAdvanced):
                meter.advance(event.shard, event.articles)
            elif isinstance(event, ShardFinished):
                report, number = event.report, event.shard.number
                output = self.generation.part(number, self.options.output).name
                manifest.finish(number, output, report, service.__version__)
                meter.finish(number, report.analysed, len(report.quarantined))
            elif isinstance(event, ShardRestarted):
                meter.restarts += 1
                display.say(f"shard {event.shard} runs again: {event.reason}")
            display.update()


def export_quarantine(manifest: Manifest, path: Path) -> None:
    """Write the list of quarantined articles as JSON lines, in the order of the input. Raises OSError."""
    with open_atomically(path) as file:
        for shard, bad in manifest.quarantine():
            position = asdict(bad.position)
            entry = {"id": bad.id, **position, **asdict(bad.problem), "shard": shard}
            file.write(json.dumps(entry, ensure_ascii=True).encode("ascii") + b"\n")


def _prepare(folder: Path, options: JobOptions, provenance: dict[str, Any]) -> Generation:
    """Make the generation's folder and manifest, and remove what killed writers left."""
    generation = Generation.of(folder, options.generation)
    generation.parts.mkdir(parents=True, exist_ok=True)
    for place in (folder, generation.folder, generation.parts):
        remove_temporary(place)
    with closing(Manifest(generation.manifest, create=True)) as manifest:
        manifest.set("provenance", json.dumps(provenance))
        for shard in manifest.pending():  # its file may exist, though the shard will be cut anew
            generation.part(shard, options.output).unlink(missing_ok=True)
    return generation


def _refuse_stand_ins(folder: Path, generation: Generation) -> None:
    """Raise WrongJob where a job becomes strict but holds extracts that replaced a model's answers."""
    with closing(Manifest(generation.manifest)) as manifest:
        if count := manifest.noticed(WarningCode.MODEL_FAILED.value):
            raise WrongJob(
                f"{folder} holds {count:,} articles that the model failed on, with what was extracted in its "
                "place. It can't become strict: begin a strict job in another --out, or leave out --strict."
            )


def _engine(run: RunOptions, spec: AnalystSpec, output: OutputFormat, workers: int) -> Engine:
    if run.engine == "ray":
        from service.archive.engines.ray_engine import RayEngine

        return RayEngine(spec, output, run.ray_address)
    return LocalPool(spec, output, workers)


def _changed(folder: Path) -> str:
    return (
        f"The models, their settings or the code are not those that the job in {folder} was begun with. To "
        "go on, install the version from then. To analyse all of it anew, beside what is there: pullquote "
        f"archive run --out {folder} with its inputs."
    )
