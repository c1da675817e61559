"""Ranking quotes by what an editor would pull: early, on the news, by someone who matters, a full thought.

A linear score whose weights were fitted to which quotation readers would pull
(``eval.training.lead_quotes``), and judgements that are not left to them: scraps and repetitions come last,
words in quotation marks and turns of a transcript before a reporter's own, and answers before questions.

The weights rest on an older reading of words (``ranking_stems``); the judgements don't.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import log1p

from service import time_budget
from service.domain import PersonKind, Quote, QuoteKind, Span
from service.people.entity_index import EntityIndex
from service.text.document import Document
from service.text.en.word_lists import load_words, one_of
from service.text.fitted_readings import ranking_stems
from service.text.words import count_words, find_words

_FEWEST_WORDS = 5
_LEAD_SENTENCES = 3
_LEADING = "\"“‘'… "
_CAPITAL = re.compile(r"\b[A-Z]\w+")
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]\w+|[Mm]y|[Mm]e|[Ww]e|[Oo]ur|[Uu]s)\b")
_CONTRACTION = re.compile(r"['’](?:t|re|ve|ll|m|s|d)\b")
_ABSOLUTE = re.compile(rf"\b{one_of(load_words('absolutes'))}\b", re.IGNORECASE)

WEIGHTS: Mapping[str, float] = {
    "sentence": -0.335,
    "frequency": -1.817,
    "lead": 0.200,
    "title": 0.936,
    "direct": 0.863,
    "mixed": -0.243,
    "prominence": 0.235,
    "by_person": 0.343,
    "by_body": -0.837,
    "has_role": 0.148,
    "length": 0.575,
    "shortness": -1.081,
    "whole": 0.687,
    "names": -2.418,
    "first_person": 3.707,
    "contractions": 2.168,
    "absolutes": 3.089,
    "digits": -0.273,
    "question": -0.333,
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
    time_budget.check()
    first = max(bisect(context.starts, quote.parts[0].start) - 1, 0)
    last = max(bisect(context.starts, quote.parts[-1].end - 1) - 1, first)
    said = _words_of(text, quote)
    content = ranking_stems(said)
    shares = [context.shares.get(word, 0.0) for word in content]
    speaker = quote.speaker
    kind = entities.kind_of(speaker.person) if speaker and speaker.person else None
    return {
        "sentence": log1p(first),
        "frequency": sum(shares) / len(shares) if shares else 0.0,
        "lead": log1p(len(content & context.lead_without(first, last))),
        "title": len(content & context.title) / max(1, len(context.title)),
        "direct": float(quote.kind is QuoteKind.DIRECT),
        "mixed": float(quote.kind is QuoteKind.MIXED),
        "prominence": log1p(entities.prominence(speaker.name)) if speaker else 0.0,
        "by_person": float(kind is PersonKind.PERSON),
        "by_body": float(kind is PersonKind.ORGANISATION),
        "has_role": float(bool(speaker and speaker.role)),
        **_form(said),
    }


def _form(said: str) -> dict[str, float]:
    """Return how a quote is worded: its length, whether it is a whole sentence, how lively it is."""
    words = max(count_words(said), 1)
    return {
        "length": log1p(words),
        "shortness": max(10 - words, 0) / 10,
        "whole": float(said.lstrip(_LEADING)[:1].isupper()),
        "names": sum(1 for _ in _CAPITAL.finditer(said, 1)) / words,
        "first_person": sum(1 for _ in _FIRST_PERSON.finditer(said)) / words,
        "contractions": sum(1 for _ in _CONTRACTION.finditer(said)) / words,
        "absolutes": sum(1 for _ in _ABSOLUTE.finditer(said)) / words,
        "digits": float(any(character.isdigit() for character in said)),
        "question": float("?" in said),
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
