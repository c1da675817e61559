"""The protocols that the product and its rivals share, and analyses that hold one part only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from eval.datasets import Offsets, Sample
from service.domain import (
    Analysis,
    Article,
    Notice,
    Provenance,
    Quote,
    Span,
    Summary,
    SummaryFormat,
    SummaryLength,
    SummarySentence,
    Topic,
)
from service.warning_codes import WarningCode


@runtime_checkable
class System(Protocol):
    """A system that turns an article into an analysis."""

    def analyse(self, article: Article) -> Analysis:
        """Analyse one article; parts that the system doesn't give stay empty. May raise PullquoteError."""
        ...


@runtime_checkable
class Judge(Protocol):
    """A system that judges how well an article supports claims about it."""

    def judge(self, article: Article, claims: Sequence[str]) -> tuple[float, ...]:
        """Return the support of each claim, in 0..1."""
        ...


@runtime_checkable
class Splitter(Protocol):
    """A system that finds where sentences end."""

    def sentence_ends(self, article: Article) -> tuple[int, ...]:
        """Return the offsets after each sentence, in order."""
        ...


@dataclass(frozen=True, slots=True)
class BuildContext:
    """What building a system may need: the samples (for oracles), a folder of training data, a seed."""

    samples: Sequence[Sample]
    train: Path | None = None
    seed: int = 2016


@dataclass(frozen=True, slots=True)
class SystemSpec:
    """A system by name, and the ``tasks`` it can do.

    ``build`` takes a context and what follows the colon in ``name:argument`` ("" for none); ``argument``
    describes that, or is None. ``extra`` is the extra of this package that installs what the system imports.
    """

    name: str
    about: str
    tasks: frozenset[str]
    build: Callable[[BuildContext, str], System | Judge | Splitter]
    argument: str | None = None
    extra: str | None = None


def blank(article: Article, name: str, **parts: Any) -> Analysis:
    """Return an analysis by system ``name`` that holds only the ``parts`` given."""
    empty: Mapping[str, Any] = {
        "summary": Summary((), SummaryFormat.PARAGRAPH, SummaryLength.MEDIUM, name),
        "quotes": (),
        "topics": (),
        "warnings": (),
    }
    return Analysis(
        article=article, provenance=Provenance(name, "none", "none", "none", "none"), **{**empty, **parts}
    )


def extractive(article: Article, sentences: Sequence[Span], name: str) -> Analysis:
    """Return an analysis whose summary is ``sentences`` of the article, in the order given."""
    chosen = tuple(SummarySentence(span.of(article.text), (span,), 1.0) for span in sentences)
    return blank(article, name, summary=Summary(chosen, SummaryFormat.PARAGRAPH, SummaryLength.MEDIUM, name))


def abstractive(article: Article, sentences: Sequence[str], name: str) -> Analysis:
    """Return an analysis whose summary a model wrote, with the whole article as evidence."""
    whole = (Span(0, len(article.text)),)
    written = tuple(SummarySentence(text, whole, 0.0) for text in sentences)
    return blank(
        article,
        name,
        summary=Summary(written, SummaryFormat.PARAGRAPH, SummaryLength.MEDIUM, name),
        warnings=(Notice(WarningCode.UNSUPPORTED_SENTENCE, "written by a model, support not checked"),),
    )


def quoting(article: Article, quotes: Sequence[Quote], name: str) -> Analysis:
    """Return an analysis that holds ``quotes`` only."""
    return blank(article, name, quotes=tuple(quotes))


def labelling(article: Article, topics: Sequence[Topic], name: str) -> Analysis:
    """Return an analysis that holds ``topics`` only."""
    return blank(article, name, topics=tuple(topics))


def span_of(offsets: Offsets | Sequence[int]) -> Span:
    """Return offsets as a span. Raises ValueError for impossible ones."""
    return Span(int(offsets[0]), int(offsets[1]))
