"""A run: one system on one data set for one task, and the folder that holds it.

``config.json`` says what was run, on what, by which versions and models, on which machine; ``samples.jsonl``
holds every article's gold, answer and tallies; ``metrics.json`` the figures with their intervals. Figures are
always computed from the samples, so that two runs can be compared article by article.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import service
from eval.datasets import Sample, read_rows
from eval.datasets.load import Dataset
from eval.metrics.measures import Interval, Measure, Numbers, interval, recall
from eval.tasks import TASKS, Task
from service.domain import Analysis
from service.errors import PullquoteError
from service.wire import to_dict, to_wire

SEED = 2016
_PACKAGES = ("torch", "transformers", "tokenizers", "numpy", "nltk", "rouge-score", "scikit-learn", "sumy",
             "sentence-transformers")  # fmt: skip


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """One article of a run.

    ``seconds`` is the system's time alone; ``error`` is set if it failed. ``marks`` are the highlights of the
    score as plain values, under the name that samples.jsonl has for them.
    """

    id: str
    text: str
    slices: Mapping[str, str]
    seconds: float
    error: str | None
    gold: Any
    prediction: Any
    tallies: Mapping[str, Sequence[float]]
    quality: float
    marks: Sequence[Mapping[str, Any]]
    notes: Sequence[Sequence[str]]


@dataclass(frozen=True)
class EvaluationRun:
    """A finished run: its configuration and its records."""

    config: Mapping[str, Any]
    records: Sequence[ArticleRecord] = field(repr=False)

    @cached_property
    def task(self) -> Task:
        """The task that was run."""
        return TASKS[self.config["task"]]()

    @property
    def name(self) -> str:
        """System and data, for display."""
        return f"{self.system} on {self.config['data']['name']}"

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The task's measures, less those for which the data hold no gold (speakers' full names, say)."""
        return tuple(measure for measure in self.task.measures if self._has_basis(measure))

    def _has_basis(self, measure: Measure) -> bool:
        if not all(measure.tally in record.tallies for record in self.records):
            return False
        tallies = self.tallies(measure.tally)
        return bool(tallies[:, 2].any() if measure.read is recall else tallies.any())

    @property
    def system(self) -> str:
        """The system's name for display: "stored:rivals/citron_dev.jsonl.gz" on polnear_dev is "citron"."""
        kind, _, path = self.config["system"].partition(":")
        if kind != "stored":
            return str(self.config["system"])
        part = self.config["data"]["name"].rpartition("_")[2]
        return Path(path).name.partition(".")[0].removesuffix(f"_{part}")

    @property
    def articles_per_second(self) -> float | None:
        """The system's speed, with one article after the other.

        None for stored answers: the time to read a file says nothing about the system.
        """
        if self.config["system"].startswith("stored:"):
            return None
        return len(self.records) / max(sum(record.seconds for record in self.records), 1e-9)

    def tallies(self, name: str, records: Sequence[ArticleRecord] | None = None) -> Numbers:
        """Return the tallies called ``name``: (N, V)."""
        chosen = self.records if records is None else records
        return np.array([record.tallies[name] for record in chosen], dtype=np.float64)

    def figure(self, measure: Measure, records: Sequence[ArticleRecord] | None = None) -> Interval:
        """Return a measure with its interval, in the unit it is shown in."""
        return interval(measure, self.tallies(measure.tally, records), seed=SEED).scaled(measure.scale)

    def slices(self) -> dict[str, dict[str, list[ArticleRecord]]]:
        """Return the records by kind of slice and group: {"publisher": {"cnn": […]}}."""
        groups: dict[str, dict[str, list[ArticleRecord]]] = {}
        for record in self.records:
            for kind, group in record.slices.items():
                groups.setdefault(kind, {}).setdefault(group, []).append(record)
        return groups


