"""The attribution head: scores each word as content, source or cue, and which of them belong together.

A linear-chain conditional random field (Lafferty et al. 2001) scores a tag of ``TAGS`` for each word. A link
is the dot product of the beginning of a content or source with the beginning of a cue, plus a preference by
distance. Not here: decoding the scores into spans (``service.quotes.decoding``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file

from service.models import surface, trunk
from service.models.encoder import Encoding

TAGS = ("O", "B-content", "I-content", "B-source", "I-source", "B-cue", "I-cue")
LINK_WIDTH = 64
_DISTANCES = 20
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class AttributionScores:
    """The head's scores for a text of W words; punctuation marks count as words.

    ``transitions[i, j]`` scores tag j after tag i. A content or source that begins at word i belongs to the
    cue that begins at word j with ``dependents[i] @ cues[j] + distances[buckets(tokens[j] - tokens[i])]``.
    """

    words: NDArray[np.int64]  # (W, 2) start, end in code points
    tokens: NDArray[np.int64]  # (W,) the word's first token
    emissions: NDArray[np.float32]  # (W, 7)
    transitions: NDArray[np.float32]  # (7, 7)
    dependents: NDArray[np.float32]  # (W, LINK_WIDTH)
    cues: NDArray[np.float32]  # (W, LINK_WIDTH)
    distances: NDArray[np.float32]  # (2 * _DISTANCES,)

    def links(self, dependents: NDArray[np.int64], cues: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the scores (P,) of P links, from what begins at words ``dependents`` to those ``cues``."""
        apart = self.tokens[cues] - self.tokens[dependents]  # (P,)
        products = np.einsum("pd,pd->p", self.dependents[dependents], self.cues[cues])
        scores: NDArray[np.float32] = products + self.distances[buckets(apart)]
        return scores


class AttributionHead:
    """One hidden layer for the tags, and two projections for the links. Deterministic."""

    def __init__(self, weights: Mapping[str, NDArray[Any]]) -> None:
        self._weights = {name: value.astype(np.float32) for name, value in weights.items()}

    @classmethod
    def load(cls, folder: Path) -> AttributionHead:
        """Load from the folder of weights. Check the files first (``manifest.check``)."""
        stored = load_file(folder / trunk.FILE_NAME)
        return cls({name.removeprefix("head."): t for name, t in stored.items() if name.startswith("head.")})

    def score(self, text: str, encoding: Encoding) -> AttributionScores:
        """Return the scores of ``text``, which ``encoding`` encodes."""
        weights = self._weights
        first = surface.word_starts(text, encoding.token_spans)  # (W,)
        vectors = encoding.attribution_vectors[first]  # (W, D)
        features = encoding.token_features[first]  # (W, F)
        hidden = _gelu(vectors @ weights["hidden.weight"].T + weights["hidden.bias"])  # (W, 256)
        surfaces = [weights[f"surface.{column}"][values] for column, values in enumerate(features.T)]
        emissions = (
            np.concatenate([hidden, *surfaces], axis=1) @ weights["tags.weight"].T + weights["tags.bias"]
        )
        last = np.append(first[1:], len(encoding.token_spans)) - 1  # the word's last token
        words = np.stack([encoding.token_spans[first, 0], encoding.token_spans[last, 1]], axis=1)
        return AttributionScores(
            words=words.reshape(-1, 2),
            tokens=first,
            emissions=emissions,
            transitions=weights["transitions"] + forbidden(),
            dependents=vectors @ weights["dependents.weight"].T + weights["dependents.bias"],
            cues=(vectors @ weights["cues.weight"].T + weights["cues.bias"])
            / np.sqrt(np.float32(LINK_WIDTH)),
            distances=weights["distances"].ravel(),
        )


def forbidden() -> NDArray[np.float32]:
    """Return a penalty (7, 7) for an inside tag after any but its own beginning or inside."""
    penalty = np.zeros((len(TAGS), len(TAGS)), dtype=np.float32)
    for inside in range(2, len(TAGS), 2):
        penalty[:, inside] = _NEVER
        penalty[inside - 1 : inside + 1, inside] = 0
    return penalty


def buckets(distances: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the logarithmic buckets of distances in tokens; those to the right have the higher ones."""
    sizes = (np.log2(np.abs(distances) + np.float32(1)) * 2).astype(np.int64)
    sides: NDArray[np.int64] = np.minimum(sizes, _DISTANCES - 1) + _DISTANCES * (distances > 0)
    return sides


def _gelu(values: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = torch.nn.functional.gelu(torch.from_numpy(values)).numpy()
    return result
