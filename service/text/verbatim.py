"""Finding words in an article again: the same words, whatever the form of white space and quotation marks.

The article's form wins: what is found is a span, and what is shown is sliced from the article. Letters,
digits, hyphens and full stops must agree exactly, case included. Linear in text and words.
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
"""Places looked at, from the nearest on: repetitive words in a repetitive text must not take for ever."""


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text in one form: each run of white space, and each mark, is one sign.

    ``starts`` has for each sign where it starts in the text, and at last the text's length. ``backwards`` is
    there because only the search forwards is linear in Python.
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
    """Where ``wanted`` begins, from ``at`` on, forwards."""
    while (at := folded.signs.find(wanted, at)) >= 0:
        yield at
        at += 1


def _before(folded: _Folded, wanted: str, at: int) -> Iterator[int]:
    """Where ``wanted`` begins before ``at``, backwards."""
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


# Of one article many words are looked up in a row.
_fold_article = lru_cache(maxsize=4)(_fold)
