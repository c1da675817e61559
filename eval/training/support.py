"""Training of the support head: ``python -m eval.training.support --data ../shared/data``.

Reads frank_dev, qags and summedits_news_dev, whose claims people judged, and fits logistic regressions over
the features that the service computes: the head (words and vectors) and the lexical scorer (words alone). A
summary's sentences share its judgement, which for FRANK is the share of sentences judged factual.

Prints, and writes into the card beside the weights, what both reach on articles they were not fitted to: ten
folds of articles, where articles that share text are one; calibrated (Platt's slope) on the other folds. Then
fits to everything and publishes ``support.safetensors``; the lexical weights are printed for
``service.generate.lexical``. Planted alterations are ``eval.training.support_planted``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.training.support_card import FIGURES, figures, write_card
from eval.training.support_data import Lessons, read_lessons
from eval.training.weights import publish
from service.models.support_head import inputs

FOLDS, SEED = 10, 0
RIDGE = 60.0
LEXICAL_RIDGE = 30.0
# XSum's claims are few, and of another kind than the rest.
_SOURCE_WEIGHTS = {"frank-bbc": 2.0, "qags-xsum": 2.0}
_STEPS, _ENOUGH = 40, 1e-7
_MOST_LOGIT = 30.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted scorer of features (N, F); ``gated`` as the head, else plainly linear."""

    names: tuple[str, ...]
    mean: Floats
    spread: Floats
    weight: Floats
    bias: float
    gated: bool

    def logits(self, table: Floats) -> Floats:
        """Return (N,)."""
        return _rows(table, self.names, self.mean, self.spread, gated=self.gated) @ self.weight + self.bias

    def calibrated(self, slope: float) -> Model:
        """Return the model whose logits are ``slope`` times its own."""
        return replace(self, weight=self.weight * slope, bias=self.bias * slope)


def main() -> None:
    """Cross-validate, fit, publish, write the card."""
    parser = argparse.ArgumentParser(description="Train the support head.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    lessons = read_lessons(parser.parse_args().data / "support")
    tables = []
    for title, part, gated, ridge in (
        ("Words and vectors (the head)", lessons, True, RIDGE),
        ("Words alone (`ground`)", lessons.lexical(), False, LEXICAL_RIDGE),
    ):
        train = partial(fit, gated=gated, ridge=ridge)
        logits = _out_of_fold(part, train)
        everything = np.ones(len(logits), dtype=bool)
        slope = _slope(logits, part, everything)
        supports = part.concluded(_crossed(logits, part))
        tables.append((title, figures(part, supports)))
        print(title, *FIGURES, *tables[-1][1], sep="\n")
        model = train(part, everything).calibrated(slope)
        print(f"calibration: {slope:.3f} x logit")
        if gated:
            path = publish(
                "support",
                {
                    "mean": model.mean.astype(np.float32),
                    "spread": model.spread.astype(np.float32),
                    "weight": model.weight.astype(np.float32),
                    "bias": np.array([model.bias], dtype=np.float32),
                },
            )
            print(f"wrote {path}, {path.stat().st_size:,} bytes")
        else:
            _print_lexical(model)
    write_card(tables, lessons)


def fit(lessons: Lessons, use: NDArray[np.bool_], *, gated: bool, ridge: float) -> Model:
    """Fit to the lessons where ``use`` (N,) is true, by Newton's method on the ridge-penalised loss."""
    table, labels = lessons.table[use], lessons.labels[use]
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    share = lessons.shares[use] * _weights(lessons.sources[use])
    rows = _rows(table, lessons.names, mean, spread, gated=gated)
    weights = _newton(rows, labels, share, ridge)
    return Model(lessons.names, mean, spread, weights[:-1], float(weights[-1]), gated)


def _weights(sources: NDArray[np.str_]) -> Floats:
    return np.array([_SOURCE_WEIGHTS.get(str(name), 1.0) for name in sources])


def _rows(table: Floats, names: Sequence[str], mean: Floats, spread: Floats, *, gated: bool) -> Floats:
    return inputs(table, names, mean, spread) if gated else (table - mean) / spread


def _newton(rows: Floats, labels: Floats, share: Floats, ridge: float) -> Floats:
    """Return weights and, last, the bias, which is not penalised."""
    rows = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    penalty = np.diag([ridge] * (rows.shape[1] - 1) + [1e-6])
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


def _out_of_fold(lessons: Lessons, train: partial[Model]) -> Floats:
    """Return the logit of each lesson by a model that has not seen its article."""
    logits = np.zeros(len(lessons.labels))
    for out in lessons.folds(FOLDS, SEED):
        logits[out] = train(lessons, ~out).logits(lessons.table[out])
    return logits


def _crossed(logits: Floats, lessons: Lessons) -> Floats:
    """Return the scores (N,), each fold calibrated on the others."""
    scores = np.zeros(len(logits))
    for out in lessons.folds(FOLDS, SEED):
        scores[out] = 1 / (1 + np.exp(-_slope(logits, lessons, ~out) * logits[out]))
    return scores


def _slope(logits: Floats, lessons: Lessons, use: NDArray[np.bool_]) -> float:
    """Platt's scaling without its shift, which the regression's own bias has set already."""
    logits, labels, shares = logits[use], lessons.labels[use], lessons.shares[use]
    shares = shares * _weights(lessons.sources[use])
    tried = np.geomspace(0.25, 4.0, 161)
    losses = [float(shares @ (np.logaddexp(0, slope * logits) - labels * slope * logits)) for slope in tried]
    return float(tried[int(np.argmin(losses))])


def _print_lexical(model: Model) -> None:
    """Print the weights in the units of the features."""
    plain = model.weight / model.spread
    print(f"BIAS = {model.bias - float(plain @ model.mean):.3f}\nWEIGHTS: Mapping[str, float] = {{")
    for name, value in zip(model.names, plain, strict=True):
        print(f'    "{name}": {value:.3f},')
    print("}")


if __name__ == "__main__":
    main()
