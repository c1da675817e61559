"""Saving a new version of a review, and the rows that follow from it: log, outcomes, topics, projection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from service.store.errors import Conflict
from service.store.records import LogEntry, PieceOutcome, ReviewChange
from service.store.reviews.items import log_of, no_such
from service.store.schema import analyses, item_topics, items, log, outcomes, reviews

DELETED = "deleted"
"""The action of the line that outlives an item. Triggers go by it, so nobody else may write it."""


def save(connection: Connection, key: int, expected_version: int, change: ReviewChange, now: datetime) -> int:
    """Save a version after ``expected_version`` and return its number. Raises Conflict, NoSuchItem."""
    item = connection.execute(
        select(items.c.version, items.c.analysis_key, analyses.c.model)
        .join(analyses, analyses.c.key == items.c.analysis_key)
        .where(items.c.key == key)
        .with_for_update(of=items)
    ).one_or_none()
    if item is None:
        raise no_such(key)
    if item.version != expected_version:
        raise Conflict(
            f"item {key} is at version {item.version}, not {expected_version}:"
            " see what was done since, then save again",
            current=item.version,
            since=log_of(connection, key, expected_version),
        )
    version = expected_version + 1
    connection.execute(
        insert(reviews).values(
            item_key=key,
            version=version,
            content=change.review,
            parent=change.parent,
            analysis_key=item.analysis_key,
            editor=change.entry.editor,
            made_at=now,
        )
    )
    for entry in (change.entry, *change.also):
        write_log(connection, key, version, entry, now)
    set_outcomes(connection, key, change.outcomes, item.model, now)
    set_topics(connection, key, change.facets.topics)
    projection: dict[str, Any] = {
        "version": version,
        "state": change.state,
        "stale": change.stale,
        "low_support": change.facets.low_support,
        "unknown_speaker": change.facets.unknown_speaker,
        "pieces": change.facets.pieces,
        "decided": change.facets.decided,
        "changed_at": now,
        "last_editor": change.entry.editor,
    }
    if change.state == "done":  # who is done holds it no longer
        projection |= {"claimed_by": None, "claimed_until": None}
    connection.execute(update(items).where(items.c.key == key).values(projection))
    return version


def write_log(connection: Connection, key: int, version: int, entry: LogEntry, now: datetime) -> None:
    """Append a line to the log. Raises ValueError for the action that only the store may log."""
    if entry.action == DELETED:
        raise ValueError(f"the action {DELETED!r} is the store's own")
    connection.execute(insert(log).values(item_key=key, version=version, at=now, **asdict(entry)))


def set_outcomes(
    connection: Connection, key: int, wanted: Sequence[PieceOutcome], model: str, now: datetime
) -> None:
    """Make these an item's outcomes. One that says what it said keeps its time and its model."""
    columns = [outcomes.c[name] for name in PieceOutcome.__slots__]
    present = {
        row.piece: PieceOutcome(*row)
        for row in connection.execute(select(*columns).where(outcomes.c.item_key == key))
    }
    changed = [outcome for outcome in wanted if present.get(outcome.piece) != outcome]
    gone = present.keys() - {outcome.piece for outcome in wanted} | {outcome.piece for outcome in changed}
    if gone:
        connection.execute(delete(outcomes).where(outcomes.c.item_key == key, outcomes.c.piece.in_(gone)))
    if changed:
        extra = {"item_key": key, "model": model, "made_at": now}
        connection.execute(insert(outcomes), [asdict(outcome) | extra for outcome in changed])


def set_topics(connection: Connection, key: int, wanted: Iterable[str]) -> None:
    """Make these an item's topics."""
    of_item = item_topics.c.item_key == key
    present = set(connection.execute(select(item_topics.c.topic_id).where(of_item)).scalars())
    gone, new = present.difference(wanted), set(wanted) - present
    if gone:
        connection.execute(delete(item_topics).where(of_item, item_topics.c.topic_id.in_(gone)))
    if new:
        connection.execute(
            insert(item_topics), [{"item_key": key, "topic_id": topic} for topic in sorted(new)]
        )
