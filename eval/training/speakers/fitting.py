"""The two fits: a conditional logit of the choice, and a logistic regression of its being right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from eval.training.speakers.examples import SpeakerExample
from service.quotes.patterns.table import PATTERNS

CHOICE_RIDGE, CONFIDENCE_RIDGE = 3.0, 1.0
_FEWEST = 15  # a feature that fewer alternatives have is left out
_STEPS = 200

_PRIORS = {
    f"{kind}_{pattern.name}": sign * pattern.prior
    for pattern in PATTERNS
    for kind, sign in (("by", 1), ("rival", -0.5))
    if pattern.prior
} | {"passive_cue": -6.0}
# Whom something was done to hardly ever speaks; too rare in the data to be learned.
_CONFIDENCE_PRIORS = {"evidence_passive_cue": -4.0}

Floats = NDArray[np.float64]
Weights = dict[str, float]


class ChoiceProblem:
    """Examples as a table, built once and fitted with all or some of its features."""

    def __init__(self, examples: Sequence[SpeakerExample], counts: Floats) -> None:
        """Take examples; ``counts`` (N,) weigh them."""
        self._names = _names(examples)
        self._table, self._segments, self._right = _matrix(examples, self._names)
        self._starts = np.flatnonzero(np.diff(self._segments, prepend=-1))
        self._counted = (counts * (np.add.reduceat(self._right, self._starts) > 0))[self._segments]

    def fit(self, without: str | None = None, start: Weights | None = None) -> Weights:
        """Return the weights that make right alternatives likeliest.

        ``without`` leaves out the features of a proposer, for an ablation; the search begins at ``start``.
        """
        left_out = {f"by_{without}", f"rival_{without}"}
        names = self._names
        kept = np.array([name not in left_out for name in names])
        priors = np.array([_PRIORS.get(name, 0.0) for name in names]) * kept
        begin = np.array([(start or _PRIORS).get(name, 0.0) for name in names]) * kept

        def loss(weights: Floats) -> tuple[float, Floats]:
            total, gradient = self._loss(weights)
            off = weights - priors
            return total + CHOICE_RIDGE / 2 * off @ off, (gradient + CHOICE_RIDGE * off) * kept

        found = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
        return {name: float(one) for name, one, keep in zip(names, found.x, kept, strict=True) if keep}

    def _loss(self, weights: Floats) -> tuple[float, Floats]:
        """Return the negative log likelihood and its gradient (F,)."""
        starts, segments, right, counted = self._starts, self._segments, self._right, self._counted
        scores = self._table @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[segments])
        every, good = np.add.reduceat(odds, starts), np.add.reduceat(odds * right, starts) + 1e-30
        gradient = self._table.T @ ((odds / every[segments] - odds * right / good[segments]) * counted)
        return ((np.log(every) - np.log(good)) * counted[starts]).sum(), gradient


def fit_confidence(
    features: Sequence[Mapping[str, float]], right: Sequence[bool], counts: Sequence[float]
) -> Weights:
    """Return the weights by which features say how likely a speaker is right; ``counts`` weigh examples."""
    names = sorted({name for one in features for name in one})
    table = np.array([[one.get(name, 0.0) for name in names] for one in features])
    truth, counted = np.asarray(right, dtype=np.float64), np.asarray(counts)
    priors = np.array([_CONFIDENCE_PRIORS.get(name, 0.0) for name in names])

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = table @ weights
        total = (counted * (np.logaddexp(0, scores) - truth * scores)).sum()
        gradient = table.T @ (counted * (1 / (1 + np.exp(-scores)) - truth))
        off = weights - priors
        return total + CONFIDENCE_RIDGE / 2 * off @ off, gradient + CONFIDENCE_RIDGE * off

    found = minimize(loss, priors, jac=True, method="L-BFGS-B")
    return dict(zip(names, found.x.tolist(), strict=True))


def shares(examples: Sequence[SpeakerExample], weights: Weights) -> list[Floats]:
    """Return the probabilities (C + 1,) of each example's alternatives."""
    names = list(weights)
    table, segments, _ = _matrix(examples, names)
    scores = table @ np.array(list(weights.values()))
    starts = np.flatnonzero(np.diff(segments, prepend=-1))
    odds = np.exp(scores - np.maximum.reduceat(scores, starts)[segments])
    return np.split(odds / np.add.reduceat(odds, starts)[segments], starts[1:])


def _names(examples: Sequence[SpeakerExample]) -> list[str]:
    seen = Counter(
        name for example in examples for one in example.features for name, value in one.items() if value
    )
    return sorted({name for name, count in seen.items() if count >= _FEWEST} | _PRIORS.keys())


def _matrix(
    examples: Sequence[SpeakerExample], names: Sequence[str]
) -> tuple[csr_matrix, NDArray[np.int64], Floats]:
    """Return features (A, F), the example (A,) and whether right (A,) of all A alternatives."""
    column = {name: at for at, name in enumerate(names)}
    rows, columns, segments = list[int](), list[int](), list[int]()
    values, right = list[float](), list[float]()
    for number, example in enumerate(examples):
        for one, is_right in zip(example.features, example.right, strict=True):
            for name, value in one.items():
                if value and name in column:
                    rows.append(len(segments))
                    columns.append(column[name])
                    values.append(value)
            segments.append(number)
            right.append(float(is_right))
    table = csr_matrix((values, (rows, columns)), shape=(len(segments), len(names)))
    return table, np.array(segments, dtype=np.int64), np.array(right)
