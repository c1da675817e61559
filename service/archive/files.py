"""Atomic files, there whole or not at all: temporary name, fsync, atomic rename, fsync of the folder."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

_TEMPORARY = ".tmp"


class HashingFile(io.RawIOBase):
    """Writes through to a file, and keeps the SHA-256 and the size of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._digest = sha256()
        self.size = 0

    def writable(self) -> bool:
        """Return True: it is for writing only."""
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # RawIOBase takes any buffer
        """Write all of ``data``, or raise OSError."""
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self.size

    @property
    def sha256(self) -> str:
        """SHA-256 of everything written so far, in hexadecimal."""
        return self._digest.hexdigest()


@contextmanager
def open_atomically(path: Path) -> Iterator[HashingFile]:
    """Open ``path`` for writing, so that it appears whole and durable at the end, or not at all.

    Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_TEMPORARY}")
    try:
        with temporary.open("wb") as file:
            yield HashingFile(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Write ``data`` as the whole of ``path``. Raises OSError."""
    with open_atomically(path) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Sync ``folder``, so that a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_temporary(folder: Path) -> None:
    """Remove the temporary files of killed writers. Call it only with the job's lock held."""
    for left in folder.glob(f".*{_TEMPORARY}"):
        left.unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal. Raises OSError."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
