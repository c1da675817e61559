"""Failed sign-ins, counted for each subject: a name with an address, an address, a device.

Subjects are kept as SHA-256, so that the table holds neither addresses nor names that somebody typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from service.store.accounts.lockout import ADDRESS, DEVICE, NAME_AND_ADDRESS, LockRule
from service.store.schema import sign_in_failures as table


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose failures are counted, and by which rule."""

    key: str
    rule: LockRule

    @classmethod
    def name_and_address(cls, folded: str, address: str) -> Subject:
        """Return the subject of a name, as it is compared, at an address."""
        return cls(f"{_of_name(folded)} {_digest(address)}", NAME_AND_ADDRESS)

    @classmethod
    def address(cls, address: str) -> Subject:
        """Return the subject of an address."""
        return cls(f"address {_digest(address)}", ADDRESS)

    @classmethod
    def device(cls, token: str) -> Subject:
        """Return the subject of a browser that somebody has signed in with."""
        return cls(f"device {_digest(token)}", DEVICE)


def locked_until(connection: Connection, subject: Subject, now: datetime) -> datetime | None:
    """Return until when a subject has to wait; None if it hasn't to."""
    until = connection.execute(select(table.c.locked_until).where(table.c.subject == subject.key)).scalar()
    return until if until is not None and until > now else None


def count_failure(connection: Connection, subject: Subject, now: datetime) -> datetime | None:
    """Count a failure and return until when it locks the subject, None if it doesn't."""
    # Two processes may meet a subject for the first time at once.
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = insert(table).values(subject=subject.key, failures=0, last_at=now)
    connection.execute(new.on_conflict_do_nothing())
    this = table.c.subject == subject.key
    row = connection.execute(select(table).where(this).with_for_update()).one()
    failures = (row.failures if now - row.last_at < subject.rule.forgotten else 0) + 1
    until = subject.rule.locked_until_after(failures, now)
    connection.execute(update(table).where(this).values(failures=failures, locked_until=until, last_at=now))
    return until


def forget_old(connection: Connection, now: datetime) -> None:
    """Forget the failures that count no more."""
    connection.execute(delete(table).where(table.c.last_at <= now - NAME_AND_ADDRESS.forgotten))


def take_back(connection: Connection, subject: Subject) -> None:
    """Count one failure less, and let go of the lock that it may have made."""
    this = (table.c.subject == subject.key) & (table.c.failures > 0)
    connection.execute(update(table).where(this).values(failures=table.c.failures - 1, locked_until=None))


def forget(connection: Connection, subject: Subject) -> None:
    """Forget a subject's failures."""
    connection.execute(delete(table).where(table.c.subject == subject.key))


def forget_name(connection: Connection, folded: str) -> None:
    """Forget the failures of a name at whatever address."""
    connection.execute(delete(table).where(table.c.subject.startswith(_of_name(folded))))


def _of_name(folded: str) -> str:
    return f"name {_digest(folded)}"


def _digest(value: str) -> str:
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
