"""The weights that choose speakers and say how sure they are: linear, by the names of their features.

Fitted by ``python -m eval.training.speakers``; their card stands beside them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

FILE = Path(__file__).with_name("speaker_weights.json")


@cache
def load_weights(name: str) -> Mapping[str, float]:
    """Return the weights of "choice" or of "confidence"."""
    weights: Mapping[str, Mapping[str, float]] = json.loads(FILE.read_text(encoding="utf-8"))
    return MappingProxyType(weights[name])
