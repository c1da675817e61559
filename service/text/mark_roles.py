"""Which characters of a line are quotation marks, and whether each opens or closes.

Apostrophes, elisions ('em, '90s) and inch marks are left out, and so are single marks nested in double ones.
The characters on both sides of a mark decide before its shape does. Linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from service.domain import Span
from service.text.marks import (
    AFTER_STOP,
    DOUBLE_CLOSING,
    DOUBLE_DIRECTED,
    DOUBLE_OPENING,
    DOUBLE_PATTERN,
    ENGLISH_OPENING,
    PRIMARY_SINGLE_CLOSING,
    PRIMARY_SINGLE_OPENING,
    USUALLY_CLOSING,
)

_DOUBLE_MARK = re.compile(DOUBLE_PATTERN)
_SINGLE_OPENER = re.compile(r"(?<![^\W_])(?<!['‘])[" + PRIMARY_SINGLE_OPENING + r"](?=[^\s'’‘])")
_SINGLE_CLOSER = re.compile(r"(?<=[^\s])[" + PRIMARY_SINGLE_CLOSING + r"](?![^\W_])")
# 'em, '90s, 'tis: an apostrophe for what was left out, not an opening mark.
_ELISION = re.compile(r"['‘’](?:\d\d?s?\b|(?:em|til|tis|twas|cause|n|bout|round|cuz|im)\b)", re.IGNORECASE)
_ELISION_END = re.compile(r"(?<!\w)['’]n['’]$", re.IGNORECASE)  # rock 'n' roll
# Two of them are one double mark.
_CLOSING_SINGLES, _DOUBLED = ("'", "’"), ("''", "’’")
_CLOSING_COMPANY = frozenset(".,;:!?…)]}—–-" + AFTER_STOP)
_OPENING_COMPANY = frozenset("([{—–-/>„«" + ENGLISH_OPENING)
_BEFORE_STRAY_CLOSER = frozenset("'’,?!")
_STATEMENT_START = re.compile(r"(?:^|[\n.!?,:’']\s*)$")


class MarkRole(Enum):
    """What a mark does where it stands."""

    OPEN = "open"
    CLOSE = "close"
    EITHER = "either"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class QuotationMark:
    """A quotation mark at ``[start, end)``; ``family`` is what it looks like, one for all single marks."""

    start: int
    end: int
    role: MarkRole
    family: str


def marks_of(text: str, line: Span, *, leads_on: bool) -> Iterator[QuotationMark]:
    """Yield the marks of a line that count: double ones, and single ones that are primary and paired.

    Of a line that ``leads_on``, a last single mark at a sentence's start may stay open.
    """
    doubles = list(_double_marks(text, line))
    singles = _primary_single_pairs(text, line, doubles, leads_on=leads_on)
    covered = [Span(opener.start, closer.end if closer else line.end) for opener, closer in singles]
    outside = [mark for mark in doubles if not _stands_in(mark.start, covered)]
    paired = (mark for pair in singles for mark in pair if mark)
    yield from sorted([*outside, *paired], key=lambda mark: mark.start)


def _double_marks(text: str, line: Span) -> Iterator[QuotationMark]:
    in_attribute = False
    for match in _DOUBLE_MARK.finditer(text, line.start, line.end):
        before = text[match.start() - 1] if match.start() > line.start else " "
        after = text[match.end()] if match.end() < line.end else " "
        if before == "=" or in_attribute:  # markup that came along: tweet-date="…"
            in_attribute = not in_attribute
        elif not _is_inch_mark(text, match.start(), match.group()):
            closes = text[max(line.start, match.start() - 2) : match.start() - 1] in _BEFORE_STRAY_CLOSER
            yield QuotationMark(
                match.start(), match.end(), _role(match.group(), before, after, closes=closes), match.group()
            )


def _is_inch_mark(text: str, start: int, mark: str) -> bool:
    """Return whether this is the inch mark of 6'3"."""
    return mark == '"' and re.search(r"\d['’′]\s?\d{1,2}$", text[max(0, start - 6) : start]) is not None


def _role(mark: str, before: str, after: str, *, closes: bool) -> MarkRole:
    opens_before = not after.isspace() and after not in ".,;:!?"
    can_open = opens_before and (before.isspace() or before in _OPENING_COMPANY)
    can_close = not before.isspace() and (after.isspace() or after in _CLOSING_COMPANY)
    if mark in DOUBLE_DIRECTED:
        return _role_of_directed(mark, can_open=can_open, can_close=can_close)
    if can_open and can_close:
        return MarkRole.EITHER
    if can_open or can_close:
        return MarkRole.OPEN if can_open else MarkRole.CLOSE
    # Alone between spaces it does nothing, but closes after a nested mark or a comma: right, " he said.
    if before.isspace():
        return MarkRole.CLOSE if closes else MarkRole.NOTHING
    # Glued on both sides: 'rebuild."In' closes, 'said"The' opens.
    return MarkRole.CLOSE if before in _CLOSING_COMPANY else MarkRole.EITHER


