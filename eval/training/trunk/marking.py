"""A trained model marks texts: every word's scores, window by window with some context on both sides."""

from __future__ import annotations

import numpy as np
import torch

from eval.training.trunk.tasks import AttributionTask
from eval.training.trunk.texts import TrainingText
from eval.training.trunk.transformer import TrainableEncoder
from eval.training.trunk.windows import Batch, Window
from service.models.heads.attribution import AttributionScores

_CORE, _CONTEXT = 220, 16
_AT_ONCE = 8


@torch.no_grad()
def token_vectors(encoder: TrainableEncoder, text: TrainingText) -> torch.Tensor:
    """Return vectors (T, D) of the text's tokens."""
    total = len(text.ids)
    vectors = torch.zeros(total, encoder.width)
    starts = range(0, total, _CORE)
    for begin in range(0, len(starts), _AT_ONCE):
        cores = [(start, min(start + _CORE, total)) for start in starts[begin : begin + _AT_ONCE]]
        windows = [Window(text, max(0, start - _CONTEXT), min(total, end + _CONTEXT)) for start, end in cores]
        batch = Batch.of(windows, encoder)
        found = encoder(batch.ids, batch.mask, batch.features).float()
        for row, (window, (start, end)) in enumerate(zip(windows, cores, strict=True)):
            vectors[start:end] = found[row, start - window.start + 1 : end - window.start + 1]
    return vectors


@torch.no_grad()
def score(encoder: TrainableEncoder, head: AttributionTask, text: TrainingText) -> AttributionScores:
    """Return the attribution scores of a text's words."""
    first = text.first
    last = np.append(first[1:], len(text.ids)) - 1
    words = np.stack([text.spans[first, 0], text.spans[last, 1]], axis=1).reshape(-1, 2)
    vectors = token_vectors(encoder, text)[first]
    return head.scores(vectors, torch.from_numpy(text.features[first]), words, first)
