"""Finds a text in the page that it was made from, letter by letter, or not at all.

The page shows the article and much else, mostly in the same order. Stretches that stand once in both are
certain; between two of them shorter ones are looked for, and what is certain grows as long as text and page
agree. A letter that could stand at two places stands nowhere. Time is linear in the lengths, but for a
logarithm.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from service.wire.markup.visible import VisibleText

NOWHERE = -1
# Lengths of the stretches that are looked for, in letters: first what hardly any page has twice.
_GRAMS = (32, 16, 8)
# A line of which less was found was taken from somewhere else, and what was found is chance.
_LEAST_FOUND = 0.8


class Block(NamedTuple):
    """``length`` letters that stand at ``text`` in the text and at ``page`` on the page."""

    text: int
    page: int
    length: int


class _Gap(NamedTuple):
    """What stands between two blocks; ``after`` and ``before`` say whether there is a block on that side."""

    text: int
    text_end: int
    page: int
    page_end: int
    after: bool
    before: bool


def align(text: VisibleText, page: VisibleText) -> array[int]:
    """Return for each letter of ``text`` where it stands on ``page``, NOWHERE if that isn't certain."""
    blocks: list[Block] = []
    for size in _GRAMS:
        found = [
            block for gap in _gaps(blocks, text, page) for block in _unique_stretches(text, page, gap, size)
        ]
        blocks = _grown(_in_order([*blocks, *found]), text, page)
    short = [block for gap in _gaps(blocks, text, page) for block in _whole_lines(text, page, gap)]
    blocks = _grown(_in_order([*blocks, *short]), text, page)
    places = array("l", [NOWHERE]) * len(text.chars)
    for block in blocks:
        places[block.text : block.text + block.length] = array(
            "l", range(block.page, block.page + block.length)
        )
    _forget_lines_of_chance(text, places)
    return places


def _gaps(blocks: list[Block], text: VisibleText, page: VisibleText) -> Iterator[_Gap]:
    """Yield what is still open in text and page."""
    at_text = at_page = 0
    ends = [*blocks, Block(len(text.chars), len(page.chars), 0)]
    for number, block in enumerate(ends):
        if at_text < block.text and at_page < block.page:
            yield _Gap(at_text, block.text, at_page, block.page, number > 0, number < len(blocks))
        at_text, at_page = block.text + block.length, block.page + block.length


def _unique_stretches(text: VisibleText, page: VisibleText, gap: _Gap, size: int) -> Iterator[Block]:
    """Yield stretches of ``size`` letters that stand once in a gap of the text and once in the page's."""
    if gap.text_end - gap.text < size or gap.page_end - gap.page < size:
        return
    ours = _once_in_a_line(text, gap, size)
    theirs: dict[str, int] = {}
    chars = page.chars
    for place in range(gap.page, gap.page_end - size + 1):
        gram = chars[place : place + size]
        if gram in ours:
            theirs[gram] = NOWHERE if gram in theirs else place
    for gram, place in ours.items():
        found = theirs.get(gram, NOWHERE)
        if place != NOWHERE and found != NOWHERE:
            yield Block(place, found, size)


def _once_in_a_line(text: VisibleText, gap: _Gap, size: int) -> dict[str, int]:
    """Return the place of each stretch of ``size`` letters of a line, NOWHERE for one that stands twice."""
    places: dict[str, int] = {}
    chars, lines = text.chars, text.pieces
    for place in range(gap.text, gap.text_end - size + 1):
        # The page may have anything between two lines, which begins as the next line does by chance.
        if lines[place] == lines[place + size - 1]:
            gram = chars[place : place + size]
            places[gram] = NOWHERE if gram in places else place
    return places


def _whole_lines(text: VisibleText, page: VisibleText, gap: _Gap) -> Iterator[Block]:
    """Yield the lines of a gap that are exactly what stands between two tags, once."""
    theirs: dict[str, int] = {}
    for start, end in _pieces(page, gap.page, gap.page_end):
        chars = page.chars[start:end]
        theirs[chars] = NOWHERE if chars in theirs else start
    ours: dict[str, int] = {}
    for start, end in _pieces(text, gap.text, gap.text_end):
        chars = text.chars[start:end]
        ours[chars] = NOWHERE if chars in ours else start
    for chars, place in ours.items():
        found = theirs.get(chars, NOWHERE)
        if place != NOWHERE and found != NOWHERE:
            yield Block(place, found, len(chars))


