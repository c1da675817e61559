"""Train the support head: ``python -m eval.training.support --data ../shared/data``.

Reads frank_dev, qags and summedits_news_dev, whose claims people judged, and weakly labelled sentences
(``weak_claims``), and fits logistic regressions to the features that the service computes: the head (words
and vectors) and the lexical scorer (words alone). A summary's sentences share its judgement, which for FRANK
is the share of sentences judged factual. Only the judged sets are used for calibration.

Prints, and writes into the card beside the weights, what both reach on articles they were not fitted to: ten
folds of articles, where articles that share text are one, calibrated (Platt's slope) on the other folds. Then
fits to everything and publishes ``support.safetensors``; the lexical weights are printed, for
``service.grounding.lexical``. With ``--work`` the encodings are cached in that folder, so that a training
that was cut off resumes. ``eval.training.support.planted`` counts which planted errors are flagged.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from eval.training.support.card import render_card
from eval.training.support.claims import read_training_claims
from eval.training.support.encodings import CachedEncoder
from eval.training.support.figures import COLUMNS, figures
from eval.training.support.fitting import (
    SupportModel,
    calibrated_across_folds,
    fit,
    out_of_fold_logits,
    platt_slope,
)
from eval.training.weights import Tensors, load_encoder, publish
from service.models.heads.support import GATE_SCALE


def main() -> None:
    """Cross-validate, fit, publish, write the card."""
    parser = argparse.ArgumentParser(description="Train the support head.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--work", type=Path, help="folder to keep encodings in")
    options = parser.parse_args()
    encoder = CachedEncoder(load_encoder(), options.work)
    judged, weak = read_training_claims(options.data, encoder)
    tables, rates = [], []
    tensors: Tensors = {}
    words = judged.lexical()
    for title, part, weak_part in (
        ("Words and vectors (the head)", judged, weak),
        ("Words alone (`ground`)", words, weak.first(len(words.names))),
    ):
        logits, weak_logits = out_of_fold_logits(part, weak_part)
        everything = np.ones(len(logits), dtype=bool)
        slope = platt_slope(logits, part, everything)
        supports = part.concluded(calibrated_across_folds(logits, part))
        tables.append((title, figures(part, supports)))
        rates.append((title, weak_part.flagged(1 / (1 + np.exp(-slope * weak_logits)))))
        print(title, *COLUMNS, *tables[-1][1], *rates[-1][1], sep="\n")
        model = fit(part, everything, weak_part, np.ones(len(weak_logits), dtype=bool)).calibrated(slope)
        print(f"calibration: {slope:.3f} x logit")
        if part is judged:
            tensors = {
                "mean": model.mean.astype(np.float32),
                "spread": model.spread.astype(np.float32),
                "weight": model.weight.astype(np.float32),
                "bias": np.array([model.bias], dtype=np.float32),
            }
        else:
            _print_lexical(model)
    publish({"support": tensors}, {"support": render_card(tables, rates, judged, weak)})


def _print_lexical(model: SupportModel) -> None:
    """Print the weights in the features' units, for copied sentences and for freely worded ones."""
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
