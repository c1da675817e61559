"""The losses of the attribution model: annotated windows, and windows scored by a teacher.

Shapes: B windows, L tokens, W words, D the encoder's width, K tags.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from eval.training.attribution.crf import TeacherMarginals
from eval.training.attribution.examples import NO_CUE, TaggingExample, TokenWindow
from eval.training.attribution.model import AttributionModel
from eval.training.attribution.windows import WindowBatch
from service.models.heads.attribution import LINK_WIDTH, TAGS, bucket

LINK_WEIGHT = 0.1
WORD_DROPOUT = 0.1


def annotated_loss(model: AttributionModel, batch: WindowBatch) -> torch.Tensor:
    """Return the loss on annotated windows: per word, plus the links' loss with its weight."""
    vectors, emissions = _run(model, batch)
    with torch.autocast("cpu", torch.bfloat16):
        dependents, cues = model.dependents(vectors).float(), model.cues(vectors).float()
    words, tags, links, linked = [], [], emissions.new_zeros(()), 0
    for row, (example, window) in enumerate(zip(batch.examples, batch.windows, strict=True)):
        first = _first_tokens(example, window)
        words.append(emissions[row, torch.from_numpy(first - window.start) + 1])
        tags.append(torch.from_numpy(example.tags[first]))
        for loss, links_here in _link_losses(model, example, window, dependents[row], cues[row]):
            links, linked = links + loss, linked + links_here
    padded, mask = _padded(words)
    chain = model.chain.loss(padded, nn.utils.rnn.pad_sequence(tags, batch_first=True), mask) / mask.sum()
    return chain + LINK_WEIGHT * links / max(linked, 1)


def distillation_loss(model: AttributionModel, batch: WindowBatch) -> torch.Tensor:
    """Return the cross-entropy per word between the model and the teacher."""
    _, emissions = _run(model, batch)
    words, scores, steps = [], [], torch.zeros(0)
    for row, (example, window) in enumerate(zip(batch.examples, batch.windows, strict=True)):
        if example.teacher:
            first = _first_tokens(example, window)
            words.append(emissions[row, torch.from_numpy(first - window.start) + 1])
            scores.append(torch.from_numpy(example.teacher.emissions[np.searchsorted(example.first, first)]))
            steps = torch.from_numpy(example.teacher.transitions)
    padded, mask = _padded(words)
    return (
        model.chain.distillation_loss(padded, TeacherMarginals.of(_padded(scores)[0], steps, mask), mask)
        / mask.sum()
    )


def _run(model: AttributionModel, batch: WindowBatch) -> tuple[torch.Tensor, torch.Tensor]:
    """Return vectors (B, L, D) and emissions (B, L, K) of windows with some tokens dropped at the input."""
    dropped = torch.rand(*batch.hidden.shape[:2], 1) < WORD_DROPOUT
    with torch.autocast("cpu", torch.bfloat16):
        vectors = model.branch(batch.hidden.masked_fill(dropped, 0.0), batch.mask, batch.features)
        return vectors, model.emissions(vectors, batch.features)


def _first_tokens(example: TaggingExample, window: TokenWindow) -> NDArray[np.int64]:
    return example.first[(example.first >= window.start) & (example.first < window.end)]


def _padded(words: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return rows (W, K) as one tensor (B, W, K), and where it has words (B, W)."""
    mask = nn.utils.rnn.pad_sequence(
        [torch.ones(len(row), dtype=torch.bool) for row in words], batch_first=True
    )
    return nn.utils.rnn.pad_sequence(words, batch_first=True), mask


def _link_losses(
    model: AttributionModel,
    example: TaggingExample,
    window: TokenWindow,
    dependents: torch.Tensor,
    cues: torch.Tensor,
) -> Iterator[tuple[torch.Tensor, int]]:
    """Yield the summed cross-entropy of the links to cues inside the window, and how many links there are."""
    inside = slice(window.start, window.end)
    begins = np.flatnonzero(example.tags[inside] == TAGS.index("B-cue"))
    wanted = example.cue[inside] - window.start
    heads = np.flatnonzero((example.cue[inside] != NO_CUE) & np.isin(wanted, begins))
    if len(heads):
        scores = dependents[heads + 1] @ cues[begins + 1].T / LINK_WIDTH**0.5
        buckets = [[bucket(int(cue - head)) for cue in begins] for head in heads]
        scores = scores + model.distances(torch.tensor(buckets))[..., 0]
        target = torch.from_numpy(np.searchsorted(begins, wanted[heads]))
        yield functional.cross_entropy(scores, target, reduction="sum"), len(heads)
