"""Reading quotation marks: which stretches of a text stand in them, under every convention met so far.

Conventions: “ ” and " " and '' '' (wire style) and `` ''; „ “; « » and » «; ‘ ’ and ' ' as primary marks
beside apostrophes; marks nested in others; a quotation over several paragraphs, with the opening mark
repeated or not; marks that were never closed or never opened. Whether marked words are a quote at all, and
whose, is decided elsewhere (``quotes``). Linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from service.domain import Span

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_DOUBLE_MARK = re.compile("''|``|[\"“”„‟«»＂]")
_SINGLE_OPENER = re.compile(r"(?<![^\W_])(?<!')['‘‚‹](?=[^\s'’])")
_SINGLE_CLOSER = re.compile(r"(?<=[^\s])['’‘›](?![^\W_])")
# 'em, '90s, 'tis: an apostrophe for what was left out, not an opening mark.
_ELISION = re.compile(r"['‘’](?:\d\d?s?\b|(?:em|til|tis|twas|cause|n|bout|round|cuz|im)\b)", re.IGNORECASE)
_ELISION_END = re.compile(r"(?<!\w)['’]n['’]$", re.IGNORECASE)  # rock 'n' roll
_CLOSING_COMPANY = set(".,;:!?…)]}—–-'’”\"»")
_OPENING_COMPANY = set("([{—–-'‘“„«/>\"")
_SENTENCE_START = re.compile(r"[.!?]\s+(?=[^\W\d_a-z])")
_STATEMENT_START = re.compile(r"(?:^|[\n.!?,:’']\s*)$")
# How many lines a quotation without repeated opening marks may run on before its closing mark.
_MAX_LINES_WITHOUT_MARK = 6


class Role(Enum):
    """What a mark does where it stands."""

    OPEN = "open"
    CLOSE = "close"
    EITHER = "either"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class MarkedRun:
    """Words in quotation marks on one line of the text.

    ``inner`` excludes the marks, ``outer`` includes those that are there. ``opened`` and ``closed`` tell
    whether this run has its own opening and closing mark. ``continues`` says that the run carries on the
    quotation of the run before it (a quotation over several paragraphs).
    """

    inner: Span
    outer: Span
    opened: bool = True
    closed: bool = True
    continues: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    role: Role
    family: str


def read_marks(text: str) -> tuple[MarkedRun, ...]:
    """Return the outermost marked runs of ``text`` in order, disjoint, each within one line."""
    lines = [Span(*match.span()) for match in _LINE.finditer(text) if match.group().strip()]
    repeats = [*(_repeats_single(text, *two) for two in pairwise(lines)), False]
    marks = [list(_marks(text, line, leads_on=repeat)) for line, repeat in zip(lines, repeats, strict=False)]
    runs: list[MarkedRun] = []
    pending = False  # the line before ended inside a quotation
    for number, line in enumerate(lines):
        first = _first_content(text, line)
        repeated = bool(marks[number]) and marks[number][0].start == first
        bare = pending and not repeated and _closes_later(marks, number)
        runs.extend(_runs_of_line(text, line, marks[number], continues=pending, bare=bare))
        pending = bool(runs) and line.contains(runs[-1].outer) and not runs[-1].closed
    return tuple(runs)


def _repeats_single(text: str, line: Span, following: Span) -> bool:
    """Tell whether the next line opens with a single mark that this line has, too: it may lead on to it."""
    mark = text[_first_content(text, following)]
    return mark in "'‘" and mark in line.of(text)


def quoted_stretches(text: str) -> tuple[Span, ...]:
    """Return the quotations of ``text`` from first to last mark, those over several lines as one stretch."""
    stretches: list[Span] = []
    for run in read_marks(text):
        if run.continues and stretches:
            stretches[-1] = Span(stretches[-1].start, run.outer.end)
        elif run.opened:
            stretches.append(run.outer)
    return tuple(stretches)


def _runs_of_line(
    text: str, line: Span, marks: list[_Mark], *, continues: bool, bare: bool
) -> Iterator[MarkedRun]:
    """Pair the marks of one line. ``bare``: the line starts inside a quotation without repeating its mark."""
    depth = 0
    opener: _Mark | None = None
    start = line.start
    if bare:
        depth, start = 1, _first_content(text, line)
    first = True
    closers_left = sum(mark.role is not Role.OPEN for mark in marks)
    for mark in marks:
        closers_left -= mark.role is not Role.OPEN
        if _opens(mark, depth, opener, closers_left):
            if depth == 0:
                opener, start = mark, mark.end
            depth += 1
        elif mark.role is Role.OPEN:
            # The mark before it was never closed: nobody knows where those words end, so they are let go.
            depth, opener, start, first = 1, mark, mark.end, False
        elif mark.role is not Role.NOTHING and depth > 0:
            depth -= 1
            if depth == 0:
                yield from _run(text, start, mark.start, opener, mark, continues=continues and first)
                opener, first = None, False
        elif mark.role is Role.CLOSE and first and not continues:
            # A closing mark that nothing opened: the last sentence before it, for others to judge.
            begin = _last_sentence_start(text, _first_content(text, line), mark.start)
            yield from _run(text, begin, mark.start, None, mark, continues=False)
            first = False
    if depth > 0:
        yield from _run(text, start, line.end, opener, None, continues=continues and first)


def _opens(mark: _Mark, depth: int, opener: _Mark | None, closers_left: int) -> bool:
    if mark.role is Role.OPEN:
        # A second opening mark of the same kind nests only if enough closing marks follow on the line.
        return depth == 0 or opener is None or mark.family != opener.family or closers_left > depth
    return mark.role is Role.EITHER and depth == 0


def _run(
    text: str, start: int, end: int, opener: _Mark | None, closer: _Mark | None, *, continues: bool
) -> Iterator[MarkedRun]:
    outer_start, outer_end = opener.start if opener else start, closer.end if closer else end
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield MarkedRun(
            Span(start, end), Span(outer_start, outer_end), opener is not None, closer is not None, continues
        )


def _closes_later(marks: list[list[_Mark]], number: int) -> bool:
    """Tell whether the first double mark on this or the next lines closes, so that it was open."""
    for line_marks in marks[number : number + _MAX_LINES_WITHOUT_MARK]:
        if line_marks:
            return line_marks[0].role is Role.CLOSE
    return False


def _marks(text: str, line: Span, *, leads_on: bool) -> Iterator[_Mark]:
    """Yield the marks of a line that count: double ones, and single ones that are primary and paired.

    Of a line that ``leads_on``, a last single mark at a sentence's start may stay open.
    """
    doubles = list(_double_marks(text, line))
    singles = _primary_single_pairs(text, line, doubles, leads_on=leads_on)
    covered = [Span(opener.start, closer.end if closer else line.end) for opener, closer in singles]
    outside = [mark for mark in doubles if not _stands_in(mark.start, covered)]
    paired = (mark for pair in singles for mark in pair if mark)
    yield from sorted([*outside, *paired], key=lambda mark: mark.start)


def _double_marks(text: str, line: Span) -> Iterator[_Mark]:
    in_attribute = False
    for match in _DOUBLE_MARK.finditer(text, line.start, line.end):
        before = text[match.start() - 1] if match.start() > line.start else " "
        after = text[match.end()] if match.end() < line.end else " "
        if before == "=" or in_attribute:  # markup that came along: tweet-date="…"
            in_attribute = not in_attribute
        elif not _is_inch_mark(text, match.start(), match.group()):
            nested = text[match.start() - 2 : match.start() - 1] in ("'", "’")
            yield _Mark(
                match.start(), match.end(), _role(match.group(), before, after, nested=nested), match.group()
            )


def _is_inch_mark(text: str, start: int, mark: str) -> bool:
    """Tell whether this is the inch mark of 6'3"."""
    return mark == '"' and re.search(r"\d['’′]\s?\d{1,2}$", text[max(0, start - 6) : start]) is not None


