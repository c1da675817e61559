"""Analyses for the routes: out of the cache, or by the worker, for as long as the caller is there.

Admitting, the model and writing JSON run in the worker's thread. Not here: HTTP answers, and what is kept.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from service import wire
from service.api import body
from service.api.answers.options import AnalysisOptions, Written
from service.api.answers.result_cache import CachedAnswer, ResultCache, article_digest, result_key
from service.api.logs import log_fallbacks
from service.api.needs import AnalysisService
from service.api.worker import Worker
from service.domain import Analysis, Article
from service.ingest import Door
from service.ingest.record import admit_record
from service.timing import Phase, phase
from service.wire.formats import write

R = TypeVar("R")
_SMALL_BYTES = 65_536
"""Of a body that costs next to nothing to read: ten times a news article."""


@dataclass(frozen=True, slots=True)
class ArticleSource:
    """What an article is to be admitted from, of ``size`` bytes; by its ``digest`` the same is recognised."""

    digest: bytes
    size: int
    admit: Callable[[Door], Article]

    @classmethod
    def of_body(cls, received: body.Body) -> ArticleSource:
        """Return the source that a request's body is."""
        digest = sha256(received.content_type.encode("utf-8", "surrogatepass") + b"\n" + received.data)
        return cls(digest.digest(), len(received.data), partial(body.admit, body=received))

    @classmethod
    def of_record(cls, record: object) -> ArticleSource:
        """Return the source that a parsed record is."""
        content = json.dumps(record).encode()
        digest = sha256(b"record\n" + content)
        return cls(digest.digest(), len(content), partial(admit_record, record=record))


class Need(IntEnum):
    """What of an analysis is needed, each with all before it."""

    BYTES = 1
    ARTICLE = 2
    ANALYSIS = 3


@dataclass(frozen=True, slots=True)
class Answered:
    """The bytes of an analysis for the caller.

    ``analysis`` is None where they were in the cache, and so is ``article`` unless it was needed.
    """

    content: bytes
    article_id: str
    article: Article | None = None
    analysis: Analysis | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a caller wants of an analysis."""

    options: AnalysisOptions
    written: Written
    need: Need

    def write(self, analysis: Analysis) -> bytes:
        """Return the answer's bytes."""
        form, unit = self.written, self.options.offset_unit
        return write(analysis, form.format, unit, with_text=form.with_text).encode("utf-8")


class AnalysisRunner:
    """Runs analyses on the worker, with a cache before it if there is one."""

    def __init__(self, worker: Worker[AnalysisService], door: Door, cache: ResultCache | None) -> None:
        self.door = door
        self._worker = worker
        self._cache = cache

    @property
    def caches(self) -> bool:
        """Whether answers are held in memory."""
        return self._cache is not None

    def require_room(self, size: int = 0, *, may_be_cached: bool = False) -> None:
        """Raise NotReady, ModelFailed or Overloaded if a body of so many bytes would be refused now.

        A small body that ``may_be_cached`` is worth reading also where the queue is full.
        """
        if may_be_cached and self._cache is not None and 0 < size <= _SMALL_BYTES:
            self._worker.model()
        else:
            self._worker.require_room(body.likely_chars(size, self.door.max_chars))

    async def run(
        self,
        source: ArticleSource,
        options: AnalysisOptions,
        need: Need = Need.BYTES,
        written: Written = Written(),  # noqa: B008 - frozen
    ) -> Answered:
        """Return the analysis of an article, out of the cache where its bytes are all that is needed of it.

        Raises what admitting and the pipeline raise, NotReady, or Overloaded.
        """
        asked = _Asked(options, written, need)
        if need is Need.BYTES and (found := self._cached_by_source(source, asked)) is not None:
            return found
        chars = body.likely_chars(source.size, self.door.max_chars)
        return await self._worker.run(partial(self._make, source=source, asked=asked), chars)

    def forget(self, article_id: str) -> None:
        """Drop what is held in memory about an article."""
        if self._cache is not None:
            self._cache.forget(article_id)

    def _cached_by_source(self, source: ArticleSource, asked: _Asked) -> Answered | None:
        article = self._cache.article_of(source.digest) if self._cache is not None else None
        return None if article is None else self._cached(article, self._worker.model(), asked)

    def _cached(self, article: bytes, pipeline: AnalysisService, asked: _Asked) -> Answered | None:
        if self._cache is None:
            return None
        found = self._cache.get(result_key(article, pipeline.provenance, asked.options, asked.written))
        return Answered(found.content, found.article_id) if found else None

    def _make(self, pipeline: AnalysisService, source: ArticleSource, asked: _Asked) -> Answered:
        """Do all that takes time for a request, in the worker's thread."""
        with phase(Phase.READ):
            article = source.admit(self.door)
        wire.require_unit(article, asked.options.offset_unit)
        digest = article_digest(article) if self._cache is not None else b""
        # The same article in other bytes, or one that the request before this one asked for as well.
        found = self._cached(digest, pipeline, asked) if asked.need < Need.ANALYSIS else None
        if found is not None:
            answered = replace(found, article=article)
        else:
            analysis = pipeline.analyse(article, asked.options.wanted())
            log_fallbacks(analysis)
            with phase(Phase.WRITE):
                content = asked.write(analysis)
            answered = Answered(content, article.id, article, analysis)
        if self._cache is not None:
            self._cache.note_source(source.digest, digest)
            key = result_key(digest, pipeline.provenance, asked.options, asked.written)
            self._cache.put(key, CachedAnswer(answered.content, article.id))
        return answered


async def while_connected(request: Request, work: Coroutine[Any, Any, R]) -> R:
    """Do ``work``, unless the client goes away before it is done. Raises ClientDisconnect."""
    running = asyncio.ensure_future(work)
    # The body has been read, so all that can still be received is that the client has gone.
    gone = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({running, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            raise ClientDisconnect
        return running.result()
    finally:
        running.cancel()
        gone.cancel()
        await asyncio.gather(running, gone, return_exceptions=True)
