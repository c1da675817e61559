"""The training loop of the attribution model: one optimiser, a moving average of weights, checkpoints."""

from __future__ import annotations

import math
import time
from itertools import count
from pathlib import Path

import numpy as np
import torch
from torch import nn

from eval.training.attribution.losses import annotated_loss, distillation_loss
from eval.training.attribution.model import AttributionModel
from eval.training.attribution.windows import TrainingWindows

BATCH, TEACHER_BATCH = 12, 8
"""Annotated windows in a batch, and windows scored by the teacher."""
EPOCHS = 5
ADAPTER_RATE, HEAD_RATE = 4e-4, 7e-4
WARM_UP_STEPS, LAST_RATE = 100, 0.1
"""Learning rates rise over so many steps, then fall linearly to such a share of their peak."""
AVERAGE = 0.998


def train(
    model: AttributionModel, annotated: TrainingWindows, scored: TrainingWindows, checkpoint: Path
) -> None:
    """Train to the last epoch, from ``checkpoint`` if it exists; write the state there after each epoch."""
    own = {name: p for name, p in model.named_parameters() if p.requires_grad}
    adapters = [p for name, p in own.items() if name.startswith("branch.layers")]
    head = [p for name, p in own.items() if not name.startswith("branch.layers")]
    rates = (ADAPTER_RATE, HEAD_RATE)
    groups = [{"params": group, "lr": rate} for group, rate in zip((adapters, head), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))
    average = {name: p.detach().clone() for name, p in own.items()}
    steps = sum(math.ceil(len(annotated.cuts[epoch % 2]) / BATCH) for epoch in range(EPOCHS))
    step, first = 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint)
        model.load_state_dict(state["model"], strict=False)
        optimizer.load_state_dict(state["optimizer"])
        average, step, first = state["average"], state["step"], state["epoch"]
    model.train()
    started, begun = time.monotonic(), step
    # The teacher's windows have epochs of their own, of another length.
    others = (batch for turn in count(first) for batch in scored.batches(turn, TEACHER_BATCH))
    for epoch in range(first, EPOCHS):
        losses = []
        for batch, other in zip(annotated.batches(epoch, BATCH), others, strict=False):
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * min(1, (step + 1) / WARM_UP_STEPS) * (1 - (1 - LAST_RATE) * step / steps)
            loss = annotated_loss(model, batch) + TEACHER_BATCH / BATCH * distillation_loss(model, other)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(own.values(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            step += 1
            losses.append(float(loss.detach()))
            keep = min(AVERAGE, (1 + step) / (10 + step))
            with torch.no_grad():
                for name, parameter in own.items():
                    average[name].mul_(keep).add_(parameter, alpha=1 - keep)
            if step % 20 == 0:
                left = (steps - step) * (time.monotonic() - started) / (step - begun) / 60
                print(f"{step}/{steps} loss {np.mean(losses[-20:]):.4f}, {left:.0f} minutes left", flush=True)
        state = {"model": {name: p.detach() for name, p in own.items()}, "average": average}
        torch.save(
            state | {"optimizer": optimizer.state_dict(), "step": step, "epoch": epoch + 1}, checkpoint
        )
