"""Checks a job's output from the outside: recounts, re-hashes, and compares every span with its article.

It reads and repairs nothing. With the inputs, each analysis is compared with the article as the door lets it
in today; without them, only with the text that the analysis itself returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from service import wire
from service.archive.files import digest_of
from service.archive.inputs.raw import RawArticle
from service.archive.inputs.readers import ArchiveReader, ReadingProgress
from service.archive.inputs.sources import find_sources
from service.archive.job.analyst import admit
from service.archive.job.layout import Generation
from service.archive.job.manifest import Manifest
from service.archive.job.options import JobOptions
from service.archive.job.output import read_analyses
from service.archive.job.tables import ShardRow
from service.archive.reporting.status import open_job
from service.bootstrap import build_door
from service.domain import Article
from service.errors import PullquoteError
from service.settings import Settings

_ReportFault = Callable[[str], None]


@dataclass(slots=True)
class JobVerdict:
    """How much was checked, and how many faults were found.

    ``unchecked`` articles are no longer in the inputs, or weren't looked up.
    """

    shards: int = 0
    articles: int = 0
    spans: int = 0
    unchecked: int = 0
    faults: int = 0

    @property
    def is_good(self) -> bool:
        """Return whether nothing is wrong."""
        return self.faults == 0

    def text(self) -> str:
        """Return the verdict in a sentence or two."""
        found = "all is well" if self.is_good else f"{self.faults:,} faults"
        line = f"{found}: {self.shards:,} shards, {self.articles:,} articles, {self.spans:,} spans checked"
        if self.unchecked:
            line += f"; {self.unchecked:,} articles without their text at hand: their spans are not checked"
        return line


def verify_job(folder: Path, settings: Settings, *, with_inputs: bool, report: _ReportFault) -> JobVerdict:
    """Check everything, and call ``report`` for each fault. Raises WrongJob."""
    options, generation = open_job(folder)
    with closing(Manifest(generation.manifest)) as manifest:
        check = JobCheck(options, generation, manifest, settings, report)
        rows = {row.shard: row for row in manifest.shards()}
        check.files(rows)
        for row, articles in check.with_articles(rows) if with_inputs else check.without(rows):
            check.shard(row, articles)
        return check.verdict


class JobCheck:
    """Compares a job's outputs with its inputs, shard by shard."""

    def __init__(
        self,
        options: JobOptions,
        generation: Generation,
        manifest: Manifest,
        settings: Settings,
        report: _ReportFault,
    ) -> None:
        self._options = options
        self._generation = generation
        self._manifest = manifest
        self._settings = settings
        self._report = report
        self._door = build_door(settings)
        self.verdict = JobVerdict()

    def files(self, rows: dict[int, ShardRow]) -> None:
        """Check that every file is there with its bytes, and no other file."""
        for row in rows.values():
            if not row.done:
                self._fault(f"shard {row.shard} is planned and not done: `archive resume`")
                continue
            self.verdict.shards += 1
            path = self._generation.parts / (row.output or "")
            try:
                if digest_of(path) != row.output_sha256:
                    self._fault(f"{path} is not the file that was written: its SHA-256 differs")
            except OSError as error:
                self._fault(f"{path} can't be read: {error.strerror or error}")
            if (row.analysed or 0) + (row.quarantined or 0) != row.articles:
                self._fault(f"shard {row.shard} had {row.articles} articles, and accounts for fewer or more")
        known = {row.output for row in rows.values()}
        for path in sorted(self._generation.parts.iterdir()):
            if path.name not in known and not path.name.startswith("."):
                self._fault(f"{path} belongs to no shard that is done")

    def without(self, rows: dict[int, ShardRow]) -> Iterator[tuple[ShardRow, dict[int, RawArticle]]]:
        """Yield every finished shard without its articles."""
        yield from ((row, {}) for row in rows.values() if row.done)

    def with_articles(self, rows: dict[int, ShardRow]) -> Iterator[tuple[ShardRow, dict[int, RawArticle]]]:
        """Yield every finished shard with its articles by ordinal, once all that can be read are."""
        waiting = {number: dict[int, RawArticle]() for number, row in rows.items() if row.done}
        cut_from: dict[str, list[int]] = {}
        for number in waiting:
            cut_from.setdefault(rows[number].source, []).append(number)
        reader = ArchiveReader(self._options.mapping, self._settings.max_chars, ReadingProgress())
        leave_out = str(self._generation.folder.parent.resolve())
        for source in find_sources(self._options.inputs, leave_out=leave_out):
            for raw in reader.read(source):
                known = self._manifest.find(raw.key)
                if known is None or known.shard not in waiting:
                    continue
                articles = waiting[known.shard]
                articles[known.ordinal] = raw
                if len(articles) == rows[known.shard].articles:
                    yield rows[known.shard], waiting.pop(known.shard)
            # A shard that lacks articles of this file today can't be completed: yield it now, to free its
            # memory.
            for number in cut_from.pop(source.where, ()):
                if number in waiting:
                    yield rows[number], waiting.pop(number)
        yield from ((rows[number], articles) for number, articles in sorted(waiting.items()))

    def shard(self, row: ShardRow, articles: dict[int, RawArticle]) -> None:
        """Recount one file, and compare its analyses with their articles."""
        path = self._generation.parts / (row.output or "")
        ordinals = self._manifest.analysed_ordinals(row.shard)
        count = 0
        try:
            for count, analysis in enumerate(read_analyses(path), start=1):
                raw = articles.get(ordinals[count - 1]) if count <= len(ordinals) else None
                self._analysis(f"{path.name}, analysis {count}", analysis, raw)
        except (OSError, ValueError, KeyError, pa.ArrowException) as error:
            self._fault(f"{path} can't be read to its end: {error}")
        if count != row.analysed:
            self._fault(f"{path} holds {count} analyses; {row.analysed} were written")

    def _analysis(self, where: str, analysis: dict[str, Any], raw: RawArticle | None) -> None:
        self.verdict.articles += 1
        returned = analysis["article"]
        text: str | None = returned.get("text")
        if raw is not None:
            try:
                article = admit(self._door, raw, self._options.language)
            except PullquoteError as error:
                self._fault(f"{where}: its article is refused today: {error.detail}")
                return
            self._same_article(where, returned, article)
            text = article.text
        if text is None:
            self.verdict.unchecked += 1
            return
        units = text.encode("utf-16-le", "surrogatepass")
        for span in _spans(analysis):
            self.verdict.spans += 1
            if _slice(text, units, span, self._options.offset_unit) != span["text"]:
                self._fault(f"{where}: the span {span['start']}–{span['end']} is not the article's words")

    def _same_article(self, where: str, returned: dict[str, Any], article: Article) -> None:
        if (returned["id"], returned["text_sha256"]) != (article.id, article.text_sha256):
            self._fault(f"{where}: analyses {returned['id']!r}, not the article {article.id!r} at its place")

    def _fault(self, what: str) -> None:
        self.verdict.faults += 1
        self._report(what)


def _spans(value: object) -> Iterator[dict[str, Any]]:
    """Yield every span anywhere in an analysis: an object with exactly start, end and text."""
    if isinstance(value, dict):
        if value.keys() == {"start", "end", "text"}:
            yield value
        else:
            for inner in value.values():
                yield from _spans(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spans(inner)


def _slice(text: str, units: bytes, span: dict[str, Any], unit: wire.OffsetUnit) -> str:
    if unit is wire.OffsetUnit.CODEPOINT:
        return text[span["start"] : span["end"]]
    return units[2 * span["start"] : 2 * span["end"]].decode("utf-16-le", "surrogatepass")
