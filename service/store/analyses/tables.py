"""The tables of kept analyses and of remembered answers. Wide columns stand last, as in ``store.schema``.

An ``owner`` is the id of the API key that a request came with, "" where none was asked for.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from service.store.column_types import AnyText, Instant, Key
from service.store.schema import metadata

kept_analyses = Table(
    "kept_analyses",
    metadata,
    Column("key", Key, primary_key=True),
    Column("analysis_id", Text, nullable=False),
    Column("owner", AnyText, nullable=False),
    Column("article_id", AnyText, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("length", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("title", AnyText),
    Column("content", AnyText, nullable=False),
    Column("text", AnyText),
    UniqueConstraint("analysis_id"),
    Index("ix_kept_analyses_owner", "owner", "key"),
    Index("ix_kept_analyses_article", "article_id", "owner", "key"),
    Index("ix_kept_analyses_made", "made_at"),
    # A number goes into the cursors of lists: one that was deleted must not come again.
    sqlite_autoincrement=True,
)

remembered_answers = Table(
    "remembered_answers",
    metadata,
    Column("key", Key, primary_key=True),
    Column("owner", AnyText, nullable=False),
    Column("key_sha256", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("status", Integer),
    Column("article_id", AnyText),
    Column("headers", Text),
    Column("content", LargeBinary),
    UniqueConstraint("owner", "key_sha256"),
    Index("ix_remembered_answers_token", "token"),
    Index("ix_remembered_answers_expires", "expires_at"),
    Index("ix_remembered_answers_article", "article_id", "owner"),
    sqlite_autoincrement=True,
)
