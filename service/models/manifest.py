"""Checks files of weights against their SHA-256 before they are used.

The manifest (``manifest.json`` beside this module) lists every file that the default models load. A missing
or changed file raises ``ModelFailed``; nothing is loaded unchecked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import file_digest, sha256
from importlib.resources import files
from pathlib import Path

from service.errors import ModelFailed


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """Verified files in ``folder``; ``digest`` is ``sha256:…`` over the names and digests of all of them."""

    folder: Path
    digest: str


def check(section: str, folder: Path) -> CheckedFiles:
    """Verify the files that the manifest lists under ``section`` in ``folder``. Raises ModelFailed."""
    expected = _manifest()[section]
    for name, digest in sorted(expected.items()):
        path = folder / name
        if not path.is_file():
            raise ModelFailed(f"{section} file {name} is missing in {folder}. Reinstall pullquote.")
        with path.open("rb") as file:
            found = file_digest(file, "sha256").hexdigest()
        if found != digest:
            raise ModelFailed(
                f"{section} file {name} has SHA-256 {found}, the manifest says {digest}. Reinstall pullquote."
            )
    together = sha256("".join(f"{name} {expected[name]}\n" for name in sorted(expected)).encode())
    return CheckedFiles(folder, f"sha256:{together.hexdigest()}")


def _manifest() -> Mapping[str, Mapping[str, str]]:
    text = files(__package__).joinpath("manifest.json").read_text(encoding="utf-8")
    return {section: entry["files"] for section, entry in json.loads(text).items()}
