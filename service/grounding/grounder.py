"""Grounding: the sentences of the article that a written sentence rests on, and its support and faults.

There are two scorers. ``ground`` reads words alone and takes milliseconds: it is for editors who type.
``Grounder`` also compares the encoder's vectors: it is for what a model wrote. Both are calibrated on
sentences that people judged (``eval.training.support``), and both take off support for faults that can be
named. A sentence of the article itself has support 1. A sentence that says something else in the article's
own words may still pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from service.domain import Article, Sentence, Span
from service.grounding import lexical
from service.grounding.article_index import ArticleIndex, index_article
from service.grounding.claims import Claim, read_claim
from service.grounding.faults import SupportFault
from service.text.document import Document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.models.encoder import Encoding

THRESHOLD = 0.5
"""A sentence with less support is unsupported; every sentence with a fault has less."""


@dataclass(frozen=True, slots=True)
class Grounding:
    """What a sentence rests on: ``evidence`` in text order, ``support`` in 0..1, and its ``faults``.

    A sentence without faults is supported from ``least`` support on.
    """

    evidence: tuple[Span, ...]
    support: float
    faults: tuple[SupportFault, ...]
    least: float = THRESHOLD

    @property
    def supported(self) -> bool:
        """Whether the article supports the sentence, as far as can be read."""
        return self.support >= self.least and not self.faults


class EncodesClaims(Protocol):
    """Turns a written sentence, or an article, into vectors: ``service.models.encoder.Encoder``."""

    def encode(self, document: Document) -> Encoding:
        """Return token and sentence vectors."""
        ...


class ScoresSupport(Protocol):
    """Says how likely an article bears out a claim: ``service.models.heads.support.SupportHead``."""

    def score(
        self, lexical: Mapping[str, float], claim: Encoding, article: Encoding, evidence: Sequence[int]
    ) -> float:
        """Return a probability."""
        ...


def ground(written: str, document: Document, sentences: Sequence[Sentence] | None = None) -> Grounding:
    """Ground a ``written`` sentence in an article, or in some of its ``sentences``, by its words alone."""
    article = index_article(document, sentences)
    claim = read_claim(written, article)
    return _conclude(written, claim, article, lexical.support(claim.features))


@dataclass(frozen=True, slots=True)
class GroundedArticle:
    """An article, indexed and encoded once for all sentences that are written about it."""

    index: ArticleIndex
    encoding: Encoding
    encoder: EncodesClaims
    head: ScoresSupport
    least: float = THRESHOLD

    def ground(self, written: str) -> Grounding:
        """Ground one written sentence in the article."""
        claim = read_claim(written, self.index)
        score = 0.0
        if written.strip() and not claim.copied:
            vectors = self.encoder.encode(sentence_document(written))
            score = self.head.score(claim.features, vectors, self.encoding, claim.evidence)
        return replace(_conclude(written, claim, self.index, score), least=self.least)


@dataclass(frozen=True, slots=True)
class Grounder:
    """The full scorer, wired by ``bootstrap``; safe to share between threads."""

    encoder: EncodesClaims
    head: ScoresSupport
    least: float = THRESHOLD

    def read(
        self,
        document: Document,
        sentences: Sequence[Sentence] | None = None,
        encoding: Encoding | None = None,
    ) -> GroundedArticle:
        """Prepare an article, or some of its ``sentences``; ``encoding`` is theirs, if known."""
        sentences = document.sentences if sentences is None else sentences
        encoding = encoding or self.encoder.encode(replace(document, sentences=tuple(sentences)))
        index = index_article(document, sentences)
        return GroundedArticle(index, encoding, self.encoder, self.head, self.least)


def sentence_document(written: str) -> Document:
    """Return a written sentence as a document of its own."""
    return Document(Article("sentence", written), (Sentence(Span(0, len(written)), 0),))


def _conclude(written: str, claim: Claim, article: ArticleIndex, score: float) -> Grounding:
    evidence = tuple(article.spans[index] for index in sorted(claim.evidence))
    said = any(sign.isalnum() for sign in written)
    return Grounding(evidence, claim.support(score) if said else 0.0, claim.faults)
