"""The weights of a topic head for labels that a newsroom made: by what they say, without training.

The head is the one of ``topics``, with weights for the word pieces that count only. What examples add to
the weights is in ``own_fitting``. Shapes: K labels, D the width of a vector, U word pieces that count. Plain
numpy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.models.encoder import Encoding
from service.models.heads.topics import FILE_NAME, Pieces, TopicHead, count_pieces, document_vector

# What a cosine above that of any news counts, and what it takes: set on BBC news with five labels, where the
# logistic regression on these cosines gives 39 to 42 and -2.9 to -4.0.
_SLOPE, _OFFSET = 40.0, -3.5


@dataclass(frozen=True, slots=True)
class ArticleFeatures:
    """What the head reads of an article."""

    vector: NDArray[np.float32]  # (D,) unit length
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class OwnTopicWeights:
    """A linear head for K labels, without the pieces' idf, which is the shipped head's."""

    vector_weight: NDArray[np.float32]  # (D, K)
    piece_ids: NDArray[np.int64]  # (U,) ascending
    piece_weight: NDArray[np.float32]  # (U, K)
    bias: NDArray[np.float32]  # (K,)

    def head(self, idf: NDArray[np.float32]) -> TopicHead:
        """Return the head that scores with these weights."""
        return TopicHead({**self.tensors(), "piece_idf": idf})

    def tensors(self) -> Mapping[str, NDArray[Any]]:
        """Return the weights by name, as they are kept in a file."""
        return {
            "vector_weight": self.vector_weight,
            "piece_ids": self.piece_ids,
            "piece_weight": self.piece_weight,
            "bias": self.bias,
        }

    def calibrated(self, scale: float, offset: float) -> OwnTopicWeights:
        """Return weights whose logits are ``scale`` times these, plus ``offset``."""
        return replace(
            self,
            vector_weight=self.vector_weight * np.float32(scale),
            piece_weight=self.piece_weight * np.float32(scale),
            bias=self.bias * np.float32(scale) + np.float32(offset),
        )


def read_features(encoding: Encoding, use: Sequence[bool] | NDArray[np.bool_]) -> ArticleFeatures | None:
    """Return the features of an article by its sentences where ``use`` (S,) is true; None without any."""
    use = np.asarray(use, dtype=np.bool_)
    counted = use[encoding.token_sentence]
    if not counted.any():
        return None
    return ArticleFeatures(document_vector(encoding, use), count_pieces(encoding.token_ids[counted]))


def weigh_by_words(vectors: NDArray[np.float32], news: NDArray[np.float32]) -> OwnTopicWeights:
    """Return weights by what labels say, as ``vectors`` (K, D); ``news`` (D,) is the mean article.

    The logit is a label's cosine with the article, less that with any news, and less the mean of all labels.
    """
    labels = len(vectors)
    # With one label alone there is no mean to compare it with.
    centred = vectors - vectors.mean(axis=0) * ((labels - 1) / labels)  # (K, D)
    return OwnTopicWeights(
        vector_weight=(_SLOPE * centred.T).astype(np.float32),
        piece_ids=np.zeros(0, dtype=np.int64),
        piece_weight=np.zeros((0, labels), dtype=np.float32),
        bias=(_OFFSET - _SLOPE * (centred @ news)).astype(np.float32),
    )


def load_piece_idf(folder: Path) -> NDArray[np.float32]:
    """Return the idf (V,) of the shipped head's word pieces, from the folder of weights."""
    idf: NDArray[np.float32] = load_file(folder / FILE_NAME)["piece_idf"].astype(np.float32)
    return idf
