"""A digest of the code that analyses. Within one version, only a development tree's code changes."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

import service

# The archive job imports none of them.
_WITHOUT_EFFECT = {"api", "cli", "review", "store"}
_CODE_AND_DATA = {".py", ".json", ".toml", ".txt"}


@cache
def code_digest(package: Path = Path(service.__file__).parent) -> str:
    """``sha256:…`` over the package's modules and their data, as they were at the first call."""
    digest = sha256()
    for path in sorted(
        path for path in package.rglob("*") if path.suffix in {".py", ".json", ".toml", ".txt"}
    ):
        name = path.relative_to(package)
        if name.parts[0] not in _WITHOUT_EFFECT:
            digest.update(f"{name.as_posix()}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return f"sha256:{digest.hexdigest()}"
