"""Who a mention means, and how that was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from service.domain import Span
from service.people.entity import Entity


class How(Enum):
    """How a mention was resolved."""

    NAME = "it holds the name"
    NAMES = "it joins two names"
    RELATIVE = "who or which, after the name"
    PRONOUN = "he or she, by what was named before"
    CATAPHORA = "he or she, before the name"
    SUBJECT = "it or they, by the subjects before"
    SPEAKER = "I or we, in somebody’s quotation"
    ROLE = "a role that the article gives somebody"
    EPITHET = "a description of somebody named before"
    OWNER = "a document, by whose it is"
    WORDS = "nobody named: its own words"


@dataclass(frozen=True, slots=True)
class Referent:
    """Who a ``mention`` means: a ``person`` of the article, or somebody without a name."""

    name: str
    role: str | None
    mention: Span
    how: How
    person: Entity | None = None
    share: float = 1.0
    """How likely it is this one among the candidates, where there were several."""
