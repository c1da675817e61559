"""The quotes to set in large type: the best direct ones, with whom they are by."""

from __future__ import annotations

from collections.abc import Sequence

from service.domain import PullQuote, Quote, QuoteKind
from service.text.words import count_words

MOST = 3
# Fewer words are no thought that stands alone.
FEWEST_WORDS = 5


def pull_quotes(text: str, quotes: Sequence[Quote]) -> tuple[PullQuote, ...]:
    """Return the first ``MOST`` by rank that are direct, of ``FEWEST_WORDS``, and whose speaker is known."""
    ranked = sorted(quotes, key=lambda quote: quote.rank)
    fit = [
        quote
        for quote in ranked
        if quote.kind is QuoteKind.DIRECT
        and quote.speaker is not None
        and sum(count_words(part.of(text)) for part in quote.parts) >= FEWEST_WORDS
    ]
    return tuple(PullQuote(quote.rank, display(text, quote)) for quote in fit[:MOST])


def display(text: str, quote: Quote) -> str:
    """Return the quote's words on one line: parts joined by an ellipsis, without their closing commas."""
    parts = (" ".join(part.of(text).split()).rstrip(",") for part in quote.parts)
    return " … ".join(parts)
