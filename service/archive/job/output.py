"""The files of analyses, one a shard: JSON lines in zstd, or Parquet. They are written and read as streams.

With the same version of Arrow the same analyses give the same bytes. Not here: where files go, and fsync.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import pyarrow as pa
import pyarrow.parquet as pq

from service import wire
from service.archive.job.schema import ANALYSIS_SCHEMA, from_row, to_row

OutputFormat = Literal["jsonl", "parquet"]
SUFFIXES: dict[OutputFormat, str] = {"jsonl": ".jsonl.zst", "parquet": ".parquet"}
_ROWS_AT_ONCE = 64


def write_analyses(contents: Iterable[dict[str, Any]], file: io.RawIOBase, format_: OutputFormat) -> None:
    """Write analyses (as by ``wire.to_dict``) to ``file``, which stays open. Raises OSError."""
    if format_ == "jsonl":
        _write_lines(contents, file)
    else:
        _write_parquet(contents, file)


def read_analyses(path: Path) -> Iterator[dict[str, Any]]:
    """Stream the analyses of a file. Raises OSError, ValueError or pa.ArrowException if it is damaged."""
    with path.open("rb") as file:
        if path.name.endswith(SUFFIXES["parquet"]):
            with pq.ParquetFile(file) as table:
                for batch in table.iter_batches(_ROWS_AT_ONCE, use_threads=False):
                    yield from map(from_row, batch.to_pylist())
        elif path.stat().st_size:
            stream: Any = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
            for line in io.BufferedReader(stream, 1 << 16):
                yield json.loads(line)


def _write_lines(contents: Iterable[dict[str, Any]], file: io.RawIOBase) -> None:
    with pa.CompressedOutputStream(_open_sink(file), "zstd") as stream:
        for content in contents:
            stream.write(wire.serialise(content).encode("utf-8") + b"\n")


def _write_parquet(contents: Iterable[dict[str, Any]], file: io.RawIOBase) -> None:
    rows = map(to_row, contents)
    with pq.ParquetWriter(_open_sink(file), ANALYSIS_SCHEMA, compression="zstd") as writer:
        while batch := list(islice(rows, _ROWS_AT_ONCE)):
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=ANALYSIS_SCHEMA))


class _KeepOpen(io.RawIOBase):
    """A file that Arrow, which closes what it wrote to, can't close: it must stay open for its fsync."""

    def __init__(self, file: io.RawIOBase) -> None:
        super().__init__()
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return cast(int, self._file.write(bytes(data)))

    def tell(self) -> int:
        return self._file.tell()


def _open_sink(file: io.RawIOBase) -> Any:
    return pa.PythonFile(cast(BinaryIO, _KeepOpen(file)), mode="w")
