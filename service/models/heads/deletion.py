"""The deletion head: how well a sentence reads when words between two of its words are left out.

What is kept of a sentence is a path through its words, from a start before the first to an end after the
last. Each step from one kept word to the next has a score, made of the vectors of the words around the gap,
what kinds of words they are, how long the gap is, and whether a rule proposed to delete just this stretch
(``service.summary.deletion``). The best path is found in ``service.summary.paths``. Plain numpy.

Training (``eval.training.headlines``) computes its inputs here, too: after a change to what they are, fit the
head again.

Shapes: N words of a sentence and P = N + 2 places (a start, the words, an end); D the width of a vector,
C the kinds of words, G features of a gap, H hidden units.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.domain import Span
from service.models.encoder import Encoding
from service.text.en.word_lists import load_words, one_of

FILE_NAME = "deletion.safetensors"

Floats = NDArray[np.float32]

WORD = re.compile(r"\S+")
_KINDS: Mapping[str, re.Pattern[str]] = {
    "preposition": re.compile(rf"{one_of(load_words('prepositions'))}$", re.IGNORECASE),
    "determiner": re.compile(rf"{one_of(load_words('determiners'))}$", re.IGNORECASE),
    "relative": re.compile(r"(?:which|who|whose|whom|that|where|what|when|why|how)$", re.IGNORECASE),
    "conjunction": re.compile(r"(?:and|or|but|nor|yet|so)$", re.IGNORECASE),
    "subordinating": re.compile(r"(?:after|as|while|because|although|though|if|since|until|before|amid)$",
                                re.IGNORECASE),
    "finite": re.compile(rf"{one_of(load_words('finite_verbs'))}$"),
    "past": re.compile(r"[a-z]{2,}ed$"),
    "participle": re.compile(r"[a-z]{2,}ing$"),
    "to": re.compile(r"to$"),
    "be": re.compile(r"(?:is|are|was|were|be|been|being|has|have|had)$"),
    "pronoun": re.compile(rf"{one_of(load_words('pronouns'))}$", re.IGNORECASE),
    "adverb": re.compile(r"[a-z]{2,}ly$"),
    "reporting": re.compile(r"(?:said|says|say|told|according|announced|reported|reports|claimed|warned)$"),
    "capital": re.compile(r"[A-Z]"),
    "number": re.compile(r"[$£€]?\d"),
    "day": re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today$|yesterday$|week$|month$|year$"),
    "negation": re.compile(r"(?:not|no|never|none|neither|without|\w+n['’]t)$", re.IGNORECASE),
}  # fmt: skip
_SHAPES = ("ends_with_comma", "opens_mark", "closes_mark", "is_dash", "is_edge")
WORD_KINDS = (*_KINDS, *_SHAPES)
_GAPS = (0, 1, 2, 3, 4, 6, 9, 13, 20)
_COUNTED = ("finite", "past", "capital", "number", "reporting", "negation", "ends_with_comma")
# A gap reads worse where it doesn't begin with a phrase, or where none goes on after it.
_OPENERS = (
    "preposition",
    "relative",
    "conjunction",
    "subordinating",
    "participle",
    "to",
    "adverb",
    "day",
    "is_dash",
)
_INNER_OPENERS = (*_OPENERS, "past", "determiner", "number", "reporting", "be")
_FOLLOWERS = (
    "preposition",
    "relative",
    "conjunction",
    "subordinating",
    "participle",
    "to",
    "finite",
    "past",
    "be",
    "is_dash",
    "reporting",
)
_BREAKS = 3
_SHORT_GAP = 2
_AROUND = ".,;:!?()[]\"“”‘’'"


@dataclass(frozen=True, slots=True)
class SentenceInputs:
    """What the head reads of a sentence of P places.

    ``words`` are the N words' spans in the article. ``allowed`` says from which place to which a step may
    lead: onwards, and not so that it cuts words in quotation marks in part.
    """

    words: tuple[Span, ...]
    vectors: Floats  # (P, D + C)
    gaps: Floats  # (P, P, G)
    allowed: NDArray[np.bool_]  # (P, P)


def read_sentence(
    text: str,
    span: Span,
    encoding: Encoding,
    proposed: Sequence[tuple[Span, int]],
    rules: int,
    marked: Sequence[Span],
) -> SentenceInputs:
    """Return the inputs of the sentence at ``span``.

    ``proposed`` are stretches that one of so many ``rules`` would delete; ``marked`` are stretches in
    quotation marks, which stay whole.
    """
    words = tuple(Span(span.start + m.start(), span.start + m.end()) for m in WORD.finditer(span.of(text)))
    places = len(words) + 2
    kinds = np.zeros((places, len(WORD_KINDS)), dtype=np.float32)  # (P, C)
    for place, word in enumerate(words, start=1):
        kinds[place] = _kinds(word.of(text))
    kinds[[0, -1], WORD_KINDS.index("is_edge")] = 1
    vectors = np.concatenate([_word_vectors(words, encoding), kinds], axis=1)
    at = np.arange(places)
    length = np.clip(at[None] - at[:, None] - 1, 0, None)  # (P, P) words between
    buckets = np.searchsorted(_GAPS, length, side="right") - 1
    one_hot = np.eye(len(_GAPS), dtype=np.float32)[buckets]  # (P, P, gaps)
    columns = [WORD_KINDS.index(name) for name in _COUNTED]
    before = np.concatenate([np.zeros((1, len(columns))), kinds[:, columns].cumsum(axis=0)])  # (P + 1,)
    inside = (before[at][None] - before[at + 1][:, None]) * (length > 0)[:, :, None]  # (P, P, counted)
    by_rule = np.zeros((places, places, rules), dtype=np.float32)
    starts, ends = [word.start for word in words], [word.end for word in words]
    for stretch, rule in proposed:
        first = int(np.searchsorted(ends, stretch.start, side="right"))
        last = int(np.searchsorted(starts, stretch.end, side="left"))
        if first < last:
            by_rule[first, last + 1, rule] = 1
    broken = _breaks(kinds, length, by_rule.max(axis=2) > 0)  # (P, P, breaks)
    gaps = np.concatenate([one_hot, inside, broken, by_rule], axis=2).astype(np.float32)
    allowed = at[None] > at[:, None]  # (P, P)
    for mark in marked:
        within = [
            place for place, word in enumerate(words, start=1)
            if word.start < mark.end and mark.start < word.end
        ]  # fmt: skip
        if within:
            # A gap may take a marked stretch whole, and may not touch a part of it.
            inner = (at >= within[0]) & (at <= within[-1])  # (P,)
            allowed[inner[:, None] & (at[None] > at[:, None] + 1) & (at < within[-1])[:, None]] = False
            allowed[inner[None] & (at[None] > at[:, None] + 1) & (at > within[0])[None]] = False
    return SentenceInputs(words, vectors.astype(np.float32), gaps, allowed)


class DeletionHead:
    """Scores of steps between kept words; deterministic, no state after loading."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._weights = weights

    @property
    def sentence_worth(self) -> Floats:
        """What being the first, second, … sentence adds to a headline's score."""
        worth: Floats = self._weights["sentence"]
        return worth

    @property
    def none(self) -> float:
        """The score of there being no headline."""
        return float(self._weights["none"][0])

    @classmethod
    def load(cls, folder: Path) -> DeletionHead:
        """Load from the folder of weights. Check the files first (``manifest.check``)."""
        return cls(load_file(folder / FILE_NAME))

    def score(
        self,
        text: str,
        sentence: Span,
        encoding: Encoding,
        proposed: Sequence[tuple[Span, int]],
        marked: Sequence[Span],
    ) -> tuple[tuple[Span, ...], Floats]:
        """Return the N words of a sentence and the scores (P, P) of steps from one kept place to the next.

        ``proposed`` are stretches that a rule would delete, with its number; ``marked`` stretches stay whole.
        """
        rules = len(self._weights["gap"]) - len(_GAPS) - len(_COUNTED) - _BREAKS
        inputs = read_sentence(text, sentence, encoding, proposed, rules, marked)
        return inputs.words, self.steps(inputs)

    def steps(self, inputs: SentenceInputs) -> Floats:
        """Return the scores (P, P) of the steps from one kept place to the next; minus infinity for none."""
        weights = self._weights
        x = inputs.vectors  # (P, D + C)
        first, last = np.minimum(np.arange(len(x)) + 1, len(x) - 1), np.maximum(np.arange(len(x)) - 1, 0)
        before = x @ weights["before"] + (x @ weights["first_gone"])[first]  # (P, H) by the word before a gap
        after = x @ weights["after"] + (x @ weights["last_gone"])[last]  # (P, H) by the word after it
        hidden = np.maximum(
            before[:, None] + after[None] + inputs.gaps @ weights["gap_hidden"] + weights["hidden_bias"], 0
        )  # (P, P, H)
        gone = np.concatenate([[0], (x @ weights["gone"])[:, 0].cumsum()])  # (P + 1,)
        at = np.arange(len(x))
        dropped = gone[at][None] - gone[at + 1][:, None]  # (P, P) what the words in the gap add
        scores = hidden @ weights["out"] + inputs.gaps @ weights["gap"] + dropped * (at[None] > at[:, None])
        return np.where(inputs.allowed, scores, -np.inf).astype(np.float32)


