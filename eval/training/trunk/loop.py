"""The training loop: batches of windows from several sources, every task's loss, averaged weights."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from eval.training.trunk.tasks import Task
from eval.training.trunk.transformer import TrainableEncoder
from eval.training.trunk.windows import Batch, WindowSource

WARM_UP_STEPS, LAST_RATE = 100, 0.05
"""Learning rates rise over so many steps, then fall linearly to such a share of their peak."""
WEIGHT_DECAY = 0.01
_PRINT_STEPS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: how often the first source is gone through, peak rates, how slowly the average moves."""

    turns: float
    encoder_rate: float
    head_rate: float
    average: float
    checkpoint_steps: int = 200


def train(
    encoder: TrainableEncoder,
    tasks: Sequence[Task],
    sources: Sequence[WindowSource],
    plan: Plan,
    checkpoint: Path,
) -> None:
    """Train to the end, from ``checkpoint`` if it exists, and leave the averaged weights in the models."""
    model = nn.ModuleDict({"encoder": encoder, **{task.name: task for task in tasks}})
    own = {name: p for name, p in model.named_parameters() if p.requires_grad}
    is_encoder = {name: name.startswith("encoder.layers") for name in own}
    rates = (plan.encoder_rate, plan.head_rate)
    groups = [
        {"params": [p for name, p in own.items() if is_encoder[name] is part], "lr": rate}
        for part, rate in zip((True, False), rates, strict=True)
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=WEIGHT_DECAY, betas=(0.9, 0.98), fused=True)
    average = {name: p.detach().clone() for name, p in own.items()}
    steps = int(len(sources[0]) * plan.turns / sources[0].share)
    first = 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"], strict=False)
        average, first = state["average"], state["step"]
        if first < steps:
            optimizer.load_state_dict(state["optimizer"])
    model.train()
    started = time.monotonic()
    streams = zip(*(source.from_step(first) for source in sources), strict=True)
    losses: list[list[float]] = []
    for step, parts in zip(range(first, steps), streams, strict=False):
        torch.manual_seed(step)  # so that a resumed run drops what an unbroken one would
        batch = Batch.of([window for part in parts for window in part], encoder)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min(1, (step + 1) / WARM_UP_STEPS) * (1 - (1 - LAST_RATE) * step / steps)
        vectors = encoder(batch.ids, batch.mask, batch.features).float()
        parts_lost = [task.loss(vectors, batch) for task in tasks]
        total = torch.stack([task.weight * loss for task, loss in zip(tasks, parts_lost, strict=True)]).sum()
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(own.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append([float(loss.detach()) for loss in parts_lost])
        keep = min(plan.average, (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.values()), [p.detach() for p in own.values()], 1 - keep)
        if (step + 1) % _PRINT_STEPS == 0:
            means = np.mean(losses[-_PRINT_STEPS:], axis=0)
            shown = ", ".join(f"{task.name} {mean:.4f}" for task, mean in zip(tasks, means, strict=True))
            left = (steps - step - 1) * (time.monotonic() - started) / (step + 1 - first) / 60
            print(f"{step + 1}/{steps} {shown}; {left:.0f} minutes left", flush=True)
        if (step + 1) % plan.checkpoint_steps == 0 or step + 1 == steps:
            state = {"model": {name: p.detach() for name, p in own.items()}, "average": average}
            partial = checkpoint.with_suffix(".part")
            torch.save(state | {"optimizer": optimizer.state_dict(), "step": step + 1}, partial)
            partial.replace(checkpoint)
    model.load_state_dict(average, strict=False)
    model.train(mode=False)
