"""Every convention of quotation marks, in one table. To know another one, add a row.

Which sign opens or closes where it stands is told in ``mark_roles``, which words stand in marks in
``mark_runs``. Two kinds of reading keep sets of their own: those that fitted weights rest on
(``models.surface``, ``models.heads.salience``), and the sentence splitter's (``text.segment``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Convention:
    """How a quotation opens and closes, which mark nests in it, and an example.

    A mark that is not ``is_primary`` is read inside other marks only: alone it is an apostrophe as often.
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
    Convention("TeX", "``", "''", "`", "``No,'' he said."),
    Convention("German", "„", "“", "‚", "„Nein“, sagte er."),
    Convention("Polish", "„", "”", "‚", "„Nie”, powiedział."),
    Convention("reversed", "‟", "”", "‛", "‟No,” he said."),
    Convention("French", "«", "»", "‹", "« Non », dit-il."),
    Convention("Danish", "»", "«", "›", "»Nej«, sagde han."),
    Convention("full width", "＂", "＂", "'", "＂No,＂ he said."),
)
"""Marks that no apostrophe looks like."""

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
SINGLE_OPENING = _characters(*(one.opening for one in SINGLE))
SINGLE_CLOSING = _characters(*(one.closing for one in SINGLE))
PRIMARY_SINGLE_OPENING = _characters(*(one.opening for one in SINGLE if one.is_primary))
PRIMARY_SINGLE_CLOSING = _characters(*(one.closing for one in SINGLE if one.is_primary))
SINGLE_CHARACTERS = _characters(*SINGLE_OPENING, *SINGLE_CLOSING)
CHARACTERS = DOUBLE_CHARACTERS + SINGLE_CHARACTERS
OPENING = DOUBLE_OPENING + SINGLE_OPENING

_LONG = sorted({sign for one in DOUBLE for sign in (one.opening, one.closing) if len(sign) > 1})
DOUBLE_PATTERN = "|".join([*map(re.escape, _LONG), f"[{re.escape(DOUBLE_CHARACTERS)}]"])
"""A regular expression for one double mark, those of two characters first."""
