"""A taxonomy scored by its own words: label, description, keywords and examples as vectors of the encoder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from service.models.heads.own_topics import OwnTopicWeights, weigh_by_words
from service.topics.own.taxonomy import OwnLabel, OwnTaxonomy

VectorOf = Callable[[str], NDArray[np.float32]]
"""Returns the vector (D,) of a text, at unit length."""


def weigh(taxonomy: OwnTaxonomy, vector_of: VectorOf) -> OwnTopicWeights:
    """Return the weights of a head for the taxonomy; takes some milliseconds a label."""
    by_id = {label.id: label for label in taxonomy.labels}
    vectors = [_label_vector(label, by_id.get(label.parent or ""), vector_of) for label in taxonomy.labels]
    return weigh_by_words(np.stack(vectors), mean_news())


def mean_news() -> NDArray[np.float32]:
    """Return the mean vector (D,) of 360 news articles of many outlets: what all news has in common."""
    text = (files(__package__) / "data" / "mean_news.json").read_text("utf-8")
    return np.array(json.loads(text)["vector"], dtype=np.float32)


def _label_vector(label: OwnLabel, parent: OwnLabel | None, vector_of: VectorOf) -> NDArray[np.float32]:
    """Return the mean of the parts' vectors at unit length: each keyword counts as much as the label."""
    mean = np.mean([vector_of(part) for part in _parts(label, parent)], axis=0)
    unit: NDArray[np.float32] = (mean / max(float(np.linalg.norm(mean)), 1e-9)).astype(np.float32)
    return unit


def _parts(label: OwnLabel, parent: OwnLabel | None) -> Iterator[str]:
    yield label.label
    if parent:  # "cup" is another thing under sport than under kitchenware
        yield f"{parent.label}: {label.label}"
    if label.description:
        yield label.description
    yield from label.keywords
    yield from label.examples
