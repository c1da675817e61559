"""Training examples cut into windows, with the shared layers' output for each, and batches of them.

Shapes: B windows, L tokens with [CLS] and [SEP], D the encoder's width, F surface features.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from transformers import BertModel

from eval.training.attribution.examples import TaggingExample, TokenWindow, cut_windows
from eval.training.attribution.model import FORK
from service.models.attribution_branch import run_layers
from service.models.surface import SIZES

SEED = 2
LENGTH = 252
_CLS, _SEP = 101, 102


@dataclass(frozen=True)
class WindowBatch:
    """Padded windows: the shared layers' output for them, and the examples they were cut from."""

    hidden: torch.Tensor  # (B, L, D)
    mask: torch.Tensor  # (B, 1, 1, L) added to attention
    features: torch.Tensor  # (B, L, F)
    examples: Sequence[TaggingExample]  # of each window
    windows: Sequence[TokenWindow]


@dataclass(frozen=True)
class TrainingWindows:
    """Examples cut into windows in two ways, used in turn so that no span is always at an edge.

    ``hidden`` is the shared layers' output for each window, which training does not change.
    """

    examples: Sequence[TaggingExample]
    cuts: Sequence[Sequence[TokenWindow]]
    hidden: Sequence[Sequence[torch.Tensor]]

    @classmethod
    def of(cls, bert: BertModel, examples: Sequence[TaggingExample]) -> TrainingWindows:
        """Cut the examples and run the shared layers."""
        cuts = [list(cut_windows(examples, LENGTH, offset)) for offset in (0, LENGTH // 2)]
        hidden = [[_run_shared_layers(bert, examples[w.example], w) for w in cut] for cut in cuts]
        return cls(examples, cuts, hidden)

    def batches(self, epoch: int, size: int) -> Iterator[WindowBatch]:
        """Yield the windows of an epoch in its order, padded, ``size`` at a time."""
        cut, hidden = self.cuts[epoch % 2], self.hidden[epoch % 2]
        order = list(range(len(cut)))
        random.Random(f"{SEED} {epoch}").shuffle(order)
        for start in range(0, len(order), size):
            picked = order[start : start + size]
            yield _pad(self.examples, [cut[i] for i in picked], [hidden[i] for i in picked])


@torch.no_grad()
def _run_shared_layers(bert: BertModel, example: TaggingExample, window: TokenWindow) -> torch.Tensor:
    """Return the shared layers' output for a window, [CLS] and [SEP] included: (L, D) in half precision."""
    ids = torch.tensor([[_CLS, *example.ids[window.start : window.end].tolist(), _SEP]])
    with torch.autocast("cpu", torch.bfloat16):
        hidden = bert.embeddings(input_ids=ids)
        mask = torch.zeros(1, 1, 1, ids.shape[1], dtype=hidden.dtype)
        return run_layers(bert.encoder.layer[:FORK], hidden, mask)[0].to(torch.bfloat16)


def _pad(
    examples: Sequence[TaggingExample], cut: Sequence[TokenWindow], states: Sequence[torch.Tensor]
) -> WindowBatch:
    longest = max(map(len, states))
    hidden = torch.zeros(len(cut), longest, states[0].shape[1])
    mask = torch.full((len(cut), 1, 1, longest), -1e4)
    features = torch.zeros(len(cut), longest, len(SIZES), dtype=torch.long)
    for row, (window, state) in enumerate(zip(cut, states, strict=True)):
        hidden[row, : len(state)] = state
        mask[row, ..., : len(state)] = 0
        inner = examples[window.example].features[window.start : window.end]
        features[row, 1 : len(inner) + 1] = torch.from_numpy(inner)
    return WindowBatch(hidden, mask, features, [examples[window.example] for window in cut], cut)
