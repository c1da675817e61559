"""The topic head in training: its weights, their fit, and their calibration.

Shapes: N texts, K topics, D the width of a document vector, V word pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.topics.texts import LabelledSource, TopicFeatures
from service.models.heads.topics import piece_values

# All three chosen by leaving out bbc, masakhanews, wcep and huffpost in turn.
_VECTOR_STRENGTH, _PIECE_STRENGTH = 1.0, 5.0  # inverse of the L2 penalty
_PIECE_SHARE = 0.3  # of the logit; the vectors give the rest
_MIN_TEXTS_WITH_PIECE = 2

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class EncodedSource:
    """A labelled source with its features."""

    source: LabelledSource
    features: TopicFeatures

    def take(self, rows: NDArray[np.int64]) -> EncodedSource:
        """Return the source reduced to these texts."""
        source = LabelledSource(
            self.source.name,
            tuple(self.source.texts[row] for row in rows),
            self.source.weight,
            self.source.closed,
        )
        pieces = tuple(self.features.pieces[row] for row in rows)
        return EncodedSource(source, TopicFeatures(self.features.vectors[rows], pieces))


@dataclass(frozen=True, slots=True)
class TopicWeights:
    """A linear head for K topics over vectors (D wide) and pieces (V of them), before calibration."""

    vector_weight: NDArray[np.float32]  # (D, K)
    piece_weight: NDArray[np.float32]  # (V, K)
    piece_idf: NDArray[np.float32]  # (V,)
    bias: NDArray[np.float32]  # (K,)

    def logits(self, features: TopicFeatures) -> Logits:
        """Return the logits (N, K)."""
        rows = [
            piece_values(pieces, self.piece_idf) @ self.piece_weight[pieces.ids] for pieces in features.pieces
        ]
        logits: Logits = features.vectors @ self.vector_weight + np.stack(rows) + self.bias
        return logits

    def calibrated(self, scale: float, offset: float) -> TopicWeights:
        """Return weights whose logits are ``scale`` times these, plus ``offset``."""
        return TopicWeights(
            self.vector_weight * np.float32(scale),
            self.piece_weight * np.float32(scale),
            self.piece_idf,
            self.bias * np.float32(scale) + np.float32(offset),
        )


def fit(encoded: Sequence[EncodedSource], vocabulary: int) -> TopicWeights:
    """Fit the head's two parts, over vectors and over word pieces, and add them with their shares."""
    labels = np.concatenate([source.source.labels() for source in encoded])  # (N, K)
    weights = np.concatenate(
        [source.source.certainty() * source.source.weight for source in encoded]
    )  # (N, K)
    positive = (weights * labels).sum(axis=0)  # (K,)
    # Each topic's texts have the same weight together, or sport would outweigh weather.
    weights = np.where(labels > 0, weights * (positive.mean() / np.maximum(positive, 1e-9)), weights)

    dense = torch.from_numpy(np.concatenate([source.features.vectors for source in encoded]))  # (N, D)
    by_vector = _regress(dense, dense.T, labels, weights, _VECTOR_STRENGTH)

    pieces = [row for source in encoded for row in source.features.pieces]
    occurrences = np.bincount(np.concatenate([row.ids for row in pieces]), minlength=vocabulary)  # (V,)
    idf = (np.log((1 + len(pieces)) / (1 + occurrences)) + 1) * (occurrences >= _MIN_TEXTS_WITH_PIECE)
    idf = idf.astype(np.float32)
    sparse = _sparse([(row.ids, piece_values(row, idf)) for row in pieces], vocabulary)  # (N, V)
    by_piece = _regress(sparse, sparse.t().coalesce(), labels, weights, _PIECE_STRENGTH)
    return TopicWeights(
        by_vector[:-1] * np.float32(1 - _PIECE_SHARE),
        by_piece[:-1] * np.float32(_PIECE_SHARE),
        idf,
        by_vector[-1] * np.float32(1 - _PIECE_SHARE) + by_piece[-1] * np.float32(_PIECE_SHARE),
    )


@torch.no_grad()
def _regress(
    inputs: torch.Tensor,
    transposed: torch.Tensor,
    labels: NDArray[np.float32],
    weights: NDArray[np.float32],
    strength: float,
) -> NDArray[np.float32]:
    """Fit K logistic regressions to ``inputs`` (N, F) with an L2 penalty: (F + 1, K), the biases last.

    Gradients are written out, since autograd would transpose the sparse inputs at each step.
    """
    gold, worth = torch.from_numpy(labels), torch.from_numpy(weights.astype(np.float32))
    slopes = torch.zeros(inputs.shape[1], labels.shape[1])
    bias = torch.full((labels.shape[1],), -2.0)
    optimiser = torch.optim.LBFGS([slopes, bias], max_iter=60, history_size=10, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        logits = inputs @ slopes + bias  # (N, K)
        residuals = worth * (logits.sigmoid() - gold)  # (N, K)
        slopes.grad, bias.grad = transposed @ residuals + slopes / strength, residuals.sum(dim=0)
        each = torch.nn.functional.binary_cross_entropy_with_logits(logits, gold, worth, reduction="sum")
        return each + slopes.square().sum() / (2 * strength)

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    return torch.cat([slopes, bias[None]]).numpy()


def _sparse(rows: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], width: int) -> torch.Tensor:
    numbers = np.repeat(np.arange(len(rows)), [len(ids) for ids, _ in rows])
    columns = np.concatenate([ids for ids, _ in rows])
    values = torch.from_numpy(np.concatenate([values for _, values in rows]))
    indices = torch.from_numpy(np.stack([numbers, columns]))
    return torch.sparse_coo_tensor(indices, values, (len(rows), width), check_invariants=True).coalesce()
