"""The contextual pass: MiniLM's layers over windows of tokens, and a fork of them adapted to attribution.

The lowest layer is common. Above it the pass forks into the plain layers, for summary, topics and support,
and layers with low-rank additions (Hu et al. 2021, LoRA), which are merged in when they are loaded, after
embeddings of the ``surface`` features. The pass is written out here: with the windows' tokens laid end to end
nothing is spent on padding, and the three matrices of attention are one.

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

FILE_NAME = "attribution.safetensors"
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
    """One transformer layer, normalised after each of its two parts."""

    qkv: _Linear
    mixed: _Linear
    attention_norm: _Norm
    wide: _Linear
    narrow: _Linear
    norm: _Norm

    @property
    def matrices(self) -> tuple[torch.Tensor, ...]:
        """Its four matrices."""
        return tuple(one.weight for one in (self.qkv, self.mixed, self.wide, self.narrow))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads layers from ``tensors``, named as in ``transformers``; ``trained`` ones change them."""

    tensors: Tensors
    trained: Tensors
    epsilon: float
    device: torch.device
    dtype: torch.dtype

    def place(self, tensor: torch.Tensor) -> torch.Tensor:
        return tensor.to(self.device, self.dtype)

    def norm(self, name: str) -> _Norm:
        weight, bias = (self._whole(f"{name}.{part}") for part in ("weight", "bias"))
        return _Norm(self.place(weight), self.place(bias), self.epsilon)

    def linear(self, *names: str) -> _Linear:
        """Return several maps of the same input as one."""
        weights, biases = [], []
        for name in names:
            weight = self._whole(f"{name}.weight")
            if f"{name}.A" in self.trained:
                up, down = self.trained[f"{name}.B"].float(), self.trained[f"{name}.A"].float()
                weight = weight.addmm(up, down, alpha=SCALE / len(down) ** 0.5)
            weights.append(weight)
            biases.append(self._whole(f"{name}.bias"))
        return _Linear(self.place(torch.cat(weights)), self.place(torch.cat(biases)))

    def layer(self, name: str) -> _Layer:
        attention = f"{name}.attention"
        return _Layer(
            qkv=self.linear(*(f"{attention}.self.{part}" for part in ("query", "key", "value"))),
            mixed=self.linear(f"{attention}.output.dense"),
            attention_norm=self.norm(f"{attention}.output.LayerNorm"),
            wide=self.linear(f"{name}.intermediate.dense"),
            narrow=self.linear(f"{name}.output.dense"),
            norm=self.norm(f"{name}.output.LayerNorm"),
        )

    def _whole(self, name: str) -> torch.Tensor:
        return self.trained.get(name, self.tensors[name]).float()


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
        """Take the ``plain`` encoder's weights, named as in ``transformers``, and the adapted layers'.

        ``trained`` names them ``layers.<n>.…`` from the fork on, and ``surface.<column>.weight``. Raises
        KeyError for what is missing.
        """
        self._heads = heads
        self.dtype = dtype
        count = len({name.split(".")[2] for name in plain if name.startswith("encoder.layer.")})
        fork = count - len({name.split(".")[1] for name in trained if name.startswith("layers.")})
        renamed = {
            f"encoder.layer.{fork + int(name.split('.')[1])}.{name.split('.', 2)[2]}": tensor
            for name, tensor in trained.items()
            if name.startswith("layers.")
        }
        reader = _Reader(plain, {}, epsilon, device, dtype)
        adapting = _Reader(plain, renamed, epsilon, device, dtype)
        if unknown := {name for name in renamed if name[-2:] not in (".A", ".B")} - set(plain):
            raise KeyError(f"the encoder has no {', '.join(sorted(unknown))}")
        layers = tuple(reader.layer(f"encoder.layer.{index}") for index in range(count))
        self._shared, self._plain = layers[:fork], layers[fork:]
        self._adapted = tuple(adapting.layer(f"encoder.layer.{index}") for index in range(fork, count))
        self._words = reader.place(plain["embeddings.word_embeddings.weight"])  # (V, D)
        self._positions = reader.place(plain["embeddings.position_embeddings.weight"])
        self._kind = reader.place(plain["embeddings.token_type_embeddings.weight"][0])  # (D,)
        self._embedding_norm = reader.norm("embeddings.LayerNorm")
        self._surface = [reader.place(trained[f"surface.{column}.weight"]) for column in range(len(SIZES))]
        self.width: int = self._words.shape[1]

    @classmethod
    def load(cls, encoder: Path, heads: Path, dtype: torch.dtype, device: torch.device) -> Trunk:
        """Load from the folders of the encoder and of the weights. Check the files first (``manifest``)."""
        config = json.loads((encoder / "config.json").read_text(encoding="utf-8"))
        plain = load_file(encoder / "model.safetensors")
        stored = load_file(heads / FILE_NAME)
        own = {name.removeprefix("branch."): t for name, t in stored.items() if name.startswith("branch.")}
        return cls(plain, own, config["num_attention_heads"], config["layer_norm_eps"], dtype, device)

    @torch.inference_mode()
    def run(
        self,
        ids: NDArray[np.int64],
        features: NDArray[np.int64],
        lengths: Sequence[int],
        wanted: NDArray[np.bool_],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the ``wanted`` tokens' vectors by the adapted layers and by the plain ones: (W, D) each.

        ids (N,), surface features (N, F) and wanted (N,) are those of windows of these ``lengths``.
        """
        device = self._words.device
        positions = torch.cat([self._positions[:length] for length in lengths])
        hidden = self._embedding_norm(self._words[torch.from_numpy(ids).to(device)] + self._kind + positions)
        shared = self._through(self._shared, hidden, lengths)
        adapted = shared
        for values, table in zip(torch.from_numpy(features).to(device).unbind(1), self._surface, strict=True):
            adapted = adapted + table[values]
        chosen = torch.from_numpy(wanted).to(device)
        vectors, meanings = (
            self._through(layers, states, lengths)[chosen].float().cpu().numpy()
            for layers, states in ((self._adapted, adapted), (self._plain, shared))
        )
        return vectors, meanings

    def operations(self, lengths: Sequence[int]) -> int:
        """Return how many multiplications and additions a pass over windows of these ``lengths`` needs."""
        layers = (*self._shared, *self._plain, *self._adapted)
        matrices = sum(matrix.numel() for layer in layers for matrix in layer.matrices)
        attention = sum(length**2 for length in lengths) * self.width * 2 * len(layers)
        return 2 * (sum(lengths) * matrices + attention)

    def _through(
        self, layers: Sequence[_Layer], hidden: torch.Tensor, lengths: Sequence[int]
    ) -> torch.Tensor:
        for layer in layers:
            mixed = self._attend(layer.qkv(hidden), lengths)
            hidden = layer.attention_norm(hidden + layer.mixed(mixed))
            hidden = layer.norm(hidden + layer.narrow(functional.gelu(layer.wide(hidden))))
        return hidden

    def _attend(self, qkv: torch.Tensor, lengths: Sequence[int]) -> torch.Tensor:
        """Return attention (N, D) within each window; ``qkv`` (N, 3 D)."""
        width = self.width // self._heads
        parts = qkv.view(len(qkv), 3, self._heads, width).permute(1, 2, 0, 3)  # (3, H, N, D / H)
        mixed = torch.empty(len(qkv), self._heads, width, dtype=qkv.dtype, device=qkv.device)
        start = 0
        for length in lengths:
            query, key, value = parts[:, None, :, start : start + length]  # (1, H, L, D / H) each
            # Three plain steps take a quarter less on a CPU, but round the scores to the layers' precision.
            heads = functional.scaled_dot_product_attention(query, key, value)
            mixed[start : start + length] = heads[0].transpose(0, 1)
            start += length
        return mixed.view(len(qkv), self.width)
