"""Jobs come in, are read, and are deleted some time after their end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from service.store.jobs.errors import no_such_job
from service.store.jobs.records import ItemResult, JobChoices, JobRecord, JobState, NewJob
from service.store.jobs.tables import job_items, jobs, webhook_messages


def create(connection: Connection, new: NewJob, now: datetime) -> JobRecord:
    """Keep a new job."""
    key = connection.execute(
        insert(jobs)
        .values(
            id=new.id,
            state="queued",
            version=1,
            total=len(new.articles),
            analysed=0,
            failed=0,
            dead=0,
            created_at=now,
            owner=new.owner,
            options=new.options.dumps(),
            webhook_url=new.webhook.url if new.webhook else None,
            webhook_secret=new.webhook.secret if new.webhook else None,
        )
        .returning(jobs.c.key)
    ).scalar_one()
    common = {"job_key": key, "state": "queued", "generation": 0, "beat": 0, "attempts": 0}
    connection.execute(
        insert(job_items),
        [
            common | {"position": position, "content_type": article.content_type, "article": article.data}
            for position, article in enumerate(new.articles)
        ],
    )
    return as_record(connection.execute(select(jobs).where(jobs.c.key == key)).one())


def unfinished(connection: Connection) -> int:
    """Return how many articles of all jobs haven't come to an end."""
    left = func.sum(jobs.c.total - jobs.c.analysed - jobs.c.failed - jobs.c.dead)
    wanted = select(func.coalesce(left, 0)).where(jobs.c.state.in_(("queued", "running")))
    return int(connection.execute(wanted).scalar_one())


def kept(connection: Connection, job_id: str) -> JobRecord:
    """Return a job. Raises NoSuchJob."""
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one_or_none()
    if row is None:
        raise no_such_job(job_id)
    return as_record(row)


def newest(connection: Connection, state: JobState | None, most: int) -> tuple[JobRecord, ...]:
    """Return the newest jobs, of one state or of all."""
    wanted = select(jobs).order_by(jobs.c.key.desc()).limit(most)
    if state is not None:
        wanted = wanted.where(jobs.c.state == state)
    return tuple(as_record(row) for row in connection.execute(wanted))


def results(
    connection: Connection, job_key: int, *, start: int, most: int, states: Sequence[JobState]
) -> tuple[ItemResult, ...]:
    """Return a job's articles in one of ``states``, in order, from position ``start`` on."""
    wanted = (
        select(job_items.c.position, job_items.c.state, job_items.c.attempts, job_items.c.result)
        .where(job_items.c.job_key == job_key, job_items.c.position >= start, job_items.c.state.in_(states))
        .order_by(job_items.c.position)
        .limit(most)
    )
    return tuple(ItemResult(*row) for row in connection.execute(wanted))


def purge(connection: Connection, ended_before: datetime, most: int) -> int:
    """Delete up to ``most`` jobs that ended before a moment; return how many.

    A job with a message still to be delivered stays.
    """
    waits = select(webhook_messages.c.job_key).where(webhook_messages.c.state == "waiting")
    old = select(jobs.c.key).where(jobs.c.finished_at < ended_before, jobs.c.key.not_in(waits)).limit(most)
    # Locked, so that none is put back to work meanwhile.
    keys = list(connection.execute(old.with_for_update(skip_locked=True)).scalars())
    for table in (webhook_messages, job_items):
        connection.execute(delete(table).where(table.c.job_key.in_(keys)))
    connection.execute(delete(jobs).where(jobs.c.key.in_(keys)))
    return len(keys)


def as_record(row: Row[Any]) -> JobRecord:
    """A row of ``jobs`` without its secret."""
    return JobRecord(
        key=row.key,
        id=row.id,
        owner=row.owner,
        state=row.state,
        version=row.version,
        total=row.total,
        analysed=row.analysed,
        failed=row.failed,
        dead=row.dead,
        options=JobChoices.loads(row.options),
        webhook_url=row.webhook_url,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
