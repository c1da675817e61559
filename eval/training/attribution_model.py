"""The attribution model in training: the encoder's upper layers with adapters, and the head.

``eval.training.attribution`` trains it; ``service.models`` reads what ``Model.published`` returns.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from service.models.attribution_branch import FILE_NAME, SCALE, AttributionBranch
from service.models.heads.attribution import LINK_WIDTH, TAGS, forbidden
from service.models.surface import SIZES

FORK = 1
RANK = 64
HIDDEN, SURFACE_WIDTH = 256, 16
DROPOUT, HEAD_DROPOUT = 0.1, 0.2
_DISTANCES = 40


class Adapted(nn.Module):
    """A linear layer whose weight is kept and gets a low-rank addition."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        linear.weight.requires_grad_(False)
        self.A = nn.Parameter(torch.randn(RANK, linear.in_features) / linear.in_features**0.5)
        self.B = nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return W x + SCALE / sqrt(r) B A x."""
        low = functional.linear(functional.linear(x, self.A), self.B)
        whole: torch.Tensor = self.linear(x) + low * (SCALE / RANK**0.5)
        return whole


class LockedDropout(nn.Module):
    """Dropout of the same dimensions at every token of a window (Gal and Ghahramani 2016); cheap to draw."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x (B, L, D) with dimensions dropped, in training."""
        if not self.training:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2]) >= self.p
        return x * (kept / (1 - self.p)).to(x.dtype)


