"""Lets in stored articles, as the bytes of a file or as one line of JSON lines, under the right id.

The command line and the archive job share this, so that a file gives both the same article. An article's own
id takes precedence (a record's ``id``, a ninjs item's ``uri``) over the declared one. Not here: finding files
and cutting them into lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from service.domain import Article
from service.errors import InvalidArticle, PullquoteError
from service.ingest.door import Declared, Door
from service.ingest.record import admit_record, is_record, parse_json

LINE_SUFFIXES = (".jsonl", ".ndjson")
JSON_SUFFIX = ".json"
# The files of a folder that are articles; a file that is named by itself may have any name.
ARTICLE_SUFFIXES = (".txt", ".html", ".htm", JSON_SUFFIX, *LINE_SUFFIXES)

_NINJS_BODIES = ("body_text", "body_html", "body_xhtml", "bodies")


class ArticleRefused(PullquoteError):  # noqa: N818 - a state, not a mistake
    """An article with a known id isn't let in."""

    def __init__(self, reason: PullquoteError, article_id: str) -> None:
        super().__init__(reason.detail, code=reason.code)
        self.article_id = article_id


def admit_line(door: Door, line: bytes, declared: Declared) -> Article:
    """Let in one line: a record or a ninjs item.

    Raises ArticleRefused if its id is known, else PullquoteError.
    """
    return _admit_record(door, as_record(parse_json(line)), declared)


def admit_file(door: Door, data: bytes, name: str, default_id: str, declared: Declared) -> Article:
    """Let in a file of one article, of any kind. Raises ArticleRefused or PullquoteError."""
    known = replace(declared, id=declared.id or default_id)
    if name.lower().endswith(JSON_SUFFIX) or data.lstrip()[:1] == b"{":
        try:
            value = parse_json(data)
        except InvalidArticle:
            if name.lower().endswith(JSON_SUFFIX):
                raise
        else:
            if is_record(value):
                return _admit_record(door, value, known)
            # A ninjs item's own id takes precedence over its file's name.
            known = replace(declared, id=declared.id or own_id(value) or default_id)
    with _refused_by_id(known.id):
        return door.from_bytes(data, known, name=name)


def as_record(value: object) -> object:
    """Return a bare ninjs item as a record, and anything else as it is."""
    if isinstance(value, dict) and not is_record(value) and any(key in value for key in _NINJS_BODIES):
        return {"id": own_id(value), "ninjs": value}
    return value


def own_id(value: object) -> str | None:
    """Return the own id of a parsed JSON value: a record's ``id``, else a ninjs ``uri``."""
    if not isinstance(value, Mapping):
        return None
    item: Mapping[str, Any] = value
    key = "id" if is_record(item) else "uri"
    given = item.get(key)
    return given if isinstance(given, str) and given.strip() else None


def _admit_record(door: Door, record: object, declared: Declared) -> Article:
    own = record.get("id") if isinstance(record, dict) else None
    with _refused_by_id(own if isinstance(own, str) and own else declared.id):
        return admit_record(door, record, fallback=declared, strict=False)


@contextmanager
def _refused_by_id(article_id: str | None) -> Iterator[None]:
    try:
        yield
    except PullquoteError as error:
        if article_id is None:
            raise
        raise ArticleRefused(error, article_id) from error
