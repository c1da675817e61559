"""Finds the articles that a command line names: files, folders, JSON lines, standard input.

Lazy throughout: a folder of a million files and an endless ``.jsonl`` are read one article at a time. An
article that can't be read is found like any other, and raises when it is let in, so that the rest go on.

Ids, where the article has none of its own: a file's name, a file's path within the folder that was named,
``feed.jsonl:12`` for a line, ``stdin`` for standard input.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from service.domain import Article
from service.errors import InvalidArticle
from service.ingest import Declared, Door
from service.ingest.record import admit_record, is_record, parse_json

STDIN = "-"
_LINES = (".jsonl", ".ndjson")
_JSON = ".json"
# What is an article in a folder; a file that is named itself may be called anything.
_IN_FOLDERS = (".txt", ".html", ".htm", _JSON, *_LINES)


@dataclass(frozen=True, slots=True)
class Found:
    """An article: ``where`` it was found, and ``admit``, which raises PullquoteError or OSError."""

    where: str
    admit: Callable[[Door], Article]


def find(names: Sequence[str], declared: Declared, stdin: BinaryIO, *, lines: bool) -> Iterator[Found]:
    """Find the articles of ``names`` in order; ``lines`` says that standard input holds JSON lines."""
    for name in names:
        if name == STDIN:
            yield from _in_stdin(stdin, declared, lines)
        elif Path(name).is_dir():
            yield from _in_folder(Path(name), declared)
        else:
            yield from _in_file(Path(name), name, Path(name).name, declared)


def count(names: Sequence[str]) -> int | None:
    """Count the articles of ``names``, without reading but the lines of JSON lines; None if unknowable."""
    if STDIN in names:
        return None
    files = chain.from_iterable(_walk(Path(name)) if Path(name).is_dir() else [Path(name)] for name in names)
    return sum(map(_count_in, files))


def may_be_many(name: str) -> bool:
    """Tell whether ``name`` can stand for more than one article."""
    return Path(name).suffix.lower() in _LINES or Path(name).is_dir()


def _count_in(file: Path) -> int:
    if file.suffix.lower() not in _LINES or not file.is_file():
        return 1
    try:
        with file.open("rb") as lines:
            return sum(1 for line in lines if line.strip())
    except OSError:  # it is found, and fails, as one
        return 1


def _in_folder(folder: Path, declared: Declared) -> Iterator[Found]:
    empty, unreadable = True, list[OSError]()
    for file in _walk(folder, unreadable.append):
        empty = False
        yield from _in_file(file, str(file), file.relative_to(folder).as_posix(), declared)
    for problem in unreadable:
        yield Found(str(problem.filename), partial(_fail, problem))
    if empty and not unreadable:
        error = InvalidArticle(f"The folder holds no file that ends in {', '.join(_IN_FOLDERS)}.")
        yield Found(str(folder), partial(_fail, error))


def _walk(folder: Path, on_error: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Walk in a fixed order, so that the same folder gives the same output."""
    for parent, folders, files in os.walk(folder, onerror=on_error):
        folders.sort()
        for name in sorted(files):
            if Path(name).suffix.lower() in _IN_FOLDERS:
                yield Path(parent, name)


def _in_file(file: Path, where: str, default_id: str, declared: Declared) -> Iterator[Found]:
    if file.suffix.lower() not in _LINES:
        yield Found(where, partial(_admit_file, file, default_id, declared))
        return
    try:
        lines = file.open("rb")
    except OSError as error:
        yield Found(where, partial(_fail, error))
        return
    with lines:
        yield from _in_lines(lines, where, default_id, declared)


def _in_lines(lines: Iterable[bytes], where: str, name: str, declared: Declared) -> Iterator[Found]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            own = replace(declared, id=declared.id or f"{name}:{number}")
            yield Found(f"{where}:{number}", partial(_admit_line, line, own))


def _in_stdin(stdin: BinaryIO, declared: Declared, lines: bool) -> Iterator[Found]:
    first = b"" if lines else stdin.readline()
    if lines or _is_record_line(first):
        yield from _in_lines(chain([first] if first else [], stdin), "stdin", "stdin", declared)
        return
    yield Found("stdin", lambda door: _admit_bytes(door, first + stdin.read(), "stdin", "stdin", declared))


def _is_record_line(line: bytes) -> bool:
    try:
        return is_record(parse_json(line))
    except InvalidArticle:
        return False


def _admit_line(line: bytes, declared: Declared, door: Door) -> Article:
    return admit_record(door, parse_json(line), fallback=declared, strict=False)


def _admit_file(file: Path, default_id: str, declared: Declared, door: Door) -> Article:
    return _admit_bytes(door, file.read_bytes(), file.name, default_id, declared)


def _admit_bytes(door: Door, data: bytes, name: str, default_id: str, declared: Declared) -> Article:
    known = replace(declared, id=declared.id or default_id)
    if name.lower().endswith(_JSON) or data.lstrip()[:1] == b"{":
        try:
            value = parse_json(data)
        except InvalidArticle:
            if name.lower().endswith(_JSON):
                raise
        else:
            if is_record(value):
                return admit_record(door, value, fallback=known, strict=False)
            if isinstance(value, dict) and isinstance(value.get("uri"), str) and value["uri"].strip():
                known = declared  # a ninjs item's own id is better than its file's name
    return door.from_bytes(data, known, name=name)


def _fail(error: Exception, _: Door) -> Article:
    raise error
