"""PolNeAR as the attribution model learns it: a tag for every word, a cue for every content and source.

Contents, sources and cues do not nest and hardly ever cross in PolNeAR (15 of 22,900 contents do), and all
but 35 of 19,868 attributions have exactly one cue, so one tag a word and one cue a span say it all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.datasets import Sample
from eval.metrics.quotes import units
from service.domain import Article, Sentence
from service.models import surface
from service.models.encoder import Encoder
from service.models.heads.attribution import TAGS, AttributionHead, AttributionScores

NO_CUE = -1
_ROLES = ("cue", "source", "content")


@dataclass(frozen=True, slots=True)
class Lesson:
    """An article of T tokens and W words with its tags.

    ``cue`` is, for the first token of a content or source, the first token of its cue; else ``NO_CUE``.
    ``believed`` is what a teacher makes of the words, where nobody marked the tags.
    """

    ids: NDArray[np.int64]  # (T,)
    features: NDArray[np.int64]  # (T, F)
    first: NDArray[np.int64]  # (W,) each word's first token
    tags: NDArray[np.int64]  # (T,) positions in TAGS
    cue: NDArray[np.int64]  # (T,)
    believed: AttributionScores | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens ``[start, end)`` of the lesson with that number."""

    lesson: int
    start: int
    end: int


def lesson(sample: Sample, tokenizer: Tokenizer) -> Lesson:
    """Turn an annotated article into a lesson. Spans are trimmed as the metric trims them."""
    text = sample.article.text
    encoded = tokenizer.encode(text, add_special_tokens=False)
    spans = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)  # (T, 2)
    tags = np.zeros(len(spans), dtype=np.int64)
    cues = np.full(len(spans), NO_CUE, dtype=np.int64)
    for attribution in sample.gold.attributions or ():
        cue = NO_CUE
        for role in _ROLES:
            begin = TAGS.index(f"B-{role}")
            for start, end in sorted(units(text, getattr(attribution, role))):
                first, last = np.searchsorted(spans[:, 0], (start, end))
                if first == last:
                    continue
                tags[first], tags[first + 1 : last] = begin, begin + 1
                if role == "cue":
                    cue = int(first)
                cues[first] = NO_CUE if role == "cue" else cue
    return Lesson(
        ids=np.array(encoded.ids, dtype=np.int64),
        features=surface.features(text, spans),
        first=surface.word_starts(text, spans),
        tags=tags,
        cue=cues,
    )


def taught_lesson(
    article: Article, sentences: Sequence[Sentence], encoder: Encoder, head: AttributionHead
) -> Lesson:
    """Turn an article that nobody marked into a lesson, with the scores of a trained model for its tags."""
    encoding = encoder.encode(article.text, sentences)
    scores = head.score(article.text, encoding)
    return Lesson(
        ids=encoding.token_ids,
        features=surface.features(article.text, encoding.token_spans),
        first=scores.tokens,
        tags=np.zeros(len(encoding.token_ids), dtype=np.int64),
        cue=np.full(len(encoding.token_ids), NO_CUE, dtype=np.int64),
        believed=scores,
    )


def windows(lessons: Sequence[Lesson], length: int, offset: int) -> Iterator[Window]:
    """Cut every lesson into windows of at most ``length`` tokens; the first is ``offset`` tokens shorter."""
    for number, one in enumerate(lessons):
        starts = [0, *range(length - offset, len(one.ids), length)]
        for start, end in zip(starts, [*starts[1:], len(one.ids)], strict=True):
            if end > start:
                yield Window(number, start, end)
