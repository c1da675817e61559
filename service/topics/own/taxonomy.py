"""A newsroom's own taxonomy: labels in a tree, with the words that say what they mean."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256

from service.topics.taxonomy import MediaTopic, Taxonomy


@dataclass(frozen=True, slots=True)
class OwnLabel:
    """A label of the taxonomy; ``examples`` are sentences or headlines that it would be given."""

    id: str
    label: str
    description: str = ""
    keywords: tuple[str, ...] = ()
    parent: str | None = None
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnTaxonomy:
    """Labels in the order of their file, each with a known parent or none, without circles."""

    name: str
    labels: tuple[OwnLabel, ...]

    @cached_property
    def digest(self) -> str:
        """``sha256:…`` over everything that the labels say."""
        content = json.dumps([asdict(label) for label in self.labels], sort_keys=True)
        return "sha256:" + sha256(content.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each id stands in ``labels``."""
        return {label.id: at for at, label in enumerate(self.labels)}

    @cached_property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The ids from the top of the tree to each label, in the order of ``labels``."""
        return tuple(tuple(reversed(self._upwards(label.id))) for label in self.labels)

    def scored(self, version: str) -> Taxonomy:
        """Return the labels as the topics that a head scores."""
        topics = zip(self.labels, self.paths, strict=True)
        return Taxonomy(version, tuple(MediaTopic(label.id, label.label, path) for label, path in topics))

    def with_ancestors(self, ids: Sequence[str]) -> set[int]:
        """Return the positions of labels and of all above them. Raises KeyError for an unknown id."""
        return {self.position[above] for id_ in ids for above in self.paths[self.position[id_]]}

    def _upwards(self, id_: str) -> list[str]:
        path = [id_]
        while (parent := self.labels[self.position[path[-1]]].parent) is not None:
            path.append(parent)
        return path
