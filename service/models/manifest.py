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
from typing import Any

from service.errors import ModelFailed


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """Verified files in ``folder``; ``digest`` is ``sha256:…`` over the names and digests of all of them."""

    folder: Path
    digest: str


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file of the manifest: its name, its SHA-256, and the title of its model card, if it has one."""

    name: str
    sha256: str
    card: str | None


@dataclass(frozen=True, slots=True)
class ListedSection:
    """What the manifest says of a section; ``digest`` is as in ``CheckedFiles``."""

    name: str
    package: str
    digest: str
    files: tuple[ListedFile, ...]


def listed(section: str) -> ListedSection:
    """Return what the manifest says of a section, without a look at its files."""
    entry = _entries()[section]
    files_of = [
        ListedFile(name, digest, _card(name)) for name, digest in sorted(_manifest()[section].items())
    ]
    return ListedSection(entry["name"], entry["package"], _together(_manifest()[section]), tuple(files_of))


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
    return CheckedFiles(folder, _together(expected))


def _together(expected: Mapping[str, str]) -> str:
    digest = sha256("".join(f"{name} {expected[name]}\n" for name in sorted(expected)).encode())
    return f"sha256:{digest.hexdigest()}"


def _card(name: str) -> str | None:
    """Return the title of the card that stands beside the weights of a head."""
    card = files(__package__).joinpath("weights", f"{Path(name).stem}.md")
    if not name.endswith(".safetensors") or not card.is_file():
        return None
    return card.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ").strip()


def _entries() -> Mapping[str, Any]:
    entries: dict[str, Any] = json.loads(
        files(__package__).joinpath("manifest.json").read_text(encoding="utf-8")
    )
    return entries


def _manifest() -> Mapping[str, Mapping[str, str]]:
    return {section: entry["files"] for section, entry in _entries().items()}
