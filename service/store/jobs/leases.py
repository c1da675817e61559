"""Leases: how a worker takes an article, shows that it is alive, gives it back, or has it taken away.

A lease knows no clock. Its holder raises ``beat``; whoever sees the same beat for long enough on a clock of
their own, which can't jump, takes the article away. Each taking raises ``generation``, and a result is only
written under the generation it was made in, so that a holder who was thought dead can do no harm.

Whatever locks rows here and in ``endings`` locks an article before its job: nobody waits in a circle.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, or_, select, update

from service.store.jobs.records import HeldItem, ItemLease, JobChoices, SentArticle
from service.store.jobs.tables import job_items, jobs

LONGEST_DELAY = timedelta(hours=8)
"""No article and no message waits longer for its next attempt; one that seems to was put off by a clock that
has jumped since."""


def is_due(due_at: ColumnElement[datetime], now: datetime) -> ColumnElement[bool]:
    """Return the condition that something may be tried now, also after the clock was put back."""
    return or_(due_at <= now, due_at > now + LONGEST_DELAY)


def _claimable(now: datetime) -> ColumnElement[bool]:
    due_at = job_items.c.due_at
    return (job_items.c.state == "queued") & or_(due_at.is_(None), is_due(due_at, now))


def has_work(connection: Connection, now: datetime) -> bool:
    """Return whether an article waits: a look that takes no lock."""
    return connection.execute(select(job_items.c.key).where(_claimable(now)).limit(1)).first() is not None


def claim(connection: Connection, now: datetime) -> ItemLease | None:
    """Take the next article, None where none waits or others are just taking it.

    The n-th article of every job comes before the next one of any, so that a short job doesn't wait for a
    long one.
    """
    # SQLite has one writer, and knows no other lock.
    found = connection.execute(
        select(job_items)
        .where(_claimable(now))
        .order_by(job_items.c.position, job_items.c.key)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    generation, attempt = found.generation + 1, found.attempts + 1
    connection.execute(
        update(job_items)
        .where(job_items.c.key == found.key)
        .values(state="running", generation=generation, attempts=attempt, beat=0, due_at=None)
    )
    connection.execute(
        update(jobs)
        .where(jobs.c.key == found.job_key, jobs.c.state == "queued")
        .values(state="running", started_at=now, version=jobs.c.version + 1)
    )
    job = connection.execute(select(jobs.c.id, jobs.c.options).where(jobs.c.key == found.job_key)).one()
    return ItemLease(
        key=found.key,
        job_key=found.job_key,
        job_id=job.id,
        position=found.position,
        generation=generation,
        attempt=attempt,
        options=JobChoices.loads(job.options),
        article=SentArticle(found.content_type, found.article),
    )


def beat(connection: Connection, lease: ItemLease) -> bool:
    """Show that the holder is alive; return whether it holds the article still."""
    beaten = connection.execute(update(job_items).where(holds(lease)).values(beat=job_items.c.beat + 1))
    return beaten.rowcount == 1


def give_back(connection: Connection, lease: ItemLease) -> bool:
    """Let another have the article, as if it had not been tried; return whether it was held."""
    given = connection.execute(
        update(job_items)
        .where(holds(lease))
        .values(
            state="queued", generation=job_items.c.generation + 1, attempts=job_items.c.attempts - 1, beat=0
        )
    )
    return given.rowcount == 1


def held(connection: Connection) -> tuple[HeldItem, ...]:
    """Return every article that somebody holds."""
    wanted = select(job_items.c.key, job_items.c.generation, job_items.c.beat)
    return tuple(HeldItem(*row) for row in connection.execute(wanted.where(job_items.c.state == "running")))


def holds(lease: ItemLease) -> ColumnElement[bool]:
    """Return the condition that a lease is still good."""
    return (
        (job_items.c.key == lease.key)
        & (job_items.c.generation == lease.generation)
        & (job_items.c.state == "running")
    )