def _breaks(kinds: Floats, length: NDArray[np.int64], by_rule: NDArray[np.bool_]) -> Floats:
    """Return (P, P, 3) whether a gap at the start, inside or at the end breaks a phrase; none if short."""

    def some(names: Sequence[str]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = kinds[:, [WORD_KINDS.index(name) for name in names]].max(axis=1) > 0
        return found  # (P,)

    at = np.arange(len(kinds))
    first, last = np.minimum(at + 1, len(at) - 1), np.maximum(at - 1, 0)
    comma = some(["ends_with_comma"])
    opens, opens_inside = some(_OPENERS)[first] | comma, some(_INNER_OPENERS)[first] | comma
    goes_on = some(_FOLLOWERS) | comma[last]
    gap = (length > 0) & ~by_rule
    long_gap = gap & (length > _SHORT_GAP)
    broken = np.zeros((*length.shape, _BREAKS), dtype=np.float32)
    broken[0, :, 0] = long_gap[0] & ~(comma | some(["is_dash", "reporting", "relative"]))[last]
    broken[1:, :-1, 1] = (long_gap & ~(opens_inside[:, None] & goes_on[None]))[1:, :-1]
    broken[1:, -1, 2] = (gap & ~opens[:, None])[1:, -1]
    return broken


def _kinds(word: str) -> list[bool]:
    bare = word.strip(_AROUND)
    return [
        *(bool(pattern.match(bare)) for pattern in _KINDS.values()),
        word.endswith((",", ";", ":")),
        word.startswith(('"', "“", "‘", "'", "(")),
        word.endswith(('"', "”", "’", "'", ")")),
        not bare,
        False,
    ]


def _word_vectors(words: Sequence[Span], encoding: Encoding) -> Floats:
    """Return the means (P, D) of the words' token vectors; zeros at the start and the end."""
    starts = encoding.token_spans[:, 0]
    vectors = np.zeros((len(words) + 2, encoding.token_vectors.shape[1]), dtype=np.float32)
    for place, word in enumerate(words, start=1):
        first, last = np.searchsorted(starts, (word.start, word.end))
        if first < last:
            vectors[place] = encoding.token_vectors[first:last].mean(axis=0)
    return vectors