def _role(mark: str, before: str, after: str, *, nested: bool) -> Role:
    opens_before = not after.isspace() and after not in ".,;:!?"
    can_open = opens_before and (before.isspace() or before in _OPENING_COMPANY)
    can_close = not before.isspace() and (after.isspace() or after in _CLOSING_COMPANY)
    if mark in "“„‟«»”":
        return _role_of_directed(mark, can_open=can_open, can_close=can_close)
    if can_open and can_close:
        return Role.EITHER
    if can_open or can_close:
        return Role.OPEN if can_open else Role.CLOSE
    # Glued on both sides: 'rebuild."In' closes, 'said"The' opens, a lone mark between spaces does nothing.
    if (
        before.isspace()
    ):  # spaces on both sides: it closes what is open, after a nested mark (miracles,' " he said)
        return Role.CLOSE if nested else Role.NOTHING
    return Role.CLOSE if before in _CLOSING_COMPANY else Role.EITHER


def _role_of_directed(mark: str, *, can_open: bool, can_close: bool) -> Role:
    usual = Role.CLOSE if mark in "”»" else Role.OPEN
    if mark == "“" and can_close and not can_open:
        return Role.CLOSE  # „German“
    if mark in "”»" and can_open and not can_close:
        return Role.OPEN  # ”Swedish” or mistyped; »Danish«
    if mark == "«" and can_close and not can_open:
        return Role.CLOSE
    return usual


