"""The trunk: the one contextual pass of an article, which every head reads.

MiniLM's layers with low-rank additions (Hu et al. 2021, LoRA) that were trained on all tasks at once
(``eval.training.trunk``) and are merged in when it is loaded, and embeddings of the ``surface`` features. The
pass is written out here: with the windows' tokens laid end to end nothing is spent on padding, and the three
matrices of attention are one. On the CPU it takes two thirds of the time of the pass in ``transformers``.

Shapes: N tokens of all windows together, D width, H heads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch.nn import functional

from service.models.surface import SIZES

FILE_NAME = "trunk.safetensors"
SCALE = 2.0
"""An addition of rank r to a matrix is ``SCALE / sqrt(r) * B A`` (rank-stabilised: Kalajdzievski 2023)."""

Tensors = Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class _Linear:
    weight: torch.Tensor  # (out, in)
    bias: torch.Tensor  # (out,)

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        return functional.linear(hidden, self.weight, self.bias)


@dataclass(frozen=True, slots=True)
class _Norm:
    weight: torch.Tensor  # (D,)
    bias: torch.Tensor  # (D,)
    epsilon: float

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(hidden, self.weight.shape, self.weight, self.bias, self.epsilon)


@dataclass(frozen=True, slots=True)
class _Layer:
    qkv: _Linear
    mixed: _Linear
    attention_norm: _Norm
    wide: _Linear
    narrow: _Linear
    norm: _Norm


class Trunk:
    """Embeddings and layers, in inference mode. Safe to share between threads."""

    def __init__(
        self,
        plain: Tensors,
        trained: Tensors,
        heads: int,
        epsilon: float,
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        """Merge ``trained`` weights into those of the ``plain`` encoder, named as in ``transformers``."""
        self._heads = heads
        self.dtype = dtype
        cast = {name: tensor.float() for name, tensor in trained.items()}

        def place(tensor: torch.Tensor) -> torch.Tensor:
            return tensor.to(device, dtype)

        def linear(stem: str, *parts: str) -> _Linear:
            weight = torch.cat([plain[f"{part}.weight"].float() for part in parts])
            up, down = cast[f"{stem}.B"], cast[f"{stem}.A"]
            weight = weight.addmm(up, down, alpha=SCALE / len(down) ** 0.5)
            return _Linear(place(weight), place(cast[f"{stem}.bias"]))

        def norm(stem: str) -> _Norm:
            return _Norm(place(cast[f"{stem}.weight"]), place(cast[f"{stem}.bias"]), epsilon)

        def layer(index: int) -> _Layer:
            own, theirs = f"layers.{index}", f"encoder.layer.{index}"
            attention = f"{theirs}.attention"
            return _Layer(
                qkv=linear(f"{own}.qkv", *(f"{attention}.self.{part}" for part in ("query", "key", "value"))),
                mixed=linear(f"{own}.mixed", f"{attention}.output.dense"),
                attention_norm=norm(f"{own}.attention_norm"),
                wide=linear(f"{own}.wide", f"{theirs}.intermediate.dense"),
                narrow=linear(f"{own}.narrow", f"{theirs}.output.dense"),
                norm=norm(f"{own}.norm"),
            )

        words = plain["embeddings.word_embeddings.weight"]
        self._words = place(words)  # (V, D)
        positions = plain["embeddings.position_embeddings.weight"]
        self._positions = place(positions + plain["embeddings.token_type_embeddings.weight"][0])
        self._embedding_norm = norm("embedding_norm")
        self._surface = [place(cast[f"surface.{column}.weight"]) for column in range(len(SIZES))]
        self._meaning = place(cast["meaning.weight"])  # (D, D)
        layers = sum(name.endswith(".qkv.A") for name in trained)
        self._layers = tuple(layer(index) for index in range(layers))
        self.width: int = words.shape[1]

    @classmethod
    def load(cls, encoder: Path, heads: Path, dtype: torch.dtype, device: torch.device) -> Trunk:
        """Load from the folders of the encoder and of the weights. Check the files first (``manifest``)."""
        config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
        plain = load_file(encoder / "model.safetensors")
        trained = load_file(heads / FILE_NAME)
        return cls(plain, trained, config["num_attention_heads"], config["layer_norm_eps"], dtype, device)

    @torch.inference_mode()
    def run(
        self,
        ids: NDArray[np.int64],
        features: NDArray[np.int64],
        lengths: Sequence[int],
        wanted: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return vectors of the ``wanted`` tokens, and their maps to the plain encoder's: (W, D) each.

        ids (N,), surface features (N, F) and wanted (N,) are those of windows of these ``lengths``.
        """
        device = self._words.device
        positions = torch.cat([self._positions[:length] for length in lengths])
        hidden = self._embedding_norm(self._words[torch.from_numpy(ids).to(device)] + positions)
        for values, table in zip(torch.from_numpy(features).to(device).unbind(1), self._surface, strict=True):
            hidden = hidden + table[values]
        for layer in self._layers:
            mixed = self._attend(layer.qkv(hidden), lengths)
            hidden = layer.attention_norm(hidden + layer.mixed(mixed))
            hidden = layer.norm(hidden + layer.narrow(functional.gelu(layer.wide(hidden))))
        hidden = hidden[torch.from_numpy(wanted).to(device)]
        meanings = functional.linear(hidden, self._meaning)
        return hidden.float().cpu().numpy(), meanings.float().cpu().numpy()

    def operations(self, lengths: Sequence[int]) -> int:
        """Return how many multiplications and additions a pass over windows of these ``lengths`` needs."""
        matrices = sum(
            one.weight.numel()
            for layer in self._layers
            for one in (layer.qkv, layer.mixed, layer.wide, layer.narrow)
        )
        attention = sum(length**2 for length in lengths) * self.width * 2 * len(self._layers)
        return 2 * (sum(lengths) * matrices + attention)

    def _attend(self, qkv: torch.Tensor, lengths: Sequence[int]) -> torch.Tensor:
        """Return attention (N, D) within each window; ``qkv`` (N, 3 D)."""
        width = self.width // self._heads
        parts = qkv.view(len(qkv), 3, self._heads, width).permute(1, 2, 0, 3)  # (3, H, N, D / H)
        mixed = torch.empty(len(qkv), self._heads, width, dtype=qkv.dtype, device=qkv.device)
        start = 0
        for length in lengths:
            query, key, value = parts[:, :, start : start + length]  # (H, L, D / H) each
            # On a CPU three plain steps take less than PyTorch's fused kernel.
            scores = torch.bmm(query * width**-0.5, key.transpose(1, 2)).softmax(-1)  # (H, L, L)
            mixed[start : start + length] = torch.bmm(scores, value).transpose(0, 1)
            start += length
        return mixed.view(len(qkv), self.width)
