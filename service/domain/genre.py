"""Which kind of article it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.domain.spans import require_probability


class GenreLabel(StrEnum):
    """The kinds of articles, as an archive's editor would file them."""

    NEWS = "news"
    FEATURE = "feature"
    EXPLAINER = "explainer"
    OPINION = "opinion"
    LIVE_BLOG = "live_blog"
    LISTICLE = "listicle"
    INTERVIEW = "interview"
    REVIEW = "review"
    ROUND_UP = "round_up"
    BRIEF = "brief"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Genre:
    """An article's genre, and the probability (0..1) that an editor would say the same."""

    label: GenreLabel
    confidence: float

    def __post_init__(self) -> None:
        require_probability("genre.confidence", self.confidence)
