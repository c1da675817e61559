"""A BERT-like encoder that can be trained: MiniLM with low-rank additions, or MPNet (the teacher) as a whole.

Both are the same layers: attention, then a feed-forward part, each followed by a layer norm. MPNet adds a
bias by distance to its attention. Written out, one code trains both, in either way, with attention that suits
a CPU. Shapes: B windows, L tokens, D width, H heads.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from service.models.surface import SIZES

Tensors = Mapping[str, torch.Tensor]

SCALE = 2.0
"""A low-rank addition of rank r is ``SCALE / sqrt(r) * B A`` (rank-stabilised: Kalajdzievski 2023)."""
DROPOUT = 0.1
WORD_DROPOUT = 0.1

_BERT = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
}
_MPNET = {
    "query": "attention.attn.q",
    "key": "attention.attn.k",
    "value": "attention.attn.v",
    "mixed": "attention.attn.o",
    "attention_norm": "attention.LayerNorm",
}
_BOTH = {"wide": "intermediate.dense", "narrow": "output.dense", "norm": "output.LayerNorm"}


class LockedDropout(nn.Module):
    """Dropout that drops the same dimensions at every token of a window (Gal and Ghahramani 2016)."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x (B, L, D), with dimensions dropped during training."""
        if not self.training:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= self.p
        return x * (kept / (1 - self.p)).to(x.dtype)


class Matrix(nn.Module):
    """A linear map that is trained whole, or frozen with a trained addition of a low rank (LoRA, Hu 2021)."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor, rank: int | None) -> None:
        super().__init__()
        self.rank = rank
        self.bias = nn.Parameter(bias.clone())
        if rank is None:
            self.weight = nn.Parameter(weight.clone())
            return
        self.register_buffer("weight", weight.clone(), persistent=False)
        self.A = nn.Parameter(torch.randn(rank, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.B = nn.Parameter(torch.zeros(weight.shape[0], rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the map of x in x's own precision."""
        weight = self.weight
        if self.rank is not None:
            weight = weight + (self.B @ self.A) * (SCALE / self.rank**0.5)
        return functional.linear(x, weight.to(x.dtype), self.bias.to(x.dtype))


