"""The attribution branch: the encoder's upper layers, adapted to attribution.

It forks off the shared lower layers, which an article passes only once. Its weights are low-rank adapters (Hu
et al. 2021, LoRA), which are merged into copies of the encoder's layers when it is loaded, layer norms,
biases, and embeddings of the ``surface`` features, which are added at the fork.

Not here: what its vectors are read for (``heads.attribution``); training (``eval.training.attribution``).
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from service.models import surface

FILE_NAME = "attribution.safetensors"
SCALE = 2.0
"""An adapter of rank r adds ``SCALE / sqrt(r) * B A`` to its weight (rank-stabilised: Kalajdzievski 2023)."""


class AttributionBranch(nn.Module):
    """Upper layers of a BERT-like encoder, and embeddings of the surface features.

    They follow ``fork`` lower layers, which are the encoder's own.
    """

    def __init__(self, layers: nn.ModuleList, width: int, fork: int) -> None:
        super().__init__()
        self.layers = layers
        self.fork = fork
        self.surface = nn.ModuleList(nn.Embedding(size, width) for size in surface.SIZES)

    @classmethod
    def load(cls, layers: nn.ModuleList, width: int, folder: Path) -> AttributionBranch:
        """Load the adapters from a folder of weights, and merge them into copies of the upper ``layers``.

        The branch has as many layers as the weights adapt. Check the files first (``manifest.check``).
        """
        stored = load_file(folder / FILE_NAME)
        own = {name.removeprefix("branch."): t for name, t in stored.items() if name.startswith("branch.")}
        return cls.adapted(layers, width, own)

    @classmethod
    def adapted(
        cls, layers: nn.ModuleList, width: int, weights: Mapping[str, torch.Tensor]
    ) -> AttributionBranch:
        """Copy the upper layers of the encoder's ``layers``, and merge trained ``weights`` into the copies.

        ``weights`` hold ``layers.<n>.<module>.A`` (r, in) and ``.B`` (out, r) for adapted matrices, and whole
        parameters under their own names. Raises KeyError for a name that the branch doesn't have.
        """
        fork = len(layers) - len({name.split(".")[1] for name in weights if name.startswith("layers.")})
        branch = cls(deepcopy(layers[fork:]), width, fork)
        own = dict(branch.named_parameters())
        with torch.no_grad():
            for name, value in weights.items():
                if name.endswith(".A"):
                    stem = name.removesuffix(".A")
                    up, down = weights[f"{stem}.B"].float(), value.float()
                    own[f"{stem}.weight"].add_(up @ down, alpha=SCALE / down.shape[0] ** 0.5)
                elif not name.endswith(".B"):
                    own[name].copy_(value)
        return branch

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Return vectors (B, L, D) of hidden states (B, L, D); mask (B, 1, 1, L), features (B, L, F)."""
        for column, embedding in enumerate(self.surface):
            hidden = hidden + embedding(features[..., column])
        return run_layers(self.layers, hidden, mask)


def run_layers(layers: nn.ModuleList, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Run hidden states (B, L, D) through transformer layers; ``mask`` (B, 1, 1, L) is added to attention."""
    for layer in layers:
        output = layer(hidden, attention_mask=mask)
        hidden = output[0] if isinstance(output, tuple) else output
    return hidden
