"""Files that are there whole or not at all: temporary name, fsync, atomic rename, fsync of the folder."""

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
    """Writes through to a file, and knows the SHA-256 and the size of what it wrote."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._digest = sha256()
        self.size = 0

    def writable(self) -> bool:
        """Say yes: it is for writing only."""
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
        """Digest of everything written so far, in hexadecimal."""
        return self._digest.hexdigest()


@contextmanager
def atomic(path: Path) -> Iterator[HashingFile]:
    """Write ``path`` so that it appears whole and lasting, or does not appear. Raises OSError."""
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
    with atomic(path) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Make a rename within ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_temporary(folder: Path) -> None:
    """Remove what killed writers left; only for the holder of the job's lock."""
    for left in folder.glob(f".*{_TEMPORARY}"):
        left.unlink(missing_ok=True)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises OSError."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