class Chain(nn.Module):
    """A linear-chain conditional random field over the tags."""

    forbidden: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.register_buffer("forbidden", torch.from_numpy(forbidden()))

    def steps(self) -> torch.Tensor:
        """Return the scores of tag j after tag i (K, K)."""
        return self.transitions + self.forbidden

    def loss(self, emissions: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the summed negative log-likelihood: emissions (B, W, K), tags (B, W), mask (B, W)."""
        # A window may open inside a span, so what gold does there must not cost infinitely much.
        step = self.steps().clamp(min=-50)[tags[:, :-1], tags[:, 1:]]  # (B, W - 1)
        score = (emissions.gather(2, tags[..., None])[..., 0] * mask).sum() + (step * mask[:, 1:]).sum()
        return log_partition(emissions, self.steps(), mask).sum() - score

    def distance(self, emissions: torch.Tensor, believed: Believed, mask: torch.Tensor) -> torch.Tensor:
        """Return the summed cross-entropy of whole sequences under what a teacher believes."""
        score = (believed.tags * emissions).sum() + (believed.steps * self.steps().clamp(min=-50)).sum()
        return log_partition(emissions, self.steps(), mask).sum() - score


@dataclass(frozen=True)
class Believed:
    """A teacher's marginals: of tags (B, W, K), and how often each tag follows each (B, K, K)."""

    tags: torch.Tensor
    steps: torch.Tensor

    @classmethod
    def of(cls, emissions: torch.Tensor, steps: torch.Tensor, mask: torch.Tensor) -> Believed:
        """Read them off a teacher's emissions (B, W, K) and steps (K, K): the slopes of the partition."""
        emissions = emissions.clone().requires_grad_()
        steps = steps.expand(len(emissions), *steps.shape).clone().requires_grad_()
        total = log_partition(emissions, steps, mask).sum()
        return cls(*torch.autograd.grad(total, (emissions, steps)))


def log_partition(emissions: torch.Tensor, steps: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the log of the summed scores of all sequences (B,): emissions (B, W, K), steps (…, K, K)."""
    alpha = emissions[:, 0]
    for word in range(1, emissions.shape[1]):
        following = torch.logsumexp(alpha[:, :, None] + steps, dim=1) + emissions[:, word]
        alpha = torch.where(mask[:, word, None], following, alpha)
    return torch.logsumexp(alpha, dim=1)


class Model(nn.Module):
    """The branch with adapters, and the head."""

    def __init__(self, upper: nn.ModuleList, width: int) -> None:
        super().__init__()
        layer: Any
        for layer in upper:
            for name, parameter in layer.named_parameters():
                parameter.requires_grad_("LayerNorm" in name or name.endswith("bias"))
            attention = layer.attention
            # Dropping attention would keep it out of the fused kernel, at twice the time a step.
            attention.self.dropout.p = 0.0
            attention.output.dropout = LockedDropout(DROPOUT)
            layer.output.dropout = LockedDropout(DROPOUT)
            for module, name in (
                (attention.self, "query"),
                (attention.self, "key"),
                (attention.self, "value"),
                (attention.output, "dense"),
                (layer.intermediate, "dense"),
                (layer.output, "dense"),
            ):
                setattr(module, name, Adapted(getattr(module, name)))
        self.branch = AttributionBranch(upper, width, FORK)
        table: Any
        for table in self.branch.surface:
            nn.init.normal_(table.weight, std=0.02)
        self.dropout = LockedDropout(HEAD_DROPOUT)
        self.hidden = nn.Linear(width, HIDDEN)
        self.surface = nn.ModuleList(nn.Embedding(size, SURFACE_WIDTH) for size in SIZES)
        self.tags = nn.Linear(HIDDEN + SURFACE_WIDTH * len(SIZES), len(TAGS))
        self.chain = Chain()
        self.dependents = nn.Linear(width, LINK_WIDTH)
        self.cues = nn.Linear(width, LINK_WIDTH)
        self.distances = nn.Embedding(_DISTANCES, 1)

    def emissions(self, vectors: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Return tag scores (B, L, K) for vectors (B, L, D) and features (B, L, F)."""
        hidden = functional.gelu(self.hidden(self.dropout(vectors)))
        surfaces = [table(features[..., column]) for column, table in enumerate(self.surface)]
        scores: torch.Tensor = self.tags(self.dropout(torch.cat([hidden, *surfaces], dim=-1)))
        return scores.float()

    def trained(self) -> dict[str, nn.Parameter]:
        """Return what is trained under the names that the service reads."""
        tensors = {}
        for name, parameter in self.named_parameters():
            if parameter.requires_grad:
                stem = name.replace(".linear.", ".").replace("chain.transitions", "transitions")
                stem = stem.replace("distances.weight", "distances")
                if stem.startswith("surface."):
                    stem = stem.removesuffix(".weight")
                tensors[stem if stem.startswith("branch.") else f"head.{stem}"] = parameter
        return tensors

    @torch.no_grad()
    def start_from(self, folder: Path) -> None:
        """Take over the published weights of a folder. Raises KeyError where they are of another shape."""
        stored = load_file(folder / FILE_NAME)
        for name, parameter in self.trained().items():
            parameter.copy_(stored[name].float())

    def published(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the trained tensors under the names that the service reads, in half precision."""
        return {name: parameter.detach().half().numpy() for name, parameter in self.trained().items()}


def two_windows(
    _: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor,
    **_options: object,
) -> tuple[torch.Tensor, None]:
    """Attention over (B, H, L, D), two windows at a time: their scores stay in the processor's cache.

    Forth and back it takes two thirds of the time of the fused kernel there.
    """
    heads, length, width = query.shape[1:]
    mixed = []
    with torch.autocast("cpu", enabled=False):
        query, mask = query * width**-0.5, mask.to(query.dtype)
        for q, k, v, m in zip(*(tensor.split(2) for tensor in (query, key, value, mask)), strict=True):  # type: ignore[no-untyped-call]
            q, k, v = (tensor.reshape(-1, length, width) for tensor in (q, k, v))
            scores = torch.bmm(q, k.transpose(1, 2)).view(-1, heads, length, length) + m
            mixed.append(torch.bmm(scores.softmax(-1).view(-1, length, length), v))
        whole = torch.cat(mixed).view(-1, heads, length, width)
        return whole.transpose(1, 2).contiguous(), None