def _primary_single_pairs(
    text: str, line: Span, doubles: list[_Mark], *, leads_on: bool
) -> list[tuple[_Mark, _Mark | None]]:
    """Pair single marks that are not nested in double ones, telling them from apostrophes."""
    pairs: list[tuple[_Mark, _Mark | None]] = []
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
            pairs.append((_Mark(start, start + 1, Role.OPEN, "‘"), None))
            break
        if end is None:
            continue
        pairs.append((_Mark(start, start + 1, Role.OPEN, "‘"), _Mark(end, end + 1, Role.CLOSE, "‘")))
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
        if text[at - 1 : at + 1] == "''" or after == "'" or _ELISION_END.search(text, max(0, at - 4), at + 1):
            continue
        if before in ".,!?…;—–)" or before not in "sS":
            return at
        if fallback is None or after in _CLOSING_COMPANY:
            fallback = at
    return fallback


def _is_possessive(text: str, at: int) -> bool:
    """Tell whether the mark there may well be that of "both nations’ autonomy"."""
    return text[at - 1] in "sS" and text[at + 1 : at + 2].isspace() and text[at + 2 : at + 3].islower()


def _spans_in_doubles(doubles: list[_Mark], line: Span) -> list[Span]:
    spans: list[Span] = []
    start: int | None = None
    for mark in doubles:
        if start is None and mark.role in (Role.OPEN, Role.EITHER):
            start = mark.end
        elif start is not None and mark.role in (Role.CLOSE, Role.EITHER):
            if start < mark.start:
                spans.append(Span(start, mark.start))
            start = None
    if start is not None and start < line.end:
        spans.append(Span(start, line.end))
    return spans


def _last_sentence_start(text: str, start: int, end: int) -> int:
    boundary = start
    for match in _SENTENCE_START.finditer(text, start, end):
        boundary = match.end()
    return boundary


def _stands_in(offset: int, spans: Sequence[Span]) -> bool:
    """Tell whether ``offset`` lies in one of the disjoint, ordered ``spans``."""
    at = bisect(spans, offset, key=lambda span: span.start) - 1
    return at >= 0 and offset < spans[at].end


def _first_content(text: str, line: Span) -> int:
    start = line.start
    while start < line.end and text[start].isspace():
        start += 1
    return start
