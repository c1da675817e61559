"""Cuts the stream of articles into shards, the same way however often it is interrupted.

Articles in the manifest are not cut again. Those of a finished shard are passed over; those of a shard that
was planned and not finished are gathered until it is complete. All others go into new shards, in the order of
the input. This one mechanism gives resuming, incremental runs, and no article twice.

A shard takes articles up to a number or up to ``MAX_SHARD_BYTES``. A file of many articles begins and ends
shards; files of one article share them. Without a set number, shards grow with the archive, so that a small
archive has enough of them to keep every worker busy to the end, and a large one not too many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from service.archive.inputs.raw import InputProblem, RawArticle
from service.archive.inputs.readers import ArchiveReader
from service.archive.inputs.sources import InputKind, InputSource
from service.archive.job.manifest import ANY_SOURCE, DUPLICATE, Manifest
from service.archive.job.shard import Shard

# Bounds what a worker is sent, and what has to be done again after an interruption.
MAX_SHARD_BYTES = 16 * 1024 * 1024
# Growing shards: this many articles in each of so many shards, then twice as many in each of the next.
_FIRST_ARTICLES, _MOST_ARTICLES, _SHARDS_ALIKE = 16, 200, 32


@dataclass(slots=True)
class _Open:
    """The shard being filled: its articles with their keys and ids, and its size in bytes."""

    articles: list[RawArticle] = field(default_factory=list)
    keys: dict[bytes, None] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    size: int = 0


class Planner:
    """Plans one pass over the inputs, with ``articles`` a shard; 0 lets shards grow. Not thread-safe."""

    def __init__(self, manifest: Manifest, reader: ArchiveReader, articles: int) -> None:
        self._manifest = manifest
        self._reader = reader
        self._limit = articles
        self._round = int(manifest.get("round", "1"))
        self._pending = manifest.pending()
        self._gathered: dict[int, dict[int, RawArticle]] = {}
        self._next = manifest.next_shard()
        self._open = _Open()
        self.lost = 0  # planned articles that are no longer in the inputs

    def shards(self, sources: Iterable[InputSource]) -> Iterator[Shard]:
        """Yield every shard that has to run; each is in the manifest by then."""
        before, progress = "", self._reader.progress
        for source in sources:
            if self._manifest.is_read(source.where, source.fingerprint):
                progress.bytes_skipped += source.size
                continue
            # Files of one article share shards, under one empty name.
            place = "" if source.kind is InputKind.ARTICLE else source.where
            if before != place:
                yield from self._cut(before)
            before = place
            for raw in self._reader.read(source):
                progress.articles += 1
                yield from self._take(raw, place)
            if place:
                yield from self._cut(place)
                self._manifest.note_read(place, source.fingerprint)
        yield from self._cut(before)
        yield from self._replan()
        yield from self._cut(ANY_SOURCE)

    def _replan(self) -> Iterator[Shard]:
        """Cut anew what is left of planned shards that have lost articles since."""
        for number, size in list(self._pending.items()):
            gathered = self._gathered.pop(number, {})
            self.lost += size - len(gathered)
            del self._pending[number]
            self._manifest.unplan(number)
            for _, raw in sorted(gathered.items()):
                yield from self._take(raw, ANY_SOURCE)

    def _take(self, raw: RawArticle, place: str) -> Iterator[Shard]:
        key = raw.key
        if key in self._open.keys:
            self._reader.progress.passed_over += 1
            return
        if known := self._manifest.find(key):
            yield from self._gather(raw, known.shard, known.ordinal, is_duplicate=known.is_duplicate)
            return
        if not raw.problem and (raw.id in self._open.ids or self._manifest.has_id(raw.id, self._round)):
            raw = _as_duplicate(raw)
        elif not raw.problem:
            self._open.ids.add(raw.id)
        self._open.articles.append(raw)
        self._open.keys[key] = None
        self._open.size += len(raw.payload)
        if len(self._open.articles) >= self._full() or self._open.size >= MAX_SHARD_BYTES:
            yield from self._cut(place)

    def _gather(self, raw: RawArticle, number: int, ordinal: int, *, is_duplicate: bool) -> Iterator[Shard]:
        gathered = self._gathered.setdefault(number, {}) if number in self._pending else None
        if gathered is None or ordinal in gathered:
            self._reader.progress.passed_over += 1
            return
        gathered[ordinal] = _as_duplicate(raw) if is_duplicate else raw
        if len(gathered) == self._pending[number]:
            del self._pending[number], self._gathered[number]
            yield Shard(number, tuple(article for _, article in sorted(gathered.items())))

    def _full(self) -> int:
        """Return how many articles the next shard takes."""
        doubled = min(self._next // _SHARDS_ALIKE, _MOST_ARTICLES.bit_length())
        return self._limit or min(_MOST_ARTICLES, _FIRST_ARTICLES << doubled)

    def _cut(self, place: str) -> Iterator[Shard]:
        if not self._open.articles:
            return
        shard = Shard(self._next, tuple(self._open.articles))
        self._manifest.plan(place, shard, list(self._open.keys), self._round)
        self._next += 1
        self._open = _Open()
        yield shard


def _as_duplicate(raw: RawArticle) -> RawArticle:
    reason = (
        f"Another article in these inputs has the id {raw.id[:100]!r} and other content. "
        "Give each article an id of its own."
    )
    return replace(raw, payload=b"", problem=InputProblem(DUPLICATE, reason))
