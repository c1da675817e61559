"""Fitting the scorers of support: ridge logistic regressions, cross-validated by article, and calibration.

Shapes: N judged claims, M weak ones, F features.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.training.support.claims import JudgedClaims
from eval.training.support.weak_claims import WeakClaims
from service.models.heads.support import inputs

FOLDS, SEED = 10, 0
RIDGE = 60.0
# XSum's claims are few, and of another kind than the rest.
_SOURCE_WEIGHTS = {"frank-bbc": 2.0, "qags-xsum": 2.0}
_WEAK = 0.25
"""The weight of all weak claims together, where the judged ones weigh 1."""
_STEPS, _ENOUGH = 40, 1e-7
_MOST_LOGIT = 30.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SupportModel:
    """A logistic regression fitted to features (N, F); it has 2 * F + 1 weights and a bias."""

    names: tuple[str, ...]
    mean: Floats
    spread: Floats
    weight: Floats
    bias: float

    def logits(self, table: Floats) -> Floats:
        """Return the logit of each row (N,)."""
        return inputs(table, self.names, self.mean, self.spread) @ self.weight + self.bias

    def calibrated(self, slope: float) -> SupportModel:
        """Return a model whose logits are ``slope`` times this one's."""
        return replace(self, weight=self.weight * slope, bias=self.bias * slope)


def fit(
    judged: JudgedClaims,
    use: NDArray[np.bool_],
    weak: WeakClaims,
    weak_use: NDArray[np.bool_],
) -> SupportModel:
    """Fit to the claims for which ``use`` (N,) and ``weak_use`` (M,) are true.

    By Newton's method on the ridge-penalised loss; labels are shares, which scikit-learn's regression lacks.
    """
    table = np.concatenate([judged.table[use], weak.table[weak_use]])
    labels = np.concatenate([judged.labels[use], weak.labels[weak_use]])
    counted = judged.shares * _weights(judged.sources)
    share = np.concatenate([counted[use], weak.shares[weak_use] * _WEAK * counted.sum()])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    weights = _newton(inputs(table, judged.names, mean, spread), labels, share)
    return SupportModel(judged.names, mean, spread, weights[:-1], float(weights[-1]))


def _weights(sources: NDArray[np.str_]) -> Floats:
    return np.array([_SOURCE_WEIGHTS.get(str(name), 1.0) for name in sources])


def _newton(rows: Floats, labels: Floats, share: Floats) -> Floats:
    """Return the weights and, last, the bias, which is next to unpenalised."""
    rows = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    penalty = np.diag([RIDGE] * (rows.shape[1] - 1) + [1e-6])
    weights: Floats = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        said = 1 / (1 + np.exp(-np.clip(rows @ weights, -_MOST_LOGIT, _MOST_LOGIT)))
        slope = rows.T @ (share * (said - labels)) + penalty @ weights
        bend = (rows.T * (share * said * (1 - said))) @ rows + penalty
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < _ENOUGH:
            break
    return weights


def out_of_fold_logits(judged: JudgedClaims, weak: WeakClaims) -> tuple[Floats, Floats]:
    """Return each claim's logit, judged and weak, by a model that has not seen its article."""
    logits, weak_logits = np.zeros(len(judged.labels)), np.zeros(len(weak.labels))
    for out, weak_out in zip(judged.folds(FOLDS, SEED), weak.folds(FOLDS, SEED), strict=True):
        model = fit(judged, ~out, weak, ~weak_out)
        logits[out], weak_logits[weak_out] = (
            model.logits(judged.table[out]),
            model.logits(weak.table[weak_out]),
        )
    return logits, weak_logits


def calibrated_across_folds(logits: Floats, judged: JudgedClaims) -> Floats:
    """Return the scores (N,), each fold calibrated on the other folds."""
    scores = np.zeros(len(logits))
    for out in judged.folds(FOLDS, SEED):
        scores[out] = 1 / (1 + np.exp(-platt_slope(logits, judged, ~out) * logits[out]))
    return scores


def platt_slope(logits: Floats, judged: JudgedClaims, use: NDArray[np.bool_]) -> float:
    """Return the slope of Platt's scaling without its shift, which the regression's own bias has set."""
    logits, labels, shares = logits[use], judged.labels[use], judged.shares[use]
    shares = shares * _weights(judged.sources[use])
    tried = np.geomspace(0.25, 4.0, 161)
    losses = [float(shares @ (np.logaddexp(0, slope * logits) - labels * slope * logits)) for slope in tried]
    return float(tried[int(np.argmin(losses))])
