"""The news industry's taxonomy: level 1 of the IPTC Media Topics, as released on 2025-10-09.

IPTC Media Topics are published by the International Press Telecommunications Council (https://iptc.org)
under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); ids and labels are theirs, unchanged.
Ids never change; labels may with a release, so the version goes into every result.

The definitions of topics are used in training only (``eval.training``).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaTopic:
    """One topic of the taxonomy: its qcode and English label."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The topics in the order in which heads score them, and the ``version`` that results record."""

    version: str
    topics: tuple[MediaTopic, ...]


LEVEL_1 = Taxonomy(
    version="mediatopics 2025-10-09",
    topics=(
        MediaTopic("medtop:01000000", "arts, culture, entertainment and media"),
        MediaTopic("medtop:02000000", "crime, law and justice"),
        MediaTopic("medtop:03000000", "disaster, accident and emergency incident"),
        MediaTopic("medtop:04000000", "economy, business and finance"),
        MediaTopic("medtop:05000000", "education"),
        MediaTopic("medtop:06000000", "environment"),
        MediaTopic("medtop:07000000", "health"),
        MediaTopic("medtop:08000000", "human interest"),
        MediaTopic("medtop:09000000", "labour"),
        MediaTopic("medtop:10000000", "lifestyle and leisure"),
        MediaTopic("medtop:11000000", "politics and government"),
        MediaTopic("medtop:12000000", "religion"),
        MediaTopic("medtop:13000000", "science and technology"),
        MediaTopic("medtop:14000000", "society"),
        MediaTopic("medtop:15000000", "sport"),
        MediaTopic("medtop:16000000", "conflict, war and peace"),
        MediaTopic("medtop:17000000", "weather"),
    ),
)
