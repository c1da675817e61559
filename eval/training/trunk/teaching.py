"""The teacher: a bigger encoder, trained on the same annotations, which marks news that nobody annotated.

It is used in training only. What it says of each word is kept in the work folder, and the trunk learns from
its probabilities as from annotations (Hinton et al. 2015; Xie et al. 2020, noisy student).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from rich.progress import track

from eval.training.trunk.dev import figures
from eval.training.trunk.loop import Plan, train
from eval.training.trunk.marking import score
from eval.training.trunk.tasks import AttributionTask
from eval.training.trunk.texts import TextReader, TrainingText
from eval.training.trunk.transformer import TrainableEncoder
from eval.training.trunk.windows import WindowSource
from service.models.heads.attribution import AttributionScores

SEED = 1
FROZEN_LAYERS = 4
"""The teacher's lowest layers, which stay as they are to save time."""
PLAN = Plan(turns=1.6, encoder_rate=6e-5, head_rate=1e-3, average=0.995)
POLNEAR_WINDOWS, MARKS_WINDOWS = 10, 2


class Teacher:
    """A bigger encoder with an attribution head."""

    def __init__(self, folder: Path) -> None:
        """Load the encoder of ``folder`` (all-mpnet-base-v2), not trained yet."""
        torch.manual_seed(SEED)
        self.reader = TextReader(folder)
        self._encoder = TrainableEncoder(folder, rank=None)
        self._encoder.layers[:FROZEN_LAYERS].requires_grad_(False)
        self._head = AttributionTask(self._encoder)

    def train(self, data: Path, work: Path) -> str:
        """Train on the annotations in ``data``, from where ``work`` left off; return the dev figures."""
        sources = [
            WindowSource("polnear", list(self.reader.polnear(data)), POLNEAR_WINDOWS, SEED),
            WindowSource("marks", list(self.reader.marks(data)), MARKS_WINDOWS, SEED),
        ]
        train(self._encoder, [self._head], sources, PLAN, work / "teacher.pt")
        line = figures(self._encoder, [self._head], self.reader, data)
        print(f"teacher: {line}", flush=True)
        return line

    def mark(self, texts: Sequence[TrainingText], folder: Path) -> None:
        """Write to ``folder`` what the teacher says of ``texts``, but for those that it says already."""
        folder.mkdir(parents=True, exist_ok=True)
        for text in track([text for text in texts if not _path(folder, text).exists()], "marking"):
            scores = score(self._encoder, self._head, text)
            partial = _path(folder, text).with_suffix(".part.npz")
            np.savez(
                partial,
                words=scores.words,
                emissions=scores.emissions.astype(np.float16),
                transitions=scores.transitions,
            )
            partial.rename(_path(folder, text))


def taught(texts: Iterable[TrainingText], folder: Path) -> Iterator[TrainingText]:
    """Yield the texts, those that a teacher marked in ``folder`` with what it said of their words."""
    for text in texts:
        path = _path(folder, text)
        if not path.exists():
            yield text
            continue
        with np.load(path) as held:
            if not np.array_equal(held["words"][:, 0], text.spans[text.first, 0]):
                raise ValueError(
                    f"{path} has other words than {text.id}: its tokenizer reads texts otherwise"
                )
            scores = AttributionScores(
                words=held["words"],
                tokens=text.first,
                emissions=held["emissions"].astype(np.float32),
                transitions=held["transitions"],
                dependents=np.zeros((0, 0), np.float32),
                cues=np.zeros((0, 0), np.float32),
                distances=np.zeros(0, np.float32),
            )
        yield replace(text, taught=scores)


def _path(folder: Path, text: TrainingText) -> Path:
    return folder / f"{sha256(text.id.encode()).hexdigest()[:24]}.npz"
