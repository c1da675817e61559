"""Keys for programs: made, found, listed, revoked. The key itself is shown once, and kept as its SHA-256.

A key is ``pq_ID_SECRET``. The id finds its row, may be shown and logged, and says nothing about the secret,
whose 256 random bits can't be guessed or found by trying: so a fast digest does what a password needs
argon2id for. Digests are compared in constant time, also where no row has the id.

Keys of the first schema have no id in them: there the id is the beginning of the digest.
"""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from service.access import audit
from service.access.scopes import Scope
from service.store.accounts.accounts import checked_name, require_user
from service.store.accounts.records import ApiKey, KeyTerms
from service.store.database import Database
from service.store.errors import InvalidEntry, NoSuchItem, StoreUnavailable
from service.store.schema import api_keys, users

PREFIX = "pq_"
"""Begins each key, so that people and scanners for leaked secrets know one when they see it."""
LONGEST_LABEL = 100
MOST_PER_MINUTE = 1_000_000
_SECRET_BYTES = 32
_ID_BYTES = 6
_WITH_ID = re.compile(r"pq_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
_NO_DIGEST = "0" * 64
_USE_NOTED_EVERY = timedelta(minutes=1)
"""A key's last use is written at most this often: no write for each call of the API."""


class ApiKeys:
    """The keys for programs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_key(self, name: str, terms: KeyTerms, now: datetime) -> str:
        """Make a key and return it; it can't be had again. Raises InvalidEntry, NoSuchItem.

        Keys of one name are one sender: a key that takes another's place has its name.
        """
        shown = checked_name(name, "name", LONGEST_LABEL)
        _check(terms, now)
        key_id = secrets.token_hex(_ID_BYTES)
        key = f"{PREFIX}{key_id}_{secrets.token_urlsafe(_SECRET_BYTES)}"
        scopes = " ".join(sorted(terms.scopes))
        with self._database.write() as connection:
            folded = require_user(connection, terms.user).folded if terms.user is not None else None
            connection.execute(
                insert(api_keys).values(
                    public_id=key_id,
                    key_sha256=_digest(key),
                    label=shown,
                    scopes=scopes,
                    user_name=folded,
                    made_at=now,
                    expires_at=terms.expires_at,
                    per_minute=terms.per_minute,
                )
            )
        expires = terms.expires_at.isoformat() if terms.expires_at else None
        audit.record("key.made", key=key_id, name=shown, scopes=scopes, expires=expires)
        return key

    def find_key(self, key: str, now: datetime) -> ApiKey | None:
        """Return the key that this is, whatever its state; None if there is none. Notes that it was used."""
        digest = _digest(key)
        found = _WITH_ID.fullmatch(key)
        key_id = found[1] if found else digest[: 2 * _ID_BYTES]
        with self._database.read() as connection:
            row = connection.execute(_rows().where(api_keys.c.public_id == key_id)).one_or_none()
        if not compare_digest(digest, row.key_sha256 if row else _NO_DIGEST) or row is None:
            return None
        known = _as_key(row)
        is_due = row.last_used_at is None or now - row.last_used_at >= _USE_NOTED_EVERY
        if is_due and known.state(now) == "good":
            # Where the database is busy, the next call notes it.
            with suppress(StoreUnavailable), self._database.write() as connection:
                connection.execute(
                    update(api_keys).where(api_keys.c.public_id == known.id).values(last_used_at=now)
                )
        return known

    def keys(self) -> tuple[ApiKey, ...]:
        """Every key that was made, in order, without the key itself."""
        with self._database.read() as connection:
            return tuple(_as_key(row) for row in connection.execute(_rows().order_by(api_keys.c.key)))

    def revoke_key(self, key_id: str, now: datetime) -> ApiKey:
        """Let a key open nothing any more, from the next request on. Raises NoSuchItem."""
        with self._database.write() as connection:
            row = connection.execute(_rows().where(api_keys.c.public_id == key_id)).one_or_none()
            if row is None:
                raise NoSuchItem(f"there is no key {key_id!r}; `pullquote keys list` shows the ids")
            if row.revoked_at is None:
                this = api_keys.c.public_id == key_id
                connection.execute(update(api_keys).where(this).values(revoked_at=now))
                audit.record("key.revoked", key=key_id, name=row.label)
        return _as_key(row)


def key_id_of(key: str) -> str:
    """Return the id of a key that was made just now."""
    return key.removeprefix(PREFIX).partition("_")[0]


def _rows() -> Select[Any]:
    return select(
        api_keys, users.c.name.label("owner"), users.c.active.label("owner_is_active")
    ).outerjoin_from(api_keys, users, users.c.folded == api_keys.c.user_name)


def _as_key(row: Row[Any]) -> ApiKey:
    # What a newer Pullquote added is nothing that this one could grant.
    known = set(Scope)
    scopes = frozenset(Scope(scope) for scope in row.scopes.split() if scope in known)
    return ApiKey(
        id=row.public_id,
        name=row.label,
        terms=KeyTerms(scopes, row.expires_at, row.per_minute, row.owner),
        user_is_active=row.owner is None or row.owner_is_active,
        made_at=row.made_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def _check(terms: KeyTerms, now: datetime) -> None:
    if not terms.scopes:
        raise InvalidEntry(f"the key is good for nothing; give it some of {', '.join(Scope)}")
    if terms.expires_at is not None and terms.expires_at <= now:
        raise InvalidEntry(f"the key would have expired at {terms.expires_at.isoformat()}; give a later time")
    if terms.per_minute is not None and not 1 <= terms.per_minute <= MOST_PER_MINUTE:
        raise InvalidEntry(
            f"the key would have {terms.per_minute:,} requests a minute; give 1 to {MOST_PER_MINUTE:,}"
        )


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
