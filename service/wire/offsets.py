"""The units that offsets may count, and how one is turned into the other."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate

from service.domain import Article
from service.errors import InvalidArticle


class OffsetUnit(StrEnum):
    """What offsets count: Unicode code points (Python, Rust chars), or UTF-16 code units (JavaScript).

    HTML counts code points, too, and says of each span also where it stands in the HTML that was sent.
    """

    CODEPOINT = "codepoint"
    UTF16 = "utf16"
    HTML = "html"


def require_unit(article: Article, unit: OffsetUnit) -> None:
    """Raise InvalidArticle ("no-markup") if offsets in the HTML are wanted of an article that had none."""
    if unit is OffsetUnit.HTML and article.markup is None:
        raise InvalidArticle(
            "The offset unit is html, and the article was not sent as HTML. Send the page's HTML, or use the "
            "offset unit codepoint or utf16.",
            code="no-markup",
        )


def utf16_offsets(text: str) -> Sequence[int]:
    """Return the UTF-16 offset of every code point of ``text``, and of its end."""
    # A character outside the basic plane takes two UTF-16 code units.
    return [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]