class Layer(nn.Module):
    """One transformer layer, normalised after each of its two parts."""

    def __init__(self, tensors: Tensors, heads: int, epsilon: float, rank: int | None) -> None:
        super().__init__()
        self.heads, self.epsilon = heads, epsilon
        parts = ("query", "key", "value")
        self.qkv = Matrix(
            torch.cat([tensors[f"{part}.weight"] for part in parts]),
            torch.cat([tensors[f"{part}.bias"] for part in parts]),
            rank,
        )
        self.mixed, self.wide, self.narrow = (
            Matrix(tensors[f"{name}.weight"], tensors[f"{name}.bias"], rank)
            for name in ("mixed", "wide", "narrow")
        )
        self.attention_norm, self.norm = (
            _norm(tensors, name, epsilon) for name in ("attention_norm", "norm")
        )
        self.dropout = LockedDropout(DROPOUT)

    def forward(self, hidden: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        """Return hidden states (B, L, D) of the next layer; ``bias`` (B or 1, 1 or H, L or 1, L)."""
        rows, length, width = hidden.shape
        parts = self.qkv(hidden).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = attend(query, key, value, bias).transpose(1, 2).reshape(rows, length, width)
        hidden = self.attention_norm(hidden + self.dropout(self.mixed(mixed)))
        inner = self.narrow(functional.gelu(self.wide(hidden)))
        normed: torch.Tensor = self.norm(hidden + self.dropout(inner))
        return normed


class TrainableEncoder(nn.Module):
    """Embeddings, surface features and layers. The word embeddings are frozen."""

    word_embeddings: torch.Tensor  # (V, D)
    positions: torch.Tensor  # (P, D)
    distances: torch.Tensor | None  # (32, H) of MPNet

    def __init__(self, folder: Path, rank: int | None) -> None:
        """Load from a folder in the layout of ``transformers``; ``rank`` None trains every matrix whole."""
        super().__init__()
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        stored = {
            name.removeprefix("mpnet.").removeprefix("bert."): tensor.float()
            for name, tensor in load_file(folder / "model.safetensors").items()
        }
        is_mpnet = config["model_type"] == "mpnet"
        self.width: int = config["hidden_size"]
        epsilon = config["layer_norm_eps"]
        names = {**(_MPNET if is_mpnet else _BERT), **_BOTH}
        self.layers = nn.ModuleList(
            Layer(dict(_layer(stored, index, names)), config["num_attention_heads"], epsilon, rank)
            for index in range(config["num_hidden_layers"])
        )
        # MPNet counts positions from the one after its padding.
        self.first_position = config["pad_token_id"] + 1 if is_mpnet else 0
        self.first_id, self.last_id = (0, 2) if is_mpnet else (101, 102)
        embeddings = {
            name.removeprefix("embeddings."): tensor
            for name, tensor in stored.items()
            if name.startswith("embeddings.")
        }
        positions = embeddings["position_embeddings.weight"]
        if not is_mpnet:
            positions = positions + embeddings["token_type_embeddings.weight"][0]
        self.register_buffer("word_embeddings", embeddings["word_embeddings.weight"], persistent=False)
        self.register_buffer("positions", positions, persistent=False)
        self.embedding_norm = _norm(
            {f"norm.{part}": embeddings[f"LayerNorm.{part}"] for part in ("weight", "bias")}, "norm", epsilon
        )
        tables = [nn.Embedding(size, self.width) for size in SIZES]
        for table in tables:
            nn.init.normal_(table.weight, std=0.02)
        self.surface = nn.ModuleList(tables)
        distances = stored.get("encoder.relative_attention_bias.weight")
        self.register_buffer("distances", distances, persistent=False)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, features: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Return vectors (B, L, D) in bf16 of ids (B, L), where mask (B, L); features (B, L, F) if any."""
        length = ids.shape[1]
        words = self.word_embeddings[ids]
        hidden: torch.Tensor = words + self.positions[self.first_position : self.first_position + length]
        hidden = self.embedding_norm(hidden)
        if features is not None:
            for column, table in enumerate(self.surface):
                hidden = hidden + table(features[..., column])
        if self.training:
            dropped = torch.rand(*ids.shape, 1, device=ids.device) < WORD_DROPOUT
            hidden = hidden.masked_fill(dropped, 0.0)
        hidden = hidden.bfloat16()
        bias = torch.zeros(mask.shape, dtype=hidden.dtype, device=ids.device).masked_fill(~mask, -1e4)
        bias = bias[:, None, None]
        if self.distances is not None:
            bias = bias + self.distances[buckets(length).to(ids.device)].permute(2, 0, 1).to(hidden.dtype)
        for layer in self.layers:
            hidden = layer(hidden, bias)
        return hidden


def attend(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Return attention (B, H, L, D / H), two windows at a time, so that scores stay in the CPU's cache.

    On a CPU forward and backward take three fifths of the time of PyTorch's fused kernel.
    """
    rows, heads, length, width = query.shape
    query = query * width**-0.5
    mixed = []
    for start in range(0, rows, 2):
        pair = slice(start, start + 2)
        q, k, v = (tensor[pair].reshape(-1, length, width) for tensor in (query, key, value))
        scores = torch.bmm(q, k.transpose(1, 2)).view(-1, heads, length, length)
        shares = (scores + (bias[pair] if len(bias) == rows else bias)).softmax(-1)
        mixed.append(torch.bmm(shares.view(-1, length, length), v))
    return torch.cat(mixed).view(rows, heads, length, width)


def buckets(length: int) -> torch.Tensor:
    """Return MPNet's bucket (L, L) of each distance: 16 a side, exact below 8, then logarithmic to 128."""
    positions = torch.arange(length)
    distance = positions[:, None] - positions[None]  # how far the key stands before the query
    side = torch.where(distance < 0, 16, 0)
    distance = distance.abs()
    far = 8 + (torch.log(distance.clamp(min=1) / 8) / math.log(128 / 8) * 8).long()
    return side + torch.where(distance < 8, distance, far.clamp(max=15))


def _layer(stored: Tensors, index: int, names: Mapping[str, str]) -> Iterator[tuple[str, torch.Tensor]]:
    for own, theirs in names.items():
        for part in ("weight", "bias"):
            yield f"{own}.{part}", stored[f"encoder.layer.{index}.{theirs}.{part}"]


def _norm(tensors: Tensors, name: str, epsilon: float) -> nn.LayerNorm:
    norm = nn.LayerNorm(len(tensors[f"{name}.weight"]), eps=epsilon)
    norm.load_state_dict({part: tensors[f"{name}.{part}"] for part in ("weight", "bias")})
    return norm
