"""Rows of annotated data (JSON lines, plain or gzip), and digests of data."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a ``.jsonl`` or ``.jsonl.gz`` file.

    Raises FileNotFoundError, and ValueError naming file and line where a line is not a JSON object.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _parse(line, path, number)


def digest(path: Path) -> str:
    """Return ``sha256:…`` of a file's bytes, or of all files of a folder with their names, in order."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    total = sha256()
    for file in files:
        if path.is_dir():
            if file.suffix in {".py", ".pyc", ".md"}:  # a corpus is its articles, not the code beside them
                continue
            total.update(file.relative_to(path).as_posix().encode() + b"\0")
        total.update(file.read_bytes())
    return f"sha256:{total.hexdigest()}"


def _parse(line: str, path: Path, number: int) -> Row:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}, line {number}: {error}") from error
    if not isinstance(row, dict):
        raise ValueError(f"{path}, line {number}: a row is a JSON object, not {type(row).__name__}")
    return row
