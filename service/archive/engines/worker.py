"""A worker process of the local pool: loads the pipeline once, then runs the shards it is sent, one by one.

It says which article it begins, so that the pool knows which one ended it. It keeps no record; whatever
happens to it, the pool starts another.
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
from service.archive.job.limits import Guard
from service.archive.job.output import Format
from service.archive.job.shard import Report, Shard, process_shard
from service.errors import ModelFailed

# sysexits.h: EX_SOFTWARE. Nothing that an article does ends with it.
_EXIT_BUG = 70
_EXIT_ORPHAN = 71


@dataclass(frozen=True, slots=True)
class RunShard:
    """Run a shard into ``out``, but for the articles in ``poison``."""

    shard: Shard
    out: Path
    output: Format
    poison: Mapping[int, InputProblem]


@dataclass(frozen=True, slots=True)
class TryArticle:
    """Analyse one article and forget the result: does it end the process?"""

    raw: RawArticle


@dataclass(frozen=True, slots=True)
class WorkerReady:
    """The pipeline is loaded."""

    provenance: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ArticleBegun:
    """The article with this ordinal is being analysed."""

    ordinal: int


@dataclass(frozen=True, slots=True)
class ShardDone:
    """The shard's file is in place, or the tried article has survived (no report)."""

    report: Report | None


@dataclass(frozen=True, slots=True)
class ShardFailed:
    """Nothing more comes from this worker; ``is_disk`` tells a failed write from a failed model."""

    reason: str
    is_disk: bool


def work(connection: Connection, spec: AnalystSpec) -> None:
    """Serve the pool at the other end of ``connection`` until it closes."""
    try:
        _work(connection, spec)
    except BaseException:
        traceback.print_exc()
        os._exit(_EXIT_BUG)


def _work(connection: Connection, spec: AnalystSpec) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the pool's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_die_with_the_pool, name="archive-orphan", daemon=True).start()
    try:
        pipeline = preload.loaded(spec) or load_pipeline(spec)
        _use_threads(spec)
    except ModelFailed as error:
        connection.send(ShardFailed(error.detail, is_disk=False))
        return
    analyst = Analyst(spec, pipeline, Guard(spec.limits))
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
    """The server that the pipeline was loaded in is single-threaded, so that it can be forked."""
    if "torch" in sys.modules:  # a stand-in needs none
        from service.models import runtime

        runtime.use_threads(spec.settings.threads)


def _die_with_the_pool() -> None:
    """End this process when the pool's is gone, so that a killed job leaves none behind."""
    pool = multiprocessing.parent_process()
    if pool is not None:
        wait([pool.sentinel])
        os._exit(_EXIT_ORPHAN)
