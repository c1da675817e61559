"""Finding words in an article verbatim, but for the form of white space and quotation marks.

What is found is a span of the article, so that what is shown is sliced from it. Letters, digits, hyphens and
full stops must agree exactly, case included. Linear in text and words.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from itertools import islice

from service.domain import Span
from service.text.marks import DOUBLE_PATTERN, SINGLE_CHARACTERS

_PIECE = re.compile(rf"(?P<space>\s+)|(?P<double>{DOUBLE_PATTERN})|[{SINGLE_CHARACTERS}]")
_MOST_PLACES = 1_000
"""How many places are looked at, the nearest first: this bounds the time on repetitive texts."""


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text in one form: each run of white space and each quotation mark is one sign.

    ``starts`` holds where each sign starts in the text, and then the text's length. ``backwards`` is the
    signs reversed, because in Python only the search forwards is linear.
    """

    signs: str
    backwards: str
    starts: array[int]


def find(words: str, text: str, near: int = 0, *, whole: bool = False) -> Span | None:
    """Return where ``words`` stand in ``text``, nearest to the offset ``near``; None if nowhere.

    A place that cuts no word in two is preferred, unless another begins exactly at ``near``; with ``whole``
    no other will do.
    """
    wanted = _fold(words.strip()).signs
    if not wanted:
        return None
    folded, first = _fold_article(text), None
    at = bisect_left(folded.starts, near)
    places = merge(
        _from(folded, wanted, at), _before(folded, wanted, at), key=lambda at: abs(folded.starts[at] - near)
    )
    for place in islice(places, _MOST_PLACES):
        span = Span(folded.starts[place], folded.starts[place + len(wanted)])
        if not _cuts_a_word(text, span) or (span.start == near and not whole):
            return span
        first = first or span
    return None if whole else first


def _from(folded: _Folded, wanted: str, at: int) -> Iterator[int]:
    """Yield where ``wanted`` begins, from ``at`` on, forwards."""
    while (at := folded.signs.find(wanted, at)) >= 0:
        yield at
        at += 1


def _before(folded: _Folded, wanted: str, at: int) -> Iterator[int]:
    """Yield where ``wanted`` begins before ``at``, backwards."""
    last = len(folded.signs) - len(wanted)
    backwards = wanted[::-1]
    place = max(last - at + 1, 0)
    while (place := folded.backwards.find(backwards, place)) >= 0:
        yield last - place
        place += 1


def _cuts_a_word(text: str, span: Span) -> bool:
    return any(
        0 < edge < len(text) and text[edge - 1].isalnum() and text[edge].isalnum()
        for edge in (span.start, span.end)
    )


def _fold(text: str) -> _Folded:
    signs, starts, end = list[str](), array("L"), 0
    for piece in _PIECE.finditer(text):
        signs.append(text[end : piece.start()])
        starts.extend(range(end, piece.start() + 1))
        signs.append(" " if piece["space"] else '"' if piece["double"] else "'")
        end = piece.end()
    signs.append(text[end:])
    starts.extend(range(end, len(text) + 1))
    joined = "".join(signs)
    return _Folded(joined, joined[::-1], starts)


# Many words are looked up in one article in a row.
_fold_article = lru_cache(maxsize=4)(_fold)
