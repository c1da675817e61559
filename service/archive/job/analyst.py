"""Raw articles in, outcomes out: each article goes through the door, the pipeline and the wire.

``analyse_partition`` turns an iterator into an iterator, as Spark's ``mapPartitions`` wants it. Every article
comes out, analysed or with a problem, in the order of the input. No I/O, no shards.
"""

from __future__ import annotations

import importlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, Protocol

from service import wire
from service.archive.code import code_digest
from service.archive.inputs.raw import InputProblem, RawArticle
from service.archive.job.limits import ArticleLimits, is_out_of_memory
from service.bootstrap import build_door
from service.domain import Analysis, Article, Provenance, Request
from service.errors import ModelFailed, PullquoteError, UnknownTaxonomy
from service.ingest import Declared, Door
from service.ingest.stored import ArticleRefused, admit_file, admit_line
from service.settings import Settings


class AnalysingPipeline(Protocol):
    """What the archive job needs of a pipeline; ``service.pipeline.Pipeline`` provides it."""

    @property
    def provenance(self) -> Provenance:
        """What makes the analyses, as versions and digests."""
        ...

    def made_by(self, request: Request) -> Provenance:
        """Return what makes the analyses of a request with a taxonomy. Raises UnknownTaxonomy."""
        ...

    def analyse(self, article: Article, request: Request = ...) -> Analysis:
        """Analyse one article."""
        ...


@dataclass(frozen=True, slots=True)
class AnalystSpec:
    """Everything that decides the analyses of a job; sent to the workers.

    ``pipeline`` names a factory, as ``module:function``, that replaces the service's own.
    """

    settings: Settings
    request: Request = Request()  # noqa: RUF009 - frozen
    offset_unit: wire.OffsetUnit = wire.OffsetUnit.CODEPOINT
    language: str | None = None
    pipeline: str | None = None
    limits: ArticleLimits = ArticleLimits()  # noqa: RUF009 - frozen

    def identity(self, provenance: Mapping[str, Any], output: str) -> str:
        """Return ``sha256:…`` over everything but the article that decides the bytes of its analysis.

        Not over ``strict``, which only decides whether there is an analysis: a job may become strict and keep
        what it has.
        """
        parts = {
            "provenance": dict(provenance),
            "request": [self.request.length.value, self.request.format.value],
            "offset_unit": self.offset_unit.value,
            "language": self.language,
            "output": output,
        }
        return "sha256:" + sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ArticleOutcome:
    """The result for one article: its analysis (``content``, in the form of the wire) or a ``problem``.

    ``chars`` is the length of its text, ``notices`` are the codes of its warnings, and ``analysis_s`` are the
    seconds in the pipeline.
    """

    raw: RawArticle
    content: dict[str, Any] | None = None
    problem: InputProblem | None = None
    chars: int = 0
    notices: tuple[str, ...] = ()
    analysis_s: float = 0.0


class Analyst:
    """The door and the loaded pipeline of one process. It keeps no state between articles."""

    def __init__(
        self,
        spec: AnalystSpec,
        pipeline: AnalysingPipeline,
        guard: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Take a loaded ``pipeline``, and a ``guard`` around each article, such as ``limits.LimitGuard``."""
        self._spec = spec
        self._pipeline = pipeline
        self._guard = guard
        self._door = build_door(spec.settings)

    @classmethod
    def load(cls, spec: AnalystSpec) -> Analyst:
        """Load the pipeline. Raises ModelFailed."""
        return cls(spec, load_pipeline(spec))

    @property
    def provenance(self) -> dict[str, Any]:
        """What makes the analyses, code included, as plain values that can be sent between processes."""
        request = self._spec.request
        provenance = (
            self._pipeline.provenance if request.taxonomy is None else self._pipeline.made_by(request)
        )
        return {
            **{item.name: getattr(provenance, item.name) for item in fields(provenance)},
            # What a generating model took belongs to an article, not to the job.
            "generator": None,
            "prompts": dict(provenance.prompts),
            "code": code_digest(),
        }

    def analyse_partition(
        self,
        articles: Iterable[RawArticle],
        poison: Mapping[int, InputProblem] | None = None,
        begin: Callable[[int], None] = lambda ordinal: None,
    ) -> Iterator[ArticleOutcome]:
        """Analyse ``articles`` lazily.

        Those with an ordinal in ``poison`` are quarantined without being analysed. ``begin`` is called before
        each of the others.
        """
        for ordinal, raw in enumerate(articles):
            problem = raw.problem or (poison or {}).get(ordinal)
            if problem:
                yield ArticleOutcome(raw, problem=problem)
                continue
            begin(ordinal)
            with self._guard():
                outcome = self.analyse(raw)
            yield outcome

    def analyse(self, raw: RawArticle) -> ArticleOutcome:
        """Analyse one article. An error becomes the article's problem, except when memory runs out."""
        try:
            article = admit(self._door, raw, self._spec.language)
            admitted_s = time.perf_counter()
            analysis = self._pipeline.analyse(article, self._spec.request)
            analysed_s = time.perf_counter()
            content = wire.to_dict(wire.to_wire(analysis, self._spec.offset_unit))
        except ModelFailed as error:
            reason = f"{error.detail} Once the model works, `archive retry`."
            return ArticleOutcome(raw, problem=InputProblem(error.code, reason))
        except PullquoteError as error:
            return ArticleOutcome(raw, problem=InputProblem(error.code, error.detail))
        except Exception as error:
            if is_out_of_memory(error):
                raise  # handled by the guard
            reason = f"The analysis broke unexpectedly ({type(error).__name__}: {str(error)[:200]})."
            return ArticleOutcome(raw, problem=InputProblem("analysis-broke", reason))
        return ArticleOutcome(
            raw,
            content=content,
            chars=len(article.text),
            notices=tuple(warning.code.value for warning in analysis.warnings),
            analysis_s=analysed_s - admitted_s,
        )


def admit(door: Door, raw: RawArticle, language: str | None) -> Article:
    """Let a raw article in, just as ``pullquote analyze`` does. Raises PullquoteError."""
    declared = Declared(id=raw.id, language=language)
    try:
        if raw.form == "line":
            return admit_line(door, raw.payload, declared)
        if raw.content_type:
            return door.from_bytes(raw.payload, declared, name=raw.name, content_type=raw.content_type)
        return admit_file(door, raw.payload, raw.name, raw.id, declared)
    except ArticleRefused as error:
        raise error.__cause__ or error from None


def load_pipeline(spec: AnalystSpec) -> AnalysingPipeline:
    """Load the pipeline by the factory that ``spec`` names. Raises ModelFailed."""
    factory = spec.pipeline or "service.bootstrap:build_pipeline"
    module, _, function = factory.partition(":")
    # Tokenizers would start threads beyond the share of cores that this process was given.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        pipeline: AnalysingPipeline = getattr(importlib.import_module(module), function)(spec.settings)
    except (ImportError, AttributeError, TypeError) as error:
        raise ModelFailed(f"The pipeline {factory!r} can't be loaded: {error}.") from error
    if spec.request.taxonomy is not None:
        try:
            pipeline.made_by(spec.request)
        except UnknownTaxonomy as error:  # of the whole job, not of an article
            raise ModelFailed(error.detail, code=error.code) from error
    return pipeline
