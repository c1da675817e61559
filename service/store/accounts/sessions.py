"""Random secrets that stand for a user: sessions of a browser, keys of a program.

Of each only its SHA-256 is kept: with 256 random bits there is nothing to guess, so no slow hash is needed.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select, update

from service.store.accounts.accounts import as_user, checked_name, require_user
from service.store.accounts.records import ApiKey, User
from service.store.database import Database
from service.store.errors import NoSuchItem
from service.store.schema import api_keys, sessions, users

_SECRET_BYTES = 32
_PREFIX = "pq_"
"""Begins each key, so that people and scanners for leaked secrets know one when they see it."""
LONGEST_LABEL = 100
_USE_NOTED_EVERY = timedelta(minutes=1)
"""A key's last use is written at most this often: no write for each call of the API."""


class AccessTokens:
    """Sessions and keys. ``user`` is a name or a User."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_session(self, user: User | str, now: datetime, lifetime: timedelta) -> str:
        """Open a session and return its token, which can't be had again. Forgets those that have ended."""
        token = secrets.token_urlsafe(_SECRET_BYTES)
        with self._database.write() as connection:
            folded = require_user(connection, _name(user)).folded
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(
                insert(sessions).values(
                    token_sha256=_digest(token), user_name=folded, opened_at=now, expires_at=now + lifetime
                )
            )
        return token

    def session(self, token: str, now: datetime) -> User | None:
        """Return whose session this is; None if it has ended or never was, or the account is closed."""
        found = (
            select(users)
            .join(sessions, sessions.c.user_name == users.c.folded)
            .where(sessions.c.token_sha256 == _digest(token), sessions.c.expires_at > now, users.c.active)
        )
        with self._database.read() as connection:
            row = connection.execute(found).one_or_none()
        return None if row is None else as_user(row)

    def close_session(self, token: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_sha256 == _digest(token)))

    def add_key(self, label: str, user: User | str, now: datetime) -> str:
        """Make a key for programs and return it; it can't be had again. Raises InvalidEntry, NoSuchItem."""
        shown = checked_name(label, "label", LONGEST_LABEL)
        key = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
        with self._database.write() as connection:
            folded = require_user(connection, _name(user)).folded
            connection.execute(
                insert(api_keys).values(key_sha256=_digest(key), label=shown, user_name=folded, made_at=now)
            )
        return key

    def key_user(self, key: str, now: datetime) -> User | None:
        """Return whose key this is; None if it was revoked or never was, or the account is closed."""
        found = (
            select(users, api_keys.c.key, api_keys.c.last_used_at)
            .join(api_keys, api_keys.c.user_name == users.c.folded)
            .where(api_keys.c.key_sha256 == _digest(key), api_keys.c.revoked_at.is_(None), users.c.active)
        )
        with self._database.read() as connection:
            row = connection.execute(found).one_or_none()
        if row is None:
            return None
        if row.last_used_at is None or now - row.last_used_at >= _USE_NOTED_EVERY:
            with self._database.write() as connection:
                connection.execute(update(api_keys).where(api_keys.c.key == row.key).values(last_used_at=now))
        return as_user(row)

    def keys(self) -> tuple[ApiKey, ...]:
        """Every key that was made, in order, without the key itself."""
        columns = [api_keys.c[name] for name in ApiKey.__slots__ if name != "user"]
        found = select(*columns, users.c.name).join(users, users.c.folded == api_keys.c.user_name)
        with self._database.read() as connection:
            rows = connection.execute(found.order_by(api_keys.c.key)).all()
        return tuple(
            ApiKey(row.key, row.label, row.name, row.made_at, row.last_used_at, row.revoked_at)
            for row in rows
        )

    def revoke_key(self, key: int, now: datetime) -> None:
        """Let a key, by its number, open nothing any more. Raises NoSuchItem."""
        with self._database.write() as connection:
            known = connection.execute(
                select(api_keys.c.revoked_at).where(api_keys.c.key == key).with_for_update()
            ).one_or_none()
            if known is None:
                raise NoSuchItem(f"there is no key {key}")
            if known.revoked_at is None:
                connection.execute(update(api_keys).where(api_keys.c.key == key).values(revoked_at=now))


def _name(user: User | str) -> str:
    return user if isinstance(user, str) else user.name


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
