"""The units that offsets may count, and how one is turned into the other."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import accumulate


class OffsetUnit(StrEnum):
    """What offsets count: Unicode code points (Python, Rust chars), or UTF-16 code units (JavaScript)."""

    CODEPOINT = "codepoint"
    UTF16 = "utf16"


def utf16_offsets(text: str) -> Sequence[int]:
    """Return the UTF-16 offset of every code point of ``text``, and of its end."""
    # A character outside the basic plane takes two UTF-16 code units.
    return [0, *accumulate(2 if character > "\uffff" else 1 for character in text)]
