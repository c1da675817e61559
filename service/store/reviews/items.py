"""Reading one item, its versions and its log; and many items one after the other for the export."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from service.store.database import Database
from service.store.errors import NoSuchItem
from service.store.records import Filter, ItemRecord, LogLine, ReviewVersion
from service.store.reviews.listing import matching
from service.store.schema import analyses, articles, items, log, reviews

_BATCH = 100
"""Items of the export held at once."""


def kept(connection: Connection, key: int) -> ItemRecord:
    """Return an item. Raises NoSuchItem."""
    row = connection.execute(_kept(items.c.key == key)).one_or_none()
    if row is None:
        raise no_such(key)
    return _as_kept(row)


def of_article(connection: Connection, article_id: str) -> ItemRecord | None:
    """Return the item of an article, by the article's id; None if there is none."""
    row = connection.execute(_kept(items.c.article_id == article_id)).one_or_none()
    return None if row is None else _as_kept(row)


def version_of(connection: Connection, key: int, version: int) -> ReviewVersion:
    """Return a version of an item's review. Raises NoSuchItem, also for version 0: that is no review."""
    row = connection.execute(
        select(reviews, analyses.c.content.label("analysis"), articles.c.text)
        .join(analyses, analyses.c.key == reviews.c.analysis_key)
        .join(articles, articles.c.key == analyses.c.article_key)
        .where(reviews.c.item_key == key, reviews.c.version == version)
    ).one_or_none()
    if row is None:
        raise NoSuchItem(f"item {key} has no version {version} of a review")
    return ReviewVersion(
        row.version, row.content, row.parent, row.analysis, row.text, row.editor, row.made_at
    )


def log_of(connection: Connection, key: int, since_version: int) -> tuple[LogLine, ...]:
    """Return an item's log after a version, in order. Of a deleted item, that it was deleted."""
    columns = [log.c[name] for name in LogLine.__slots__]
    found = select(*columns).where(log.c.item_key == key, log.c.version > since_version).order_by(log.c.key)
    return tuple(LogLine(*row) for row in connection.execute(found))


def export(database: Database, wanted: Filter, now: datetime) -> Iterator[ItemRecord]:
    """Yield the items of a filter, oldest first: some at a time, each time in a transaction of its own.

    So an export as long as the archive holds no lock and little memory. An item that changes meanwhile
    appears as it was or as it became, once.
    """
    last = 0
    while True:
        with database.read() as connection:
            found_in = matching(connection, wanted, now)
            keys = (
                found_in.select(found_in.key).where(found_in.key > last).order_by(found_in.key).limit(_BATCH)
            )
            found = list(connection.execute(keys).scalars())
            batch = [_as_kept(row) for row in connection.execute(_kept(items.c.key.in_(found)))]
        if not batch:
            return
        yield from sorted(batch, key=lambda item: item.key)
        last = found[-1]


def no_such(key: int) -> NoSuchItem:
    """The error for an item that isn't there."""
    return NoSuchItem(f"there is no item {key}; it may have been deleted")


def _kept(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            items,
            articles.c.title,
            articles.c.published,
            articles.c.language,
            articles.c.text,
            articles.c.text_sha256,
            analyses.c.content.label("analysis"),
            analyses.c.model,
            reviews.c.content.label("review"),
            reviews.c.parent,
        )
        .join(articles, articles.c.key == items.c.article_key)
        .join(analyses, analyses.c.key == items.c.analysis_key)
        .outerjoin(reviews, and_(reviews.c.item_key == items.c.key, reviews.c.version == items.c.version))
        .where(condition)
    )


def _as_kept(row: Row[Any]) -> ItemRecord:
    values = row._mapping
    return ItemRecord(
        **{name: values[name] for name in ItemRecord.__slots__ if name != "parent"}, parent=row.parent or 0
    )
