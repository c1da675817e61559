"""Fitting the salience head: an ensemble of small networks, trained listwise within each article.

Shapes: S sentences, F features, D the width of a sentence vector, N triples.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from eval.training.salience.examples import SEED, SalienceExample
from service.models.heads.salience import FEATURES

# Chosen on cnndm_dev and newssum_dev (eval/LOG.md).
MEMBERS, HIDDEN, _DROPOUT = 3, 32, 0.4
_EPOCHS, _ARTICLES_AT_ONCE, _LEARNING_RATE = 14, 16, 2e-3
_ORACLE_WEIGHT = 3.0
_TITLE_COLUMNS = [
    FEATURES.index(name) for name in ("has_title", "title_words_covered", "share_of_words_in_title")
]


def train(examples: Sequence[SalienceExample]) -> dict[str, NDArray[np.float32]]:
    """Train each member of the ensemble, and join their hidden layers into one."""
    torch.set_num_threads(1)  # the layers are so small that threads only slow each other down
    usable = torch.cat([example.inputs[example.usable][:, : len(FEATURES)] for example in examples])  # (N, F)
    mean, scale = usable.mean(dim=0), usable.std(dim=0) + 1e-3  # (F,)
    prepared = [_standardised(example, mean, scale) for example in examples]
    no_title = ((0 - mean) / scale)[_TITLE_COLUMNS]
    members = [_train_member(prepared, no_title, SEED + number) for number in range(MEMBERS)]
    return {
        "feature_mean": mean.numpy(),
        "feature_scale": scale.numpy(),
        "hidden_weight": np.concatenate([hidden.weight.detach().numpy().T for hidden, _ in members], axis=1),
        "hidden_bias": np.concatenate([hidden.bias.detach().numpy() for hidden, _ in members]),
        "out_weight": np.concatenate([out.weight.detach().numpy()[0] / MEMBERS for _, out in members]),
    }


def _standardised(example: SalienceExample, mean: torch.Tensor, scale: torch.Tensor) -> SalienceExample:
    inputs = example.inputs.clone()
    inputs[:, : len(FEATURES)] = (inputs[:, : len(FEATURES)] - mean) / scale
    return replace(example, inputs=inputs)


def _train_member(
    examples: Sequence[SalienceExample], no_title: torch.Tensor, seed: int
) -> tuple[torch.nn.Linear, torch.nn.Linear]:
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    width = examples[0].inputs.shape[1]
    hidden, out = torch.nn.Linear(width, HIDDEN), torch.nn.Linear(HIDDEN, 1, bias=False)
    dropout = torch.nn.Dropout(_DROPOUT)
    parameters = [*hidden.parameters(), *out.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=_LEARNING_RATE, weight_decay=0.01)
    steps = _EPOCHS * math.ceil(len(examples) / _ARTICLES_AT_ONCE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, _LEARNING_RATE, total_steps=steps)
    for _ in range(_EPOCHS):
        order = generator.permutation(len(examples))
        for first in range(0, len(order), _ARTICLES_AT_ONCE):
            batch = [examples[index] for index in order[first : first + _ARTICLES_AT_ONCE]]
            inputs = torch.cat([_sometimes_untitled(example, no_title, generator) for example in batch])
            vectors = dropout(inputs[:, len(FEATURES) :])
            seen = torch.cat([inputs[:, : len(FEATURES)], vectors], dim=1)  # (sum of S, F + D)
            scores = out(dropout(torch.relu(hidden(seen))))[:, 0]  # (sum of S,)
            by_article = scores.split([len(example.inputs) for example in batch])
            losses = torch.stack([_loss(*pair) for pair in zip(by_article, batch, strict=True)])
            loss = (losses * torch.tensor([example.weight for example in batch])).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
    return hidden, out


def _sometimes_untitled(
    example: SalienceExample, no_title: torch.Tensor, generator: np.random.Generator
) -> torch.Tensor:
    """Return the inputs, half the time without the title's features: only newssum has titles."""
    inputs = example.inputs
    if generator.random() < 0.5:
        inputs = inputs.clone()
        inputs[:, _TITLE_COLUMNS] = no_title
    return inputs


def _loss(scores: torch.Tensor, example: SalienceExample) -> torch.Tensor:
    """Return the cross-entropy over triples by their reward, plus that over sentences by the oracle."""
    by_triple = torch.log_softmax(scores[example.triples].sum(dim=1), dim=0)  # (N,)
    by_sentence = torch.log_softmax(scores.masked_fill(~example.usable, -1e4), dim=0)  # (S,)
    return -(example.wanted * by_triple).sum() - _ORACLE_WEIGHT * (example.oracle * by_sentence).sum()
