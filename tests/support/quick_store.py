"""What makes a store quick where a test isn't about it: cheap hashes of passwords, and no fsync."""

from __future__ import annotations

import sqlite3
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import event
from sqlalchemy.pool import Pool

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes in no time, for tests that aren't about how long it takes."""


@event.listens_for(Pool, "checkout")
def _without_fsync(connection: Any, _record: object, _proxy: object) -> None:
    """Nobody pulls this machine's plug, and what a killed process has written is with the system already."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")
