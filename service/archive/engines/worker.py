"""A worker process of the local pool: loads the pipeline once, then runs shards, one after the other.

It reports each article that it begins, so that the pool knows which one ended it. It keeps no state that
matters: whatever happens to it, the pool starts another.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from service.archive.engines import preload
from service.archive.inputs.raw import InputProblem, RawArticle
from service.archive.job.analyst import Analyst, AnalystSpec, load_pipeline
from service.archive.job.limits import LimitGuard
from service.archive.job.output import OutputFormat
from service.archive.job.shard import Shard, ShardReport, process_shard
from service.errors import ModelFailed

# EX_SOFTWARE of sysexits.h. No article ends a worker with it.
_EXIT_BUG = 70
_EXIT_ORPHAN = 71


@dataclass(frozen=True, slots=True)
class RunShard:
    """Run a shard into ``out``, except for the articles in ``poison``."""

    shard: Shard
    out: Path
    output: OutputFormat
    poison: Mapping[int, InputProblem]


@dataclass(frozen=True, slots=True)
class TryArticle:
    """Analyse one article without keeping the result, to see whether it ends the process."""

    raw: RawArticle


@dataclass(frozen=True, slots=True)
class WorkerReady:
    """The pipeline is loaded, and the worker waits for a task."""

    provenance: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ArticleBegun:
    """The article with this ordinal is being analysed."""

    ordinal: int


@dataclass(frozen=True, slots=True)
class ShardDone:
    """The shard's file is in place, or the tried article has survived (no report)."""

    report: ShardReport | None


@dataclass(frozen=True, slots=True)
class ShardFailed:
    """The worker ends. ``is_disk`` says whether a write failed; otherwise the model did."""

    reason: str
    is_disk: bool


def work(connection: Connection, spec: AnalystSpec) -> None:
    """Run what the pool sends through ``connection``, until it is closed."""
    try:
        _work(connection, spec)
    except BaseException:
        traceback.print_exc()
        os._exit(_EXIT_BUG)


def _work(connection: Connection, spec: AnalystSpec) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the pool handles Ctrl+C
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_die_with_the_pool, name="archive-orphan", daemon=True).start()
    try:
        pipeline = preload.loaded(spec) or load_pipeline(spec)
        _use_threads(spec)
    except ModelFailed as error:
        connection.send(ShardFailed(error.detail, is_disk=False))
        return
    analyst = Analyst(spec, pipeline, LimitGuard(spec.limits))
    connection.send(WorkerReady(analyst.provenance))

    def begin(ordinal: int) -> None:
        connection.send(ArticleBegun(ordinal))

    while True:
        try:
            task = connection.recv()
        except EOFError:  # the pool is gone
            return
        try:
            if isinstance(task, RunShard):
                report = process_shard(task.shard, task.out, analyst, task.output, task.poison, begin)
                connection.send(ShardDone(report))
            else:
                for _ in analyst.analyse_partition([task.raw], begin=begin):
                    pass
                connection.send(ShardDone(None))
        except BrokenPipeError:
            return
        except OSError as error:
            where = error.filename or (task.out if isinstance(task, RunShard) else "")
            connection.send(ShardFailed(f"{where}: {error.strerror or error}", is_disk=True))
            return


def _use_threads(spec: AnalystSpec) -> None:
    """Set the threads of torch: a pipeline from the server, which must be forkable, comes with one."""
    if "torch" in sys.modules:  # a test's stand-in for the pipeline needs no torch
        from service.models import runtime

        runtime.use_threads(spec.settings.threads)


def _die_with_the_pool() -> None:
    """End this process when the pool's process is gone, so that a killed job leaves none behind."""
    pool = multiprocessing.parent_process()
    if pool is not None:
        wait([pool.sentinel])
        os._exit(_EXIT_ORPHAN)
