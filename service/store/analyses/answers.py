"""Answers remembered under an idempotency key, so that a request that is sent again does nothing twice.

The key itself is not kept, only its digest. A request that is worked on holds its key for ``LEASE``: if its
process dies, another may answer after that, under the same token. Each method is one transaction.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from service.store.analyses.records import Answer, KnownRequest, Ticket
from service.store.analyses.tables import remembered_answers as answers
from service.store.database import Database

REMEMBERED = timedelta(hours=24)
"""How long an answer is given again."""
LEASE = timedelta(minutes=3)
"""How long a request may take before it counts as given up; more than the service waits at its end."""
MOST_ANSWERS = 20_000
"""The newest answers that are kept in all: of some 20 kB each, 400 MB."""


class RememberedAnswers:
    """The answers, for any number of processes. Thread-safe; raises StoreFailed as ``Store`` does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, owner: str, key: str, fingerprint: str, now: datetime) -> Ticket | KnownRequest:
        """Return the right to answer, or what is known of the request that has the key already."""
        wanted = {"owner": owner, "key_sha256": _digest(key)}
        fresh = {"fingerprint": fingerprint, "token": token_hex(16), "expires_at": now + LEASE}
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        with self._database.write() as connection:
            row = None
            while row is None:  # again where it was abandoned in between
                # Inserted first: of two at once, the second waits here for the first.
                made = insert(answers).values(wanted | fresh).on_conflict_do_nothing()
                if connection.execute(made.returning(answers.c.key)).first() is not None:
                    return Ticket(owner, str(fresh["token"]))
                row = connection.execute(select(answers).where(_has(wanted)).with_for_update()).one_or_none()
            if row.expires_at > now:
                return KnownRequest(row.fingerprint, _answer(row))
            if row.status is None and row.fingerprint == fingerprint:
                fresh["token"] = row.token
            empty = {"status": None, "headers": None, "content": None, "article_id": None}
            connection.execute(update(answers).where(answers.c.key == row.key).values(fresh | empty))
            return Ticket(owner, str(fresh["token"]))

    def finish(self, ticket: Ticket, answer: Answer, now: datetime) -> None:
        """Remember an answer, and forget those that are too old or too many."""
        values = {
            "status": answer.status,
            "headers": json.dumps(answer.headers),
            "content": answer.content,
            "article_id": answer.article_id,
            "expires_at": now + REMEMBERED,
        }
        with self._database.write() as connection:
            connection.execute(update(answers).where(_is(ticket)).values(values))
            _prune(connection, now)

    def abandon(self, ticket: Ticket) -> None:
        """Forget a request that got no answer worth remembering: it may be made again at once."""
        with self._database.write() as connection:
            connection.execute(delete(answers).where(_is(ticket), answers.c.status.is_(None)))

    def prune(self, now: datetime) -> None:
        """Forget the answers that are too old or too many."""
        with self._database.write() as connection:
            _prune(connection, now)


def _prune(connection: Connection, now: datetime) -> None:
    connection.execute(delete(answers).where(answers.c.expires_at <= now))
    newest = connection.execute(select(func.max(answers.c.key))).scalar_one_or_none()
    if newest is not None:
        connection.execute(delete(answers).where(answers.c.key <= newest - MOST_ANSWERS))


def _answer(row: Row[Any]) -> Answer | None:
    if row.status is None:
        return None
    headers = tuple((name, value) for name, value in json.loads(row.headers))
    return Answer(row.status, headers, row.content, row.article_id)


def _has(wanted: dict[str, str]) -> Any:
    return (answers.c.owner == wanted["owner"]) & (answers.c.key_sha256 == wanted["key_sha256"])


def _is(ticket: Ticket) -> Any:
    return (answers.c.owner == ticket.owner) & (answers.c.token == ticket.token)


def _digest(key: str) -> str:
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
