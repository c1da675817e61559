"""Finds the files of the inputs, local or at any fsspec URL, in a fixed order and one at a time.

A source is one file; its suffixes say what it holds. Not here: reading it (``readers``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

import fsspec

from service.archive.inputs.raw import InputProblem, printable
from service.ingest.stored import ARTICLE_SUFFIXES, LINE_SUFFIXES

_COMPRESSIONS = (".gz", ".zst")
# The keys under which file systems report a change: local, S3, Azure, Google, HTTP.
_CHANGED = ("mtime", "ETag", "etag", "LastModified", "last_modified", "updated", "Last-Modified")


class InputKind(StrEnum):
    """What a source holds: one article, or many in one of four formats."""

    ARTICLE = "article"
    LINES = "lines"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"


_SUFFIXES = {
    **dict.fromkeys(ARTICLE_SUFFIXES, InputKind.ARTICLE),
    **dict.fromkeys(LINE_SUFFIXES, InputKind.LINES),
    ".csv": InputKind.CSV,
    ".tsv": InputKind.CSV,
    ".parquet": InputKind.PARQUET,
    ".warc": InputKind.WARC,
}


@dataclass(frozen=True, slots=True)
class InputSource:
    """A file: ``where`` it is, for messages, and the ``name`` that default ids are made of.

    ``fingerprint`` changes with the content (size and time of change, or what the file system offers); it is
    empty if the file system reports no change. A ``problem`` says why the file can't be read at all.
    """

    where: str
    name: str
    kind: InputKind
    path: str = ""
    fs: Any = None
    size: int = 0
    fingerprint: str = ""
    compression: str = ""
    problem: InputProblem | None = None


def absolute(name: str) -> str:
    """Return ``name`` as an absolute path, which holds in any working directory; a URL stays as it is."""
    return name if "://" in name else os.path.abspath(name)  # noqa: PTH100 - keeps symlinks as named


def find_sources(inputs: Sequence[str], *, leave_out: str) -> Iterator[InputSource]:
    """Find every source of ``inputs`` in order, except in the folder ``leave_out`` (the job's own).

    An input that can't be found or reached becomes a source with a problem, so that the others go on.
    """
    for name in inputs:
        try:
            fs, path = fsspec.core.url_to_fs(name)
            if fs.isdir(path):
                yield from _in_folder(fs, path, printable(name), leave_out)
            else:
                yield _source(fs, fs.info(path), name, PurePosixPath(path).name)
        except Exception as error:  # each file system raises its own
            yield _unreachable(name, error)


def _in_folder(fs: Any, folder: str, where: str, leave_out: str) -> Iterator[InputSource]:
    empty, unreadable = True, list[OSError]()
    is_local = "file" in fs.protocol
    for parent, folders, files in fs.walk(folder, detail=True, on_error=unreadable.append):
        for name in list(folders):
            if is_local and os.path.realpath(f"{parent}/{name}") == leave_out:
                del folders[name]
        if isinstance(folders, dict):  # fsspec walks the folders in the order of this dict
            ordered = sorted(folders.items())
            folders.clear()
            folders.update(ordered)
        for name in sorted(files):
            if _kind(name)[0] is None:
                continue
            empty = False
            relative = os.path.relpath(f"{parent}/{name}", folder)
            yield _source(fs, files[name], f"{where.rstrip('/')}/{relative}", relative)
    for problem in unreadable:
        yield _unreachable(str(problem.filename or where), problem)
    if empty and not unreadable:
        reason = f"The folder holds no file that ends in {', '.join(_SUFFIXES)}."
        yield InputSource(where, where, InputKind.ARTICLE, problem=InputProblem("empty-input", reason))


def _source(fs: Any, info: dict[str, Any], where: str, name: str) -> InputSource:
    kind, compression = _kind(name)
    changed = next((info[key] for key in _CHANGED if info.get(key)), None)
    size = int(info.get("size") or 0)
    return InputSource(
        where=printable(where),
        name=printable(name),
        kind=kind or InputKind.ARTICLE,
        path=info["name"],
        fs=fs,
        size=size,
        fingerprint=f"{size}:{changed}" if changed else "",
        compression=compression,
    )


def _kind(name: str) -> tuple[InputKind | None, str]:
    """Return what a file of this name holds, None if nothing that can be read, and its compression."""
    path = PurePosixPath(name.lower())
    compression = path.suffix if path.suffix in _COMPRESSIONS else ""
    kind = _SUFFIXES.get(PurePosixPath(path.stem).suffix if compression else path.suffix)
    if compression and kind in {InputKind.ARTICLE, InputKind.PARQUET}:
        kind = None
    if kind is InputKind.WARC and compression == ".zst":  # a truncated one couldn't be detected
        kind = None
    return kind, compression


def _unreachable(where: str, error: Exception) -> InputSource:
    where = printable(where)
    words = getattr(error, "strerror", None) or str(error)
    reason = type(error).__name__ if words in {"", where} else words  # some give nothing but the name
    detail = f"{where} can't be read: {reason}. Check the name and the access, then `archive retry`."
    return InputSource(where, where, InputKind.ARTICLE, problem=InputProblem("unreadable-input", detail))
