"""Ranking quotes by what an editor would pull: a full thought, by someone who matters, early, not a scrap.

Weights are a first judgement, not learned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from service.domain import Article, Quote, QuoteKind
from service.extract.people import Roster

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# A pull quote is a sentence or two.
_FEWEST_WORDS, _MOST_WORDS = 8, 50


def rank(article: Article, quotes: Sequence[Quote], roster: Roster) -> tuple[Quote, ...]:
    """Return ``quotes`` in the order given, with ``rank`` 1 for the one to pull."""
    seen: set[str] = set()
    scores = []
    for quote in quotes:
        words = " ".join(_WORD.findall(" ".join(part.of(article.text) for part in quote.parts))).lower()
        scores.append(_pull(article, quote, roster) - (3.0 if words in seen else 0.0))
        seen.add(words)
    order = sorted(range(len(quotes)), key=lambda index: (-scores[index], quotes[index].parts[0]))
    ranks = {index: place for place, index in enumerate(order, start=1)}
    return tuple(replace(quote, rank=ranks[index]) for index, quote in enumerate(quotes))


def _pull(article: Article, quote: Quote, roster: Roster) -> float:
    said = " ".join(part.of(article.text) for part in quote.parts)
    words = len(_WORD.findall(said))
    score = 1.0 if quote.kind is QuoteKind.DIRECT else 0.0
    score += 1.0 if said[:1].isupper() and said.rstrip()[-1:] in ".!?," else 0.0
    if words < _FEWEST_WORDS:
        score -= 1.5 * (1 - words / _FEWEST_WORDS)
    elif words > _MOST_WORDS:
        score -= min(1.0, (words - _MOST_WORDS) / 100)
    else:
        score += 0.5
    if quote.speaker:
        score += 0.5 + min(1.0, roster.prominence(quote.speaker.name) / 10)
    score += 0.5 * quote.confidence
    return score - 1.0 * quote.parts[0].start / len(article.text)
