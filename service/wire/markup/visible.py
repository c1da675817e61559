"""Characters that can be seen, each with its place: of a page of HTML, or of plain text.

White space, what can't be seen and the dashes of lists are left out, entities are decoded, and letters with
their combining marks are composed, so that a page and the text made from it can be compared letter by letter.
Time is linear in the length. Not here: a tree of elements; what stands between tags is all that counts.
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html.entities import html5

from ftfy import fix_encoding

_UNSEEN = r"\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff"
_UNSEEN_RUN = re.compile(f"[{_UNSEEN}]+")
_ENTITY = r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]{1,31};?)"
_MARKUP_PIECE = re.compile(rf"{_ENTITY}|[^&{_UNSEEN}]+|&")
# A dash that begins a line is what the door puts before the items of a list.
_TEXT_PIECE = re.compile(rf"(?m:^- )|[^{_UNSEEN}]+|\n")
# The start of a comment, of a tag with its name, or of a declaration.
_OPENER = re.compile(r"<(?:!--|(?P<close>/?)(?P<name>[a-zA-Z][^\s/>]*)|[!?])")
_TAG_END = re.compile(r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
# Elements whose content isn't part of the text. Without a closing tag the rest of the page is theirs.
_OPAQUE = frozenset({"script", "style", "template", "svg", "title"})
_CLOSERS = {name: re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE) for name in _OPAQUE}
_COMBINED = re.compile("[^\u0300-\u036f][\u0300-\u036f]+")
# What the door repairs (``service.ingest.repair``): UTF-8 read as cp1252, and entities encoded twice.
_DAMAGED = re.compile("â€[œ™˜“”¦¢\x9d]?|[ÂÃ][\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_VISIBLE_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,4});")


@dataclass(frozen=True, slots=True)
class VisibleText:
    """The ``chars`` that can be seen, with ``starts`` and ``ends`` of each in the source.

    ``pieces`` number the stretches of a page between two tags, or the lines of a plain text.
    """

    chars: str
    starts: array[int]
    ends: array[int]
    pieces: array[int]

    def folded(self, pattern: re.Pattern[str], fold: Callable[[str], str]) -> VisibleText:
        """Return it with every match of ``pattern`` within a piece replaced by ``fold`` of it.

        Each character of a replacement has the place of all that it stands for.
        """
        made = _Builder()
        done = 0
        for match in pattern.finditer(self.chars):
            first, last = match.start(), match.end() - 1
            if self.pieces[first] != self.pieces[last]:
                continue
            made.copy(self, done, first)
            made.add(fold(match[0]), self.starts[first], self.ends[last], self.pieces[first])
            done = last + 1
        if not done:
            return self
        made.copy(self, done, len(self.chars))
        return made.built()


class _Builder:
    def __init__(self) -> None:
        self._chars: list[str] = []
        self._starts, self._ends, self._pieces = array("I"), array("I"), array("I")

    def add(self, chars: str, start: int, end: int, piece: int) -> None:
        """Add characters that all stand at one place."""
        self._chars.append(chars)
        for places, value in ((self._starts, start), (self._ends, end), (self._pieces, piece)):
            places.extend([value] * len(chars))

    def add_plain(self, chars: str, start: int, piece: int) -> None:
        """Add characters that stand one after the other."""
        self._chars.append(chars)
        self._starts.extend(range(start, start + len(chars)))
        self._ends.extend(range(start + 1, start + 1 + len(chars)))
        self._pieces.extend([piece] * len(chars))

    def copy(self, text: VisibleText, start: int, end: int) -> None:
        """Add a stretch of another text."""
        self._chars.append(text.chars[start:end])
        self._starts.extend(text.starts[start:end])
        self._ends.extend(text.ends[start:end])
        self._pieces.extend(text.pieces[start:end])

    def built(self) -> VisibleText:
        return VisibleText("".join(self._chars), self._starts, self._ends, self._pieces)


def visible_in_text(text: str) -> VisibleText:
    """Return what can be seen of a plain text, lines as its pieces."""
    made, line = _Builder(), 0
    for match in _TEXT_PIECE.finditer(text):
        if match[0] == "\n":
            line += 1
        elif match[0] != "- ":
            made.add_plain(match[0], match.start(), line)
    return made.built().folded(_COMBINED, _compose)


def visible_in_markup(markup: str, text: VisibleText) -> VisibleText:
    """Return what can be seen of a page from which ``text`` was made.

    Damage is repaired as far as the text has none of it.
    """
    made = _Builder()
    for number, (start, end) in enumerate(_between_tags(markup)):
        for match in _MARKUP_PIECE.finditer(markup, start, end):
            if match[0][0] != "&" or match[0] == "&":
                made.add_plain(match[0], match.start(), number)
                continue
            decoded, length = _decode(match[0])
            made.add(_seen(decoded), match.start(), match.start() + length, number)
            made.add_plain(match[0][length:], match.start() + length, number)
    seen = made.built()
    for pattern, fold in ((_DAMAGED, _undamaged), (_VISIBLE_ENTITY, html.unescape)):
        if not pattern.search(text.chars):
            seen = seen.folded(pattern, fold)
    return seen.folded(_COMBINED, _compose)


def _between_tags(markup: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the stretches between tags, in order."""
    position, quotes_close = 0, True
    while opener := _OPENER.search(markup, position):
        yield position, opener.start()
        if opener["name"] is None:
            closing = "-->" if opener[0] == "<!--" else ">"
            position = _after(markup, closing, opener.end())
        else:
            end = _TAG_END.match(markup, opener.end()) if quotes_close else None
            # An attribute that never ends: from here on a tag ends at the next ">", so that no part of the
            # page is searched twice.
            quotes_close = end is not None
            position = end.end() if end else _after(markup, ">", opener.end())
            position = _after_opaque(markup, opener, position)
        if position >= len(markup):
            return
    yield position, len(markup)


def _after_opaque(markup: str, opener: re.Match[str], position: int) -> int:
    name = opener["name"].lower()
    if opener["close"] or name not in _OPAQUE:
        return position
    closer = _CLOSERS[name].search(markup, position)
    return closer.end() if closer else len(markup)


def _after(markup: str, closing: str, position: int) -> int:
    found = markup.find(closing, position)
    return found + len(closing) if found >= 0 else len(markup)


def _decode(entity: str) -> tuple[str, int]:
    """Return what an entity stands for, and its length; without a semicolon a name may end early."""
    if entity[1] == "#":
        return html.unescape(entity), len(entity)
    for length in range(len(entity), 2, -1):
        if (character := html5.get(entity[1:length])) is not None:
            return character, length
    return "&", 1


def _seen(decoded: str) -> str:
    return _UNSEEN_RUN.sub("", decoded)


def _compose(cluster: str) -> str:
    return unicodedata.normalize("NFC", cluster)


@cache
def _undamaged(damaged: str) -> str:
    if len(damaged) == 2 and damaged.startswith("â€"):
        return "”"  # its last byte, 9D, is no character of cp1252, and got lost
    return fix_encoding(damaged)
