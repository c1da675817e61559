"""Who may sign in: accounts with roles, passwords kept as argon2id, and the lock after repeated failures."""

from __future__ import annotations

from datetime import datetime
from threading import BoundedSemaphore
from typing import Any
from unicodedata import category, normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from service.store.accounts.lockout import locked_until_after
from service.store.accounts.records import ROLES, Role, User
from service.store.database import Database
from service.store.errors import InvalidEntry, NoSuchItem, SignInRefused
from service.store.schema import sessions, users

LONGEST_NAME = 64
SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 1000
"""NIST SP 800-63B's least; and an end, because hashing takes time for each character."""
_HASHES_AT_ONCE = 4
"""Each takes 64 MiB: a flood of sign-ins must not take all memory."""
_UNFIT_FOR_NAMES = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
"""Signs that nobody sees, with which one name could pass for another."""
_REFUSED = "the name or the password is wrong, or the account is closed for a while after repeated failures"


class People:
    """The accounts. Names are unique whatever their case. Hashing happens outside any transaction."""

    def __init__(self, database: Database, hasher: PasswordHasher) -> None:
        self._database = database
        self._hasher = hasher
        self._hashing = BoundedSemaphore(_HASHES_AT_ONCE)

    def add_user(self, name: str, role: Role, password: str, now: datetime) -> User:
        """Add an account. Raises InvalidEntry for a name that is taken or can't be, or a poor password."""
        shown = checked_name(name, "name", LONGEST_NAME)
        _check_role(role)
        password_hash = self._hash(password)
        with self._database.write() as connection:
            if _row(connection, shown) is not None:
                raise InvalidEntry(f"there is a user {shown!r} already; names differ by more than case")
            connection.execute(
                insert(users).values(
                    folded=fold_name(shown),
                    name=shown,
                    role=role,
                    password_hash=password_hash,
                    failures=0,
                    active=True,
                    added_at=now,
                )
            )
        return User(shown, role, active=True, added_at=now, locked_until=None)

    def set_password(self, name: str, password: str) -> None:
        """Give an account a new password, unlock it, and close its sessions."""
        password_hash = self._hash(password)
        with self._database.write() as connection:
            folded = require_user(connection, name).folded
            self._set(connection, folded, password_hash=password_hash, failures=0, locked_until=None)
            connection.execute(delete(sessions).where(sessions.c.user_name == folded))

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role. Raises InvalidEntry where no admin would be left."""
        _check_role(role)
        with self._database.write() as connection:
            row = require_user(connection, name)
            if role != "admin":
                _require_other_admin(connection, row)
            self._set(connection, row.folded, role=role)

    def deactivate(self, name: str) -> None:
        """Close an account and its sessions; its keys stop working. What it did stays in the log."""
        with self._database.write() as connection:
            row = require_user(connection, name)
            _require_other_admin(connection, row)
            self._set(connection, row.folded, active=False)
            connection.execute(delete(sessions).where(sessions.c.user_name == row.folded))

    def activate(self, name: str) -> None:
        """Open an account again that was closed."""
        with self._database.write() as connection:
            self._set(connection, require_user(connection, name).folded, active=True)

    def users(self) -> tuple[User, ...]:
        """Every account, by name."""
        with self._database.read() as connection:
            return tuple(as_user(row) for row in connection.execute(select(users).order_by(users.c.folded)))

    def has_users(self) -> bool:
        """Return whether there is any account."""
        with self._database.read() as connection:
            return connection.execute(select(users.c.folded).limit(1)).first() is not None

    def sign_in(self, name: str, password: str, now: datetime) -> User:
        """Return who signs in. Raises SignInRefused, the same and as slowly for whatever reason.

        A try counts as a failure before its password is looked at, so that guesses made at once don't
        outrun the lock.
        """
        with self._database.write() as connection:
            row = _row(connection, name)
            is_open = row is not None and row.active and not (row.locked_until and row.locked_until > now)
            if row is not None and is_open:
                failures = row.failures + 1
                locked_until = locked_until_after(failures, now)
                self._set(connection, row.folded, failures=failures, locked_until=locked_until)
            else:
                _write_as_much(connection, now)
        if row is None or not is_open:
            self._hashed(password[:LONGEST_PASSWORD])  # takes as long as a look at a real one
            raise SignInRefused(_REFUSED)
        try:
            with self._hashing:
                self._hasher.verify(row.password_hash, _as_bytes(password[:LONGEST_PASSWORD]))
        except VerificationError:
            raise SignInRefused(_REFUSED) from None
        changes: dict[str, Any] = {"failures": 0, "locked_until": None}
        if self._hasher.check_needs_rehash(row.password_hash):
            changes["password_hash"] = self._hashed(password)
        with self._database.write() as connection:
            # Only if the password is still the one that was looked at.
            connection.execute(
                update(users)
                .where(users.c.folded == row.folded, users.c.password_hash == row.password_hash)
                .values(changes)
            )
        return User(row.name, row.role, active=True, added_at=row.added_at, locked_until=None)

    def _hash(self, password: str) -> str:
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise InvalidEntry(
                f"the password has {len(password):,} characters;"
                f" give {SHORTEST_PASSWORD} to {LONGEST_PASSWORD:,}"
            )
        return self._hashed(password)

    def _hashed(self, password: str) -> str:
        with self._hashing:
            return self._hasher.hash(_as_bytes(password))

    @staticmethod
    def _set(connection: Connection, folded: str, **values: Any) -> None:
        connection.execute(update(users).where(users.c.folded == folded).values(values))


def fold_name(name: str) -> str:
    """What names are compared by: no case, no width, no space around."""
    return normalize("NFKC", normalize("NFKC", name.strip()).casefold())


def checked_name(name: str, what: str, longest: int) -> str:
    """Return a name or label as it is kept. Raises InvalidEntry for an empty, a long or an unseeable one."""
    shown = normalize("NFC", name.strip())
    if not fold_name(shown) or len(shown) > longest:
        raise InvalidEntry(f"the {what} has {len(shown):,} characters; give 1 to {longest}")
    unfit = next((sign for sign in shown if category(sign) in _UNFIT_FOR_NAMES), None)
    if unfit is not None:
        raise InvalidEntry(f"the {what} holds U+{ord(unfit):04X}, which nobody can see; leave it out")
    return shown


def require_user(connection: Connection, name: str) -> Row[Any]:
    """Return an account's row, locked until the transaction ends. Raises NoSuchItem."""
    row = _row(connection, name)
    if row is None:
        raise NoSuchItem(f"there is no user {name!r}")
    return row


def as_user(row: Row[Any]) -> User:
    """An account without its secrets."""
    return User(row.name, row.role, active=row.active, added_at=row.added_at, locked_until=row.locked_until)


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(
        select(users).where(users.c.folded == fold_name(name)).with_for_update()
    ).one_or_none()


def _write_as_much(connection: Connection, now: datetime) -> None:
    """Write as much as a real account's failure does: else the disk's time would tell that there is none."""
    nobody = {"folded": "", "name": "", "role": "editor", "password_hash": "", "failures": 0, "active": False}
    connection.execute(insert(users).values(nobody | {"added_at": now}))
    connection.execute(delete(users).where(users.c.folded == ""))


def _require_other_admin(connection: Connection, row: Row[Any]) -> None:
    if row.role != "admin" or not row.active:
        return
    others = select(func.count()).where(users.c.role == "admin", users.c.active, users.c.folded != row.folded)
    if connection.execute(others).scalar_one() == 0:
        raise InvalidEntry(f"{row.name!r} is the only admin; make another one first")


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise InvalidEntry(f"there is no role {role!r}; give one of {', '.join(ROLES)}")


def _as_bytes(password: str) -> bytes:
    return normalize("NFKC", password).encode("utf-8", "surrogatepass")
