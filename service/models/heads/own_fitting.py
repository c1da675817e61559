"""What examples add to the weights of a topic head: logistic regressions that start from the labels' words.

With a few examples a label, what the labels say is a good part of the answer, so the regressions learn what
is to be added to it. Settings were chosen on BBC news with eight examples a label, where they matter little
(macro F1 0.92 to 0.94 for all that were tried).

The examples are taken to as many coordinates as there are examples, in which their products are the same: a
fit is quick, and those of a cross-validation share the slow part.

Shapes: N articles, K labels, D the width of a vector, U word pieces of the examples, F = D + U features, R
coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from service.models.heads.own_topics import ArticleFeatures, OwnTopicWeights
from service.models.heads.topics import piece_values

# How much of the logit by words stays; the inverse of the L2 penalty; the most steps of the optimiser.
_WORDS_SHARE, _STRENGTH, _STEPS = 0.25, 10.0, 100
# Coordinates along which the examples differ by less are noise of the arithmetic.
_LEAST_VALUE = 1e-9
_ROWS_AT_ONCE = 256
# Calibration by few examples must not run away.
_LEAST_SCALE, _MOST_SCALE = 0.5, 4.0

Logits = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Examples:
    """Articles with the labels that somebody gave them.

    Labels that nobody gave (``known`` is false) keep what their words say.
    """

    features: tuple[ArticleFeatures, ...]  # N
    labels: NDArray[np.bool_]  # (N, K)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether a label (K,) has an example."""
        return np.asarray(self.labels.any(axis=0))


