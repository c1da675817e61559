"""The secret that opens the page where nobody has an account: kept in a file beside the store.

Kept, not made anew at each start, so that an editor's window and bookmark go on working after a restart;
whoever can read the file can read the store beside it as well. Delete the file to have a new one.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

_BYTES = 32
_SUFFIX = ".secret"
_OTHERS = 0o077


def page_secret(store: str) -> str:
    """Return the secret for the page over ``store``: a file's is kept beside it, a server's lasts for a
    run."""
    if "://" in store:
        return secrets.token_urlsafe(_BYTES)
    path = Path(store + _SUFFIX)
    with suppress(OSError):
        return _kept(path) or _new(path)
    # The folder can't be written to: the store will say so, if it has to.
    return secrets.token_urlsafe(_BYTES)


def _kept(path: Path) -> str | None:
    """Return the secret in the file, None if it is gone, empty, or others could have read it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(handle, encoding="ascii") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            return None
        return file.read().strip() or None


def _new(path: Path) -> str:
    """Write a new secret for this user alone and return it. Raises OSError."""
    secret = secrets.token_urlsafe(_BYTES)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret + "\n")
    return secret
