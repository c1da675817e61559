"""The attribution model in training: the encoder's upper layers with low-rank adapters, and the head.

The service reads the tensors that ``AttributionModel.published`` returns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from eval.training.attribution.crf import TagCRF
from service.models.attribution_branch import FILE_NAME, SCALE, AttributionBranch
from service.models.heads.attribution import LINK_WIDTH, TAGS
from service.models.surface import SIZES

FORK = 1
RANK = 64
HIDDEN, SURFACE_WIDTH = 256, 16
DROPOUT, HEAD_DROPOUT = 0.1, 0.2
_DISTANCES = 40


class LowRankLinear(nn.Module):
    """A linear layer with a frozen weight and a trained low-rank addition (LoRA, Hu et al. 2021)."""

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
    """Dropout that drops the same dimensions at every token of a window (Gal and Ghahramani 2016)."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x (B, L, D), with dimensions dropped during training."""
        if not self.training:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2]) >= self.p
        return x * (kept / (1 - self.p)).to(x.dtype)


class AttributionModel(nn.Module):
    """The encoder's upper layers with adapters, the surface features, and the head."""

    def __init__(self, upper: nn.ModuleList, width: int) -> None:
        super().__init__()
        layer: Any
        for layer in upper:
            for name, parameter in layer.named_parameters():
                parameter.requires_grad_("LayerNorm" in name or name.endswith("bias"))
            attention = layer.attention
            # With dropout inside attention PyTorch avoids the fused kernel, and a step takes twice as long.
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
                setattr(module, name, LowRankLinear(getattr(module, name)))
        self.branch = AttributionBranch(upper, width, FORK)
        table: Any
        for table in self.branch.surface:
            nn.init.normal_(table.weight, std=0.02)
        self.dropout = LockedDropout(HEAD_DROPOUT)
        self.hidden = nn.Linear(width, HIDDEN)
        self.surface = nn.ModuleList(nn.Embedding(size, SURFACE_WIDTH) for size in SIZES)
        self.tags = nn.Linear(HIDDEN + SURFACE_WIDTH * len(SIZES), len(TAGS))
        self.chain = TagCRF()
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
        """Return the trained parameters, named as the service reads them."""
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
        """Load the published weights of a folder. Raises KeyError if one is missing."""
        stored = load_file(folder / FILE_NAME)
        for name, parameter in self.trained().items():
            parameter.copy_(stored[name].float())

    def published(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the trained tensors in half precision, named as the service reads them."""
        return {name: parameter.detach().half().numpy() for name, parameter in self.trained().items()}


def two_windows(
    _: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor,
    **_options: object,
) -> tuple[torch.Tensor, None]:
    """Compute attention over (B, H, L, D) two windows at a time, so that scores stay in the CPU's cache.

    On a CPU, forward and backward take two thirds of the fused kernel's time.
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
