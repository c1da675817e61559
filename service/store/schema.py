"""The tables, the same on SQLite and PostgreSQL. Triggers and the search index stand in the migrations.

``items`` is what the queue reads: one narrow row an article id, with an index for each of its filters. Texts,
analyses and reviews stand elsewhere and never change; the log only grows. Wide columns stand last in their
table, because SQLite reads a row from its start.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from service.store.column_types import AnyText, Instant, Key

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

articles = Table(
    "articles",
    metadata,
    Column("key", Key, primary_key=True),
    Column("article_id", AnyText, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("title", AnyText),
    Column("language", AnyText, nullable=False),
    Column("published", AnyText),
    Column("added_at", Instant, nullable=False),
    Column("text", AnyText, nullable=False),
    UniqueConstraint("article_id", "text_sha256"),
)

analyses = Table(
    "analyses",
    metadata,
    Column("key", Key, primary_key=True),
    Column("article_key", Key, ForeignKey("articles.key"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("model", AnyText, nullable=False),
    Column("service", AnyText, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("content", AnyText, nullable=False),
    UniqueConstraint("article_key", "digest"),
)

items = Table(
    "items",
    metadata,
    Column("key", Key, primary_key=True),
    Column("article_key", Key, ForeignKey("articles.key"), nullable=False),
    Column("analysis_key", Key, ForeignKey("analyses.key"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, CheckConstraint("state IN ('new', 'open', 'done')", name="state"), nullable=False),
    Column("stale", Boolean, nullable=False),
    Column("low_support", Boolean, nullable=False),
    Column("unknown_speaker", Boolean, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("decided", Integer, nullable=False),
    Column("dated", Date, nullable=False),
    Column("claimed_until", Instant),
    Column("added_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("claimed_by", AnyText),
    Column("last_editor", AnyText),
    Column("source", AnyText),
    Column("article_id", AnyText, nullable=False),
    Column("sent_by", AnyText),
    UniqueConstraint("article_id"),
    # A deleted item's number stands in the log for good, so no other item may get it.
    sqlite_autoincrement=True,
)

_TABS = (items.c.state, items.c.stale, items.c.low_support, items.c.unknown_speaker)
Index("ix_items_state", items.c.state, items.c.key)
Index("ix_items_tabs", *_TABS)
Index("ix_items_source", items.c.source, items.c.key)
Index("ix_items_source_tabs", items.c.source, *_TABS)
Index("ix_items_dated_tabs", items.c.dated, *_TABS)
Index("ix_items_risk", items.c.stale, items.c.low_support, items.c.key)
Index("ix_items_article", items.c.article_key)
Index("ix_items_analysis", items.c.analysis_key)
for _flag in ("stale", "low_support", "unknown_speaker"):
    Index(f"ix_items_{_flag}", items.c.key, sqlite_where=text(f"{_flag} = 1"), postgresql_where=text(_flag))
for _who in ("last_editor", "claimed_by"):
    _undone = text(f"state <> 'done' AND {_who} IS NOT NULL")
    Index(f"ix_items_{_who}", items.c[_who], items.c.key, sqlite_where=_undone, postgresql_where=_undone)

item_topics = Table(
    "item_topics",
    metadata,
    Column("item_key", Key, ForeignKey("items.key"), primary_key=True),
    Column("topic_id", AnyText, primary_key=True),
    Index("ix_item_topics_topic", "topic_id", "item_key"),
)

reviews = Table(
    "reviews",
    metadata,
    Column("item_key", Key, ForeignKey("items.key"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("parent", Integer, nullable=False),
    Column("analysis_key", Key, ForeignKey("analyses.key"), nullable=False),
    Column("editor", AnyText, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("content", AnyText),
)
Index("ix_reviews_analysis", reviews.c.analysis_key)

# No foreign key: the line that says that an item was deleted outlives it.
log = Table(
    "log",
    metadata,
    Column("key", Key, primary_key=True),
    Column("item_key", Key, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("editor", AnyText, nullable=False),
    Column("seconds", Float),
    Column("action", AnyText, nullable=False),
    Column("piece", AnyText),
    Column("verdict", AnyText),
    Column("before", AnyText),
    Column("after", AnyText),
    Column("note", AnyText),
    Index("ix_log_item", "item_key", "version"),
    sqlite_autoincrement=True,
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("item_key", Key, ForeignKey("items.key"), primary_key=True),
    Column("piece", AnyText, primary_key=True),
    Column("kind", AnyText, nullable=False),
    Column("verdict", AnyText, nullable=False),
    Column("edit_distance", Float),
    Column("model", AnyText, nullable=False),
    Column("editor", AnyText, nullable=False),
    Column("made_at", Instant, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("folded", AnyText, primary_key=True),
    Column("name", AnyText, nullable=False),
    Column(
        "role", Text, CheckConstraint("role IN ('editor', 'chief', 'admin')", name="role"), nullable=False
    ),
    Column("password_hash", Text, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
    Column("active", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("user_name", AnyText, ForeignKey("users.folded"), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_sessions_user", "user_name"),
    Index("ix_sessions_expires", "expires_at"),
)

devices = Table(
    "devices",
    metadata,
    Column("token_sha256", Text, primary_key=True),
    Column("user_name", AnyText, ForeignKey("users.folded"), nullable=False),
    Column("used_at", Instant, nullable=False),
    Index("ix_devices_user", "user_name", "used_at"),
)

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
    Column("last_at", Instant, nullable=False),
    Index("ix_sign_in_failures_last", "last_at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("key", Key, primary_key=True),
    Column("key_sha256", Text, nullable=False),
    Column("label", AnyText, nullable=False),
    Column("user_name", AnyText, ForeignKey("users.folded")),
    Column("made_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
    Column("public_id", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("expires_at", Instant),
    Column("per_minute", Integer),
    UniqueConstraint("key_sha256"),
    UniqueConstraint("public_id"),
)
