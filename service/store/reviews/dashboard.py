"""What the editors' work adds up to: verdicts by kind and model, time taken, agreement between editors."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time
from itertools import combinations, groupby
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select, true

from service.store.records import Dashboard, EditorRow, VerdictPair, VerdictRow
from service.store.schema import items, log, outcomes

_OPEN = "open"
"""What the log says of a decision that was taken back."""
_VERDICTS = ("accepted", "edited", "rejected", "added")


def dashboard(connection: Connection, since: date | None) -> Dashboard:
    """The figures from a day on, or of all time."""
    start = None if since is None else datetime.combine(since, time(), UTC)
    finished, seconds, of_editor = _finished(connection, start)
    decided = select(log.c.editor, func.count().label("number")).where(
        log.c.verdict.is_not(None), log.c.verdict != _OPEN, log.c.at >= start if start else true()
    )
    by_editor = decided.group_by(log.c.editor)
    decisions = {row.editor: int(row.number) for row in connection.execute(by_editor)}
    editors = (
        EditorRow(
            editor=editor,
            finished=finished[editor],
            decisions=decisions.get(editor, 0),
            median_seconds=_median(of_editor[editor]),
        )
        for editor in sorted(finished.keys() | decisions.keys())
    )
    waiting = select(func.count()).select_from(items).where(items.c.state != "done")
    return Dashboard(
        rows=_verdicts(connection, start),
        median_seconds=_median(seconds),
        finished=finished.total(),
        waiting=connection.execute(waiting).scalar_one(),
        editors=tuple(editors),
    )


def agreement(connection: Connection) -> tuple[VerdictPair, ...]:
    """Every two editors who both decided a piece, with the last verdict of each that still stands."""
    of_piece = (log.c.item_key, log.c.piece)
    last = (
        select(*of_piece, log.c.editor, func.min(log.c.key).label("first"), func.max(log.c.key).label("last"))
        .where(log.c.piece.is_not(None))
        .group_by(*of_piece, log.c.editor)
        .subquery()
    )
    rows = connection.execute(
        select(last.c.item_key, last.c.piece, last.c.editor, log.c.verdict)
        .join(log, log.c.key == last.c.last)
        .where(log.c.verdict.is_not(None), log.c.verdict != _OPEN)
        .order_by(last.c.item_key, last.c.piece, last.c.first)
    )
    return tuple(
        VerdictPair(item_key, piece, one.editor, one.verdict, other.editor, other.verdict)
        for (item_key, piece), decided in groupby(rows, key=lambda row: (row.item_key, row.piece))
        for one, other in combinations(decided, 2)
    )


def _verdicts(connection: Connection, start: datetime | None) -> tuple[VerdictRow, ...]:
    counted = [func.sum(case((outcomes.c.verdict == verdict, 1), else_=0)) for verdict in _VERDICTS]
    edited = case((outcomes.c.verdict == "edited", outcomes.c.edit_distance))
    group = (outcomes.c.kind, outcomes.c.model)
    figures: list[ColumnElement[Any]] = [*group, *counted, func.avg(edited)]
    rows = connection.execute(
        select(*figures)
        .where(outcomes.c.made_at >= start if start else true())
        .group_by(*group)
        .order_by(*group)
    )
    return tuple(VerdictRow(*row) for row in rows)


def _finished(
    connection: Connection, start: datetime | None
) -> tuple[Counter[str], list[float], dict[str, list[float]]]:
    """Items done by who edited them last, and the seconds on each: of all, and of each editor."""
    done = [items.c.state == "done", items.c.changed_at >= start if start else true()]
    by_editor = select(items.c.last_editor, func.count()).where(*done).group_by(items.c.last_editor)
    finished = Counter(
        {editor: number for editor, number in connection.execute(by_editor) if editor is not None}
    )
    spent = (
        select(log.c.item_key, log.c.editor, func.sum(log.c.seconds))
        .join(items, items.c.key == log.c.item_key)
        .where(*done, log.c.seconds.is_not(None))
        .group_by(log.c.item_key, log.c.editor)
    )
    on_item: dict[int, float] = defaultdict(float)
    of_editor: dict[str, list[float]] = defaultdict(list)
    for key, editor, seconds in connection.execute(spent):
        on_item[key] += seconds
        of_editor[editor].append(seconds)
    return finished, list(on_item.values()), of_editor


def _median(values: list[float]) -> float | None:
    return median(values) if values else None
