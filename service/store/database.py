"""A connection to SQLite or PostgreSQL: how it is opened, and the two kinds of transaction. No tables here.

SQLite: write-ahead log, synchronised at each commit, so that what was acknowledged survives a power cut; a
transaction that writes takes the write lock at its start, so that none fails half-way for a lock.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from service.store.errors import StoreFailed, StoreUnavailable

PATIENCE_S = 60.0
"""How long one waits for another's write by default: many times what the longest takes."""
_CACHE_KIB = 32 * 1024
"""SQLite's page cache for each connection: the queue's table and indexes of 100,000 items fit in."""
_POOL, _OVERFLOW = 8, 32
"""Connections kept, and more while needed: together as many as the HTTP server has threads."""


class Database:
    """One database, for any number of threads."""

    def __init__(self, url: str, patience_s: float = PATIENCE_S) -> None:
        """Take an SQLAlchemy URL, and how long to wait for another's write or for a free connection.

        Raises StoreFailed for one that can't serve; connects to nothing yet.
        """
        self.url = _checked(url)
        self._patience_s = patience_s
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {
            "pool_size": _POOL,
            "max_overflow": _OVERFLOW,
            "pool_timeout": patience_s,
        }
        if self.is_sqlite:
            options["connect_args"] = {"timeout": patience_s, "check_same_thread": False}
        else:
            options["pool_pre_ping"] = True  # a restarted server's old connections are replaced
        try:
            self._engine = create_engine(self.url, **options)
        except ModuleNotFoundError as missing:
            raise StoreFailed(
                f"PostgreSQL needs the optional extra 'postgres' ({missing}):"
                " pip install 'pullquote[postgres]'."
            ) from missing
        if self.is_sqlite:
            _prepare_sqlite(self._engine)
        # SQLite has one writer: threads of one process queue here instead of asking again and again.
        self._writer = Lock()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with _translated(self.url), self._engine.connect() as connection:
            if not self.is_sqlite:  # whose transactions see one state anyway
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; durable when it is left without an error."""
        with _translated(self.url), self._only_writer(), self._engine.connect() as connection:
            connection = connection.execution_options(writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        """Hold SQLite's one place to write; PostgreSQL has many. Raises StoreUnavailable."""
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=self._patience_s):
            raise StoreUnavailable(
                f"the database {self.url.render_as_string(hide_password=True)} can't be used now: others "
                f"wrote for {self._patience_s:g} s",
                is_locked=True,
            )
        try:
            yield
        finally:
            self._writer.release()

    def outside(self, statement: str) -> list[Any]:
        """Run a statement of SQLite's that can't stand in a transaction; return its first row."""
        with _translated(self.url), self._engine.connect() as connection:
            cursor = connection.connection.cursor()
            try:
                return list(cursor.execute(statement).fetchone() or ())
            finally:
                cursor.close()

    def empty_log(self) -> None:
        """Empty SQLite's write-ahead log, which holds what was deleted, as far as readers let go of it.

        Where one doesn't in time, the next commits overwrite it.
        """
        if self.is_sqlite:
            self.outside("PRAGMA wal_checkpoint(TRUNCATE)")

    def create_private(self) -> None:
        """Make a SQLite file that isn't there yet, for its owner alone; what SQLite puts beside it
        follows."""
        if not self.is_sqlite:
            return
        # Where it can't be made, or is there already, SQLite says what there is to say.
        with suppress(OSError):
            os.close(os.open(self.url.database or "", os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))

    def use_wal(self) -> None:
        """Switch a SQLite file to the write-ahead log, for good. SQLite doesn't wait for others here."""
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                mode = self.outside("PRAGMA journal_mode = WAL")
                break
            except StoreUnavailable as error:
                if not error.is_locked or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        if mode != ["wal"]:
            raise StoreFailed(
                f"{self.url.database} can't use a write-ahead log (mode {mode}): put it on a local disk."
            )


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend in ("postgresql", "postgres"):
            return parsed.set(drivername="postgresql+psycopg")
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise StoreFailed(f"not a database URL: {error}") from error
    if backend != "sqlite":
        raise StoreFailed(f"{backend} isn't supported: give sqlite:///FILE or postgresql+psycopg://…")
    if parsed.database in (None, "", ":memory:"):
        raise StoreFailed("a database in memory would be lost with its connection: give sqlite:///FILE")
    return parsed


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # Transactions are begun below, not by Python's module, which would begin them late.
        connection.isolation_level = None
        for pragma in (
            "foreign_keys = ON",
            "synchronous = FULL",
            "secure_delete = ON",  # what is deleted is overwritten, not only forgotten
            "temp_store = MEMORY",
            f"cache_size = -{_CACHE_KIB}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated(url: URL) -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, sqlite3.OperationalError) as error:
        raise StoreUnavailable(
            f"the database {url.render_as_string(hide_password=True)} can't be used now: {_cause(error)}",
            is_locked=_is_locked(error),
        ) from error
    except SQLAlchemyError as error:
        raise StoreFailed(
            f"the database {url.render_as_string(hide_password=True)} failed: {_cause(error)}"
        ) from error


def _is_locked(error: Exception) -> bool:
    """Return whether SQLite says that another connection holds the lock."""
    original = getattr(error, "orig", None) or error
    code: int | None = getattr(original, "sqlite_errorcode", None)
    # The low byte is the primary code; what stands above it says why.
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _cause(error: SQLAlchemyError | sqlite3.OperationalError) -> str:
    """The driver's own words: SQLAlchemy's would hold the statement's values, that is people's texts."""
    original = error if isinstance(error, sqlite3.OperationalError) else getattr(error, "orig", None)
    return " ".join(str(original or type(error).__name__).split())