def run(
    task: Task,
    system: Any,
    name: str,
    data: Dataset,
    tick: Callable[[], None] = lambda: None,
) -> EvaluationRun:
    """Ask ``system`` (called ``name``) about every sample of ``data`` that ``task`` takes, and score it.

    ``tick`` is called after each article. A system's PullquoteError costs it that article, not the run.
    Raises ValueError if the data hold nothing for this task.
    """
    samples = [sample for sample in data.samples if task.takes(sample)]
    if not samples:
        raise ValueError(f"{data.source} holds nothing for task {task.name!r}: see `python -m eval datasets`")
    started = datetime.now(UTC)
    _warm_up(task, system, samples[0])
    records, provenance = [], None
    for sample in samples:
        record, answer = _one(task, system, sample)
        records.append(record)
        if provenance is None and isinstance(answer, Analysis):
            provenance = to_dict(to_wire(answer))["provenance"]
        tick()
    return EvaluationRun(_config(task, name, data, started, provenance), tuple(records))


def save(done: EvaluationRun, folder: Path) -> None:
    """Write the run's three files into ``folder``, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "config.json", done.config)
    with (folder / "samples.jsonl").open("w", encoding="utf-8") as lines:
        for record in done.records:
            lines.write(json.dumps(asdict(record)) + "\n")  # ASCII: an article may hold lone surrogates
    _write(folder / "metrics.json", metrics(done))


def read(folder: Path) -> EvaluationRun:
    """Read a run back. Raises FileNotFoundError, and ValueError if the folder holds no run."""
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"{folder} holds no run (no config.json): make one with `python -m eval run`")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return EvaluationRun(config, tuple(ArticleRecord(**row) for row in read_rows(folder / "samples.jsonl")))


def metrics(done: EvaluationRun) -> dict[str, Any]:
    """Return every figure of a run, with intervals, over all articles and by slice."""
    measures = done.measures
    return {
        "articles": len(done.records),
        "failed": sum(record.error is not None for record in done.records),
        "articles_per_second": done.articles_per_second,
        "measures": {measure.name: asdict(done.figure(measure)) for measure in measures},
        "slices": {
            kind: {
                group: {
                    "articles": len(members),
                    **{m.name: done.figure(m, members).value for m in measures},
                }
                for group, members in sorted(groups.items())
            }
            for kind, groups in done.slices().items()
        },
        "curves": {name: done.tallies(name).sum(axis=0).tolist() for name in done.task.curves},
    }


def _warm_up(task: Task, system: Any, sample: Sample) -> None:
    """Load what is loaded lazily, before anything is timed."""
    with suppress(PullquoteError):
        task.ask(system, sample)


def _one(task: Task, system: Any, sample: Sample) -> tuple[ArticleRecord, Any]:
    error = None
    start = time.perf_counter()
    try:
        answer = task.ask(system, sample)
    except PullquoteError as failure:
        answer, error = task.nothing(sample), f"{type(failure).__name__}: {failure}"
    seconds = time.perf_counter() - start
    score = task.score(sample, answer)
    record = ArticleRecord(
        id=sample.article.id,
        text=sample.article.text,
        slices=dict(sample.slices),
        seconds=seconds,
        error=error,
        gold=score.gold,
        prediction=score.prediction,
        tallies={name: [float(number) for number in tally] for name, tally in score.tallies.items()},
        quality=score.quality,
        marks=[
            {"start": m.span.start, "end": m.span.end, "side": m.side, "role": m.role, "label": m.label}
            for m in score.highlights
        ],
        notes=[list(note) for note in score.notes],
    )
    return record, answer


def _config(
    task: Task, name: str, data: Dataset, started: datetime, provenance: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "task": task.name,
        "system": name,
        "data": {
            "name": data.name,
            "source": data.source,
            "sha256": data.sha256,
            "licence": data.licence,
            "rows": len(data.samples),
        },
        "seed": SEED,
        "command": " ".join(sys.argv),
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "service": service.__version__,
        "commit": _commit(),
        "provenance": provenance,
        "packages": dict(_versions()),
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
    }


def _versions() -> Iterator[tuple[str, str]]:
    for package in _PACKAGES:
        try:
            yield package, metadata.version(package)
        except metadata.PackageNotFoundError:
            continue


def _commit() -> str | None:
    """Return the checkout's commit, with "+" if files have changed since; None outside a checkout."""
    here = Path(__file__).parent
    try:
        commit = _git(here, "rev-parse", "--short=12", "HEAD")
        return commit + ("+" if _git(here, "status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
