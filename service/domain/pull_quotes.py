"""The quotes to set in large type: the best direct ones whose speaker is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.quotes import Quote, QuoteKind

MOST_PULL_QUOTES = 3
# Fewer words are no thought that stands alone.
_FEWEST_WORDS = 5


@dataclass(frozen=True, slots=True)
class PullQuote:
    """A direct quote to pull out in large type: its ``rank`` among the quotes, and how to set it.

    ``display`` has the quote's own words, parts joined by an ellipsis; only a comma before a closing mark is
    dropped.
    """

    rank: int
    display: str


def pull_quotes(text: str, quotes: Sequence[Quote]) -> tuple[PullQuote, ...]:
    """Return those of the ``quotes`` of ``text`` to set in large type, the best first."""
    fit = [
        quote
        for quote in sorted(quotes, key=lambda quote: quote.rank)
        if quote.kind is QuoteKind.DIRECT
        and quote.speaker is not None
        and sum(len(part.of(text).split()) for part in quote.parts) >= _FEWEST_WORDS
    ]
    return tuple(PullQuote(quote.rank, _display(text, quote)) for quote in fit[:MOST_PULL_QUOTES])


def _display(text: str, quote: Quote) -> str:
    parts = (" ".join(part.of(text).split()).rstrip(",") for part in quote.parts)
    return " … ".join(parts)
