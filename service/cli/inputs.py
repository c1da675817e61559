"""Finds the articles that a command line names: files, folders, JSON lines, standard input.

A folder of a million files and an endless ``.jsonl`` are read one article at a time. An article that can't be
read is found like any other and raises when it is let in, so that the others go on.

An article without an id of its own gets its file's name, or its path within the named folder,
``feed.jsonl:12`` for a line, and ``stdin`` for standard input.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from service.domain import Article
from service.errors import InvalidArticle
from service.ingest import Declared, Door
from service.ingest.record import is_record, parse_json
from service.ingest.stored import ARTICLE_SUFFIXES, LINE_SUFFIXES, admit_file, admit_line

STDIN = "-"


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article: ``where`` it was found, the default id that follows from that, and ``admit``.

    ``admit`` raises PullquoteError (``stored.ArticleRefused``, where the article's id is known) or OSError.
    ``line`` is what stands there, for one of JSON lines.
    """

    where: str
    default_id: str | None
    admit: Callable[[Door], Article]
    line: bytes | None = None


def find(
    names: Sequence[str], declared: Declared, stdin: BinaryIO, *, lines: bool, output: str | None = None
) -> Iterator[FoundArticle]:
    """Find the articles of ``names`` in order, except in the file ``output``, which a folder may hold.

    ``lines`` says that standard input is JSON lines.
    """
    for name in names:
        if name == STDIN:
            yield from _in_stdin(stdin, declared, lines)
        elif Path(name).is_dir():
            yield from _in_folder(Path(name), declared, output)
        else:
            yield from _in_file(Path(name), name, Path(name).name, declared)


def count(names: Sequence[str], output: str | None = None) -> int | None:
    """Return how many articles ``find`` finds, None if unknown. Opens only files of JSON lines."""
    if STDIN in names:
        return None
    return sum(_count_at(Path(name), output) for name in names)


def may_be_many(name: str) -> bool:
    """Return whether ``name`` can stand for more than one article."""
    return Path(name).suffix.lower() in LINE_SUFFIXES or Path(name).is_dir()


def is_same_file(one: str | Path, other: str | Path) -> bool:
    """Return whether two paths name the same file, which need not exist yet."""
    try:
        return Path(one).samefile(other)
    except OSError:  # one of them is not there
        return os.path.realpath(one) == os.path.realpath(other)


def _count_at(path: Path, output: str | None) -> int:
    if not path.is_dir():
        return _count_in(path)
    return sum(1 if _refusal(file, path) else _count_in(file) for file in _walk(path, output))


def _count_in(file: Path) -> int:
    if file.suffix.lower() not in LINE_SUFFIXES or not file.is_file():
        return 1
    try:
        with file.open("rb") as lines:
            return sum(1 for line in lines if line.strip())
    except OSError:  # it is found as one article, which fails
        return 1


def _in_folder(folder: Path, declared: Declared, output: str | None) -> Iterator[FoundArticle]:
    empty, unreadable = True, list[OSError]()
    for file in _walk(folder, output, unreadable.append):
        empty = False
        if refusal := _refusal(file, folder):
            yield FoundArticle(str(file), None, partial(_fail, refusal))
        else:
            yield from _in_file(file, str(file), file.relative_to(folder).as_posix(), declared)
    for problem in unreadable:
        yield FoundArticle(str(problem.filename), None, partial(_fail, problem))
    if empty and not unreadable:
        error = InvalidArticle(f"The folder holds no file that ends in {', '.join(ARTICLE_SUFFIXES)}.")
        yield FoundArticle(str(folder), None, partial(_fail, error))


def _walk(
    folder: Path, output: str | None, on_error: Callable[[OSError], None] | None = None
) -> Iterator[Path]:
    """Yield the articles' files in a fixed order, so that the same folder gives the same output."""
    for parent, folders, files in os.walk(folder, onerror=on_error):
        folders.sort()
        for name in sorted(files):
            file = Path(parent, name)
            if file.suffix.lower() in ARTICLE_SUFFIXES and not (output and is_same_file(file, output)):
                yield file


def _refusal(file: Path, folder: Path) -> InvalidArticle | None:
    """Return why a file that a folder holds is not read: it leads elsewhere, or is no file to read to an end.

    Whoever may put files into the folder should not choose what else this user's program reads.
    """
    if file.is_symlink() and not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(folder)):
        return InvalidArticle(
            "It is a link that leads out of the folder. Name the file itself to have it read."
        )
    try:
        mode = file.stat().st_mode
    except OSError:  # it is read, and fails, as an article
        return None
    if not stat.S_ISREG(mode):
        return InvalidArticle(
            "It is no file but a pipe, a device or a socket. Name it itself to have it read."
        )
    return None


def _in_file(file: Path, where: str, default_id: str, declared: Declared) -> Iterator[FoundArticle]:
    if file.suffix.lower() not in LINE_SUFFIXES:
        yield FoundArticle(where, default_id, partial(_admit_file, file, default_id, declared))
        return
    yield from find_in_lines(file, where, default_id, declared)


def find_in_lines(file: Path, where: str, default_id: str, declared: Declared) -> Iterator[FoundArticle]:
    """Find the articles in a file of JSON lines, whatever its name."""
    try:
        lines = file.open("rb")
    except OSError as error:
        yield FoundArticle(where, default_id, partial(_fail, error))
        return
    with lines:
        yield from _in_lines(lines, where, default_id, declared)


def _in_lines(lines: Iterable[bytes], where: str, name: str, declared: Declared) -> Iterator[FoundArticle]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            default_id = f"{name}:{number}"
            own = replace(declared, id=declared.id or default_id)
            yield FoundArticle(f"{where}:{number}", default_id, partial(_admit_line, line, own), line)


def _in_stdin(stdin: BinaryIO, declared: Declared, lines: bool) -> Iterator[FoundArticle]:
    first = b"" if lines else stdin.readline()
    if lines or _is_record_line(first):
        yield from _in_lines(chain([first] if first else [], stdin), "stdin", "stdin", declared)
        return

    def admit(door: Door) -> Article:
        return admit_file(door, first + stdin.read(), "stdin", "stdin", declared)

    yield FoundArticle("stdin", "stdin", admit)


def _is_record_line(line: bytes) -> bool:
    try:
        return is_record(parse_json(line))
    except InvalidArticle:
        return False


def _admit_line(line: bytes, declared: Declared, door: Door) -> Article:
    return admit_line(door, line, declared)


def _admit_file(file: Path, default_id: str, declared: Declared, door: Door) -> Article:
    return admit_file(door, file.read_bytes(), file.name, default_id, declared)


def _fail(error: Exception, _: Door) -> Article:
    raise error
