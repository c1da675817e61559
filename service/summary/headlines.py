"""The headline and the standfirst: sentences of the article with words left out, and nothing else changed.

Rules propose what can be left out of a sentence (``deletion``), and the deletion head weighs every way of
keeping at most so many words. A title that the article came with is its headline. Where no way reads well
enough there is no headline: none is better than a bad one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from service.domain import Span
from service.summary.deletion import PRICES, deletables
from service.summary.paths import Floats, best_path, log_total
from service.text.document import Document

if TYPE_CHECKING:
    from service.models.encoder import Encoding

MOST_WORDS = 12
# A headline is made of one of the first sentences: the news is there, or the article has no news.
_OPENING_SENTENCES = 4
_RULES = {kind: number for number, kind in enumerate(PRICES)}
RULES = len(_RULES)


class ScoresDeletions(Protocol):
    """Scores what may be left out: ``service.models.heads.deletion.DeletionHead``."""

    def score(
        self,
        text: str,
        sentence: Span,
        encoding: Encoding,
        proposed: Sequence[tuple[Span, int]],
        marked: Sequence[Span],
    ) -> tuple[tuple[Span, ...], NDArray[np.float32]]:
        """Return a sentence's words, and the scores of the steps from one kept word to the next."""
        ...


def opening_sentences(document: Document) -> list[Span]:
    """Return the sentences that a headline may be made of."""
    return [span for span in document.shown if span][:_OPENING_SENTENCES]


def proposals(document: Document, sentence: Span) -> list[tuple[Span, int]]:
    """Return the stretches that a rule would delete, with the rule's number."""
    return [(one.span, _RULES[one.kind]) for one in deletables(document, sentence)]


def marked_within(document: Document, sentence: Span) -> list[Span]:
    """Return the stretches in quotation marks, which are kept or left out whole."""
    return [run.outer for run in document.marks if run.outer.overlaps(sentence)]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the sentences is kept at which places, and how sure (0..1) it is."""

    sentence: int
    path: tuple[int, ...]
    sureness: float


def choose(steps: Sequence[Floats], worth: Floats, none: float, most: int = MOST_WORDS) -> Choice | None:
    """Return the best way of keeping at most ``most`` words of one of the sentences.

    ``steps`` are a sentence's scores (P, P), ``worth`` (S,) what it adds that it is the first, second, …
    sentence, ``none`` the score of no headline. Its sureness is the geometric mean of the probabilities of
    its steps among all ways. None if no word can be kept.
    """
    ways, totals = [], [none]
    for number, scores in enumerate(steps):
        try:
            path, score = best_path(scores, most)
        except ValueError:
            continue
        ways.append((score + float(worth[number]), number, path))
        totals.append(log_total(scores, most) + float(worth[number]))
    if not ways:
        return None
    score, number, path = max(ways)
    total = float(np.logaddexp.reduce(totals))
    return Choice(number, tuple(path), math.exp((score - total) / (len(path) + 1)))
