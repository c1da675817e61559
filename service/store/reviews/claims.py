"""Claims: who is at an item, for as long as their lease runs. A claim keeps nobody from saving."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from service.store.errors import Claimed
from service.store.reviews.items import no_such
from service.store.schema import items


def claim(
    connection: Connection, key: int, editor: str, now: datetime, *, lease: timedelta, force: bool
) -> datetime:
    """Claim an item, or go on holding it; return until when. Raises Claimed unless ``force``."""
    held = connection.execute(
        select(items.c.claimed_by, items.c.claimed_until).where(items.c.key == key).with_for_update()
    ).one_or_none()
    if held is None:
        raise no_such(key)
    is_others = held.claimed_by not in (None, editor) and held.claimed_until > now
    if is_others and not force:
        raise Claimed(
            f"{held.claimed_by!r} has item {key} until {held.claimed_until.isoformat()}",
            by=held.claimed_by,
            until=held.claimed_until,
        )
    until = now + lease
    connection.execute(update(items).where(items.c.key == key).values(claimed_by=editor, claimed_until=until))
    return until


def release(connection: Connection, key: int, editor: str) -> None:
    """Let go of an item; nothing happens where it is somebody else's."""
    connection.execute(
        update(items)
        .where(items.c.key == key, items.c.claimed_by == editor)
        .values(claimed_by=None, claimed_until=None)
    )