def _role_of_directed(mark: str, *, can_open: bool, can_close: bool) -> MarkRole:
    """Return what the mark usually does, or the opposite if only that fits and some convention has it."""
    if mark in USUALLY_CLOSING:
        opens = can_open and not can_close and mark in DOUBLE_OPENING  # ”Swedish” or mistyped; »Danish«
        return MarkRole.OPEN if opens else MarkRole.CLOSE
    closes = can_close and not can_open and mark in DOUBLE_CLOSING  # „German“
    return MarkRole.CLOSE if closes else MarkRole.OPEN


def _primary_single_pairs(
    text: str, line: Span, doubles: list[QuotationMark], *, leads_on: bool
) -> list[tuple[QuotationMark, QuotationMark | None]]:
    """Pair single marks that are not nested in double ones, telling them from apostrophes."""
    pairs: list[tuple[QuotationMark, QuotationMark | None]] = []
    openers = [
        match.start()
        for match in _SINGLE_OPENER.finditer(text, line.start, line.end)
        if not _ELISION.match(text, match.start()) and text[match.start() : match.start() + 2] != "''"
    ]
    closers = [match.start() for match in _SINGLE_CLOSER.finditer(text, line.start, line.end)]
    inside_double = _spans_in_doubles(doubles, line)
    taken = line.start
    for position, start in enumerate(openers):
        if start < taken or _stands_in(start, inside_double):
            continue
        until = openers[position + 1] if position + 1 < len(openers) else line.end
        end = _closing_single(text, closers, bisect(closers, start + 1), until)
        may_stay_open = leads_on and _STATEMENT_START.search(text, max(0, start - 3), start)
        if may_stay_open and (end is None or _is_possessive(text, end)):
            pairs.append((QuotationMark(start, start + 1, MarkRole.OPEN, "‘"), None))
            break
        if end is None:
            continue
        pairs.append(
            (
                QuotationMark(start, start + 1, MarkRole.OPEN, "‘"),
                QuotationMark(end, end + 1, MarkRole.CLOSE, "‘"),
            )
        )
        taken = end + 1
    return pairs


def _closing_single(text: str, closers: Sequence[int], first: int, until: int) -> int | None:
    """Choose the mark that closes a single quotation, preferring one that can't be an apostrophe.

    After a full stop or before punctuation it closes; after a plain letter before a space it nearly always
    does; after an "s" before a space it may be a possessive ("both nations’ autonomy"), so that is the last
    resort. The next opening mark ends the search once a candidate is found.
    """
    fallback: int | None = None
    for index in range(first, len(closers)):
        at = closers[index]
        if at > until and fallback is not None:
            break
        before, after = text[at - 1], text[at + 1 : at + 2]
        if (
            text[at - 1 : at + 1] in _DOUBLED
            or after in _CLOSING_SINGLES
            or _ELISION_END.search(text, max(0, at - 4), at + 1)
        ):
            continue
        if before in ".,!?…;—–)" or before not in "sS":
            return at
        if fallback is None or after in _CLOSING_COMPANY:
            fallback = at
    return fallback


def _is_possessive(text: str, at: int) -> bool:
    """Return whether the mark there may well be that of "both nations’ autonomy"."""
    return text[at - 1] in "sS" and text[at + 1 : at + 2].isspace() and text[at + 2 : at + 3].islower()


def _spans_in_doubles(doubles: list[QuotationMark], line: Span) -> list[Span]:
    spans: list[Span] = []
    start: int | None = None
    for mark in doubles:
        if start is None and mark.role in (MarkRole.OPEN, MarkRole.EITHER):
            start = mark.end
        elif start is not None and mark.role in (MarkRole.CLOSE, MarkRole.EITHER):
            if start < mark.start:
                spans.append(Span(start, mark.start))
            start = None
    if start is not None and start < line.end:
        spans.append(Span(start, line.end))
    return spans


def _stands_in(offset: int, spans: Sequence[Span]) -> bool:
    """Return whether ``offset`` lies in one of the disjoint, ordered ``spans``."""
    at = bisect(spans, offset, key=lambda span: span.start) - 1
    return at >= 0 and offset < spans[at].end
