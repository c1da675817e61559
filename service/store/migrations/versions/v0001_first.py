"""The first schema: articles, analyses, items, reviews, the log, outcomes, people, keys, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")
_TABS = ["state", "stale", "low_support", "unknown_speaker"]


def upgrade() -> None:
    """Make everything."""
    _articles()
    _items()
    _reviews()
    _people()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_only()
    else:
        _postgresql_only()


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text()),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("published", sa.Text()),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_articles"),
        sa.UniqueConstraint("article_id", "text_sha256", name="uq_articles_article_id_text_sha256"),
    )
    op.create_table(
        "analyses",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("article_key", _KEY, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_analyses"),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_analyses_article_key"),
        sa.UniqueConstraint("article_key", "digest", name="uq_analyses_article_key_digest"),
    )


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("article_key", _KEY, nullable=False),
        sa.Column("analysis_key", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("low_support", sa.Boolean(), nullable=False),
        sa.Column("unknown_speaker", sa.Boolean(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("claimed_until", _TIME),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("claimed_by", sa.Text()),
        sa.Column("last_editor", sa.Text()),
        sa.Column("source", sa.Text()),
        sa.Column("article_id", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'open', 'done')", name="ck_items_state"),
        sa.PrimaryKeyConstraint("key", name="pk_items"),
        sa.ForeignKeyConstraint(["article_key"], ["articles.key"], name="fk_items_article_key"),
        sa.ForeignKeyConstraint(["analysis_key"], ["analyses.key"], name="fk_items_analysis_key"),
        sa.UniqueConstraint("article_id", name="uq_items_article_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_items_state", "items", ["state", "key"])
    op.create_index("ix_items_tabs", "items", _TABS)
    op.create_index("ix_items_source", "items", ["source", "key"])
    op.create_index("ix_items_source_tabs", "items", ["source", *_TABS])
    op.create_index("ix_items_dated_tabs", "items", ["dated", *_TABS])
    op.create_index("ix_items_risk", "items", ["stale", "low_support", "key"])
    op.create_index("ix_items_article", "items", ["article_key"])
    op.create_index("ix_items_analysis", "items", ["analysis_key"])
    for flag in ("stale", "low_support", "unknown_speaker"):
        op.create_index(
            f"ix_items_{flag}",
            "items",
            ["key"],
            sqlite_where=sa.text(f"{flag} = 1"),
            postgresql_where=sa.text(flag),
        )
    for who in ("last_editor", "claimed_by"):
        undone = sa.text(f"state <> 'done' AND {who} IS NOT NULL")
        op.create_index(
            f"ix_items_{who}", "items", [who, "key"], sqlite_where=undone, postgresql_where=undone
        )
    op.create_table(
        "item_topics",
        sa.Column("item_key", _KEY, nullable=False),
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item_key", "topic_id", name="pk_item_topics"),
        sa.ForeignKeyConstraint(["item_key"], ["items.key"], name="fk_item_topics_item_key"),
    )
    op.create_index("ix_item_topics_topic", "item_topics", ["topic_id", "item_key"])


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("item_key", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("parent", sa.Integer(), nullable=False),
        sa.Column("analysis_key", _KEY, nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("content", sa.Text()),
        sa.PrimaryKeyConstraint("item_key", "version", name="pk_reviews"),
        sa.ForeignKeyConstraint(["item_key"], ["items.key"], name="fk_reviews_item_key"),
        sa.ForeignKeyConstraint(["analysis_key"], ["analyses.key"], name="fk_reviews_analysis_key"),
    )
    op.create_index("ix_reviews_analysis", "reviews", ["analysis_key"])
    op.create_table(
        "log",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("item_key", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("piece", sa.Text()),
        sa.Column("verdict", sa.Text()),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.PrimaryKeyConstraint("key", name="pk_log"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_log_item", "log", ["item_key", "version"])
    op.create_table(
        "outcomes",
        sa.Column("item_key", _KEY, nullable=False),
        sa.Column("piece", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("edit_distance", sa.Float()),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("editor", sa.Text(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("item_key", "piece", name="pk_outcomes"),
        sa.ForeignKeyConstraint(["item_key"], ["items.key"], name="fk_outcomes_item_key"),
    )


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", _TIME),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.CheckConstraint("role IN ('editor', 'chief', 'admin')", name="ck_users_role"),
        sa.PrimaryKeyConstraint("folded", name="pk_users"),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user_name"], ["users.folded"], name="fk_sessions_user_name"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user_name"])
    op.create_index("ix_sessions_expires", "sessions", ["expires_at"])
    op.create_table(
        "api_keys",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("last_used_at", _TIME),
        sa.Column("revoked_at", _TIME),
        sa.PrimaryKeyConstraint("key", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["user_name"], ["users.folded"], name="fk_api_keys_user_name"),
        sa.UniqueConstraint("key_sha256", name="uq_api_keys_key_sha256"),
    )


# An item's log and reviews may go only once the log says that the item was deleted; that line stays.
_DELETED = "EXISTS (SELECT 1 FROM log AS d WHERE d.item_key = OLD.item_key AND d.action = 'deleted')"


def _sqlite_only() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search USING"
        " fts5(body, columnsize = 0, tokenize = 'unicode61 remove_diacritics 0')"
    )
    for table in ("analyses", "reviews", "log"):
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END"
        )
    op.execute(
        f"CREATE TRIGGER log_grows BEFORE DELETE ON log WHEN OLD.action = 'deleted' OR NOT {_DELETED}"
        " BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
    )
    op.execute(
        f"CREATE TRIGGER reviews_remain BEFORE DELETE ON reviews WHEN NOT {_DELETED}"
        " BEGIN SELECT RAISE(ABORT, 'reviews go only with their item'); END"
    )


def _postgresql_only() -> None:
    op.execute(
        "CREATE TABLE search (item_key BIGINT PRIMARY KEY REFERENCES items (key), words TSVECTOR NOT NULL)"
    )
    # Without the list of words still to be put in, through which each search would have to read.
    op.execute("CREATE INDEX ix_search_words ON search USING gin (words) WITH (fastupdate = off)")
    op.execute(
        "CREATE FUNCTION pullquote_refuse() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN RAISE EXCEPTION '% are never changed', TG_TABLE_NAME; END$$"
    )
    op.execute(
        "CREATE FUNCTION pullquote_refuse_unless_deleted() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$BEGIN IF NOT {_DELETED} THEN RAISE EXCEPTION '% only grow', TG_TABLE_NAME; END IF;"
        " RETURN OLD; END$$"
    )
    for table in ("analyses", "reviews", "log"):
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION pullquote_refuse()"
        )
    for table in ("reviews", "log"):
        op.execute(
            f"CREATE TRIGGER {table}_grow BEFORE DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION pullquote_refuse_unless_deleted()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_remain BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION pullquote_refuse()"
        )
    op.execute(
        "CREATE TRIGGER log_end BEFORE DELETE ON log FOR EACH ROW WHEN (OLD.action = 'deleted')"
        " EXECUTE FUNCTION pullquote_refuse()"
    )
