"""Fitting the deletion head: the likelihood of the kept words among all ways of keeping as few.

A globally normalised model: the probability of a path is its score's share of all paths of at most
``MOST_WORDS`` words through all opening sentences, and of having no headline at all. Adam, seeded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.headlines.examples import HeadlineExample
from service.models.heads.deletion import SentenceInputs
from service.summary.headlines import MOST_WORDS

SEED, EPOCHS, BATCH, RATE, DECAY = 20261130, 11, 8, 2e-3, 0.02
HIDDEN, DROPOUT, SILVER_WEIGHT = 32, 0.3, 0.5

Tensors = dict[str, torch.Tensor]


def fit(examples: Sequence[HeadlineExample], epochs: int = EPOCHS) -> dict[str, NDArray[np.float32]]:
    """Return the weights of the head."""
    torch.set_num_threads(1)  # the sentences are so small that threads only slow each other down
    torch.manual_seed(SEED)
    generator = np.random.default_rng(SEED)
    weights = _start(examples[0].inputs[0])
    optimiser = torch.optim.AdamW(
        [{"params": list(weights.values()), "lr": RATE, "weight_decay": DECAY}]
    )  # fmt: skip
    steps = epochs * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for epoch in range(epochs):
        order, total = generator.permutation(len(examples)), 0.0
        for first in range(0, len(order), BATCH):
            batch = [examples[index] for index in order[first : first + BATCH]]
            loss = torch.stack([
                loss_of(weights, example, DROPOUT) * (SILVER_WEIGHT if example.is_silver else 1.0)
                for example in batch
            ]).mean()  # fmt: skip
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(list(weights.values()), 5.0)
            optimiser.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1}: loss {total / len(examples):.3f}", flush=True)
    return {name: tensor.detach().numpy() for name, tensor in weights.items()}


def loss_of(weights: Tensors, example: HeadlineExample, dropout: float = 0.0) -> torch.Tensor:
    """Return minus the log-probability of what the reader kept."""
    scores, totals = [], []
    for place, inputs in enumerate(example.inputs):
        steps = step_scores(weights, inputs, dropout)
        sentence = torch.zeros(()) if example.is_silver else weights["sentence"][place]
        scores.append((steps, sentence))
        totals.append(sentence + _log_total(steps))
    none = [] if example.is_silver else [weights["none"][0]]
    total = torch.logsumexp(torch.stack([*totals, *none]), dim=0)
    if example.chosen is None:
        return total - weights["none"][0]
    steps, sentence = scores[example.chosen]
    places = [0, *example.path, len(steps) - 1]
    return total - sentence - steps[places[:-1], places[1:]].sum()


def step_scores(weights: Tensors, inputs: SentenceInputs, dropout: float = 0.0) -> torch.Tensor:
    """Return what ``DeletionHead.steps`` returns, as tensors."""
    x = torch.from_numpy(inputs.vectors)  # (P, D + C)
    x = torch.nn.functional.dropout(x, dropout, training=dropout > 0)
    gaps = torch.from_numpy(inputs.gaps)  # (P, P, G)
    at = torch.arange(len(x))
    first, last = (at + 1).clamp(max=len(x) - 1), (at - 1).clamp(min=0)
    before = x @ weights["before"] + (x @ weights["first_gone"])[first]
    after = x @ weights["after"] + (x @ weights["last_gone"])[last]
    hidden = torch.relu(before[:, None] + after[None] + gaps @ weights["gap_hidden"] + weights["hidden_bias"])
    hidden = torch.nn.functional.dropout(hidden, dropout, training=dropout > 0)
    gone = torch.cat([torch.zeros(1), (x @ weights["gone"])[:, 0].cumsum(0)])
    dropped = (gone[at][None] - gone[at + 1][:, None]) * (at[None] > at[:, None])
    scores = hidden @ weights["out"] + gaps @ weights["gap"] + dropped
    return scores.masked_fill(~torch.from_numpy(inputs.allowed), -1e4)


def _log_total(steps: torch.Tensor) -> torch.Tensor:
    reached = steps[0]  # (P,) one word kept
    totals = []
    blocked = torch.zeros(len(steps))
    blocked[-1] = -1e4
    for _ in range(MOST_WORDS):
        reached = reached + blocked
        totals.append(torch.logsumexp(reached + steps[:, -1], dim=0))
        reached = torch.logsumexp(reached[:, None] + steps, dim=0)
    return torch.logsumexp(torch.stack(totals), dim=0)


def _start(inputs: SentenceInputs) -> Tensors:
    width, gap = inputs.vectors.shape[1], inputs.gaps.shape[2]

    def small(*shape: int) -> torch.Tensor:
        return (torch.randn(*shape) * 0.05).requires_grad_()

    return {
        "before": small(width, HIDDEN), "first_gone": small(width, HIDDEN), "after": small(width, HIDDEN),
        "last_gone": small(width, HIDDEN), "gap_hidden": small(gap, HIDDEN),
        "hidden_bias": torch.zeros(HIDDEN, requires_grad=True), "out": small(HIDDEN),
        "gap": torch.zeros(gap, requires_grad=True), "gone": small(width, 1),
        "sentence": torch.zeros(8, requires_grad=True), "none": torch.zeros(1, requires_grad=True),
    }  # fmt: skip
