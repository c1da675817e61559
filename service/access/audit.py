"""The audit log: one line of JSON for each event of security, to the logger ``pullquote.audit``.

Events: ``key.made``, ``key.revoked``, ``key.refused``, ``signin.ok``, ``signin.refused``, ``signin.locked``,
``signin.limited``, ``request.refused``, ``article.deleted``. Keys appear by their id, never themselves; no
password, no article text, and no name that was typed at sign-in unless there is such an account.
"""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from typing import IO

LOGGER = "pullquote.audit"
_log = logging.getLogger(LOGGER)


def record(event: str, **fields: str | int | None) -> None:
    """Write one event; a field that is None is left out."""
    known = {name: value for name, value in fields.items() if value is not None}
    # ASCII and one line, whatever a header or an article's id holds.
    _log.info("%s", json.dumps({"at": datetime.now(UTC).isoformat(), "event": event, **known}))


def start(path: str) -> None:
    """Write events whatever else is logged; with a ``path``, append them to that file as well. Raises
    OSError."""
    _log.setLevel(logging.INFO)
    if path and not any(isinstance(known, _PrivateFile) and known.path == path for known in _log.handlers):
        handler = _PrivateFile(path)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _log.addHandler(handler)


class _PrivateFile(logging.FileHandler):
    """A log file that only its owner may read; ``logging.FileHandler`` would leave it to the umask."""

    def __init__(self, path: str) -> None:
        self.path = path
        super().__init__(path, encoding="utf-8")

    def _open(self) -> IO[str]:  # type: ignore[override]
        return open(
            self.baseFilename,
            self.mode,
            encoding=self.encoding,
            opener=lambda path, flags: os.open(path, flags, 0o600),
        )
