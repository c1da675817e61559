"""Which ambiguous quotation marks open, as far as sentence ends depend on it.

The marks are the straight ``"``, and the ``?`` that an encoding error left in the place of a quotation mark
(``the border.?We saw it,? he said``), as is common in scraped archives. This is a reading of its own, simpler
than that of ``service.text.mark_roles``: the splitter runs before there are sentences, and its rules and
Punkt's lists were tuned with it.
"""

from __future__ import annotations

import re

_STRAIGHT = re.compile('"')
# A "?" after a comma or full stop, before a word, or at a word's end: the last can only close.
_LOST = re.compile(r"(?<=[.,])\?|(?<=\s)\?(?=[^\W\d_])|(?<=\w)\?(?=\s)")


def opening_marks(text: str, start: int, end: int) -> frozenset[int]:
    """Return the offsets in ``[start, end)`` of ambiguous marks that open a quotation.

    A space on one side settles it; otherwise marks take turns.
    """
    opening: set[int] = set()
    for pattern in (_STRAIGHT, _LOST):
        inside = False
        for match in pattern.finditer(text, start, end):
            offset = match.start()
            free_before = offset == start or text[offset - 1].isspace() or text[offset - 1] in "([—–-"
            free_after = offset + 1 == end or text[offset + 1].isspace() or text[offset + 1] in ".,;:!?)]—"
            inside = free_before if free_before != free_after else not inside
            if inside:
                opening.add(offset)
    return frozenset(opening)
