"""Text that a wrong encoding damaged: repaired where there is one reading, warned of where there is none.

``â€œ`` is what UTF-8 looks like when it was read as cp1252, and ``&ldquo;`` in plain text was never decoded:
both have one reading. A ``?`` or U+FFFD in place of a character has none; quotation marks among them are read
where they are plain (``service.text.lost_marks``), but the text stays as it came.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from ftfy import fix_encoding
from ftfy.badness import is_bad

from service.domain import Notice
from service.warning_codes import WarningCode

# The last byte of a closing quotation mark, 9D, is no character of cp1252, and often got lost.
_CUT_CLOSING = re.compile("â€(?=[\\s,.;:!?)\\]]|$)", re.MULTILINE)
# What the first two bytes of UTF-8 look like in Latin-1 or cp1252.
_WRONG = re.compile("[ÂÃâà][\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,4});")
# A text that speaks of one entity means it; one with several was never decoded.
_FEWEST_ENTITIES = 3
_LINE = re.compile(r"[^\n]+")
_REPLACED = "\ufffd"
_LOST = re.compile(r"(?<=[^\W\d_])\?(?=(?:s|t|re|ve|ll)\b)|(?:^|(?<=\s))\?(?=[^\W\d_])|(?<=[,.])\?(?=\s)")
# A stray "?" may be a slip; this many are a wrong encoding.
_FEWEST_LOST = 3


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text as it can be read, and what the reader of an analysis must know of it."""

    text: str
    notices: tuple[Notice, ...]


def repair(text: str) -> Repaired:
    """Return ``text`` with wrong decodings undone, and notices of what was repaired and what can't be."""
    decoded = _LINE.sub(lambda line: _decode(line[0]), text)
    entities = sum(1 for _ in _ENTITY.finditer(decoded))
    # Twice: "&amp;rsquo;" was encoded twice.
    unescaped = _unescape(_unescape(decoded)) if entities >= _FEWEST_ENTITIES else decoded
    notices = []
    if unescaped != text:
        what = [
            *(["characters of a wrong encoding (such as â€œ for “)"] if decoded != text else []),
            *(["HTML's entities (such as &ldquo; for “)"] if unescaped != decoded else []),
        ]
        detail = f"The text held {' and '.join(what)}, which were repaired; offsets refer to article.text."
        notices.append(Notice(WarningCode.REPAIRED_TEXT, detail))
    if lost := unescaped.count(_REPLACED) or _count_lost(unescaped):
        detail = (
            f"At least {lost} characters, most likely quotation marks and apostrophes, were lost before the "
            "text came here (? or U+FFFD stand for them). Send it in its own encoding, or as UTF-8."
        )
        notices.append(Notice(WarningCode.DAMAGED_TEXT, detail))
    return Repaired(unescaped, tuple(notices))


def _decode(line: str) -> str:
    if not is_bad(line):
        return line
    fixed = fix_encoding(_CUT_CLOSING.sub("”", line))
    return fixed if len(_WRONG.findall(fixed)) < len(_WRONG.findall(line)) else line


def _unescape(text: str) -> str:
    """Decode entities that end in a semicolon: without it, "&not" might be anything."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _count_lost(text: str) -> int:
    lost = sum(1 for _ in _LOST.finditer(text))
    return lost if lost >= _FEWEST_LOST else 0
