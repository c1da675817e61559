"""The tables of jobs, of the same schema as the others: jobs, their articles, and messages to webhooks.

Wide columns stand last, because SQLite reads a row from its start.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, text

from service.store.column_types import AnyText, Instant, Key
from service.store.schema import metadata

_STATES = "state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'dead')"
_UNFINISHED = text("state IN ('queued', 'running')")

jobs = Table(
    "jobs",
    metadata,
    Column("key", Key, primary_key=True),
    Column("id", Text, nullable=False),
    Column("state", Text, CheckConstraint(_STATES, name="state"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("analysed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("dead", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("owner", AnyText),
    Column("options", Text, nullable=False),
    Column("webhook_url", AnyText),
    Column("webhook_secret", Text),
    Index("uq_jobs_id", "id", unique=True),
    Index("ix_jobs_finished", "finished_at"),
)
Index("ix_jobs_unfinished", jobs.c.key, sqlite_where=_UNFINISHED, postgresql_where=_UNFINISHED)

job_items = Table(
    "job_items",
    metadata,
    Column("key", Key, primary_key=True),
    Column("job_key", Key, ForeignKey("jobs.key"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", Text, CheckConstraint(_STATES, name="state"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("beat", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant),
    Column("content_type", AnyText, nullable=False),
    Column("article", LargeBinary),
    Column("result", LargeBinary),
    Index("uq_job_items_position", "job_key", "position", unique=True),
)
for _state, _order in (("queued", ("position", "key")), ("running", ("key",))):
    _where = text(f"state = '{_state}'")
    Index(
        f"ix_job_items_{_state}",
        *(job_items.c[name] for name in _order),
        sqlite_where=_where,
        postgresql_where=_where,
    )

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("key", Key, primary_key=True),
    Column("id", Text, nullable=False),
    Column("job_key", Key, ForeignKey("jobs.key"), nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="state"),
        nullable=False,
    ),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_error", AnyText),
    Column("body", Text, nullable=False),
    Index("ix_webhook_messages_job", "job_key"),
)
_waiting = text("state = 'waiting'")
Index(
    "ix_webhook_messages_waiting",
    webhook_messages.c.due_at,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
