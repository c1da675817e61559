"""Kept analyses: put in, read, listed, deleted, and purged after their time. Each method is one transaction.

What a caller may see is decided by ``owner``; None stands for the operator, who may see all. Deleting takes
remembered answers about the same article with it, since they hold its words.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from service.store.analyses.records import KeptAnalysis, KeptLine, KeptPage
from service.store.analyses.tables import kept_analyses as kept
from service.store.analyses.tables import remembered_answers as answers
from service.store.database import Database
from service.store.errors import NoSuchItem

_PURGED_AT_ONCE = 1_000
"""Rows deleted in one transaction, so that others who write wait little."""
_LINE = (
    kept.c.analysis_id,
    kept.c.owner,
    kept.c.article_id,
    kept.c.title,
    kept.c.length,
    kept.c.format,
    kept.c.service,
    kept.c.made_at,
)


class KeptAnalyses:
    """The analyses that callers had kept. Thread-safe; raises StoreFailed as ``Store`` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, analysis: KeptAnalysis) -> None:
        """Keep an analysis; one with the same id stays as it is, so that this may be done twice."""
        line = analysis.line
        values = {
            "analysis_id": line.id,
            "owner": line.owner,
            "article_id": line.article_id,
            "title": line.title,
            "length": line.length,
            "format": line.format,
            "service": line.service,
            "made_at": line.made_at,
            "content": analysis.content,
            "text": analysis.text,
        }
        with self._database.write() as connection:
            insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
            connection.execute(insert(kept).values(values).on_conflict_do_nothing())

    def get(self, owner: str | None, analysis_id: str) -> KeptAnalysis:
        """Return an analysis. Raises NoSuchItem where there is none, or it is another's."""
        wanted = _owned(select(*_LINE, kept.c.content, kept.c.text), owner)
        with self._database.read() as connection:
            row = connection.execute(wanted.where(kept.c.analysis_id == analysis_id)).one_or_none()
        if row is None:
            raise _no_such(analysis_id)
        return KeptAnalysis(_line(row), row.content, row.text)

    def page(
        self, owner: str | None, *, article_id: str | None = None, before: int | None = None, size: int
    ) -> KeptPage:
        """List ``size`` analyses, newest first, from below ``before`` on."""
        wanted = _owned(select(*_LINE, kept.c.key), owner)
        if article_id is not None:
            wanted = wanted.where(kept.c.article_id == article_id)
        if before is not None:
            wanted = wanted.where(kept.c.key < before)
        with self._database.read() as connection:
            # One more than asked for tells whether any follow.
            rows = connection.execute(wanted.order_by(kept.c.key.desc()).limit(size + 1)).all()
        follows = rows[size - 1].key if len(rows) > size else None
        return KeptPage(tuple(map(_line, rows[:size])), follows)

    def delete(self, owner: str | None, analysis_id: str) -> str:
        """Delete an analysis and return its article's id. Raises NoSuchItem."""
        found = _owned(select(kept.c.key, kept.c.article_id), owner).where(kept.c.analysis_id == analysis_id)
        with self._database.write() as connection:
            row = connection.execute(found).one_or_none()
            if row is None:
                raise _no_such(analysis_id)
            connection.execute(delete(kept).where(kept.c.key == row.key))
            connection.execute(delete(answers).where(answers.c.token == analysis_id))
        self._database.empty_log()
        return str(row.article_id)

    def delete_article(self, owner: str | None, article_id: str) -> int:
        """Delete all analyses of an article, and return how many there were. Raises NoSuchItem for none."""
        condition = [kept.c.article_id == article_id]
        about = [answers.c.article_id == article_id]
        if owner is not None:
            condition.append(kept.c.owner == owner)
            about.append(answers.c.owner == owner)
        with self._database.write() as connection:
            number = connection.execute(delete(kept).where(*condition)).rowcount
            number_of_answers = connection.execute(delete(answers).where(*about)).rowcount
        if not number and not number_of_answers:
            raise NoSuchItem(f"No analysis of an article {article_id[:200]!r} is kept for this caller.")
        self._database.empty_log()
        return number

    def purge(self, made_before: datetime) -> int:
        """Delete what was made before a moment; return how many analyses."""
        number = 0
        while deleted := self._purge_some(made_before):
            number += deleted
        if number:
            self._database.empty_log()
        return number

    def _purge_some(self, made_before: datetime) -> int:
        old = select(kept.c.key).where(kept.c.made_at < made_before).limit(_PURGED_AT_ONCE)
        with self._database.write() as connection:
            return connection.execute(delete(kept).where(kept.c.key.in_(_keys(connection, old)))).rowcount


def _keys(connection: Connection, wanted: Select[Any]) -> list[int]:
    return list(connection.execute(wanted).scalars())


def _owned(wanted: Select[Any], owner: str | None) -> Select[Any]:
    return wanted if owner is None else wanted.where(kept.c.owner == owner)


def _line(row: Row[Any]) -> KeptLine:
    return KeptLine(
        row.analysis_id,
        row.owner,
        row.article_id,
        row.title,
        row.length,
        row.format,
        row.service,
        row.made_at,
    )


def _no_such(analysis_id: str) -> NoSuchItem:
    return NoSuchItem(
        f"No analysis {analysis_id[:80]!a} is kept for this caller. GET /v1/analyses lists those that are; "
        "older ones than PULLQUOTE_KEEP_DAYS are gone."
    )