def _pieces(seen: VisibleText, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces that lie wholly in a stretch."""
    pieces = seen.pieces
    if start > 0 and start < end and pieces[start - 1] == pieces[start]:
        start = bisect_left(pieces, pieces[start] + 1, start, end)
    while start < end:
        after = bisect_left(pieces, pieces[start] + 1, start, len(pieces))
        if after > end:
            return
        yield start, after
        start = after


def _in_order(blocks: list[Block]) -> list[Block]:
    """Return the most blocks that have one order in text and page, joined where they go on."""
    joined: list[Block] = []
    for block in sorted(blocks):
        last = joined[-1] if joined else None
        if (
            last
            and block.text - last.text == block.page - last.page
            and block.text <= last.text + last.length
        ):
            length = max(last.length, block.text + block.length - last.text)
            joined[-1] = last._replace(length=length)
        else:
            joined.append(block)
    kept: list[Block] = []
    for block in _longest_rising(joined):
        last = kept[-1] if kept else None
        if last is None or (last.text + last.length <= block.text and last.page + last.length <= block.page):
            kept.append(block)
    return kept


def _longest_rising(blocks: list[Block]) -> list[Block]:
    """Return the longest subsequence of which the places on the page rise, too."""
    ends: list[int] = []  # the last page place of the best sequence of each length
    last_of: list[int] = []  # and the number of its block
    before: list[int] = []
    for number, block in enumerate(blocks):
        length = bisect_left(ends, block.page)
        before.append(last_of[length - 1] if length else NOWHERE)
        ends[length : length + 1] = [block.page]
        last_of[length : length + 1] = [number]
    kept = []
    number = last_of[-1] if last_of else NOWHERE
    while number != NOWHERE:
        kept.append(blocks[number])
        number = before[number]
    return kept[::-1]


def _grown(blocks: list[Block], text: VisibleText, page: VisibleText) -> list[Block]:
    """Let blocks grow into the gaps between them, as far as text and page agree."""
    more = []
    for gap in _gaps(blocks, text, page):
        here, there = text.chars[gap.text : gap.text_end], page.chars[gap.page : gap.page_end]
        if here == there:
            more.append(Block(gap.text, gap.page, len(here)))
            continue
        head = _common_head(here, there) if gap.after else 0
        tail = _common_head(here[::-1], there[::-1]) if gap.before else 0
        head, tail = _without_parts_of_lines(text, gap, head, tail)
        if head + tail > min(len(here), len(there)):
            head, tail = _shared_out(text, gap, head, tail)
        if head:
            more.append(Block(gap.text, gap.page, head))
        if tail:
            more.append(Block(gap.text_end - tail, gap.page_end - tail, tail))
    return _in_order([*blocks, *more])


def _without_parts_of_lines(text: VisibleText, gap: _Gap, head: int, tail: int) -> tuple[int, int]:
    """Take back growth into a part of another line: it may be what stands between two lines on the page."""
    lines, after, before = text.pieces, gap.text + head, gap.text_end - tail
    if head and after < len(lines) and lines[after - 1] == lines[after]:
        line = bisect_left(lines, lines[after])
        head = max(line - gap.text, 0) if line >= gap.text else head
    if tail and before > 0 and lines[before - 1] == lines[before]:
        line_end = bisect_left(lines, lines[before] + 1)
        tail = max(gap.text_end - line_end, 0) if line_end <= gap.text_end else tail
    return head, tail


def _shared_out(text: VisibleText, gap: _Gap, head: int, tail: int) -> tuple[int, int]:
    """Share out letters that the blocks on both sides claim: at the end of a line, else to neither."""
    ours, theirs = gap.text_end - gap.text, gap.page_end - gap.page
    if ours <= theirs:
        for split in range(ours - tail, head + 1):
            place = gap.text + split
            if 0 < place < len(text.chars) and text.pieces[place - 1] != text.pieces[place]:
                return split, ours - split
    least = min(ours, theirs)
    return least - tail, least - head


def _common_head(first: str, second: str) -> int:
    """Return how many letters two strings begin with in common."""
    low, high = 0, min(len(first), len(second))
    if first[:high] == second[:high]:
        return high
    while high - low > 1:  # in halves, as comparing whole strings is quick
        middle = (low + high) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _forget_lines_of_chance(text: VisibleText, places: array[int]) -> None:
    """Forget the places of lines of which too little was found."""
    start = 0
    while start < len(places):
        end = bisect_left(text.pieces, text.pieces[start] + 1, start)
        found = sum(place != NOWHERE for place in places[start:end])
        if found < _LEAST_FOUND * (end - start):
            places[start:end] = array("l", [NOWHERE]) * (end - start)
        start = end
