"""The queue: which items match a filter, a page of them, how many each tab holds, and which is next.

Each query starts from the narrowest place that its filter names: the words found, a topic's items, or an
index of ``items``. Wide rows are read only for the lines that a page shows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)

from service.store.records import Filter, Order, QueueItem, QueuePage, TabCounts
from service.store.reviews import search
from service.store.schema import articles, item_topics, items

_LONGEST_TITLE = 300
"""Characters of a title that a line of the queue shows."""

# The smallest source after a given one, again and again: a look-up for each source, not a row for each item.
_SOURCES = text(
    "WITH RECURSIVE found (source) AS (SELECT min(source) FROM items UNION ALL"
    " SELECT (SELECT min(items.source) FROM items WHERE items.source > found.source)"
    " FROM found WHERE found.source IS NOT NULL) SELECT source FROM found WHERE source IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Matching:
    """The items that a filter lets through: rows of ``source`` under ``conditions``, numbered by ``key``."""

    source: FromClause
    key: ColumnElement[int]
    conditions: tuple[ColumnElement[bool], ...]

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Choose columns of them."""
        return select(*columns).select_from(self.source).where(*self.conditions)


def matching(connection: Connection, wanted: Filter, now: datetime, *, with_items: bool = False) -> Matching:
    """Read a filter. ``with_items`` gives the columns of ``items`` to choose from, else only ``key``."""
    conditions = [*_base(wanted), *_tab(wanted, now)]
    in_topic = item_topics.c.topic_id == wanted.topic
    if wanted.search is not None and wanted.search.strip():
        found = search.find(connection, wanted.search)
        if wanted.topic is not None:
            conditions.append(exists().where(item_topics.c.item_key == items.c.key, in_topic))
        source, key, join_key, first = found.source, found.key, found.join_key, found.condition
    elif wanted.topic is not None:
        key = join_key = item_topics.c.item_key
        source, first = item_topics, in_topic
    else:
        return Matching(items, items.c.key, tuple(conditions))
    if conditions or with_items:
        source = source.join(items, items.c.key == join_key)
    return Matching(source, key, (first, *conditions))


def page(
    connection: Connection, wanted: Filter, now: datetime, *, offset: int, size: int, order: Order
) -> QueuePage:
    """Some lines of the queue, in an order, and how many there are in all."""
    by_risk = order == "risk"
    found = matching(connection, wanted, now, with_items=by_risk)
    # As the page's list of what needs attention: speakers before support.
    risk = (
        [items.c.stale.desc(), items.c.unknown_speaker.desc(), items.c.low_support.desc()] if by_risk else []
    )
    keys = found.select(found.key).order_by(*risk, found.key.desc()).limit(size).offset(offset)
    shown = list(connection.execute(keys).scalars())
    total = connection.execute(found.select(func.count())).scalar_one()
    return QueuePage(tuple(_lines(connection, shown)), total, offset)


def counts(connection: Connection, wanted: Filter, editor: str, now: datetime) -> TabCounts:
    """How many items each tab holds, within the source, topic, days and words of the filter."""
    base = Filter(
        source=wanted.source, topic=wanted.topic, since=wanted.since, until=wanted.until, search=wanted.search
    )
    found = matching(connection, base, now, with_items=True)
    of_editor = replace(base, mine=editor)
    # The new ones are the rest: where nearly all are, not to count them saves a fifth of the time.
    tabs = {
        "open": items.c.state == "open",
        "done": items.c.state == "done",
        "stale": items.c.stale,
        "low_support": items.c.low_support,
        "unknown_speaker": items.c.unknown_speaker,
    }
    if base.search or base.topic:  # all that was found is gone through anyway: no need to look for it twice
        tabs["mine"] = and_(*_tab(of_editor, now))
    numbers = [func.count().filter(condition).label(name) for name, condition in tabs.items()]
    row = connection.execute(found.select(func.count().label("all"), *numbers)).one()._asdict()
    if "mine" not in row:
        mine = matching(connection, of_editor, now).select(func.count())
        row["mine"] = connection.execute(mine).scalar_one()
    return TabCounts(**row, new=row["all"] - row["open"] - row["done"])


def sources(connection: Connection) -> tuple[str, ...]:
    """Every source that an item has, in order."""
    return tuple(connection.execute(_SOURCES.columns(items.c.source)).scalars())


def next_after(
    connection: Connection, wanted: Filter, editor: str, now: datetime, after: int | None
) -> int | None:
    """The next item to work on: not done, nobody else's, last received first, then from the top again."""
    found = matching(connection, wanted, now, with_items=True)
    free = or_(items.c.claimed_by.is_(None), items.c.claimed_by == editor, items.c.claimed_until <= now)
    undone = found.select(found.key).where(items.c.state != "done", free)
    first = undone.order_by(found.key.desc()).limit(1)
    if after is None:
        return connection.execute(first).scalar()
    below: int | None = connection.execute(first.where(found.key < after)).scalar()
    return below if below is not None else connection.execute(first.where(found.key > after)).scalar()


def _base(wanted: Filter) -> Iterator[ColumnElement[bool]]:
    if wanted.source is not None:
        yield items.c.source == wanted.source
    if wanted.since is not None:
        yield items.c.dated >= wanted.since
    if wanted.until is not None:
        yield items.c.dated <= wanted.until


def _tab(wanted: Filter, now: datetime) -> Iterator[ColumnElement[bool]]:
    if wanted.state is not None:
        yield items.c.state == wanted.state
    for flag in ("stale", "low_support", "unknown_speaker"):
        if getattr(wanted, flag):
            yield items.c[flag]
    if wanted.mine is not None:
        # Two look-ups put together: SQLite finds no index for an "or" of the two.
        undone = select(items.c.key).where(items.c.state != "done")
        held = undone.where(items.c.claimed_by == wanted.mine, items.c.claimed_until > now)
        yield items.c.key.in_(held.union(undone.where(items.c.last_editor == wanted.mine)))


def _lines(connection: Connection, keys: Sequence[int]) -> Iterator[QueueItem]:
    topics: dict[int, list[str]] = defaultdict(list)
    of_these = item_topics.c.item_key.in_(keys)
    for key, topic in connection.execute(
        select(item_topics.c.item_key, item_topics.c.topic_id)
        .where(of_these)
        .order_by(item_topics.c.topic_id)
    ):
        topics[key].append(topic)
    statement = (
        select(items, articles.c.title, articles.c.published)
        .join(articles, articles.c.key == items.c.article_key)
        .where(items.c.key.in_(keys))
    )
    rows = {row.key: row._mapping for row in connection.execute(statement)}
    names = [name for name in QueueItem.__slots__ if name not in ("title", "topics")]
    for key in keys:
        values = {name: rows[key][name] for name in names}
        yield QueueItem(**values, title=_shortened(rows[key]["title"]), topics=tuple(topics[key]))


def _shortened(title: str | None) -> str | None:
    return title if title is None or len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1] + "…"
