"""Analyses that callers of the API had kept, and answers remembered under an idempotency key."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "kept_analyses",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("analysis_id", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("length", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.PrimaryKeyConstraint("key", name="pk_kept_analyses"),
        sa.UniqueConstraint("analysis_id", name="uq_kept_analyses_analysis_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kept_analyses_owner", "kept_analyses", ["owner", "key"])
    op.create_index("ix_kept_analyses_article", "kept_analyses", ["article_id", "owner", "key"])
    op.create_index("ix_kept_analyses_made", "kept_analyses", ["made_at"])
    op.create_table(
        "remembered_answers",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("article_id", sa.Text()),
        sa.Column("headers", sa.Text()),
        sa.Column("content", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("key", name="pk_remembered_answers"),
        sa.UniqueConstraint("owner", "key_sha256", name="uq_remembered_answers_owner_key_sha256"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_remembered_answers_token", "remembered_answers", ["token"])
    op.create_index("ix_remembered_answers_expires", "remembered_answers", ["expires_at"])
    op.create_index("ix_remembered_answers_article", "remembered_answers", ["article_id", "owner"])
