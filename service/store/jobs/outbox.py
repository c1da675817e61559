"""The outbox: messages that tell of a job's end, written with it and kept until they are delivered.

A message is claimed by putting off its next attempt, so one whose sender dies is sent again later: at least
once, always under the same id.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from service.store.jobs.leases import is_due
from service.store.jobs.records import JobRecord, WebhookMessage
from service.store.jobs.tables import jobs, webhook_messages

_LONGEST_ERROR = 300


def put(connection: Connection, job: JobRecord, now: datetime) -> None:
    """Write the message that tells of a job's end."""
    connection.execute(
        insert(webhook_messages).values(
            id=f"msg_{secrets.token_hex(16)}",
            job_key=job.key,
            state="waiting",
            attempts=0,
            due_at=now,
            created_at=now,
            body=_body(job, now),
        )
    )


def take(connection: Connection, now: datetime, put_off: timedelta) -> WebhookMessage | None:
    """Take the message that is due longest, and put its next attempt off; None where none is due."""
    found = connection.execute(
        select(webhook_messages)
        .where(webhook_messages.c.state == "waiting", is_due(webhook_messages.c.due_at, now))
        .order_by(webhook_messages.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if found is None:
        return None
    connection.execute(
        update(webhook_messages)
        .where(webhook_messages.c.key == found.key)
        .values(attempts=found.attempts + 1, due_at=now + put_off)
    )
    target = connection.execute(
        select(jobs.c.id, jobs.c.webhook_url, jobs.c.webhook_secret).where(jobs.c.key == found.job_key)
    ).one()
    return WebhookMessage(
        key=found.key,
        id=found.id,
        job_id=target.id,
        url=target.webhook_url,
        secret=target.webhook_secret,
        body=found.body,
        attempt=found.attempts + 1,
    )


def is_any_due(connection: Connection, now: datetime) -> bool:
    """Return whether a message is due: a look that takes no lock."""
    due = select(webhook_messages.c.key).where(
        webhook_messages.c.state == "waiting", is_due(webhook_messages.c.due_at, now)
    )
    return connection.execute(due.limit(1)).first() is not None


def settle(
    connection: Connection, message: WebhookMessage, error: str | None, next_at: datetime | None
) -> None:
    """Note how an attempt went: no ``error`` is delivered; else it is due at ``next_at``, or given up.

    Does nothing where another sender has taken the message since.
    """
    state = "delivered" if error is None else "waiting" if next_at else "dead"
    values: dict[str, Any] = {"state": state, "last_error": error[:_LONGEST_ERROR] if error else None}
    if error is not None and next_at is not None:
        values["due_at"] = next_at
    connection.execute(
        update(webhook_messages)
        .where(
            webhook_messages.c.key == message.key,
            webhook_messages.c.attempts == message.attempt,
            webhook_messages.c.state == "waiting",
        )
        .values(values)
    )


def state_of(connection: Connection, job_key: int) -> tuple[str, int, str | None] | None:
    """Return the state, the attempts and the last error of a job's newest message, None where none is."""
    row = connection.execute(
        select(webhook_messages.c.state, webhook_messages.c.attempts, webhook_messages.c.last_error)
        .where(webhook_messages.c.job_key == job_key)
        .order_by(webhook_messages.c.key.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.state, row.attempts, row.last_error)


def _body(job: JobRecord, now: datetime) -> str:
    """Return the message: what ended and how, and where to look. Nothing of any article."""
    path = f"/v1/jobs/{job.id}"
    return json.dumps(
        {
            "type": f"job.{job.state}",
            "timestamp": now.isoformat().replace("+00:00", "Z"),
            "data": {
                "id": job.id,
                "state": job.state,
                "progress": {
                    "total": job.total,
                    "done": job.done,
                    "analysed": job.analysed,
                    "failed": job.failed,
                    "dead": job.dead,
                },
                "links": {"self": path, "results": f"{path}/results"},
            },
        }
    )
