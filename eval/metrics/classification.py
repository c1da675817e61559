"""How good labels and their confidences are: F1, calibration, coverage. Pure functions over arrays.

Shapes: N texts, K classes. Not here: which texts and which classes take part.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def f1_by_class(gold: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return 2 TP / (2 TP + FP + FN) for each column of two (N, K) tables; 0 for a class in neither."""
    hits = (gold & predicted).sum(axis=0)
    total = gold.sum(axis=0) + predicted.sum(axis=0)
    scores: NDArray[np.float64] = 2 * hits / np.maximum(total, 1)
    return scores


def macro_f1(gold: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> float:
    """Return the mean F1 of the classes that occur in ``gold`` (N, K): every such class counts alike."""
    occurs = gold.any(axis=0)
    return float(f1_by_class(gold, predicted)[occurs].mean()) if occurs.any() else 0.0


def micro_f1(gold: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> float:
    """Return the F1 over all N x K decisions together: every label counts alike."""
    return float(f1_by_class(gold.reshape(-1, 1), predicted.reshape(-1, 1))[0])


def precision_recall(gold: NDArray[np.bool_], predicted: NDArray[np.bool_]) -> tuple[float, float]:
    """Return TP / (TP + FP) and TP / (TP + FN) over all decisions together; 0 where nothing was asked."""
    hits = int((gold & predicted).sum())
    return hits / max(int(predicted.sum()), 1), hits / max(int(gold.sum()), 1)


def likeliest(probabilities: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Return a table (N, K) that is true for the likeliest class of each row, the first of equals."""
    chosen = np.zeros(probabilities.shape, dtype=np.bool_)
    chosen[np.arange(len(chosen)), probabilities.argmax(axis=1)] = True
    return chosen


def expected_calibration_error(
    probabilities: NDArray[np.floating], outcomes: NDArray[np.bool_], bins: int = 10
) -> float:
    """Return how far confidence lies from the truth on average (Guo et al. 2017, equal-width bins).

    Over ``bins`` equal parts of 0..1: the distance between mean probability and share of true
    ``outcomes``, weighted by how many of the probabilities fall into the part. 0 for no probabilities.
    """
    flat, true = probabilities.ravel(), outcomes.ravel()
    if not len(flat):
        return 0.0
    part = np.minimum((flat * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(part, weights=flat - true, minlength=bins)
    return float(np.abs(gaps).sum() / len(flat))


def coverage(probabilities: NDArray[np.floating], threshold: float) -> float:
    """Return the share of the N rows with at least one probability at or above ``threshold``."""
    return float((probabilities >= threshold).any(axis=1).mean()) if len(probabilities) else 0.0
