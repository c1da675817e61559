"""Articles with their gold annotations, and the groups they fall into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from service.domain import Article, QuoteKind

Offsets = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GoldAttribution:
    """Reported speech as annotators marked it: spans of the article, half-open, in code points.

    ``name`` is the full name of who speaks, where the annotators gave one.
    """

    kind: QuoteKind
    content: tuple[Offsets, ...]
    source: tuple[Offsets, ...] = ()
    cue: tuple[Offsets, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class GoldQuotation:
    """A quotation in marks, and the names of its speaker, any of them right; none if the text tells none.

    ``mention`` is the one that attributes it, where the marks say.
    """

    kind: QuoteKind
    parts: tuple[Offsets, ...]
    names: tuple[str, ...] = ()
    mention: Offsets | None = None


@dataclass(frozen=True, slots=True)
class NamedSource:
    """A source's place and its names, any of which is right; the article's fullest name comes first."""

    source: Offsets
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coreference:
    """Automatic coreference, with errors: names of persons, and chains of mentions of one entity."""

    persons: tuple[Offsets, ...] = ()
    chains: tuple[tuple[Offsets, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Gold:
    """The gold annotations of one article; None means that the data set does not annotate it.

    ``reference`` is a human summary, sentence by sentence. ``topics`` are IPTC ids. ``claims`` are sentences
    about the article and ``supported`` the share of them that people found supported. ``sentence_ends`` are
    offsets, of which those within ``passage`` count. ``named`` are sources whom somebody has named by hand,
    and ``silver`` is automatic coreference. ``quotations`` are those in marks, with who speaks, and
    ``lead_quote`` is the parts of the one to pull. ``points`` are the main points, the most important first:
    offsets at which sentences start that convey it alone.
    """

    attributions: tuple[GoldAttribution, ...] | None = None
    reference: tuple[str, ...] | None = None
    topics: frozenset[str] | None = None
    claims: tuple[str, ...] | None = None
    supported: float | None = None
    sentence_ends: tuple[int, ...] | None = None
    passage: Offsets | None = None
    named: tuple[NamedSource, ...] | None = None
    silver: Coreference | None = None
    quotations: tuple[GoldQuotation, ...] | None = None
    lead_quote: tuple[Offsets, ...] | None = None
    points: tuple[frozenset[int], ...] | None = None
    genre: str | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """An article with its gold. ``slices`` name the groups whose figures are also shown apart."""

    article: Article
    gold: Gold
    slices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
