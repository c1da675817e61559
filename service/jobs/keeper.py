"""Keeps the leases of this process alive, and takes away those whose holders show no life. One thread.

Time is measured on this process's monotonic clock alone, so no jump of any clock ends or prolongs a lease.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from service.errors import PullquoteError
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import HeldItem, ItemLease

_BEATS_A_LEASE = 4
_PURGE_EVERY_S = 3600.0

_log = logging.getLogger(__name__)


class LeaseKeeper:
    """Beats for the articles that this process works on, and watches the beats of all."""

    def __init__(
        self,
        store: JobStore,
        *,
        lease_s: float,
        article_s: float,
        most_attempts: int,
        keep_days: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take how long a lease lasts without a beat, and after how long an article gets no beat more."""
        self._store = store
        self._lease_s = lease_s
        self._article_s = article_s
        self._most_attempts = most_attempts
        self._keep = timedelta(days=keep_days)
        self._clock = clock
        self._held: dict[ItemLease, float] = {}
        self._seen: dict[tuple[int, int], tuple[int, float]] = {}
        self._purged_s: float | None = None
        self._lock = threading.Lock()

    @contextmanager
    def holding(self, lease: ItemLease) -> Iterator[None]:
        """Keep a lease alive while the block runs."""
        with self._lock:
            self._held[lease] = self._clock()
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(lease, None)

    def held(self) -> tuple[ItemLease, ...]:
        """Return the leases of this process."""
        with self._lock:
            return tuple(self._held)

    def run(self, stopped: threading.Event) -> None:
        """Beat, watch and purge until ``stopped``."""
        while not stopped.wait(self._lease_s / _BEATS_A_LEASE):
            try:
                self.turn()
            except PullquoteError as error:
                _log.warning("the leases of jobs could not be looked after: %s", error.detail)
            except Exception as error:  # the next turn may go well; without any, every lease would be lost
                _log.error("looking after the leases of jobs broke: %s", type(error).__name__)

    def turn(self) -> None:
        """Beat, watch and purge once. Raises StoreFailed."""
        now_s = self._clock()
        with self._lock:
            alive = [lease for lease, since in self._held.items() if now_s - since <= self._article_s]
        if alive:
            self._store.beat(alive)
        self._watch(now_s)
        if self._purged_s is None or now_s - self._purged_s > _PURGE_EVERY_S:
            self._purged_s = now_s
            if number := self._store.purge(datetime.now(UTC) - self._keep):
                _log.info("deleted %d jobs that ended more than %d days ago", number, self._keep.days)

    def _watch(self, now_s: float) -> None:
        seen: dict[tuple[int, int], tuple[int, float]] = {}
        for item in self._store.held():
            name = (item.key, item.generation)
            beat, since = self._seen.get(name, (-1, now_s))
            if beat != item.beat:
                since = now_s
            elif now_s - since >= self._lease_s:
                self._take_away(item)
                continue
            seen[name] = (item.beat, since)
        self._seen = seen

    def _take_away(self, item: HeldItem) -> None:
        state = self._store.take_away(item, self._most_attempts, datetime.now(UTC))
        if state:
            _log.warning("an article of a job was taken from a worker without life; now it is %s", state)
