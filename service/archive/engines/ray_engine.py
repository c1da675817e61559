"""The Ray engine: the same shards on a cluster.

Resuming doesn't depend on Ray: its tasks may die at any time.

A task returns the shard's bytes and this process writes them, so that nodes need no shared disk. A shard
whose task crashed is run again; if it crashes again, the article that causes it is found by halving.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from service.archive.engines.events import EngineEvent, ShardFinished, ShardRestarted
from service.archive.engines.feed import ShardFeed
from service.archive.errors import JobStopped, MissingExtra
from service.archive.files import write_atomically
from service.archive.inputs.raw import InputProblem, RawArticle
from service.archive.job.analyst import Analyst, AnalystSpec, load_pipeline
from service.archive.job.layout import part_name
from service.archive.job.limits import LimitGuard
from service.archive.job.output import OutputFormat
from service.archive.job.shard import Shard, ShardReport, process_shard
from service.errors import ModelFailed

try:
    import ray
except ModuleNotFoundError as error:
    raise MissingExtra("--engine ray", "ray") from error

_WAIT_S = 0.5
# A dying node takes all its shards with it, so one crash says nothing about a shard.
_CRASHES_BEFORE_SEARCH = 2
_MAX_CRASHES = 8
# Tasks in flight for each processor of the cluster: one that runs and one that waits.
_AHEAD = 2


@dataclass(slots=True)
class _RayJob:
    """A shard in work: the articles that are known to crash, and how often it crashed."""

    shard: Shard
    poison: dict[int, InputProblem] = field(default_factory=dict)
    crashes: int = 0


class RayEngine:
    """Runs shards as Ray tasks of one processor each."""

    def __init__(self, spec: AnalystSpec, output: OutputFormat, address: str | None) -> None:
        self._spec = replace(spec, settings=spec.settings.model_copy(update={"threads": 1}))
        self._output = output
        self._address = address
        self._provenance: dict[str, Any] | None = None

    def start(self) -> dict[str, Any]:
        """Join the cluster or start a local one, and load a pipeline on it. Raises JobStopped."""
        try:
            ray.init(
                address=self._address,
                log_to_driver=False,
                include_dashboard=None if self._address else False,
                logging_level=logging.ERROR,
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise JobStopped(f"There is no Ray cluster at {self._address}: {error}") from error
        for _ in range(_MAX_CRASHES):
            try:
                self._provenance = ray.get(_describe.remote(self._spec))
            except ray.exceptions.RayTaskError as error:
                raise JobStopped(str(error.cause)) from error
            except ray.exceptions.RayError:  # a node that was dying
                continue
            assert self._provenance is not None
            return self._provenance
        raise JobStopped(f"Loading the pipeline ended {_MAX_CRASHES} Ray workers. See Ray's logs.")

    def run(self, feed: ShardFeed, parts: Path) -> Iterator[EngineEvent]:
        """Run every shard of ``feed`` into its file in ``parts``. Raises JobStopped or OSError."""
        flying: dict[Any, _RayJob] = {}
        while True:
            while len(flying) < self._most_in_flight() and (shard := feed.take()):
                self._send(_RayJob(shard), flying)
            if not flying:
                if feed.is_over:
                    return
                feed.wakeup.poll(_WAIT_S)
                continue
            for reference in ray.wait(list(flying), timeout=_WAIT_S)[0]:
                job = flying.pop(reference)
                try:
                    data, report, provenance = ray.get(reference)
                except ray.exceptions.RayTaskError as error:
                    raise JobStopped(f"Shard {job.shard.number} failed: {error.cause}") from error
                except ray.exceptions.RayError as error:
                    yield self._crashed(job, error)
                    self._send(job, flying)
                    continue
                self._require_same(provenance)
                write_atomically(parts / part_name(job.shard.number, self._output), data)
                yield ShardFinished(job.shard, report)

    def close(self) -> None:
        """Leave the cluster, and cancel the tasks of this job."""
        ray.shutdown()

    def _most_in_flight(self) -> int:
        resources = ray.cluster_resources()  # type: ignore[no-untyped-call]
        return max(2, int(resources.get("CPU", 1)) * _AHEAD)

    def _send(self, job: _RayJob, flying: dict[Any, _RayJob]) -> None:
        flying[_run.remote(self._spec, job.shard, self._output, job.poison)] = job

    def _crashed(self, job: _RayJob, error: Exception) -> EngineEvent:
        job.crashes += 1
        number = job.shard.number
        if job.crashes >= _MAX_CRASHES:
            raise JobStopped(f"Shard {number} crashed {job.crashes} times, and no article of it does alone.")
        if job.crashes % _CRASHES_BEFORE_SEARCH == 0:
            clean = [ordinal for ordinal in range(len(job.shard.articles)) if ordinal not in job.poison]
            for ordinal in self._search(job.shard.articles, clean):
                reason = (
                    "The article ends the process that analyses it: it breaks it, or takes more than "
                    f"{self._spec.limits.seconds:g} s or {self._spec.limits.memory_mib} MiB."
                )
                job.poison[ordinal] = InputProblem("worker-killed", reason)
        return ShardRestarted(number, f"its Ray worker or node died ({type(error).__name__}).")

    def _search(self, articles: Sequence[RawArticle], suspects: Sequence[int]) -> list[int]:
        """Return those of ``suspects`` that crash alone, by halving; a single article is tried twice."""
        tries = 2 if len(suspects) == 1 else 1
        if any(self._survives([articles[ordinal] for ordinal in suspects]) for _ in range(tries)):
            return []
        if len(suspects) == 1:
            return list(suspects)
        middle = len(suspects) // 2
        return self._search(articles, suspects[:middle]) + self._search(articles, suspects[middle:])

    def _survives(self, articles: list[RawArticle]) -> bool:
        try:
            ray.get(_try.remote(self._spec, articles))
        except ray.exceptions.RayTaskError as error:
            raise JobStopped(str(error.cause)) from error
        except ray.exceptions.RayError:
            return False
        return True

    def _require_same(self, provenance: Mapping[str, Any]) -> None:
        if provenance != self._provenance:
            raise JobStopped(
                "Two nodes make different analyses: other versions, or one has bf16 and another has not. "
                "Install the same everywhere, and set PULLQUOTE_PRECISION=fp32."
            )


# Not retried by Ray, which would send an article that crashes round the whole cluster.
@ray.remote(num_cpus=1, max_retries=0)
def _describe(spec: AnalystSpec) -> dict[str, Any]:
    return _analyst(spec).provenance


@ray.remote(num_cpus=1, max_retries=0)
def _run(
    spec: AnalystSpec, shard: Shard, output: OutputFormat, poison: Mapping[int, InputProblem]
) -> tuple[bytes, ShardReport, dict[str, Any]]:
    analyst = _analyst(spec)
    with tempfile.TemporaryDirectory(prefix="pullquote-") as folder:
        out = Path(folder) / "part"
        report = process_shard(shard, out, analyst, output, poison)
        return out.read_bytes(), report, analyst.provenance


@ray.remote(num_cpus=1, max_retries=0)
def _try(spec: AnalystSpec, articles: list[RawArticle]) -> None:
    for _ in _analyst(spec).analyse_partition(articles):
        pass


@lru_cache(maxsize=1)
def _analyst(spec: AnalystSpec) -> Analyst:
    """Return the analyst of this Ray worker process, which runs many tasks."""
    try:
        return Analyst(spec, load_pipeline(spec), LimitGuard(spec.limits))
    except ModelFailed as error:
        raise JobStopped(error.detail) from None
