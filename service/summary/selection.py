"""The extractive summary: which sentences of the article are chosen, and in which order they are taken.

Sentences are chosen by the scores that the salience head gave. One that would mislead on its own (it opens
with "But he …", stops in the middle of a quotation, asks a question) is taken only where nothing better is
left. Furniture, headlines and repetitions are never taken. What is shown is sliced from the article.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from service import time_budget
from service.domain import Request, Span, Summary, SummarySentence
from service.length_presets import LENGTH_PRESETS, LengthPreset
from service.summary import dangling
from service.text.document import Document
from service.text.marks import CHARACTERS
from service.text.sentence_shape import is_finished
from service.text.words import count_words

METHOD = "extractive"

# Chosen on cnndm_dev and newssum_dev by hand, see eval/LOG.md; eval.training.salience prints the dev figures.
_REDUNDANCY_WEIGHT = 0.5
# Of two sentences that tell as much, the shorter one leaves room for another: a word's price in salience.
_WORD_PRICE = 0.055
# Sentences that share this much of the shorter one's longer words say the same.
_DUPLICATE_WORD_SHARE = 0.7
_DUPLICATE_COSINE = 0.95
_LONGER_WORD_CHARACTERS = 4
_AROUND_WORDS = CHARACTERS + ".,;:!?()[]"


class _Fitness(IntEnum):
    """How well a sentence stands in the summary as chosen so far; a lower number goes first."""

    SOUND = 0
    DANGLING = 1
    FLAWED = 2
    OUT = 3


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence as the summary would show it: ``span`` is what furniture leaves of it."""

    span: Span
    text: str
    words: int
    longer_words: frozenset[str]
    is_flawed: bool
    is_dangling: bool


def sound_sentences(document: Document) -> NDArray[np.bool_]:
    """Return (S,) which sentences can stand anywhere in a summary, whatever stands before them."""
    return np.array(
        [_fitness(candidate) == _Fitness.SOUND for candidate in _candidates(document)],
        dtype=np.bool_,
    )


def summarise(
    document: Document,
    salience: NDArray[np.float32],
    vectors: NDArray[np.float32],
    request: Request,
) -> Summary:
    """Choose sentences by ``salience`` (S,) and against redundancy by unit ``vectors`` (S, D).

    The summary has as many sentences as ``request.length`` says, or as many as the article has.
    """
    candidates = _candidates(document)
    chosen = _choose(candidates, salience, vectors, LENGTH_PRESETS[request.length])
    return Summary(
        tuple(
            SummarySentence(candidate.text, (candidate.span,), support=1.0)
            for candidate in map(candidates.__getitem__, sorted(chosen))
            if candidate
        ),
        request.format,
        request.length,
        METHOD,
    )


def rank_sound(document: Document, salience: NDArray[np.float32]) -> list[Span]:
    """Return what is shown of the sentences that can stand anywhere, the most salient first."""
    sound = [
        (-float(score), candidate.span)
        for score, candidate in zip(salience, _candidates(document), strict=True)
        if candidate and _fitness(candidate) == _Fitness.SOUND
    ]
    return [span for _, span in sorted(sound)]


def _choose(
    candidates: Sequence[_Candidate | None],
    salience: NDArray[np.float32],
    vectors: NDArray[np.float32],
    preset: LengthPreset,
) -> list[int]:
    fitness = np.array([_fitness(candidate) for candidate in candidates], dtype=np.int64)  # (S,)
    prices = np.array(
        [_WORD_PRICE * candidate.words if candidate else 0.0 for candidate in candidates], dtype=np.float32
    )  # (S,)
    closest = np.zeros(len(candidates), dtype=np.float32)  # (S,) cosine to the nearest chosen sentence
    chosen: list[int] = []
    words = 0
    while len(chosen) < preset.most and not (len(chosen) >= preset.fewest and words >= preset.enough_words):
        tier = fitness.min(initial=_Fitness.OUT)
        # Beyond the fewest, a shorter summary is better than a sentence that is not sound.
        if tier == _Fitness.OUT or (len(chosen) >= preset.fewest and tier != _Fitness.SOUND):
            break
        worth = np.where(fitness == tier, salience - prices - _REDUNDANCY_WEIGHT * closest, -np.inf)  # (S,)
        best = int(np.argmax(worth))
        fitness[best] = _Fitness.OUT
        candidate = candidates[best]
        if candidate is None or _repeats(candidate, [candidates[index] for index in chosen]):
            continue
        chosen.append(best)
        words += candidate.words
        similarity = vectors @ vectors[best]  # (S,)
        closest = np.maximum(closest, similarity)
        fitness[similarity > _DUPLICATE_COSINE] = _Fitness.OUT
        _admit_next(best, candidates, fitness)
    return chosen


def _fitness(candidate: _Candidate | None) -> _Fitness:
    """Return how well a sentence stands where nothing is chosen yet; OUT for None."""
    if candidate is None:
        return _Fitness.OUT
    if candidate.is_flawed:
        return _Fitness.FLAWED
    return _Fitness.DANGLING if candidate.is_dangling else _Fitness.SOUND


def _admit_next(best: int, candidates: Sequence[_Candidate | None], fitness: NDArray[np.int64]) -> None:
    """Make the sentence after ``best`` sound if it was dangling: the one that it needs is chosen now."""
    for index in range(best + 1, len(candidates)):
        if candidates[index] is not None:
            if fitness[index] == _Fitness.DANGLING:
                fitness[index] = _Fitness.SOUND
            return


def _repeats(candidate: _Candidate, chosen: Sequence[_Candidate | None]) -> bool:
    """Return whether a chosen sentence has the same text or most of the same longer words."""
    for other in chosen:
        if other is None:
            continue
        if other.text.casefold() == candidate.text.casefold():
            return True
        shorter = min(len(candidate.longer_words), len(other.longer_words))
        shared = len(candidate.longer_words & other.longer_words)
        if shorter and shared / shorter >= _DUPLICATE_WORD_SHARE:
            return True
    return False


def _candidates(document: Document) -> list[_Candidate | None]:
    quotations = document.marked_stretches
    starts = [quotation.start for quotation in quotations]

    def is_inside_quotation(offset: int) -> bool:
        nearest = bisect_right(starts, offset - 1) - 1
        return nearest >= 0 and quotations[nearest].start < offset < quotations[nearest].end

    def candidate(span: Span) -> _Candidate:
        time_budget.check()
        text = " ".join(span.of(document.text).split())
        words = count_words(text)
        is_flawed = (
            not dangling.FEWEST_WORDS <= words <= dangling.MOST_WORDS
            or not is_finished(text)
            or dangling.is_question(text)
            or dangling.is_bare_quotation(text)
            or dangling.is_half_quotation(text)
            or is_inside_quotation(span.start)
            or is_inside_quotation(span.end)
        )
        return _Candidate(span, text, words, _longer_words(text), is_flawed, dangling.opens_dangling(text))

    return [candidate(span) if span else None for span in document.shown]


def _longer_words(text: str) -> frozenset[str]:
    """Return the words by which repetitions are found; the limit on what they share was chosen with them."""
    words = (word.strip(_AROUND_WORDS).casefold() for word in text.split())
    return frozenset(word for word in words if len(word) >= _LONGER_WORD_CHARACTERS)
