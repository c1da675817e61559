"""The nouns of Pullquote: frozen values that every room shares.

Standard library only, and the registry of warning codes. Values are pure (no loading, no I/O) and impossible
ones raise at construction. All offsets are half-open and count Unicode code points of ``Article.text``.
"""

from __future__ import annotations

from service.domain.analysis import Analysis, Generator, Provenance, Request
from service.domain.article import Article, Notice
from service.domain.genre import Genre, GenreLabel
from service.domain.pull_quotes import PullQuote, pull_quotes
from service.domain.quotes import Person, PersonKind, Quote, QuoteKind, Speaker, SpeakerBasis
from service.domain.spans import Sentence, Span, overlaps_any
from service.domain.summary import Summary, SummaryFormat, SummaryLength, SummarySentence, Topic

__all__ = [
    "Analysis",
    "Article",
    "Generator",
    "Genre",
    "GenreLabel",
    "Notice",
    "Person",
    "PersonKind",
    "Provenance",
    "PullQuote",
    "Quote",
    "QuoteKind",
    "Request",
    "Sentence",
    "Span",
    "Speaker",
    "SpeakerBasis",
    "Summary",
    "SummaryFormat",
    "SummaryLength",
    "SummarySentence",
    "Topic",
    "overlaps_any",
    "pull_quotes",
]
