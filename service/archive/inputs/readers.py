"""Streams a source's articles, one at a time, each with its position; memory doesn't grow with the source.

A fault of one article becomes that article's problem. A fault of the source (it is cut off, or lacks a
column) becomes one more article with a problem, after those that could be read. Not here: checking the text,
which is the door's.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from service.archive.inputs.columns import ColumnMapping, to_record
from service.archive.inputs.raw import InputPosition, InputProblem, RawArticle
from service.archive.inputs.sources import InputKind, InputSource
from service.archive.inputs.webarchive import read_warc
from service.errors import InvalidArticle
from service.ingest.door import MAX_MARKUP_PER_CHAR
from service.ingest.record import parse_json
from service.ingest.stored import as_record, own_id

# Room for the JSON around a text, or for the other columns.
_SLACK_BYTES = 65_536
_ROWS_AT_ONCE = 64


@dataclass(slots=True)
class ReadingProgress:
    """How much of the inputs has been read. Mutable, with one writer.

    ``bytes_skipped`` are the bytes of sources that needn't be opened. ``passed_over`` counts those of
    ``articles`` that a shard holds already.
    """

    bytes_read: int = 0
    bytes_skipped: int = 0
    articles: int = 0
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class ArchiveReader:
    """Reads sources with one mapping of columns; an article may have up to ``max_chars`` characters."""

    columns: ColumnMapping
    max_chars: int
    progress: ReadingProgress

    @property
    def max_bytes(self) -> int:
        """The most bytes of one article. A longer one is skipped, and never held in memory."""
        return self.max_chars * MAX_MARKUP_PER_CHAR + _SLACK_BYTES

    def read(self, source: InputSource) -> Iterator[RawArticle]:
        """Stream the articles of ``source``. Never raises for its content."""
        if source.problem:
            yield _problem(InputPosition(source.where), source.name, source.problem)
            return
        before, last, empty = self.progress.bytes_read, InputPosition(source.where), True
        try:
            with source.fs.open(source.path, "rb") as file:
                for article in _READERS[source.kind](self, source, file):
                    last, empty = article.position, False
                    self.progress.bytes_read = before + min(_tell(file), source.size)
                    yield article
        except MemoryError:
            raise  # says nothing about the input
        except Exception as error:  # each file system and each format has its own
            what = f"{type(error).__name__}: {error}"[:200]
            reason = f"The input breaks off after {last} ({what}). Repair it, then `archive retry`."
            yield _problem(last, f"{source.name}#broken", InputProblem("broken-input", reason))
        else:
            if empty:
                reason = "The file holds no article. Fill it, then `archive retry`."
                yield _problem(last, source.name, InputProblem("empty-input", reason))
        self.progress.bytes_read = before + source.size

    def _read_article(self, source: InputSource, file: BinaryIO) -> Iterator[RawArticle]:
        position, payload = InputPosition(source.where), file.read(self.max_bytes + 1)
        if len(payload) > self.max_bytes:
            yield _problem(position, source.name, _too_long(source.size, self.max_bytes))
            return
        article_id = source.name
        if source.name.lower().endswith(".json"):
            with suppress(InvalidArticle):  # the door says what is wrong
                article_id = own_id(parse_json(payload)) or source.name
        yield RawArticle(position, article_id, payload, form="file", name=source.name.rpartition("/")[2])

    def _read_lines(self, source: InputSource, file: BinaryIO) -> Iterator[RawArticle]:
        for number, line in self._lines(_decompressed(file, source.compression)):
            position, default_id = InputPosition(source.where, "line", number), f"{source.name}:{number}"
            if isinstance(line, InputProblem):
                yield _problem(position, default_id, line)
            elif line.strip():
                yield self._line(position, default_id, line)

    def _line(self, position: InputPosition, default_id: str, line: bytes) -> RawArticle:
        try:
            value = parse_json(line)
        except InvalidArticle:  # the door says what is wrong
            return RawArticle(position, default_id, line)
        if not self.columns.names or not isinstance(value, dict):
            return RawArticle(position, own_id(as_record(value)) or default_id, line)
        found = self.columns.present(value, is_line=True)
        if isinstance(found, InputProblem):
            return _problem(position, default_id, found)
        article_id, payload = to_record(value, found)
        return RawArticle(position, article_id or default_id, payload)

    def _read_csv(self, source: InputSource, file: BinaryIO) -> Iterator[RawArticle]:
        csv.field_size_limit(self.max_bytes)
        delimiter = "\t" if ".tsv" in source.name.lower() else ","
        text = _csv_lines(self._lines(_decompressed(file, source.compression)))
        rows = csv.reader(text, delimiter=delimiter, strict=True)
        header = next(rows, None)
        if header is None:
            return
        found = self.columns.present(header)
        if isinstance(found, InputProblem):
            yield _problem(InputPosition(source.where), source.name, found)
            return
        for number, cells in enumerate(rows, start=1):
            position, default_id = InputPosition(source.where, "row", number), f"{source.name}:{number}"
            if not cells:
                continue
            if len(cells) != len(header):
                reason = f"The row has {len(cells)} cells, the header {len(header)}. Quote cells with commas."
                yield _problem(position, default_id, InputProblem("malformed-row", reason))
            elif bad := _not_utf8(cells):
                yield _problem(position, default_id, bad)
            else:
                article_id, payload = to_record(dict(zip(header, cells, strict=True)), found)
                yield RawArticle(position, article_id or default_id, payload)

    def _read_parquet(self, source: InputSource, file: BinaryIO) -> Iterator[RawArticle]:
        with pq.ParquetFile(file) as table:
            found = self.columns.present(table.schema_arrow.names)
            if isinstance(found, InputProblem):
                yield _problem(InputPosition(source.where), source.name, found)
                return
            batches = table.iter_batches(
                _ROWS_AT_ONCE, columns=sorted(set(found.values())), use_threads=False
            )
            rows = (row for batch in batches for row in batch.to_pylist())
            for number, row in enumerate(rows, start=1):
                article_id, payload = to_record(row, found)
                position, default_id = InputPosition(source.where, "row", number), f"{source.name}:{number}"
                yield RawArticle(position, article_id or default_id, payload)

    def _read_warc(self, source: InputSource, file: BinaryIO) -> Iterator[RawArticle]:
        return read_warc(file, source.where, self.max_bytes)

    def _lines(self, file: BinaryIO) -> Iterator[tuple[int, bytes | InputProblem]]:
        """Yield the lines, numbered from 1; one that is too long is skipped, and never held in memory."""
        number = 0
        while line := file.readline(self.max_bytes + 1):
            number += 1
            if len(line) <= self.max_bytes:
                yield number, line
                continue
            size = len(line)
            while not line.endswith(b"\n") and (line := file.readline(1 << 20)):
                size += len(line)
            yield number, _too_long(size, self.max_bytes)


_READERS: dict[InputKind, Callable[[ArchiveReader, InputSource, BinaryIO], Iterator[RawArticle]]] = {
    InputKind.ARTICLE: ArchiveReader._read_article,
    InputKind.LINES: ArchiveReader._read_lines,
    InputKind.CSV: ArchiveReader._read_csv,
    InputKind.PARQUET: ArchiveReader._read_parquet,
    InputKind.WARC: ArchiveReader._read_warc,
}


def _problem(position: InputPosition, article_id: str, problem: InputProblem) -> RawArticle:
    return RawArticle(position, article_id, b"", problem=problem)


def _too_long(size: int, limit: int) -> InputProblem:
    return InputProblem(
        "article-too-long",
        f"The article takes {size} bytes, more than the limit of {limit}. Split it, or raise "
        "PULLQUOTE_MAX_CHARS.",
    )


def _decompressed(file: BinaryIO, compression: str) -> BinaryIO:
    if compression == ".gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=file))
    if compression == ".zst":
        # Unlike most readers, Arrow's says where a stream is cut off.
        stream: Any = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
        return io.BufferedReader(stream, 1 << 16)
    return file


def _csv_lines(lines: Iterator[tuple[int, bytes | InputProblem]]) -> Iterator[str]:
    for number, line in lines:
        if isinstance(line, InputProblem):
            raise csv.Error(f"line {number}: {line.reason}")
        yield line.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")


def _not_utf8(cells: list[str]) -> InputProblem | None:
    try:
        "".join(cells).encode("utf-8")
    except UnicodeEncodeError as error:
        byte = ord(error.object[error.start]) - 0xDC00
        return InputProblem(
            "malformed-row", f"The row is not UTF-8 (byte {byte:#04x}). Convert the file to UTF-8."
        )
    return None


def _tell(file: BinaryIO) -> int:
    try:
        return file.tell()
    except (OSError, ValueError):
        return 0
