"""Bringing a database to the newest schema, also when it is empty or several open it at once."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, inspect, text

from service.store.database import Database
from service.store.errors import StoreFailed

HEAD = "0004"
"""The newest step in ``migrations/versions``; Alembic is only loaded where a database isn't there yet."""
_ADVISORY = 0x50554C4C
"""Names the lock under which a PostgreSQL database is migrated: any number that others don't use."""
_ALEMBIC = Lock()
"""Alembic keeps the migration that it is at in globals."""


def prepare(database: Database) -> None:
    """Create or upgrade the schema. Raises StoreFailed for a database that a newer Pullquote has made."""
    database.create_private()
    if database.is_sqlite:
        database.use_wal()
    with database.read() as connection:
        if not database.is_sqlite:
            _require_utf8(connection)
        if _revision(connection) == HEAD:
            return
    with _ALEMBIC, database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY})
        if _revision(connection) != HEAD:  # nobody else did it while this waited for the lock
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    # Percent signs are the configuration's own interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreFailed(
            f"the database is at step {_revision(connection)!r}, which this Pullquote (step {HEAD}) doesn't"
            f" know: use the newer Pullquote that made it. ({error})"
        ) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _require_utf8(connection: Connection) -> None:
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StoreFailed(f"the database's encoding is {encoding}; make one with ENCODING 'UTF8'.")
