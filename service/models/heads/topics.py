"""The topic head: how likely an article is about each media topic, and which sentences say so.

One linear layer over two views of the article: the mean of its contextual sentence vectors, and the tf-idf
of its word pieces. Both are sums over sentences, so each topic's logit is exactly a bias and one contribution
per sentence: evidence is what the score was made of, not an explanation afterwards. The calibration is folded
into the weights. Plain numpy.

Which topics are shown is decided in ``service.topics.labels``; training is ``eval.training.topics``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.models.encoder import Encoding

FILE_NAME = "topics.safetensors"


@dataclass(frozen=True, slots=True)
class TopicScores:
    """What the head says about an article of S sentences, for K topics in the order of the taxonomy.

    A sentence that does not count contributes minus infinity, so that it is never the best evidence.
    """

    probabilities: NDArray[np.float32]  # (K,) calibrated, one topic independent of another
    contributions: NDArray[np.float32]  # (S, K) what each sentence adds to each topic's logit


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces that count in an article, each once: its id and how often it stands there."""

    ids: NDArray[np.int64]  # (P,) ascending
    counts: NDArray[np.int64]  # (P,)


class TopicHead:
    """A linear layer for K topics; deterministic, no state after loading."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._vector_weight = weights["vector_weight"].astype(np.float32)  # (D, K)
        self._piece_weight = weights["piece_weight"].astype(np.float32)  # (V, K), or (U + 1, K) by _piece_row
        self._piece_row: NDArray[np.int64] | None = None  # (V,)
        self._piece_idf = weights["piece_idf"].astype(np.float32)  # (V,)
        if "piece_ids" in weights:
            self._use_only(weights["piece_ids"].astype(np.int64))
        self.bias: NDArray[np.float32] = weights["bias"].astype(np.float32)  # (K,)

    @classmethod
    def load(cls, folder: Path) -> TopicHead:
        """Load from the folder of weights. Check the files first (``manifest.check``)."""
        return cls(load_file(folder / FILE_NAME))

    def score(self, encoding: Encoding, use: Sequence[bool] | NDArray[np.bool_]) -> TopicScores:
        """Score the article by its sentences where ``use`` (S,) is true; no such sentence, no probability."""
        use = np.asarray(use, dtype=np.bool_)
        if not (use[encoding.token_sentence]).any():
            return TopicScores(
                np.zeros_like(self.bias), np.full((len(use), len(self.bias)), -np.inf, dtype=np.float32)
            )
        contributions = self._by_vectors(encoding, use) + self._by_pieces(encoding, use)  # (S, K)
        logits = contributions[use].sum(axis=0) + self.bias  # (K,)
        contributions[~use] = -np.inf
        probabilities: NDArray[np.float32] = 1 / (1 + np.exp(-logits))
        return TopicScores(probabilities, contributions)

    def _use_only(self, pieces: NDArray[np.int64]) -> None:
        """Take the rows of the weights as those of ``pieces`` (U,); all others weigh nothing."""
        self._piece_row = np.full(len(self._piece_idf), len(pieces), dtype=np.int64)
        self._piece_row[pieces] = np.arange(len(pieces))
        nothing = np.zeros((1, self._piece_weight.shape[1]), dtype=np.float32)
        self._piece_weight = np.concatenate([self._piece_weight, nothing])

    def _by_vectors(self, encoding: Encoding, use: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Split the product of document vector and weights by sentence: (S, K)."""
        length = max(float(np.linalg.norm(encoding.sentence_vectors[use].sum(axis=0))), 1e-9)
        products: NDArray[np.float32] = encoding.sentence_vectors @ self._vector_weight / length  # (S, K)
        return products

    def _by_pieces(self, encoding: Encoding, use: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Split the product of tf-idf and weights by sentence (S, K); tokens share their piece's value."""
        counted = use[encoding.token_sentence]  # (T,)
        ids = encoding.token_ids[counted]  # (T',)
        pieces = count_pieces(ids)
        values = piece_values(pieces, self._piece_idf) / pieces.counts  # (P,)
        shares = values[np.searchsorted(pieces.ids, ids)]  # (T',)
        sums = np.zeros((len(use), len(self.bias)), dtype=np.float32)  # (S, K)
        sentences = encoding.token_sentence[counted]  # (T',) in order
        begins = np.flatnonzero(np.diff(sentences, prepend=-1))
        rows = ids if self._piece_row is None else self._piece_row[ids]  # (T',)
        parts = shares[:, None].astype(np.float32) * self._piece_weight[rows]  # (T', K)
        sums[sentences[begins]] = np.add.reduceat(parts, begins, axis=0)
        return sums


def document_vector(encoding: Encoding, use: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the mean (D,) of the sentence vectors that count, at unit length."""
    total = encoding.sentence_vectors[use].sum(axis=0)
    vector: NDArray[np.float32] = total / max(float(np.linalg.norm(total)), 1e-9)
    return vector


def count_pieces(ids: NDArray[np.int64]) -> Pieces:
    """Count the word pieces among the tokens' ``ids`` (T,)."""
    return Pieces(*np.unique(ids, return_counts=True))


def piece_values(pieces: Pieces, idf: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the tf-idf (P,) of ``pieces``, at unit length: (1 + ln count) times ``idf`` (V,)."""
    values = (1 + np.log(pieces.counts)) * idf[pieces.ids]
    unit: NDArray[np.float32] = (values / max(float(np.linalg.norm(values)), 1e-9)).astype(np.float32)
    return unit
