"""Articles as the attribution model learns from them: a tag for each word, a cue for each content and source.

Contents, sources and cues do not nest and hardly ever cross in PolNeAR (15 of 22,900 contents do), and all
but 35 of 19,868 attributions have exactly one cue. So one tag a word and one cue a span lose next to nothing.
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

TRAIN, DEV = "quotes/polnear_train.jsonl.gz", "quotes/polnear_dev.jsonl.gz"
OTHER_NEWS = {
    "summaries/cnndm_train.jsonl.gz": 1288,
    "summaries/newssum_train.jsonl.gz": 900,
    "summaries/bbc_train.jsonl.gz": 700,
}
"""Articles for the teacher to score: every second one of the first so many of each file."""
NO_CUE = -1
_ROLES = ("cue", "source", "content")


@dataclass(frozen=True, slots=True)
class TaggingExample:
    """An article of T tokens and W words with its tags.

    ``cue`` holds, at the first token of a content or source, the first token of its cue, else ``NO_CUE``.
    ``teacher`` holds a teacher model's scores for the words of an article that nobody annotated.
    """

    ids: NDArray[np.int64]  # (T,)
    features: NDArray[np.int64]  # (T, F)
    first: NDArray[np.int64]  # (W,) each word's first token
    tags: NDArray[np.int64]  # (T,) positions in TAGS
    cue: NDArray[np.int64]  # (T,)
    teacher: AttributionScores | None = None


@dataclass(frozen=True, slots=True)
class TokenWindow:
    """Tokens ``[start, end)`` of the example at that position in a list."""

    example: int
    start: int
    end: int


def tag_annotated(sample: Sample, tokenizer: Tokenizer) -> TaggingExample:
    """Turn an annotated article into an example, its spans trimmed as the metric trims them."""
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
    return TaggingExample(
        ids=np.array(encoded.ids, dtype=np.int64),
        features=surface.features(text, spans),
        first=surface.word_starts(text, spans),
        tags=tags,
        cue=cues,
    )


def score_by_teacher(
    article: Article, sentences: Sequence[Sentence], encoder: Encoder, head: AttributionHead
) -> TaggingExample:
    """Turn an unannotated article into an example, with a trained model's scores in place of tags."""
    encoding = encoder.encode(article.text, sentences)
    scores = head.score(article.text, encoding)
    return TaggingExample(
        ids=encoding.token_ids,
        features=surface.features(article.text, encoding.token_spans),
        first=scores.tokens,
        tags=np.zeros(len(encoding.token_ids), dtype=np.int64),
        cue=np.full(len(encoding.token_ids), NO_CUE, dtype=np.int64),
        teacher=scores,
    )


def cut_windows(examples: Sequence[TaggingExample], length: int, offset: int) -> Iterator[TokenWindow]:
    """Cut each example into windows of at most ``length`` tokens, the first ``offset`` tokens shorter."""
    for number, example in enumerate(examples):
        starts = [0, *range(length - offset, len(example.ids), length)]
        for start, end in zip(starts, [*starts[1:], len(example.ids)], strict=True):
            if end > start:
                yield TokenWindow(number, start, end)
