"""Deleting an article with all that hangs on it: its texts, analyses, reviews, log, outcomes and words.

One line of the log stays, without text: who deleted which article when and why, the article named by the
SHA-256 of its id. Not here: backups, and PostgreSQL's own files, which its vacuum overwrites in time.
"""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Table, delete, insert, select
from sqlalchemy.sql import ColumnElement

from service.store.errors import NoSuchItem
from service.store.records import Deleted
from service.store.reviews import search
from service.store.reviews.receiving import lock_article
from service.store.reviews.saving import DELETED
from service.store.schema import analyses, articles, item_topics, items, log, outcomes, reviews


def delete_article(
    connection: Connection, article_id: str, editor: str, reason: str, now: datetime
) -> Deleted:
    """Delete an article. Raises NoSuchItem. The words stay in SQLite's pages until ``search.sweep``."""
    lock_article(connection, article_id)
    item = connection.execute(
        select(items.c.key, items.c.version).where(items.c.article_id == article_id).with_for_update()
    ).one_or_none()
    if item is None:
        raise NoSuchItem(f"there is no article {article_id!r}")
    # The triggers let the log and the reviews of an item go once this line says so.
    connection.execute(
        insert(log).values(
            item_key=item.key,
            version=item.version + 1,
            at=now,
            editor=editor,
            action=DELETED,
            before=json.dumps({"article_id_sha256": id_digest(article_id)}),
            note=reason,
        )
    )
    search.remove(connection, item.key)
    key, of_article = item.key, articles.c.article_id == article_id
    article_keys = select(articles.c.key).where(of_article)
    _delete(connection, outcomes, outcomes.c.item_key == key)
    _delete(connection, item_topics, item_topics.c.item_key == key)
    review_count = _delete(connection, reviews, reviews.c.item_key == key)
    line_count = _delete(connection, log, (log.c.item_key == key) & (log.c.action != DELETED))
    _delete(connection, items, items.c.key == key)
    analysis_count = _delete(connection, analyses, analyses.c.article_key.in_(article_keys))
    article_count = _delete(connection, articles, of_article)
    return Deleted(article_count, analysis_count, review_count, line_count)


def finished_before(connection: Connection, moment: datetime) -> list[str]:
    """The ids of the articles that were done, and not touched again, before a moment."""
    old = select(items.c.article_id).where(items.c.state == "done", items.c.changed_at < moment)
    return list(connection.execute(old.order_by(items.c.key)).scalars())


def still_finished(connection: Connection, article_id: str, moment: datetime) -> bool:
    """Return whether an article is still one of those, and keep it so until the transaction's end."""
    lock_article(connection, article_id)
    item = connection.execute(
        select(items.c.state, items.c.changed_at).where(items.c.article_id == article_id).with_for_update()
    ).one_or_none()
    return item is not None and item.state == "done" and item.changed_at < moment


def id_digest(article_id: str) -> str:
    """What the log calls a deleted article: whoever has its id can find the line, and nobody the id."""
    return sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()


def _delete(connection: Connection, of: Table, condition: ColumnElement[bool]) -> int:
    return int(connection.execute(delete(of).where(condition)).rowcount)
