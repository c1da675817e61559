"""Answers held in memory and given again, by all that they depend on: the article, the versions, the options.

Least recently used ones make room. An article is known by its digest once it was admitted; the digest of the
bytes that it came in leads to that one, so that a repeated request needs neither the door nor the model.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from service.api.answers.options import AnalysisOptions, Written
from service.domain import Article, Provenance

_OVERHEAD_BYTES = 400
"""Of an entry beside its content: keys, records, the ordering."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """An answer's bytes, and the id of the article that it is about."""

    content: bytes
    article_id: str


class ResultCache:
    """A cache of at most ``limit_bytes``, of which a limit of 0 holds nothing. Thread-safe."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self._entries: OrderedDict[bytes, CachedAnswer | bytes] = OrderedDict()
        self._held_bytes = 0
        self._lock = Lock()

    @property
    def held_bytes(self) -> int:
        """About how much memory the entries take."""
        return self._held_bytes

    def article_of(self, source: bytes) -> bytes | None:
        """Return the digest of the article that came in a body with the digest ``source``, if known."""
        found = self._find(b"source" + source)
        return found if isinstance(found, bytes) else None

    def note_source(self, source: bytes, article: bytes) -> None:
        """Remember which article a body holds."""
        self._put(b"source" + source, article)

    def get(self, key: bytes) -> CachedAnswer | None:
        """Return the answer under a ``result_key``."""
        found = self._find(key)
        return found if isinstance(found, CachedAnswer) else None

    def put(self, key: bytes, answer: CachedAnswer) -> None:
        """Hold an answer, unless it is larger than the whole cache may be."""
        self._put(key, answer)

    def forget(self, article_id: str) -> None:
        """Drop every answer about an article."""
        with self._lock:
            about = [
                key
                for key, entry in self._entries.items()
                if isinstance(entry, CachedAnswer) and entry.article_id == article_id
            ]
            for key in about:
                self._drop(key)

    def _find(self, key: bytes) -> CachedAnswer | bytes | None:
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key]

    def _put(self, key: bytes, entry: CachedAnswer | bytes) -> None:
        size = _size(entry)
        if size > self._limit_bytes:
            return
        with self._lock:
            if key in self._entries:
                self._drop(key)
            self._entries[key] = entry
            self._held_bytes += size
            while self._held_bytes > self._limit_bytes:
                self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        self._held_bytes -= _size(self._entries.pop(key))


def article_digest(article: Article) -> bytes:
    """Return the SHA-256 of all that was admitted of an article."""
    admitted = [
        article.id,
        article.text,
        article.title,
        article.language,
        article.published,
        article.text_is_derived,
        article.markup,
        [(span.start, span.end) for span in article.furniture],
        [(notice.code.value, notice.detail) for notice in article.warnings],
    ]
    return sha256(json.dumps(admitted).encode()).digest()


def result_key(
    article: bytes,
    made_by: Provenance,
    options: AnalysisOptions,
    written: Written = Written(),  # noqa: B008 - frozen
) -> bytes:
    """Return what an answer depends on: an article's digest, what makes it, and the caller's choices."""
    chosen = options.model_dump(mode="json", include=set(AnalysisOptions.model_fields))
    form = [written.format.value, written.with_text]
    versions = {**_versions(made_by), "options": chosen, "written": form}
    return sha256(article + json.dumps(versions, sort_keys=True).encode()).digest()


def _versions(made_by: Provenance) -> dict[str, object]:
    names = ("service", "encoder", "heads", "taxonomy", "settings")
    return {name: getattr(made_by, name) for name in names} | {"prompts": dict(made_by.prompts)}


def _size(entry: CachedAnswer | bytes) -> int:
    held = entry if isinstance(entry, bytes) else entry.content
    return len(held) + _OVERHEAD_BYTES
