"""Streams the pages of a WARC file (ISO 28500), plain or compressed: successful HTML and text responses.

Other records (requests, images, redirects, revisits) are not articles and are skipped. A page's id is its
URL. Not here: extracting the page's text, which is the door's.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from fastwarc.warc import ArchiveIterator, WarcRecordType, any_type

from service.archive.inputs.raw import InputPosition, InputProblem, RawArticle

_GZIP = b"\x1f\x8b"
_RECORD_END = b"\r\n\r\n"
_PAGES = ("text/html", "application/xhtml+xml", "text/plain")


def read_warc(file: BinaryIO, where: str, max_bytes: int) -> Iterator[RawArticle]:
    """Yield each page with the byte offset of its record.

    Where the file is broken or cut off, raises OSError or EOFError after the pages before.
    """
    records: Any = ArchiveIterator(
        file, record_types=any_type, parse_http=True, auto_decode="all", fsspec_args=False
    )
    last, page = 0, None
    for record in records:
        # A record is known to be whole once the next one begins, or by ``_require_whole``.
        if page:
            yield page
        last, page = record.stream_pos, None
        if record.record_type == WarcRecordType.response and _is_page(record):
            page = _page(record, where, max_bytes)
    rest = _decompressed_from(file, last)
    _require_whole(rest, last)
    if page:
        yield page
    if rest.read(1):
        raise EOFError(f"the WARC record after byte {last} is cut off")


def _page(record: Any, where: str, max_bytes: int) -> RawArticle:
    position = InputPosition(where, "record", record.stream_pos)
    url = record.headers.get("WARC-Target-URI") or str(position)
    payload = record.reader.read(max_bytes + 1)
    if len(payload) > max_bytes:
        reason = f"The page takes more than the limit of {max_bytes} bytes. Raise PULLQUOTE_MAX_CHARS."
        return RawArticle(position, url, b"", problem=InputProblem("article-too-long", reason))
    declared = record.http_headers.get("Content-Type")
    return RawArticle(position, url, payload, form="file", name="page", content_type=declared)


def _decompressed_from(file: BinaryIO, offset: int) -> BinaryIO:
    file.seek(offset)
    is_compressed = file.read(2) == _GZIP
    file.seek(offset)
    return cast(BinaryIO, gzip.GzipFile(fileobj=file)) if is_compressed else file


def _require_whole(stream: BinaryIO, offset: int) -> None:
    """Read one record by its stated length, as fastwarc passes truncated ones. Raises EOFError."""
    length = 0
    while (line := stream.readline()) not in {b"\r\n", b""}:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while length > 0 and (chunk := stream.read(min(length, 1 << 16))):
        length -= len(chunk)
    if stream.read(len(_RECORD_END)) != _RECORD_END:
        raise EOFError(f"the WARC record at byte {offset} is cut off")


def _is_page(record: Any) -> bool:
    http = record.http_headers
    return http is not None and http.status_code == 200 and (record.http_content_type or "").lower() in _PAGES
