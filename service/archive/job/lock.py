"""The lock of a job's folder: one process at a time runs a job.

The kernel frees it however that process ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from service.archive.errors import WrongJob

_NAME = "lock"
# How long to try: ``is_held`` takes a shared lock for a moment.
_PATIENCE_S, _EVERY_S = 0.5, 0.05


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold the lock, with the id of this process in its file. Raises WrongJob if another process holds it."""
    with (folder / _NAME).open("a+") as lock:
        if not _take(lock):
            lock.seek(0)
            holder = lock.read().strip() or "?"
            raise WrongJob(f"Process {holder} is running the job in {folder}. Wait for its end, or stop it.")
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_held(folder: Path) -> bool:
    """Return whether a process runs the job. Read access is enough, and callers don't disturb each other."""
    try:
        with (folder / _NAME).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _take(lock: TextIO) -> bool:
    until_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until_s:
                return False
            time.sleep(_EVERY_S)
        else:
            return True
