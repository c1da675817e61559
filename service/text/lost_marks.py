"""Quotation marks that a wrong encoding turned into "?" or U+FFFD, read where they are plain.

A "?" that stands before a word, after a space, ends no question: ``he said, ?We are done.?``. Once an article
has such openings and no double marks that survived, what closes them is plain, too: a "?" after a comma, a
full stop or another "?", or the next one in the line; what nothing closes was no opening. One between two
letters is an apostrophe: ``child?s``. The text stays as it is; this is for reading it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.text.marks import DOUBLE_CHARACTERS

_LOST = re.compile("[?\ufffd]")
_OPENS = re.compile(r"(?:^|(?<=[\s(\[—–-]))[?\ufffd](?=[^\W\d_])", re.MULTILINE)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])[?\ufffd](?=(?:s|t|d|m|re|ve|ll)\b)")
# A sentence may be glued to the mark: "?It was big.?Officials left."
_CLOSES_SURELY = re.compile(
    r"(?<=[,.!?…\ufffd])[?\ufffd](?=[\s,.;:)\]]|$)|(?<=[.!…])[?\ufffd](?=[A-Z])", re.MULTILINE
)
_MAY_CLOSE = re.compile(r"(?<=\w)[?\ufffd](?=[\s,.;:)\]]|$)", re.MULTILINE)
_SURVIVED = re.compile(f"[{re.escape(DOUBLE_CHARACTERS)}]")
_LINE = re.compile(r".+")


def restore_marks(text: str) -> str:
    """Return ``text`` with the lost marks that are plain as “, ” and ’; every offset holds."""
    if not _LOST.search(text):
        return text
    if not _OPENS.search(text) or _SURVIVED.search(text):
        return _APOSTROPHE.sub("’", text) if _APOSTROPHE.search(text) else text
    characters = list(text)
    for place, mark in _marks(text):
        characters[place] = mark
    return "".join(characters)


def _marks(text: str) -> Iterator[tuple[int, str]]:
    """Yield the places of lost marks and what stood there."""
    for line in _LINE.finditer(text):
        opened: int | None = None
        lost = list(_LOST.finditer(text, line.start(), line.end()))
        for number, match in enumerate(lost):
            place = match.start()
            if _APOSTROPHE.match(text, place):
                yield place, "’"
            elif opened is None:
                opened = place if _OPENS.match(text, place) else None
            elif _CLOSES_SURELY.match(text, place) or (
                # It ends a question inside the quotation if the mark that closes it is still to come.
                _MAY_CLOSE.match(text, place)
                and (number + 1 == len(lost) or not _CLOSES_SURELY.match(text, lost[number + 1].start()))
            ):
                yield from ((opened, "“"), (place, "”"))
                opened = None
