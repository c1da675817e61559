"""A digest of the code that analyses, as a version alone doesn't identify the code of a development tree."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import service

# Folders that no analysis of the archive job depends on.
_WITHOUT_EFFECT = {"api", "cli", "review", "store"}
_CODE_AND_DATA = {".py", ".json", ".toml", ".txt"}


@cache
def code_digest(package: Path = Path(service.__file__).parent) -> str:
    """Return ``sha256:…`` over the package's modules and their data, as they were at the first call."""
    digest = sha256()
    for path in sorted(path for path in package.rglob("*") if path.suffix in _CODE_AND_DATA):
        name = path.relative_to(package)
        if name.parts[0] not in _WITHOUT_EFFECT:
            digest.update(f"{name.as_posix()}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()}"
