"""Ranking quotes by what an editor would pull: early, on the news, by someone who matters, a full thought.

A linear score whose weights were fitted to which quotes human summaries used (``eval.training.key_quotes``),
and judgements that such summaries can't teach: scraps and repetitions come last, words in quotation marks and
turns of a transcript before a reporter's own, and answers before questions.

The weights rest on an older reading of words (``ranking_stems``); the judgements don't.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import log1p

from service.domain import Quote, QuoteKind, Span
from service.people.entity_index import EntityIndex
from service.text.document import Document
from service.text.fitted_readings import ranking_stems
from service.text.words import count_words, find_words

_FEWEST_WORDS = 5
_LEAD_SENTENCES = 3

WEIGHTS: Mapping[str, float] = {
    "sentence": -0.782,
    "frequency": -6.123,
    "lead": 0.428,
    "title": 2.918,
    "direct": 0.422,
    "prominence": 0.157,
}
_SCRAP, _REPETITION, _INDIRECT, _QUESTION = -3.0, -6.0, -3.0, -3.0
_NO_TURNS: Mapping[tuple[Span, ...], bool] = {}


@dataclass(frozen=True, slots=True)
class RankingContext:
    """What quotes are ranked against: where sentences begin, and the content words of sentences and title."""

    starts: tuple[int, ...]
    words: tuple[frozenset[str], ...]
    title: frozenset[str]
    shares: Mapping[str, float]  # of sentences that hold a word

    @classmethod
    def of(cls, document: Document) -> RankingContext:
        """Read the sentences of a document."""
        words = tuple(ranking_stems(sentence.span.of(document.text)) for sentence in document.sentences)
        counts = Counter(word for sentence in words for word in sentence)
        return cls(
            starts=document.sentence_starts,
            words=words,
            title=ranking_stems(document.article.title or ""),
            shares={word: count / len(words) for word, count in counts.items()},
        )

    def lead_without(self, first: int, last: int) -> frozenset[str]:
        """Return the words of the leading sentences, those from ``first`` to ``last`` left out."""
        return frozenset().union(
            *(words for at, words in enumerate(self.words[:_LEAD_SENTENCES]) if not first <= at <= last)
        )


def rank_quotes(
    document: Document,
    quotes: Sequence[Quote],
    entities: EntityIndex,
    turns: Mapping[tuple[Span, ...], bool] = _NO_TURNS,
) -> tuple[Quote, ...]:
    """Return ``quotes`` in the order given, with ``rank`` 1 for the one to pull.

    ``turns`` holds the parts of those that are a transcript's turns, and whether who speaks there asks.
    """
    text, context = document.text, RankingContext.of(document)
    scores = [
        sum(WEIGHTS[name] * value for name, value in features(text, context, quote, entities).items())
        + judged
        for quote, judged in zip(quotes, judgements(document, quotes, turns), strict=True)
    ]
    order = sorted(range(len(quotes)), key=lambda index: (-scores[index], quotes[index].parts[0]))
    ranks = {index: place for place, index in enumerate(order, start=1)}
    return tuple(replace(quote, rank=ranks[index]) for index, quote in enumerate(quotes))


def features(text: str, context: RankingContext, quote: Quote, entities: EntityIndex) -> dict[str, float]:
    """Return what the score is linear in, by the names of ``WEIGHTS``."""
    first = max(bisect(context.starts, quote.parts[0].start) - 1, 0)
    last = max(bisect(context.starts, quote.parts[-1].end - 1) - 1, first)
    content = ranking_stems(_words_of(text, quote))
    shares = [context.shares.get(word, 0.0) for word in content]
    return {
        "sentence": log1p(first),
        "frequency": sum(shares) / len(shares) if shares else 0.0,
        "lead": log1p(len(content & context.lead_without(first, last))),
        "title": len(content & context.title) / max(1, len(context.title)),
        "direct": float(quote.kind is QuoteKind.DIRECT),
        "prominence": log1p(entities.prominence(quote.speaker.name)) if quote.speaker else 0.0,
    }


def judgements(
    document: Document, quotes: Sequence[Quote], turns: Mapping[tuple[Span, ...], bool] = _NO_TURNS
) -> tuple[float, ...]:
    """Return what is added to the scores of ``quotes``: scraps, repetitions, indirect speech, questions lose.

    A turn without quotation marks is as verbatim as words in marks, so it isn't held to be indirect here.
    Of a mixed quote, only the words in marks are there to be pulled.
    """
    text = document.text
    marked = [run.inner for run in document.marks]
    seen: set[str] = set()
    judged = []
    for quote in quotes:
        said = " ".join(find_words(_words_of(text, quote).lower()))
        verbatim = _in_marks(quote, marked) if quote.kind is QuoteKind.MIXED else quote.parts
        words = sum(count_words(part.of(text)) for part in verbatim)
        judged.append(
            _SCRAP * (words < _FEWEST_WORDS)
            + _REPETITION * (said in seen)
            + _INDIRECT * (quote.kind is QuoteKind.INDIRECT and quote.parts not in turns)
            + _QUESTION * turns.get(quote.parts, False)
        )
        seen.add(said)
    return tuple(judged)


def _in_marks(quote: Quote, marked: Sequence[Span]) -> list[Span]:
    """Return what of ``quote`` stands in the ``marked`` spans, which are disjoint and in order."""
    found = []
    for part in quote.parts:
        first = bisect(marked, part.start, key=lambda span: span.end)
        for span in islice(marked, first, None):
            if span.start >= part.end:
                break
            found.append(Span(max(part.start, span.start), min(part.end, span.end)))
    return found


def _words_of(text: str, quote: Quote) -> str:
    """Return all that ``quote`` says."""
    return " ".join(part.of(text) for part in quote.parts)
