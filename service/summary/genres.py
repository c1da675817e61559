"""Which genre an article has, and what the reader of its summary is warned of.

The head's probabilities say which genre it is, unless the article itself says so (the door noticed a label or
timed entries). Kinds that a summary misrepresents are warned of where they are likely enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from service.domain import Article, Genre, GenreLabel, Notice
from service.errors import InvalidArticle
from service.warning_codes import WarningCode

# What an article says of itself is hardly ever wrong.
_LABELLED = 0.98
_NOTICED = {
    WarningCode.LIVE_BLOG: GenreLabel.LIVE_BLOG,
    WarningCode.OPINION: GenreLabel.OPINION,
}
# From here on the head is surer of this genre than of all others together.
_LEAST_TO_WARN = 0.5
_WARNINGS: Mapping[GenreLabel, tuple[WarningCode, str]] = {
    GenreLabel.OPINION: (
        WarningCode.OPINION,
        "The article reads like an opinion piece: its summary reports the writer's views as statements.",
    ),
    GenreLabel.LIVE_BLOG: (
        WarningCode.LIVE_BLOG,
        "The article reads like a live blog: its entries run backwards or repeat each other, and a summary "
        "of it may be out of order.",
    ),
    GenreLabel.LISTICLE: (
        WarningCode.LISTICLE,
        "The article reads like a list of things: a summary leaves most of them out.",
    ),
    GenreLabel.ROUND_UP: (
        WarningCode.ROUND_UP,
        "The article reads like a round-up of several stories: a summary mixes them.",
    ),
}


def read_genre(article: Article, probabilities: NDArray[np.float32]) -> Genre:
    """Return the likeliest genre by ``probabilities`` (G,), in their order, or what the door noticed."""
    for notice in article.warnings:
        if notice.code in _NOTICED:
            return Genre(_NOTICED[notice.code], _LABELLED)
    best = int(np.argmax(probabilities))
    return Genre(tuple(GenreLabel)[best], float(probabilities[best]))


def notice_unsuitable(article: Article, genre: Genre) -> Iterator[Notice]:
    """Yield what the reader of a summary must know of the ``genre``, unless the door has said it."""
    if genre.label in _WARNINGS and genre.confidence >= _LEAST_TO_WARN:
        code, detail = _WARNINGS[genre.label]
        if all(notice.code is not code for notice in article.warnings):
            yield Notice(code, f"{detail} (Confidence {genre.confidence:.0%}.)")


def require_suitable(genre: Genre) -> None:
    """Raise InvalidArticle for a genre that is warned of."""
    if genre.label in _WARNINGS and genre.confidence >= _LEAST_TO_WARN:
        kind = genre.label.value.replace("_", " ")
        raise InvalidArticle(
            f"The article is {'an' if kind[0] in 'aeiou' else 'a'} {kind} with a confidence of "
            f"{genre.confidence:.0%}, and strict=true refuses opinion, live blogs, listicles and round-ups, "
            "which a summary misrepresents. Send strict=false to have it summarised with a warning.",
            code="unsuitable-genre",
        )
