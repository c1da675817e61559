"""The file of a fitted taxonomy: its labels, its weights, and what they were made for.

A safetensors file, so nothing in it can run. It holds for one encoder and the idf of one topic head, whose
digests it names; with others it is refused.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from service.models.heads.own_topics import OwnTopicWeights
from service.topics.own.reading import TaxonomyInvalid, parse_taxonomy
from service.topics.own.taxonomy import OwnTaxonomy

SUFFIX = ".safetensors"
_FORMAT = "pullquote-own-topics-1"
_MOST_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class FittedFile:
    """What a file holds; ``digest`` is that of its bytes."""

    taxonomy: OwnTaxonomy
    weights: OwnTopicWeights
    digest: str


def write_fitted(
    taxonomy: OwnTaxonomy, weights: OwnTopicWeights, encoder: str, idf: NDArray[np.float32], examples: int
) -> bytes:
    """Return the file's bytes: the same weights give the same."""
    tensors = {name: np.ascontiguousarray(value) for name, value in sorted(weights.tensors().items())}
    labels = [{key: value for key, value in asdict(label).items() if value} for label in taxonomy.labels]
    return save(
        tensors,
        metadata={
            # One entry, as the order of several isn't kept.
            "pullquote": json.dumps(
                {
                    "format": _FORMAT,
                    "encoder": encoder,
                    "idf": _digest(idf),
                    "examples": examples,
                    "taxonomy_sha256": taxonomy.digest,
                    "taxonomy": {"name": taxonomy.name, "labels": labels},
                }
            )
        },
    )


def read_fitted(path: Path, encoder: str, idf: NDArray[np.float32]) -> FittedFile:
    """Read a file that was fitted for this ``encoder`` and this ``idf``. Raises TaxonomyInvalid."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise TaxonomyInvalid(f"{path} is larger than {_MOST_BYTES} bytes. It isn't a fitted taxonomy.")
        digest = "sha256:" + sha256(path.read_bytes()).hexdigest()
        with safe_open(path, framework="numpy") as file:
            about = json.loads((file.metadata() or {}).get("pullquote", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no mapping
    except OSError as error:
        raise TaxonomyInvalid(f"{path}: {error.strerror or error}. Name a file that can be read.") from error
    except (SafetensorError, ValueError) as error:
        raise TaxonomyInvalid(f"{path} is damaged ({str(error)[:120]}). Fit it again.") from error
    if about.get("format") != _FORMAT:
        raise TaxonomyInvalid(f"{path} isn't a taxonomy that `pullquote topics fit` wrote.")
    if about["encoder"] != encoder or about["idf"] != _digest(idf):
        raise TaxonomyInvalid(f"{path} was fitted for other models than these. Fit it again.")
    taxonomy = parse_taxonomy(json.dumps(about["taxonomy"]).encode(), "", str(path), is_json=True)
    weights = OwnTopicWeights(**tensors)
    _require_shapes(path, weights, len(taxonomy.labels), len(idf))
    return FittedFile(taxonomy, weights, digest)


def _require_shapes(path: Path, weights: OwnTopicWeights, labels: int, vocabulary: int) -> None:
    pieces = len(weights.piece_ids)
    fits = (
        weights.vector_weight.ndim == 2
        and weights.vector_weight.shape[1] == labels
        and weights.piece_weight.shape == (pieces, labels)
        and weights.bias.shape == (labels,)
        and (pieces == 0 or 0 <= int(weights.piece_ids.min()) <= int(weights.piece_ids.max()) < vocabulary)
    )
    if not fits:
        raise TaxonomyInvalid(f"{path} is damaged: its weights don't fit its {labels} labels. Fit it again.")


def _digest(idf: NDArray[np.float32]) -> str:
    return "sha256:" + sha256(np.ascontiguousarray(idf).tobytes()).hexdigest()