class OwnFit:
    """Fits to ``examples``, all or some of them. Deterministic; the calibration is not part of it."""

    def __init__(self, examples: Examples, by_words: OwnTopicWeights, idf: NDArray[np.float32]) -> None:
        self._examples, self._by_words = examples, by_words
        self._pieces = np.unique(np.concatenate([one.pieces.ids for one in examples.features]))  # (U,)
        vectors = np.stack([one.vector for one in examples.features])  # (N, D)
        self._width = vectors.shape[1]
        self._prior = (vectors @ by_words.vector_weight + by_words.bias).astype(np.float64)  # (N, K)
        self._inputs = _inputs(examples, vectors, self._pieces, idf)  # (N, F)
        values, sides = np.linalg.eigh(_products(self._inputs))
        kept = values > _LEAST_VALUE * values[-1]
        roots = np.sqrt(values[kept])
        self._rows = sides[:, kept] * roots  # (N, R)
        self._back = sides[:, kept] / roots  # (N, R): inputs.T @ back are orthonormal

    def predict(self, rows: NDArray[np.int64], others: NDArray[np.int64]) -> Logits:
        """Return the logits of the articles ``others`` after a fit to ``rows``."""
        found = self._prior[others]
        known: NDArray[np.bool_] = np.any(self._examples.labels[rows], axis=0)
        if known.any():
            slopes, bias = self._regress(rows, known)
            found[:, known] = _WORDS_SHARE * found[:, known] + self._rows[others] @ slopes + bias
        return found

    def fit(self) -> OwnTopicWeights:
        """Return the weights after a fit to all; labels without an example keep theirs."""
        known: NDArray[np.bool_] = np.any(self._examples.labels, axis=0)
        slopes, bias = self._regress(np.arange(len(self._rows)), known)
        added = (self._inputs.t() @ torch.from_numpy(self._back @ slopes)).numpy()  # (F, K known)
        vector_weight, total_bias = self._by_words.vector_weight.copy(), self._by_words.bias.copy()
        vector_weight[:, known] = _WORDS_SHARE * vector_weight[:, known] + added[: self._width]
        total_bias[known] = _WORDS_SHARE * total_bias[known] + bias
        piece_weight = np.zeros((len(self._pieces), len(known)), dtype=np.float32)
        piece_weight[:, known] = added[self._width :]
        return OwnTopicWeights(
            vector_weight.astype(np.float32), self._pieces, piece_weight, total_bias.astype(np.float32)
        )

    def _regress(
        self, rows: NDArray[np.int64], known: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Fit what is to be added to the words' share, with an L2 penalty: slopes (R, K) and biases (K,)."""
        prior = torch.from_numpy(_WORDS_SHARE * self._prior[rows][:, known])
        inputs = torch.from_numpy(self._rows[rows])
        gold = torch.from_numpy(self._examples.labels[rows][:, known]).double()
        slopes = torch.zeros(inputs.shape[1], gold.shape[1], dtype=torch.float64, requires_grad=True)
        bias = torch.zeros(gold.shape[1], dtype=torch.float64, requires_grad=True)
        optimiser = torch.optim.LBFGS(
            [slopes, bias], max_iter=_STEPS, history_size=10, line_search_fn="strong_wolfe"
        )

        def loss() -> torch.Tensor:
            optimiser.zero_grad()
            found = prior + inputs @ slopes + bias
            each = torch.nn.functional.binary_cross_entropy_with_logits(found, gold, reduction="sum")
            total = each + slopes.square().sum() / (2 * _STRENGTH)
            total.backward()  # type: ignore[no-untyped-call]
            return total

        optimiser.step(loss)  # type: ignore[no-untyped-call]
        return slopes.detach().numpy(), bias.detach().numpy()


def logits(weights: OwnTopicWeights, features: Sequence[ArticleFeatures], idf: NDArray[np.float32]) -> Logits:
    """Return the logits (N, K) of articles."""
    rows = []
    for one in features:
        places = np.searchsorted(weights.piece_ids, one.pieces.ids)
        places = np.minimum(places, max(len(weights.piece_ids) - 1, 0))
        found = (
            weights.piece_ids[places] == one.pieces.ids
            if len(weights.piece_ids)
            else np.zeros(len(one.pieces.ids), dtype=np.bool_)
        )
        values = piece_values(one.pieces, idf)[found]
        by_pieces = values @ weights.piece_weight[places[found]]
        rows.append(one.vector @ weights.vector_weight + by_pieces + weights.bias)
    return np.stack(rows).astype(np.float64)


def calibrate(found: Logits, gold: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the scale and offset that make probabilities of logits of articles that were not fitted to."""
    given, wanted = torch.from_numpy(found.ravel()), torch.from_numpy(gold.ravel()).double()
    line = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([line], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        total = torch.nn.functional.binary_cross_entropy_with_logits(
            given * line[0].clamp(_LEAST_SCALE, _MOST_SCALE) + line[1], wanted
        )
        # As two more articles on either side would.
        total = total + 0.01 * (line - torch.tensor([1.0, 0.0], dtype=torch.float64)).square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    scale, offset = line.detach().tolist()
    return min(max(scale, _LEAST_SCALE), _MOST_SCALE), offset


def _inputs(
    examples: Examples, vectors: NDArray[np.float32], pieces: NDArray[np.int64], idf: NDArray[np.float32]
) -> torch.Tensor:
    """Return the vectors and the pieces' tf-idf side by side, sparse: (N, F)."""
    count, width = vectors.shape
    rows = [np.repeat(np.arange(count), width)]
    columns = [np.tile(np.arange(width), count)]
    values = [vectors.ravel()]
    for row, one in enumerate(examples.features):
        rows.append(np.full(len(one.pieces.ids), row))
        columns.append(width + np.searchsorted(pieces, one.pieces.ids))
        values.append(piece_values(one.pieces, idf))
    indices = torch.from_numpy(np.stack([np.concatenate(rows), np.concatenate(columns)]))
    filled = torch.from_numpy(np.concatenate(values).astype(np.float64))
    return torch.sparse_coo_tensor(
        indices, filled, (count, width + len(pieces)), check_invariants=True
    ).coalesce()


def _products(inputs: torch.Tensor) -> NDArray[np.float64]:
    """Return the products (N, N) of sparse rows, some rows at a time."""
    parts = []
    for start in range(0, inputs.shape[0], _ROWS_AT_ONCE):
        some = inputs.index_select(0, torch.arange(start, min(start + _ROWS_AT_ONCE, inputs.shape[0])))
        parts.append(inputs @ some.to_dense().t())
    products: NDArray[np.float64] = torch.cat(parts, dim=1).numpy()
    return products
