"""Jobs, their articles, and the messages that tell of their end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_STATES = "state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'dead')"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "jobs",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("analysed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("dead", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("started_at", _TIME),
        sa.Column("finished_at", _TIME),
        sa.Column("owner", sa.Text()),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("webhook_url", sa.Text()),
        sa.Column("webhook_secret", sa.Text()),
        sa.CheckConstraint(_STATES, name="ck_jobs_state"),
        sa.PrimaryKeyConstraint("key", name="pk_jobs"),
    )
    op.create_index("uq_jobs_id", "jobs", ["id"], unique=True)
    op.create_index("ix_jobs_finished", "jobs", ["finished_at"])
    _partial_index("ix_jobs_unfinished", "jobs", ["key"], "state IN ('queued', 'running')")
    op.create_table(
        "job_items",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("job_key", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("article", sa.LargeBinary()),
        sa.Column("result", sa.LargeBinary()),
        sa.CheckConstraint(_STATES, name="ck_job_items_state"),
        sa.PrimaryKeyConstraint("key", name="pk_job_items"),
        sa.ForeignKeyConstraint(["job_key"], ["jobs.key"], name="fk_job_items_job_key"),
    )
    op.create_index("uq_job_items_position", "job_items", ["job_key", "position"], unique=True)
    _partial_index("ix_job_items_queued", "job_items", ["position", "key"], "state = 'queued'")
    _partial_index("ix_job_items_running", "job_items", ["key"], "state = 'running'")
    op.create_table(
        "webhook_messages",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("job_key", _KEY, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="ck_webhook_messages_state"),
        sa.PrimaryKeyConstraint("key", name="pk_webhook_messages"),
        sa.ForeignKeyConstraint(["job_key"], ["jobs.key"], name="fk_webhook_messages_job_key"),
    )
    op.create_index("ix_webhook_messages_job", "webhook_messages", ["job_key"])
    _partial_index("ix_webhook_messages_waiting", "webhook_messages", ["due_at"], "state = 'waiting'")


def _partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
