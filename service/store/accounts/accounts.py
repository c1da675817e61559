"""Who may sign in: accounts with roles, passwords kept as argon2id, and the locks after repeated failures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from unicodedata import category, normalize

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from service.access import audit
from service.store.accounts.failures import (
    Subject,
    count_failure,
    forget,
    forget_name,
    forget_old,
    locked_until,
    take_back,
)
from service.store.accounts.lockout import ACCOUNT
from service.store.accounts.passwords import LONGEST_PASSWORD, Hashing, as_bytes, check_password
from service.store.accounts.records import ROLES, Role, User
from service.store.database import Database
from service.store.errors import InvalidEntry, NoSuchItem, SignInRefused, TooManySignIns
from service.store.schema import devices, sessions, users

LONGEST_NAME = 64
_UNFIT_FOR_NAMES = {"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"}
"""Signs that nobody sees, with which one name could pass for another."""
_REFUSED = "the name or the password is wrong, or sign-in is closed for a while after repeated failures"


@dataclass(frozen=True, slots=True)
class Browser:
    """What signs in: its address, and the token that it was given when its user signed in with it before."""

    address: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class _Try:
    """A sign-in under way: the account, if there is one that is open to this browser, and who is counted."""

    row: Row[Any] | None
    subject: Subject
    is_known: bool


class People:
    """The accounts. Names are unique whatever their case. Hashing happens outside any transaction."""

    def __init__(self, database: Database, hasher: PasswordHasher) -> None:
        self._database = database
        self._hashing = Hashing(hasher)

    def add_user(self, name: str, role: Role, password: str, now: datetime) -> User:
        """Add an account. Raises InvalidEntry for a name that is taken or can't be, or a poor password."""
        shown = checked_name(name, "name", LONGEST_NAME)
        _check_role(role)
        check_password(password, shown)
        password_hash = self._hashing.hash(password)
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
        """Give an account a new password, unlock it, close its sessions, and forget its devices."""
        check_password(password, name)
        password_hash = self._hashing.hash(password)
        with self._database.write() as connection:
            folded = require_user(connection, name).folded
            self._set(connection, folded, password_hash=password_hash, failures=0, locked_until=None)
            forget_name(connection, folded)
            for tokens in (sessions, devices):
                connection.execute(delete(tokens).where(tokens.c.user_name == folded))

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

    def sign_in(self, name: str, password: str, now: datetime, browser: Browser | None = None) -> User:
        """Return who signs in. Raises SignInRefused, the same and as slowly for whatever reason.

        A try counts as a failure before its password is looked at, so that guesses made at once don't
        outrun the lock. Raises TooManySignIns where too many are at it, or have failed from this address;
        such a try counts for nothing.
        """
        browser = browser or Browser()
        with self._hashing.turn() as hasher:
            with self._database.write() as connection:
                attempt = self._begin(connection, name, browser, now)
            row, given = attempt.row, as_bytes(password[:LONGEST_PASSWORD])
            if row is None:
                hasher.hash(given)  # takes as long as a look at a real one
                raise SignInRefused(_REFUSED)
            try:
                hasher.verify(row.password_hash, given)
            except VerificationError:
                audit.record("signin.refused", account=row.name, address=browser.address, reason="password")
                raise SignInRefused(_REFUSED) from None
            changes: dict[str, Any] = {"failures": 0, "locked_until": None}
            if hasher.check_needs_rehash(row.password_hash):
                changes["password_hash"] = hasher.hash(given)
        with self._database.write() as connection:
            # Only if the password is still the one that was looked at.
            connection.execute(
                update(users)
                .where(users.c.folded == row.folded, users.c.password_hash == row.password_hash)
                .values(changes)
            )
            forget(connection, attempt.subject)
            forget_old(connection, now)
            # Of the address only this try, which was no failure: others' may be among the rest.
            if not attempt.is_known:
                take_back(connection, Subject.address(browser.address))
        audit.record("signin.ok", account=row.name, address=browser.address)
        return User(row.name, row.role, active=True, added_at=row.added_at, locked_until=None)

    def _begin(self, connection: Connection, name: str, browser: Browser, now: datetime) -> _Try:
        """Count a try as a failure, unless a lock holds. Raises TooManySignIns for a locked address."""
        row = _row(connection, name)
        is_known = _is_known(connection, fold_name(name), browser.device)
        if is_known:
            subject = Subject.device(browser.device)
        else:
            subject = Subject.name_and_address(fold_name(name), browser.address)
            _count_at_address(connection, browser.address, now)
        is_locked = locked_until(connection, subject, now) is not None or not (is_known or _is_open(row, now))
        if row is None or not row.active or is_locked:
            _write_as_much(connection, now)
            reason = "locked" if is_locked else "closed" if row is not None else "unknown"
            audit.record("signin.refused", account=_shown(row), address=browser.address, reason=reason)
        elif not is_known:
            failures = row.failures + 1
            until = ACCOUNT.locked_until_after(failures, now)
            self._set(connection, row.folded, failures=failures, locked_until=until)
        if not is_locked and count_failure(connection, subject, now):
            audit.record("signin.locked", account=_shown(row), address=browser.address)
        is_open = row is not None and row.active and not is_locked
        return _Try(row if is_open else None, subject, is_known)

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


def _is_known(connection: Connection, folded: str, token: str) -> bool:
    """Return whether an account's user has signed in with the device that has this token."""
    digest = sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    this = (devices.c.token_sha256 == digest) & (devices.c.user_name == folded)
    return connection.execute(select(devices.c.used_at).where(this)).first() is not None


def _is_open(row: Row[Any] | None, now: datetime) -> bool:
    """Return whether no lock over all addresses holds."""
    return row is None or row.locked_until is None or row.locked_until <= now


def _count_at_address(connection: Connection, address: str, now: datetime) -> None:
    """Count a try at an address, whatever becomes of it. Raises TooManySignIns for a locked one."""
    subject = Subject.address(address)
    if until := locked_until(connection, subject, now):
        audit.record("signin.limited", address=address)
        raise TooManySignIns(
            "Too many sign-ins from this address have failed. Try again in a quarter of an hour, or with a "
            "browser that you have signed in with before.",
            retry_after_s=max(1, round((until - now).total_seconds())),
        )
    count_failure(connection, subject, now)


def _shown(row: Row[Any] | None) -> str | None:
    """Return an account's name for the log: what was typed where there is none may be a password."""
    return None if row is None else row.name


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
