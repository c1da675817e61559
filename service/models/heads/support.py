"""The support head: how likely it is that an article supports a written sentence. Plain numpy.

Logistic regression over what the words say (``service.grounding.features``) and what the encoder's vectors
say: how near each token of the sentence comes to the article's tokens (as in BERTScore, Zhang et al. 2020),
the same word in the same context, and how near the sentence comes to the article's sentences. Each weight has
two values, for sentences that copy and for sentences in words of their own, and the head goes from one
to the other by the share of trigrams that the article hasn't. The calibration is folded into the weights.

Not here: what is a fault (``service.grounding.grounder``), and training (``eval.training.support``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.models.encoder import Encoding

FILE_NAME = "support.safetensors"
OWN_WORDS = "new_3grams"
"""The feature by which a sentence is copied (below the first limit) or in own words (above the second)."""
LIMITS = (0.2, 0.8)
GATE_SCALE = 3.0
_LOWEST_SHARE = 5
VECTOR_FEATURES = (
    "tokens",
    "tokens_low",
    "tokens_least",
    "contexts",
    "contexts_low",
    "in_evidence",
    "in_evidence_low",
    "in_best",
    "in_best_low",
    "best_covered",
    "sentence",
    "two_sentences",
    "evidence_sentences",
    "all_sentences",
    "from_one",
    "jumps",
)

Floats = NDArray[np.float64]


class SupportHead:
    """A small table of weights for F features; deterministic, no state after loading."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._mean = weights["mean"].astype(np.float64)  # (F,)
        self._spread = weights["spread"].astype(np.float64)  # (F,)
        self._weight = weights["weight"].astype(np.float64)  # (2 * F + 1,)
        self._bias = float(weights["bias"][0])

    @classmethod
    def load(cls, folder: Path) -> SupportHead:
        """Load from the folder of weights. Check the files first (``manifest.check``)."""
        return cls(load_file(folder / FILE_NAME))

    def score(
        self, lexical: Mapping[str, float], claim: Encoding, article: Encoding, evidence: Sequence[int]
    ) -> float:
        """Return the support in 0..1 of a claim; ``evidence`` are sentences of the article, best first."""
        found = {**lexical, **vector_features(claim, article, evidence)}
        rows = inputs(np.array([list(found.values())]), list(found), self._mean, self._spread)
        return float(1 / (1 + np.exp(-(rows @ self._weight + self._bias)[0])))


def inputs(table: Floats, names: Sequence[str], mean: Floats, spread: Floats) -> Floats:
    """Return the inputs (N, 2 * F + 1) that the weights belong to, from features (N, F)."""
    low, high = LIMITS
    gate = np.clip((table[:, [list(names).index(OWN_WORDS)]] - low) / (high - low), 0, 1)  # (N, 1)
    units = (table - mean) / spread
    return np.concatenate([units * (1 - gate), units * gate, gate * GATE_SCALE], axis=1)


def vector_features(claim: Encoding, article: Encoding, evidence: Sequence[int]) -> dict[str, float]:
    """Return the features of the vectors, all cosines or shares; 0 where there is nothing to compare."""
    own, theirs = _unit(claim.token_vectors), _unit(article.token_vectors)  # (C, D), (T, D)
    if not (len(own) and len(theirs)):
        return dict.fromkeys(VECTOR_FEATURES, 0.0)
    near = own @ theirs.T  # (C, T)
    best = near.max(axis=1)  # (C,)
    same = claim.token_ids[:, None] == article.token_ids[None]  # (C, T)
    # A word that isn't in the article gets half the value of its nearest word.
    contexts = np.where(same.any(axis=1), np.where(same, near, -1.0).max(axis=1), best / 2)  # (C,)
    home = article.token_sentence[near.argmax(axis=1)]  # (C,)
    chosen = np.isin(article.token_sentence, list(evidence))  # (T,)
    first = article.token_sentence == (evidence[0] if evidence else -1)  # (T,)
    in_evidence, in_best = _nearest(near, chosen), _nearest(near, first)
    sentences = article.sentence_vectors @ claim.sentence_vectors[0]  # (S,)
    ranked = np.sort(sentences)[::-1]
    values = (
        best.mean(),
        _low(best),
        best.min(),
        contexts.mean(),
        _low(contexts),
        in_evidence.mean(),
        _low(in_evidence),
        in_best.mean(),
        _low(in_best),
        near[:, first].max(axis=0).mean() if first.any() else 0.0,
        ranked[0],
        ranked[:2].mean(),
        sentences[list(evidence)].mean() if evidence else 0.0,
        sentences.mean(),
        np.bincount(home).max() / len(home),
        (np.abs(np.diff(home)) > 1).mean() if len(home) > 1 else 0.0,
    )
    return dict(zip(VECTOR_FEATURES, map(float, values), strict=True))


def _nearest(near: NDArray[np.float32], where: NDArray[np.bool_]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = near[:, where].max(axis=1) if where.any() else np.zeros_like(near[:, 0])
    return found


def _low(values: NDArray[np.float32]) -> float:
    """Return the mean of the lowest fifth, in which one wrong word still shows among many right ones."""
    return float(np.sort(values)[: max(1, len(values) // _LOWEST_SHARE)].mean())


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = vectors / np.maximum(lengths, 1e-9)
    return unit
