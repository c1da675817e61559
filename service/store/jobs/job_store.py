"""``JobStore``: jobs in the database, each method one transaction. Thread-safe; every time is in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from service.store.database import Database
from service.store.jobs import endings, intake, leases, outbox
from service.store.jobs.records import (
    ENDED,
    HeldItem,
    ItemLease,
    ItemOutcome,
    ItemResult,
    JobRecord,
    JobState,
    NewJob,
    WebhookMessage,
)

_ALL_ENDED: tuple[JobState, ...] = tuple(sorted(ENDED - {"cancelled"}))
_PURGED_AT_ONCE = 50
"""Jobs deleted in a transaction: others' writes wait meanwhile."""


class JobStore:
    """Jobs, their articles' leases and results, and the messages to webhooks."""

    def __init__(self, database: Database) -> None:
        """Take a prepared database."""
        self._database = database

    # Callers

    def create(self, new: NewJob, now: datetime) -> JobRecord:
        """Keep a new job; it is durable then."""
        with self._database.write() as connection:
            return intake.create(connection, new, now)

    def unfinished(self) -> int:
        """Return how many articles of all jobs haven't come to an end."""
        with self._database.read() as connection:
            return intake.unfinished(connection)

    def job(self, job_id: str) -> JobRecord:
        """Return a job. Raises NoSuchJob."""
        with self._database.read() as connection:
            return intake.kept(connection, job_id)

    def newest(self, state: JobState | None = None, most: int = 50) -> tuple[JobRecord, ...]:
        """Return the newest jobs first, of one state or of all."""
        with self._database.read() as connection:
            return intake.newest(connection, state, most)

    def results(
        self, job_key: int, *, start: int, most: int, states: Sequence[JobState] = _ALL_ENDED
    ) -> tuple[ItemResult, ...]:
        """Return up to ``most`` of a job's articles in one of ``states``, from position ``start`` on."""
        with self._database.read() as connection:
            return intake.results(connection, job_key, start=start, most=most, states=states)

    def cancel(self, job_id: str, now: datetime) -> JobRecord:
        """Cancel what hasn't ended of a job, again is no error. Raises NoSuchJob, JobEnded."""
        with self._database.write() as connection:
            return endings.cancel(connection, job_id, now)

    def retry(self, job_id: str) -> int:
        """Queue a job's dead letters again; return how many. Raises NoSuchJob."""
        with self._database.write() as connection:
            return endings.retry(connection, job_id)

    def purge(self, ended_before: datetime) -> int:
        """Delete the jobs that ended before a moment, in short transactions; return how many."""
        total, number = 0, _PURGED_AT_ONCE
        while number == _PURGED_AT_ONCE:
            with self._database.write() as connection:
                number = intake.purge(connection, ended_before, _PURGED_AT_ONCE)
            total += number
        if total:
            self._database.empty_log()
        return total

    # Workers

    def claim(self, now: datetime) -> ItemLease | None:
        """Take the next article that waits, None where none does."""
        with self._database.read() as connection:
            if not leases.has_work(connection, now):
                return None
        with self._database.write() as connection:
            return leases.claim(connection, now)

    def beat(self, held: Sequence[ItemLease]) -> None:
        """Show that the holder of these leases is alive. A lease that is lost stays lost."""
        # In the order of the rows, as everybody locks them.
        with self._database.write() as connection:
            for lease in sorted(held, key=lambda one: one.key):
                leases.beat(connection, lease)

    def give_back(self, lease: ItemLease) -> bool:
        """Let others have an article, as if it had not been tried; return whether it was held."""
        with self._database.write() as connection:
            return leases.give_back(connection, lease)

    def write_result(self, lease: ItemLease, outcome: ItemOutcome, most_attempts: int, now: datetime) -> None:
        """Write what came of an article, with the job's progress. Raises LeaseLost."""
        with self._database.write() as connection:
            endings.write_result(connection, lease, outcome, most_attempts, now)

    def held(self) -> tuple[HeldItem, ...]:
        """Return every article that a worker, here or elsewhere, holds."""
        with self._database.read() as connection:
            return leases.held(connection)

    def take_away(self, item: HeldItem, most_attempts: int, now: datetime) -> JobState | None:
        """Take an article from a holder that hasn't moved since; return what it is now, None if it has."""
        with self._database.write() as connection:
            return endings.take_away(connection, item, most_attempts, now)

    # Webhooks

    def take_message(self, now: datetime, put_off: timedelta) -> WebhookMessage | None:
        """Take a message that is due; another attempt is due after ``put_off`` unless it is settled."""
        with self._database.read() as connection:
            if not outbox.is_any_due(connection, now):
                return None
        with self._database.write() as connection:
            return outbox.take(connection, now, put_off)

    def settle_message(
        self, message: WebhookMessage, error: str | None = None, next_at: datetime | None = None
    ) -> None:
        """Note that a message was delivered, or why not and when to try again (None: never)."""
        with self._database.write() as connection:
            outbox.settle(connection, message, error, next_at)

    def message_state(self, job_key: int) -> tuple[str, int, str | None] | None:
        """Return the state, attempts and last error of a job's newest message, None where none is."""
        with self._database.read() as connection:
            return outbox.state_of(connection, job_key)
