"""The news industry's taxonomy: level 1 of the IPTC Media Topics.

IPTC Media Topics are published by the International Press Telecommunications Council (https://iptc.org)
under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); ids and labels are theirs, unchanged.
Ids never change; labels may with a release, so the version goes into every result.

``data/mediatopics.json`` has the release, all levels; `pullquote topics update` makes it from IPTC's file.
The definitions of topics are used in training only (``eval.training``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MediaTopic:
    """One topic of the taxonomy: its id (a qcode) and label, and the ids from the top of the tree to it.

    Without ``path`` it stands at the top.
    """

    id: str
    label: str
    path: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.path:
            object.__setattr__(self, "path", (self.id,))


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The topics in the order in which heads score them, and the ``version`` that results record."""

    version: str
    topics: tuple[MediaTopic, ...]


def _top_level() -> Taxonomy:
    content = json.loads((files(__package__) / "data" / "mediatopics.json").read_text("utf-8"))
    tops = (MediaTopic(row["id"], row["label"]) for row in content["labels"] if "parent" not in row)
    return Taxonomy(f"mediatopics {content['version']}", tuple(tops))


LEVEL_1 = _top_level()
"""The 17 topics at the top, in the order of their ids, which is that of the topic head."""
