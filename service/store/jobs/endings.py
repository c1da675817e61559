"""How articles and jobs come to an end: a result, a dead letter, a cancellation; and how dead ones rise.

An article's result, its job's progress and the message that tells of the job's end are one transaction.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from service.store.jobs import outbox
from service.store.jobs.errors import JobEnded, LeaseLost, no_such_job
from service.store.jobs.intake import as_record, kept
from service.store.jobs.leases import holds
from service.store.jobs.records import ENDED, HeldItem, ItemLease, ItemOutcome, JobRecord, JobState
from service.store.jobs.tables import job_items, jobs

_FIRST_RETRY = timedelta(seconds=5)
_MOST_DOUBLINGS = 8
_COUNTERS = {"done": jobs.c.analysed, "failed": jobs.c.failed, "dead": jobs.c.dead}


def write_result(
    connection: Connection, lease: ItemLease, outcome: ItemOutcome, most_attempts: int, now: datetime
) -> None:
    """Write what came of an article, and count it. Raises LeaseLost where the lease isn't good any more.

    What is broken waits for another attempt, and is a dead letter after the last.
    """
    values: dict[str, Any]
    if outcome.kind == "broken" and lease.attempt < most_attempts:
        delay = _FIRST_RETRY * 2 ** min(lease.attempt - 1, _MOST_DOUBLINGS)
        values = {"state": "queued", "due_at": now + delay}
    elif outcome.kind == "broken":
        values = {"state": "dead", "result": outcome.content}
    else:
        # The text has served its purpose; a dead letter's is kept for the next attempt.
        values = {"state": outcome.kind, "result": outcome.content, "article": None}
    written = connection.execute(update(job_items).where(holds(lease)).values(values))
    if written.rowcount != 1:
        raise LeaseLost(
            f"Article {lease.position} of job {lease.job_id} was taken over or cancelled while it was "
            "analysed; the result is dropped."
        )
    if values["state"] in ENDED:
        _count(connection, lease.job_key, values["state"], now)


def take_away(connection: Connection, item: HeldItem, most_attempts: int, now: datetime) -> JobState | None:
    """Take an article from a holder that showed no sign of life since ``item`` was seen.

    Returns what it is now: queued again, or dead after the last attempt; None if its holder is alive after
    all, or done.
    """
    unmoved = (
        (job_items.c.key == item.key)
        & (job_items.c.generation == item.generation)
        & (job_items.c.beat == item.beat)
        & (job_items.c.state == "running")
    )
    found = connection.execute(
        select(job_items.c.job_key, job_items.c.attempts).where(unmoved).with_for_update()
    ).one_or_none()
    if found is None:
        return None
    state: JobState = "dead" if found.attempts >= most_attempts else "queued"
    values: dict[str, Any] = {"state": state, "generation": item.generation + 1, "beat": 0}
    if state == "dead":
        values["result"] = _worker_died(found.attempts)
    connection.execute(update(job_items).where(job_items.c.key == item.key).values(values))
    if state == "dead":
        _count(connection, found.job_key, "dead", now)
    return state


def cancel(connection: Connection, job_id: str, now: datetime) -> JobRecord:
    """Cancel what hasn't ended of a job; a result on its way is dropped. Raises NoSuchJob, JobEnded."""
    job = kept(connection, job_id)
    unfinished = (job_items.c.job_key == job.key) & job_items.c.state.in_(("queued", "running"))
    connection.execute(
        select(job_items.c.key).where(unfinished).order_by(job_items.c.key).with_for_update()
    ).all()
    row = _locked(connection, job.key)
    if row.state == "cancelled":
        return as_record(row)
    if row.state in ENDED:
        raise JobEnded(
            f"Job {job_id} is {row.state} since {row.finished_at.isoformat()}, so there is nothing to cancel."
        )
    connection.execute(
        update(job_items)
        .where(unfinished)
        .values(state="cancelled", generation=job_items.c.generation + 1, article=None)
    )
    return _end(connection, row, "cancelled", now)


def retry(connection: Connection, job_id: str) -> int:
    """Queue a job's dead letters again, with all their attempts; return how many. Raises NoSuchJob."""
    job = kept(connection, job_id)
    risen = connection.execute(
        update(job_items)
        .where(job_items.c.job_key == job.key, job_items.c.state == "dead")
        .values(state="queued", generation=job_items.c.generation + 1, attempts=0, result=None, due_at=None)
    ).rowcount
    if risen:
        connection.execute(
            update(jobs)
            .where(jobs.c.key == job.key)
            .values(state="queued", dead=jobs.c.dead - risen, finished_at=None, version=jobs.c.version + 1)
        )
    return risen


def _count(connection: Connection, job_key: int, state: str, now: datetime) -> None:
    """Count an article that has ended, and end the job with the last one."""
    counter = _COUNTERS[state]
    row = connection.execute(
        update(jobs)
        .where(jobs.c.key == job_key)
        .values({counter: counter + 1, jobs.c.version: jobs.c.version + 1})
        .returning(jobs)
    ).one()
    if row.analysed + row.failed + row.dead == row.total:
        _end(connection, row, "dead" if row.dead else "done" if row.analysed else "failed", now)


def _end(connection: Connection, row: Row[Any], state: JobState, now: datetime) -> JobRecord:
    ended = connection.execute(
        update(jobs)
        .where(jobs.c.key == row.key)
        .values(state=state, finished_at=now, version=jobs.c.version + 1)
        .returning(jobs)
    ).one()
    job = as_record(ended)
    if job.webhook_url is not None:
        outbox.put(connection, job, now)
    return job


def _locked(connection: Connection, job_key: int) -> Row[Any]:
    row = connection.execute(select(jobs).where(jobs.c.key == job_key).with_for_update()).one_or_none()
    if row is None:
        raise no_such_job(str(job_key))
    return row


def _worker_died(attempts: int) -> bytes:
    problem = {
        "type": "urn:pullquote:problem:model-failed",
        "title": "Model failed",
        "status": 500,
        "detail": f"The process that analysed the article ended in the middle, or took too long, "
        f"{attempts} times, which is the limit. `pullquote jobs retry` tries again; "
        "PULLQUOTE_JOB_ATTEMPTS sets the limit.",
        "code": "worker-died",
    }
    return json.dumps(problem).encode()
