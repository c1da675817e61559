"""Ranking quotes by what an editor would pull: early, a full thought, by someone who matters, on the news.

A linear score whose weights were fitted to which quotes human summaries used (``eval.training.key_quotes``),
and three judgements that such summaries can't teach: scraps and repetitions come last, and words in quotation
marks before a reporter's own.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log1p

from service.domain import Article, Quote, QuoteKind, Sentence
from service.extract.people import Roster

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_STOP_WORDS = frozenset(
    """the and for with from are was were been its that this she they you his her their our not but have
    has had will would can could said say says who which what there about all more when one just
    them out than into your because also""".split()
)
_FEWEST_WORDS = 8
_LEAD_SENTENCES = 3

WEIGHTS: Mapping[str, float] = {
    "words": 0.278,
    "sentence": -0.458,
    "position": -1.013,
    "lead": 0.56,
    "frequency": -3.019,
    "direct": 0.34,
    "prominence": 0.119,
}
_SCRAP, _REPETITION, _INDIRECT = -2.0, -6.0, -3.0


@dataclass(frozen=True, slots=True)
class Context:
    """What a quote is ranked against: where sentences begin, and which content words they hold."""

    starts: tuple[int, ...]
    words: tuple[frozenset[str], ...]
    lead: frozenset[str]
    shares: Mapping[str, float]  # of sentences that hold a word

    @classmethod
    def of(cls, article: Article, sentences: Sequence[Sentence]) -> Context:
        """Read the sentences of an article."""
        words = tuple(_content(sentence.span.of(article.text)) for sentence in sentences)
        counts = Counter(word for sentence in words for word in sentence)
        return cls(
            starts=tuple(sentence.span.start for sentence in sentences),
            words=words,
            lead=frozenset().union(*words[:_LEAD_SENTENCES]),
            shares={word: count / len(words) for word, count in counts.items()},
        )


def rank(
    article: Article, sentences: Sequence[Sentence], quotes: Sequence[Quote], roster: Roster
) -> tuple[Quote, ...]:
    """Return ``quotes`` in the order given, with ``rank`` 1 for the one to pull."""
    if not quotes:
        return ()
    context = Context.of(article, sentences)
    seen: set[str] = set()
    scores = []
    for quote in quotes:
        said = " ".join(_WORD.findall(_said(article, quote))).lower()
        score = sum(
            WEIGHTS[name] * value for name, value in features(article, context, quote, roster).items()
        )
        score += _SCRAP * max(0.0, 1 - len(said.split()) / _FEWEST_WORDS)
        score += _REPETITION * (said in seen) + _INDIRECT * (quote.kind is QuoteKind.INDIRECT)
        scores.append(score)
        seen.add(said)
    order = sorted(range(len(quotes)), key=lambda index: (-scores[index], quotes[index].parts[0]))
    ranks = {index: place for place, index in enumerate(order, start=1)}
    return tuple(replace(quote, rank=ranks[index]) for index, quote in enumerate(quotes))


def features(article: Article, context: Context, quote: Quote, roster: Roster) -> dict[str, float]:
    """Return what the score is linear in, by the names of ``WEIGHTS``."""
    said = _said(article, quote)
    at = max(bisect(context.starts, quote.parts[0].start) - 1, 0)
    content, around = _content(said), context.words[at]
    shares = [context.shares.get(word, 0.0) for word in content]
    return {
        "words": log1p(len(_WORD.findall(said))),
        "sentence": log1p(at),
        "position": at / len(context.starts),
        "lead": len(around & context.lead) / max(1, len(around)),
        "frequency": sum(shares) / len(shares) if shares else 0.0,
        "direct": float(quote.kind is QuoteKind.DIRECT),
        "prominence": log1p(roster.prominence(quote.speaker.name)) if quote.speaker else 0.0,
    }


def _said(article: Article, quote: Quote) -> str:
    return " ".join(part.of(article.text) for part in quote.parts)


def _content(text: str) -> frozenset[str]:
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(word for word in words if len(word) > 2 and word not in _STOP_WORDS)
