"""All conventions of quotation marks, in one table. To read another convention, add a row.

``mark_roles`` decides whether a mark opens or closes where it stands, ``mark_runs`` which words stand in
marks. Two kinds of code keep sets of their own: what fitted weights rest on (``models.surface``,
``models.heads.salience``), and the rules that the sentence splitter was tuned with (``segment``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Convention:
    """One convention: the opening and closing mark, the opening mark of what nests in it, and an example.

    Marks that are not ``is_primary`` are read inside other marks only: alone they are as often apostrophes.
    """

    name: str
    opening: str
    closing: str
    nested: str
    example: str
    is_primary: bool = True

    @property
    def is_directed(self) -> bool:
        """Return whether the shape of a mark says that it opens or closes."""
        return self.opening != self.closing


DOUBLE = (
    Convention("English", "“", "”", "‘", "“She said ‘no’ to me,” he said."),
    Convention("typewriter", '"', '"', "'", "\"She said 'no' to me,\" he said."),
    Convention("wire", "''", "''", "'", "''No,'' he said."),
    Convention("curly wire", "‘‘", "’’", "‘", "‘‘No,’’ he said."),
    Convention("TeX", "``", "''", "`", "``No,'' he said."),
    Convention("German", "„", "“", "‚", "„Nein“, sagte er."),
    Convention("Polish", "„", "”", "‚", "„Nie”, powiedział."),
    Convention("reversed", "‟", "”", "‛", "‟No,” he said."),
    Convention("Swedish", "”", "”", "’", "”Nej”, sade hon."),
    Convention("French", "«", "»", "‹", "« Non », dit-il."),
    Convention("Danish", "»", "«", "›", "»Nej«, sagde han."),
    Convention("full width", "＂", "＂", "'", "＂No,＂ he said."),
)
"""Marks that no apostrophe looks like. Of rows that share a mark, the first says what it usually does."""

SINGLE = (
    Convention("English", "‘", "’", "“", "‘She said “no” to me’, he said."),
    Convention("typewriter", "'", "'", '"', "'No', he said."),
    Convention("German", "‚", "‘", "„", "‚Nein‘, sagte er."),
    Convention("reversed", "‛", "’", "‟", "‛No’, he said.", is_primary=False),
    Convention("French", "‹", "›", "«", "‹Non›, dit-il."),
    Convention("typewriter, open", "`", "'", "``", "`No', he said.", is_primary=False),
)
"""Primary marks beside apostrophes, or marks nested in double ones."""


def _characters(*signs: str) -> str:
    """Return the signs of one character, each once, in order."""
    return "".join(dict.fromkeys(sign for sign in signs if len(sign) == 1))


DOUBLE_OPENING = _characters(*(one.opening for one in DOUBLE))
DOUBLE_CLOSING = _characters(*(one.closing for one in DOUBLE))
DOUBLE_CHARACTERS = _characters(*DOUBLE_OPENING, *DOUBLE_CLOSING)
DOUBLE_DIRECTED = _characters(
    *(sign for one in DOUBLE if one.is_directed for sign in (one.opening, one.closing))
)
USUALLY_CLOSING = "".join(
    mark
    for mark in DOUBLE_DIRECTED
    if next(one for one in DOUBLE if mark in (one.opening, one.closing)).closing == mark
)
"""Directed marks that close, unless the words around them say that another convention is followed."""
SINGLE_OPENING = _characters(*(one.opening for one in SINGLE))
SINGLE_CLOSING = _characters(*(one.closing for one in SINGLE))
PRIMARY_SINGLE_OPENING = _characters(*(one.opening for one in SINGLE if one.is_primary))
PRIMARY_SINGLE_CLOSING = _characters(*(one.closing for one in SINGLE if one.is_primary))
SINGLE_CHARACTERS = _characters(*SINGLE_OPENING, *SINGLE_CLOSING)
CHARACTERS = DOUBLE_CHARACTERS + SINGLE_CHARACTERS
OPENING = DOUBLE_OPENING + SINGLE_OPENING

# What papers in English write. Patterns of English grammar take these: with the marks of other conventions
# among them, one that opens there would be taken for one that closes.
_ENGLISH = tuple(one for one in DOUBLE + SINGLE if one.name in ("English", "typewriter"))
ENGLISH_OPENING = _characters(*(one.opening for one in _ENGLISH))
ENGLISH_CLOSING = _characters(*(one.closing for one in _ENGLISH))
ENGLISH_DOUBLE = _characters(
    *(sign for one in _ENGLISH if one in DOUBLE for sign in (one.opening, one.closing))
)
AFTER_STOP = ENGLISH_CLOSING + "»"
"""Closing marks that may follow a sentence's full stop. The German “ and the Danish « open as often."""

_LONG = sorted({sign for one in DOUBLE for sign in (one.opening, one.closing) if len(sign) > 1})
DOUBLE_PATTERN = "|".join([*map(re.escape, _LONG), f"[{re.escape(DOUBLE_CHARACTERS)}]"])
"""A regular expression for one double mark, those of two characters first."""
