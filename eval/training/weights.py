"""Publishing trained weights: safetensors in ``service/models/weights``, their digest in the manifest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

import service.models

_MODELS = Path(service.models.__file__).parent
WEIGHTS = _MODELS / "weights"


def publish(name: str, tensors: Mapping[str, NDArray[Any]]) -> Path:
    """Write ``weights/<name>.safetensors`` (the same bytes for the same tensors) and record its SHA-256."""
    content = save({key: np.ascontiguousarray(value) for key, value in sorted(tensors.items())})
    path = WEIGHTS / f"{name}.safetensors"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    manifest_path = _MODELS / "manifest.json"
    manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
    manifest["heads"]["files"][path.name] = sha256(content).hexdigest()
    manifest_path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return path
