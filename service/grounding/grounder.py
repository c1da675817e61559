"""Grounding: which sentences of the article a written sentence rests on, and what in it they don't carry.

Two scorers give the same answer in more or less depth. ``ground`` reads words alone and takes milliseconds:
for editors who type. ``Grounder`` also compares the encoder's vectors: for what a model wrote. Both are
calibrated on sentences that people judged (``eval.training.support``), and both take off for faults that can
be named. A sentence of the article itself has support 1. A sentence that says something else in the
article's own words may still pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from service.domain import Notice, Sentence, Span
from service.grounding import lexical
from service.grounding.claims import Claim, altered_quotations, read_claim
from service.grounding.source import Source, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.models.encoder import Encoding

__all__ = ["THRESHOLD", "GroundedArticle", "Grounder", "Grounding", "altered_quotations", "ground"]

THRESHOLD = 0.5
"""A sentence with less support is unsupported; every sentence with a fault has less."""


@dataclass(frozen=True, slots=True)
class Grounding:
    """What a sentence rests on: ``evidence`` in text order, ``support`` in 0..1, and its ``faults``.

    From ``least`` support on a sentence without faults is supported.
    """

    evidence: tuple[Span, ...]
    support: float
    faults: tuple[Notice, ...]
    least: float = THRESHOLD

    @property
    def supported(self) -> bool:
        """The article bears it out, as far as can be told."""
        return self.support >= self.least and not self.faults


class Encodes(Protocol):
    """Turns a text of S sentences into vectors: ``service.models.encoder.Encoder``."""

    def encode(self, text: str, sentences: Sequence[Sentence]) -> Encoding:
        """Return token and sentence vectors."""
        ...


class ScoresSupport(Protocol):
    """Says how likely an article bears out a claim: ``service.models.heads.support.SupportHead``."""

    def score(
        self, lexical: Mapping[str, float], claim: Encoding, article: Encoding, evidence: Sequence[int]
    ) -> float:
        """Return a probability."""
        ...


def ground(written: str, text: str, sentences: Sequence[Sentence]) -> Grounding:
    """Ground a ``written`` sentence in the ``sentences`` of an article's ``text``, by its words alone."""
    source = read_source(text, sentences)
    claim = read_claim(written, source)
    return _conclude(written, claim, source, lexical.support(claim.features))


@dataclass(frozen=True, slots=True)
class GroundedArticle:
    """An article, read and encoded once for all that is written about it."""

    source: Source
    encoding: Encoding
    encoder: Encodes
    head: ScoresSupport
    least: float = THRESHOLD

    def ground(self, written: str) -> Grounding:
        """Ground one written sentence in the article."""
        claim = read_claim(written, self.source)
        score = 0.0
        if written.strip() and not claim.copied:
            whole = Sentence(Span(0, len(written)), 0)
            vectors = self.encoder.encode(written, (whole,))
            score = self.head.score(claim.features, vectors, self.encoding, claim.evidence)
        return replace(_conclude(written, claim, self.source, score), least=self.least)


@dataclass(frozen=True, slots=True)
class Grounder:
    """The full scorer, wired by ``bootstrap``; safe to share between threads."""

    encoder: Encodes
    head: ScoresSupport
    least: float = THRESHOLD

    def read(
        self, text: str, sentences: Sequence[Sentence], encoding: Encoding | None = None
    ) -> GroundedArticle:
        """Prepare an article; ``encoding`` is its own, where there is one already."""
        encoding = encoding or self.encoder.encode(text, sentences)
        return GroundedArticle(read_source(text, sentences), encoding, self.encoder, self.head, self.least)


def _conclude(written: str, claim: Claim, source: Source, score: float) -> Grounding:
    evidence = tuple(source.spans[index] for index in sorted(claim.evidence))
    said = any(sign.isalnum() for sign in written)
    return Grounding(evidence, claim.support(score) if said else 0.0, claim.faults)
