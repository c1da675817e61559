"""Texts cut into windows, and batches of windows.

Shapes: B windows, L tokens with the encoder's marks of beginning and end, F surface features.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import torch

from eval.training.trunk.texts import Ints, TrainingText
from eval.training.trunk.transformer import TrainableEncoder
from service.models.surface import SIZES

LENGTH = 252


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens ``[start, end)`` of a text."""

    text: TrainingText
    start: int
    end: int

    @property
    def words(self) -> Ints:
        """The first token of each word that begins in the window, counted from the text's start."""
        first = self.text.first
        return first[(first >= self.start) & (first < self.end)]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded windows."""

    windows: Sequence[Window]
    ids: torch.Tensor  # (B, L)
    mask: torch.Tensor  # (B, L) where there is a token
    features: torch.Tensor  # (B, L, F)

    @classmethod
    def of(cls, windows: Sequence[Window], encoder: TrainableEncoder) -> Batch:
        """Pad ``windows`` to the longest."""
        longest = max(window.end - window.start for window in windows) + 2
        ids = torch.full((len(windows), longest), encoder.last_id)
        mask = torch.zeros((len(windows), longest), dtype=torch.bool)
        features = torch.zeros((len(windows), longest, len(SIZES)), dtype=torch.long)
        ids[:, 0] = encoder.first_id
        for row, window in enumerate(windows):
            inner = slice(1, window.end - window.start + 1)
            ids[row, inner] = torch.from_numpy(window.text.ids[window.start : window.end])
            features[row, inner] = torch.from_numpy(window.text.features[window.start : window.end])
            mask[row, : inner.stop + 1] = True
        return cls(windows, ids, mask, features)


class WindowSource:
    """Windows of some texts, so many in each batch, in an order of their own that starts over and over.

    Every other turn cuts the texts at other places, so that no span is always at an edge.
    """

    def __init__(self, name: str, texts: Sequence[TrainingText], share: int, seed: int) -> None:
        self.name, self.texts, self.share = name, texts, share
        self._seed = seed
        self._cuts = [list(cut(texts, LENGTH, offset)) for offset in (0, LENGTH // 2)]

    def __len__(self) -> int:
        """Return how many windows a turn has."""
        return len(self._cuts[0])

    def describe(self) -> str:
        """Return what is in it: texts, tokens, whether a teacher marked them."""
        tokens = sum(len(text.ids) for text in self.texts)
        marked = sum(text.taught is not None for text in self.texts)
        return f"{len(self.texts):,} texts, {tokens:,} tokens, {marked:,} marked by the teacher"

    def from_step(self, step: int) -> Iterator[Sequence[Window]]:
        """Yield the windows of each batch from number ``step`` on, for ever."""
        skip = step * self.share
        waiting: list[Window] = []
        for turn in count():
            windows = list(self._cuts[turn % 2])
            random.Random(f"{self._seed} {self.name} {turn}").shuffle(windows)
            if skip >= len(windows):
                skip -= len(windows)
                continue
            waiting += windows[skip:]
            skip = 0
            while len(waiting) >= self.share:
                yield waiting[: self.share]
                waiting = waiting[self.share :]


def cut(texts: Sequence[TrainingText], length: int, offset: int) -> Iterator[Window]:
    """Cut each text into windows of at most ``length`` tokens, the first ``offset`` tokens shorter."""
    for text in texts:
        starts = [0, *range(length - offset, len(text.ids), length)]
        for start, end in zip(starts, [*starts[1:], len(text.ids)], strict=True):
            if len(text.first[np.searchsorted(text.first, start) : np.searchsorted(text.first, end)]):
                yield Window(text, start, end)
