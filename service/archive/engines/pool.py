"""The local engine: a pool of worker processes, each with one shard at a time.

Nothing is lost when a worker dies. The article that it was at is tried alone in a new worker. If that dies
too, the article is quarantined; otherwise the death was an accident. Either way the shard runs again, and no
other shard is affected.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

from service.archive.engines import preload, worker
from service.archive.engines.events import EngineEvent, ShardAdvanced, ShardFinished, ShardRestarted
from service.archive.engines.feed import ShardFeed
from service.archive.errors import JobStopped
from service.archive.inputs.raw import InputProblem
from service.archive.job.analyst import AnalystSpec
from service.archive.job.layout import part_name
from service.archive.job.limits import EXIT_MEMORY, EXIT_TIME
from service.archive.job.output import OutputFormat
from service.archive.job.shard import Shard

_WAIT_S = 0.5
# A shard that ends its worker this often, though no single article does, isn't tried again.
_MAX_ACCIDENTS = 5
# Read by numeric libraries when they load; by default they start a thread for each core.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(slots=True)
class _PoolJob:
    """A shard in work: the articles that are known to end a worker, and the one that is suspected to."""

    shard: Shard
    poison: dict[int, InputProblem] = field(default_factory=dict)
    suspect: int | None = None
    accidents: int = 0


@dataclass(slots=True)
class _Worker:
    """A worker process as the pool sees it."""

    process: ForkServerProcess
    connection: Connection
    is_ready: bool = False
    job: _PoolJob | None = None
    ordinal: int | None = None  # of the article in work


class LocalPool:
    """Runs shards in ``workers`` processes."""

    def __init__(self, spec: AnalystSpec, output: OutputFormat, workers: int) -> None:
        self._spec = spec
        self._output = output
        self._parts = Path()
        self._size = workers
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._workers: list[_Worker] = []
        self._again: list[_PoolJob] = []
        self._provenance: dict[str, Any] | None = None

    def start(self) -> dict[str, Any]:
        """Start one worker and wait until its pipeline is loaded. Raises JobStopped."""
        self._context.set_forkserver_preload(["service.archive.engines.preload"])
        with _environment(self._spec):
            self._workers.append(self._spawn())
        while self._provenance is None:
            for event in self._listen([]):
                raise JobStopped(f"The first worker ended before it began: {event}.")
        return self._provenance

    def run(self, feed: ShardFeed, parts: Path) -> Iterator[EngineEvent]:
        """Run every shard of ``feed`` into its file in ``parts``. Raises JobStopped."""
        self._parts = parts
        self._assign_all(feed)
        while not feed.is_over or self._again or any(one.job for one in self._workers):
            # Without an idle worker nobody takes from the feed, and its wakeup would stay ready.
            is_idle = any(one.job is None and one.is_ready for one in self._workers)
            events = list(self._listen([feed.wakeup] if is_idle else []))
            self._assign_all(feed)  # before the events, so that no worker waits while the manifest is synced
            yield from events

    def close(self) -> None:
        """Kill the workers."""
        for one in self._workers:
            one.process.kill()
        for one in self._workers:
            one.process.join()
            one.connection.close()
        self._workers.clear()

    def _spawn(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(target=worker.work, args=(theirs, self._spec), daemon=True)
        try:
            process.start()
        except (OSError, EOFError) as error:
            raise JobStopped(f"No worker can be started: {error or type(error).__name__}.") from error
        theirs.close()
        return _Worker(process, ours)

    def _assign_all(self, feed: ShardFeed) -> None:
        """Give work to every idle worker; start one more if all are busy and there is room."""
        for one in [one for one in self._workers if one.job is None and one.is_ready]:
            if not self._assign(one, feed):
                return
        if len(self._workers) < self._size and all(one.job or not one.is_ready for one in self._workers):
            self._workers.append(self._spawn())

    def _assign(self, one: _Worker, feed: ShardFeed) -> bool:
        if self._again:
            job = self._again.pop()
        elif shard := feed.take():
            job = _PoolJob(shard)
        else:
            return False
        one.job, one.ordinal = job, None
        task: worker.RunShard | worker.TryArticle
        if job.suspect is None:
            task = worker.RunShard(
                job.shard, self._parts / part_name(job.shard.number, self._output), self._output, job.poison
            )
        else:
            task = worker.TryArticle(job.shard.articles[job.suspect])
        with suppress(BrokenPipeError):  # its death is noticed by ``_listen``
            one.connection.send(task)
        return True

    def _listen(self, besides: list[Connection]) -> Iterator[EngineEvent]:
        by_connection = {one.connection: one for one in self._workers}
        for ready in wait([*by_connection, *besides], timeout=_WAIT_S):
            one = by_connection.get(ready)  # type: ignore[call-overload]
            if one is None:
                continue
            try:
                message = one.connection.recv()
            except (EOFError, ConnectionResetError):
                yield from self._handle_death(one)
                continue
            yield from self._handle_message(one, message)

    def _handle_message(self, one: _Worker, message: object) -> Iterator[EngineEvent]:
        if isinstance(message, worker.WorkerReady):
            one.is_ready = True
            self._require_same(message.provenance)
        elif isinstance(message, worker.ArticleBegun):
            one.ordinal = message.ordinal
            if one.job and one.job.suspect is None:
                yield ShardAdvanced(one.job.shard.number, message.ordinal)
        elif isinstance(message, worker.ShardFailed):
            remedy = "Make room or mend the disk, then `archive resume`." if message.is_disk else ""
            raise JobStopped(f"{message.reason} {remedy}".strip())
        elif isinstance(message, worker.ShardDone):
            job, one.job, one.ordinal = one.job, None, None
            assert job is not None
            if message.report is None:
                job.suspect = None  # it survived alone, so the death was an accident
                self._count_accident(job, "though each article survives alone")
                self._again.append(job)
            else:
                yield ShardFinished(job.shard, message.report)

    def _handle_death(self, one: _Worker) -> Iterator[EngineEvent]:
        """Handle the death of a worker: suspect or quarantine the article it was at, and rerun its shard."""
        self._workers.remove(one)
        one.connection.close()
        one.process.join()
        how = _how_it_ended(one.process.exitcode, self._spec)
        job = one.job
        if job is None:
            if not one.is_ready:
                raise JobStopped(f"A worker could not load the pipeline: {how.reason}")
            return
        if one.ordinal is None:  # it was at no article
            self._count_accident(job, how.reason)
        elif job.suspect is None:
            job.suspect = one.ordinal
        else:
            job.poison[job.suspect], job.suspect = how, None
        self._again.append(job)
        yield ShardRestarted(job.shard.number, how.reason)

    def _count_accident(self, job: _PoolJob, how: str) -> None:
        job.accidents += 1
        if job.accidents >= _MAX_ACCIDENTS:
            raise JobStopped(
                f"Shard {job.shard.number} ended its worker {job.accidents} times: {how}. Is the machine "
                "short of memory, or the disk failing? Mend that, then `archive resume`."
            )

    def _require_same(self, provenance: dict[str, Any]) -> None:
        if self._provenance is not None and provenance != self._provenance:
            raise JobStopped("Two workers have different models. Was the installation changed just now?")
        self._provenance = provenance


def _how_it_ended(exitcode: int | None, spec: AnalystSpec) -> InputProblem:
    limits = spec.limits
    if exitcode == EXIT_TIME:
        reason = f"The article takes more than {limits.seconds:g} s. Raise --article-seconds, then retry."
        return InputProblem("time-limit", reason)
    if exitcode == EXIT_MEMORY:
        reason = f"The article needs more than {limits.memory_mib} MiB. Raise --article-memory, then retry."
        return InputProblem("memory-limit", reason)
    how = signal.Signals(-exitcode).name if exitcode is not None and exitcode < 0 else f"status {exitcode}"
    reason = f"The article ends the process that analyses it ({how}). Once that is mended, `archive retry`."
    return InputProblem("worker-killed", reason)


@contextmanager
def _environment(spec: AnalystSpec) -> Iterator[None]:
    """Set the environment for the server that workers are forked from; it starts with the first of them."""
    wanted = {**dict.fromkeys(_ONE_THREAD, "1"), preload.VARIABLE: preload.encode(spec)}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
