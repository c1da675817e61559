"""Finds the times that a live blog sets before its entries: "21:45 The first result is in."."""

from __future__ import annotations

import re
from itertools import pairwise

from service.domain import Span

_FEWEST = 4
# Entries are prose; the lines of a programme are shorter.
_FEWEST_CHARS = 60
_STAMP = re.compile(
    r"^[ \t]*(?P<stamp>(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:[ ]?(?P<half>[ap])\.?m\.?)?"
    r"(?:[ ][A-Z]{2,4})?)[ \t]+(?=[A-Z“\"‘'])(?P<entry>[^\n]*)",
    re.MULTILINE,
)


def find_live_times(text: str) -> tuple[Span, ...]:
    """Return the times that open lines of ``text``, if they are a live blog's; else nothing.

    That is so if there are several, all later or all earlier than the one before, with prose after them.
    """
    found = list(_STAMP.finditer(text))
    if len(found) < _FEWEST:
        return ()
    steps = [later - earlier for earlier, later in pairwise(map(_minutes, found))]
    in_order = all(step >= 0 for step in steps) or all(step <= 0 for step in steps)
    chars = sum(len(one["entry"]) for one in found) / len(found)
    return tuple(Span(*one.span("stamp")) for one in found) if in_order and chars >= _FEWEST_CHARS else ()


def _minutes(found: re.Match[str]) -> int:
    """Return a time as minutes after midnight."""
    hour, half = int(found["hour"]), found["half"]
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    return 60 * hour + int(found["minute"])
