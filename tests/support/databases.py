"""Both databases for tests: a SQLite file, and a PostgreSQL server of one's own on a Unix socket.

A plugin of ``conftest.py``: the fixtures are there in every module, and one server serves them all.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from service.store import Store
from service.store.migrate import HEAD
from service.store.schema import metadata
from support.quick_store import QUICK

_UNPRIVILEGED = "postgres"

Create = Callable[[], str]
"""Makes a new, empty database and returns its URL."""


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL server programs: on the path, or where Debian puts them."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return versions[-1].parent if versions else None


def _as_unprivileged() -> list[str]:
    """What to put before a command of the server's, which refuses to run as root."""
    if os.geteuid() != 0:
        return []
    runuser = shutil.which("runuser")
    try:
        pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        runuser = None
    if runuser is None:
        pytest.skip(f"PostgreSQL refuses to run as root, and there is no runuser or user {_UNPRIVILEGED!r}")
    return [runuser, "-u", _UNPRIVILEGED, "--"]


@contextmanager
def postgresql_server() -> Iterator[Create]:
    """Run a server; yields what makes a database on it. Skips where there is no server to run."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server: neither initdb on the path nor /usr/lib/postgresql")
    before = _as_unprivileged()
    # Not pytest's folder: another user must get in, and a socket's path has at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pq-"))
    if before:
        shutil.chown(folder, _UNPRIVILEGED)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        command = [*before, str(programs / program), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")

    run("initdb", "--pgdata", str(data), "--username=test", "--auth=trust", "--encoding=UTF8", "--no-sync")
    # Nobody pulls this machine's plug: fsync would only cost time. Killed clients are another matter.
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    run(
        "pg_ctl", "--pgdata", str(data), "--wait", "--log", str(folder / "log"), "--options", options, "start"
    )
    numbers = count(1)

    def create() -> str:
        name = f"test{next(numbers)}"
        with psycopg.connect(f"host={folder} user=test dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql+psycopg://test@/{name}?host={folder}"

    try:
        yield create
    finally:
        run("pg_ctl", "--pgdata", str(data), "--mode=immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Create]:
    """What makes a new PostgreSQL database and returns its URL."""
    with postgresql_server() as create:
        yield create


@pytest.fixture(scope="session")
def _postgresql_store(postgresql: Create) -> str:
    """A PostgreSQL database with the newest schema, to be emptied: quicker than a copy for each test."""
    made = postgresql()
    Store.open(made, QUICK).close()
    return made


def _empty(url: str) -> None:
    """Empty every table of a PostgreSQL store, past its own triggers, which let nobody do that.

    Not with TRUNCATE, which makes new files for each table and index.
    """
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table in ("search", *metadata.tables):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"))
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
    engine.dispose()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema, to copy."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    Store.open(f"sqlite:///{path}", QUICK).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, on either in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    create: Create = request.getfixturevalue("postgresql")
    return create()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store without any row, on either in turn."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("_sqlite_template"), tmp_path / "store.db")
        return f"sqlite:///{tmp_path / 'store.db'}"
    made: str = request.getfixturevalue("_postgresql_store")
    _empty(made)
    return made


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, on either database in turn."""
    with Store.open(url, QUICK) as opened:
        yield opened
