"""A person or organisation of an article: a record, built in ``building``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from service.domain import Span


class Kind(Enum):
    """What bears a name."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    OTHER = "other"  # a nationality, an event, a product; or no name at all


SPEAKING_KINDS = (Kind.PERSON, Kind.ORGANISATION)
"""The kinds of names whose bearers speak."""


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """A person or organisation under all its names. Two with the same fields are still two people.

    ``roles`` are all that the article gives, in lower case; ``nouns`` is what these roles are: "minister" of
    "finance minister of Goa".
    """

    name: str
    is_person: bool
    role: str | None = None
    gender: str | None = None  # "m", "f" or None
    mentions: tuple[Span, ...] = ()
    roles: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    is_described: bool = False  # "Police", "A neighbour": no name, but a noun with a sentence's capital
    is_certainly_person: bool = False  # by title, role or given name, not only by the look of the name
    kind: Kind = Kind.ORGANISATION
