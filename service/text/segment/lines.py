"""The paragraphs of a text, by its line breaks.

A line break ends a sentence and a paragraph, with one exception: old agency copy is wrapped at a fixed
width, and there a break within a paragraph is only a space.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

# A line that stops in mid-sentence: its last character is a letter, digit or comma, the next line's first is
# lower case. Shorter first lines are list items and menus, not wrapped prose.
_SHORTEST_WRAPPED_LINE = 40
# A text is hard-wrapped when this share of its line breaks or more come in mid-sentence and no line is longer
# than a typewriter's. So are 5,053 of the 7,106 Reuters-21578 articles of three lines or more (the others are
# mostly tables), and none of 5,062 in the training splits of PolNeAR, newssum, BBC and MasakhaNEWS.
_WRAPPED_SHARE = 0.25
_LONGEST_WRAPPED_LINE = 100

_LIST_ITEM = re.compile(r"[-–—•·*>]|\(?\w{1,3}[.)]\s")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that is not blank, without its break; ``after_blank`` says that a blank line precedes it."""

    start: int
    end: int
    after_blank: bool


def find_paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the paragraphs as half-open offsets, in order: lines that are not blank, joined where wrapped.

    The segmenter numbers sentences by them. Everybody else reads ``Document.paragraphs``, which leaves out
    white space at a paragraph's ends.
    """
    lines = _lines(text)
    wrapped = _is_wrapped(text, lines)
    joined: list[tuple[int, int]] = []
    for index, line in enumerate(lines):
        if index and _continues(text, lines[index - 1], line, wrapped=wrapped):
            joined[-1] = (joined[-1][0], line.end)
        else:
            joined.append((line.start, line.end))
    return joined


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start, after_blank = 0, False
    for end, next_start in [*((m.start(), m.end()) for m in _BREAK.finditer(text)), (len(text), len(text))]:
        if text[start:end].strip():
            lines.append(_Line(start, end, after_blank))
            after_blank = False
        else:
            after_blank = True
        start = next_start
    return lines


def _is_wrapped(text: str, lines: list[_Line]) -> bool:
    if len(lines) < 3 or max(line.end - line.start for line in lines) > _LONGEST_WRAPPED_LINE:
        return False
    pairs = list(pairwise(lines))
    cut = sum(_stops_midway(text, line, following) for line, following in pairs)
    return cut >= _WRAPPED_SHARE * len(pairs)


def _continues(text: str, line: _Line, following: _Line, *, wrapped: bool) -> bool:
    """Return whether ``following`` goes on with the sentence or paragraph of ``line``."""
    if following.after_blank:
        return False
    if _stops_midway(text, line, following):
        return True
    indented = text[following.start].isspace()
    starts_item = _LIST_ITEM.match(text, following.start, following.end) is not None
    return wrapped and not indented and not starts_item and _is_full(line)


def _stops_midway(text: str, line: _Line, following: _Line) -> bool:
    last = text[line.start : line.end].rstrip()[-1]
    first = text[following.start]
    return (
        not following.after_blank and _is_full(line) and (last.isalnum() or last == ",") and first.islower()
    )


def _is_full(line: _Line) -> bool:
    return line.end - line.start >= _SHORTEST_WRAPPED_LINE
