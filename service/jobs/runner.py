"""Works through jobs: threads that take an article, have it analysed, and write what came of it.

Whoever waits for an answer comes first: an article is taken only while the pipeline is idle. Nothing that
happens to an article, or to the database, ends a thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from service.errors import PullquoteError, ShuttingDown
from service.ingest import Door
from service.jobs.analysing import analyse_item
from service.jobs.keeper import LeaseKeeper
from service.store.errors import StoreUnavailable
from service.store.jobs.errors import LeaseLost
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import ItemLease, ItemOutcome

_POLL_S = 0.5
"""How often a thread without work looks for some; what is submitted in this process wakes it at once."""
_YIELD_S = 0.05
_AFTER_ERROR_S = 5.0
_WRITE_TRIES = 6

_log = logging.getLogger(__name__)


class IdleModel(Protocol):
    """A pipeline that jobs may use while nobody else does; ``service.api.worker.Worker`` is one."""

    def is_idle(self) -> bool:
        """Return whether ``run_if_idle`` would run something now."""
        ...

    def run_if_idle(self, job: Callable[[Any], ItemOutcome]) -> Future[ItemOutcome] | None:
        """Run a job on the pipeline, or return None if others come first."""
        ...


class OwnModel:
    """A pipeline that this process has for jobs alone: always idle, run in the caller's thread."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    def is_idle(self) -> bool:
        """Return True."""
        return True

    def run_if_idle(self, job: Callable[[Any], ItemOutcome]) -> Future[ItemOutcome]:
        """Run a job now and return its result, as a future that is done."""
        done: Future[ItemOutcome] = Future()
        done.set_result(job(self._pipeline))
        return done


class JobRunner:
    """Threads that work through the jobs of a store."""

    def __init__(self, store: JobStore, door: Door, keeper: LeaseKeeper, *, most_attempts: int) -> None:
        self._store = store
        self._door = door
        self._keeper = keeper
        self._most_attempts = most_attempts
        self._draining = threading.Event()
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._threads: list[threading.Thread] = []
        self._beating: threading.Thread | None = None

    def start(self, model: IdleModel, threads: int = 1) -> None:
        """Begin to work on ``model``."""
        # Daemons, so that an article that takes too long can't keep the process from ending.
        self._beating = threading.Thread(
            target=self._keeper.run, args=(self._stopped,), name="pullquote-leases", daemon=True
        )
        self._beating.start()
        for number in range(threads):
            thread = threading.Thread(
                target=self._work, args=(model,), name=f"pullquote-jobs-{number}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def wake(self) -> None:
        """Say that there is work, so that it begins at once."""
        self._woken.set()

    def drain(self) -> None:
        """Take no more articles. Returns at once, and may be called by a signal handler."""
        self._draining.set()
        self._woken.set()

    def stop(self, grace_s: float) -> bool:
        """Finish the articles at hand within ``grace_s``, else give them back; return whether all ended."""
        self.drain()
        deadline_s = time.monotonic() + grace_s
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        for lease in self._keeper.held():
            try:
                self._store.give_back(lease)
                _log.info("article %d of job %s was given back", lease.position, lease.job_id)
            except PullquoteError as error:
                _log.warning("an article could not be given back, and will be taken away: %s", error.detail)
        self._stopped.set()
        if self._beating:
            self._beating.join(grace_s)
        return not any(thread.is_alive() for thread in self._threads)

    def _work(self, model: IdleModel) -> None:
        while not self._draining.is_set():
            try:
                worked = model.is_idle() and self._take_one(model)
            except PullquoteError as error:
                _log.warning("jobs wait: %s", error.detail)
                self._draining.wait(_AFTER_ERROR_S)
            except Exception as error:
                _log.error("a job's article was left to others: %s", type(error).__name__)
                self._draining.wait(_AFTER_ERROR_S)
            else:
                if not worked and self._woken.wait(_POLL_S) and not self._draining.is_set():
                    self._woken.clear()

    def _take_one(self, model: IdleModel) -> bool:
        """Take an article and see it through; return whether there was one."""
        lease = self._store.claim(datetime.now(UTC))
        if lease is None:
            return False
        with self._keeper.holding(lease):
            outcome = self._analysed(lease, model)
            if outcome is None:
                self._store.give_back(lease)
            else:
                self._write(lease, outcome)
        return True

    def _analysed(self, lease: ItemLease, model: IdleModel) -> ItemOutcome | None:
        """Return what came of an article, None where the service stops before that is known."""
        job = partial(analyse_item, door=self._door, lease=lease)
        while (running := model.run_if_idle(job)) is None:
            if self._draining.wait(_YIELD_S):
                return None
        try:
            return running.result()
        except ShuttingDown:
            return None

    def _write(self, lease: ItemLease, outcome: ItemOutcome) -> None:
        """Write a result, again for as long as the database is away; it is analysed again in the end."""
        for attempt in range(_WRITE_TRIES):
            try:
                self._store.write_result(lease, outcome, self._most_attempts, datetime.now(UTC))
            except LeaseLost as error:
                _log.info("%s", error.detail)
            except StoreUnavailable:
                if attempt == _WRITE_TRIES - 1:
                    raise
                time.sleep(0.2 * 2**attempt)
                continue
            return
