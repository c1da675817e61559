"""Random secrets that stand for a user in a browser: sessions, and devices that somebody has signed in with.

Of each only its SHA-256 is kept: with 256 random bits there is nothing to guess, so no slow hash is needed. A
device's secret opens nothing; it lets its browser past a lock that others' failures made (``lockout``).
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select, update

from service.store.accounts.accounts import as_user, require_user
from service.store.accounts.records import User
from service.store.database import Database
from service.store.schema import devices, sessions, users

_SECRET_BYTES = 32
DEVICE_LIFETIME = timedelta(days=180)
"""Since its last sign-in: long enough for a colleague on leave."""
_MOST_DEVICES = 20
"""Kept for each account; the ones used longest ago are forgotten."""


class BrowserTokens:
    """Sessions and devices. ``user`` is a name or a User."""

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

    def remember_device(self, user: User | str, token: str, now: datetime) -> str:
        """Note that ``user`` has signed in with a device, which showed ``token``; return the token it has
        now."""
        with self._database.write() as connection:
            folded = require_user(connection, _name(user)).folded
            connection.execute(delete(devices).where(devices.c.used_at <= now - DEVICE_LIFETIME))
            this = (devices.c.token_sha256 == _digest(token)) & (devices.c.user_name == folded)
            if connection.execute(update(devices).where(this).values(used_at=now)).rowcount:
                return token
            of_user = devices.c.user_name == folded
            newest = (
                select(devices.c.token_sha256)
                .where(of_user)
                .order_by(devices.c.used_at.desc())
                .limit(_MOST_DEVICES - 1)
            )
            kept = list(connection.execute(newest).scalars())
            connection.execute(delete(devices).where(of_user, devices.c.token_sha256.not_in(kept)))
            token = secrets.token_urlsafe(_SECRET_BYTES)
            connection.execute(
                insert(devices).values(token_sha256=_digest(token), user_name=folded, used_at=now)
            )
        return token


def _name(user: User | str) -> str:
    return user if isinstance(user, str) else user.name


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
