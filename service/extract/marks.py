"""Reading quotation marks: which stretches of a text stand in them, under every convention met so far.

Conventions: “ ” and " " and '' '' (wire style) and `` ''; „ “; « » and » «; ‘ ’ and ' ' as primary marks
beside apostrophes; marks nested in others; a quotation over several paragraphs, with the opening mark
repeated or not, on lines of their own or joined to one; marks that were never closed or never opened.
Whether marked words are a quote at all, and whose, is decided elsewhere (``quotes``). Linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from service.domain import Span
from service.extract.grammar import CAPITAL
from service.extract.lexicon import NOUN_LIKE_FORMS, SPEECH_VERBS, WEAK_SPEECH_VERBS
from service.extract.mark_roles import Mark, Role, marks_of

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_SENTENCE_START = re.compile(r"[.!?]\s+(?=[^\W\d_a-z])")
_STOPS = frozenset(".!?…")
_SAYS = rf"(?:{'|'.join(sorted(SPEECH_VERBS - WEAK_SPEECH_VERBS - NOUN_LIKE_FORMS))})"
_NAME = rf"{CAPITAL}[\w.'’-]{{0,30}}"
_WHO = rf"(?:(?:[Hh]e|[Ss]he|[Tt]hey|{_NAME}(?:[ \u00a0]{_NAME})?)[ \u00a0](?:\w{{1,20}}ly[ \u00a0])?)"
# A reporter's words, which no speaker's marks hold: for sure (", said the chief", ", Stone told reporters"),
# and most likely ("Stone told").
_REPORTER_FOR_SURE = re.compile(rf"[,?!]+[ \u00a0]+{_WHO}?{_SAYS}[ \u00a0](?!(?:to|that|me|us|you|it)\b)")
_REPORTER = re.compile(rf"{_REPORTER_FOR_SURE.pattern}|\b{_WHO}{_SAYS}\b")
# Within how many marks a quotation in a quotation closes, and the one around it.
_NESTED_MARKS = 6
# Open words that are longer may be the rest of an article on one line.
_LONGEST_PARAGRAPH_CHARS = 1000
# How many lines a quotation without repeated opening marks may run on before its closing mark.
_MAX_LINES_WITHOUT_MARK = 6


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


def read_marks(text: str) -> tuple[MarkedRun, ...]:
    """Return the outermost marked runs of ``text`` in order, disjoint, each within one line."""
    lines = [Span(*match.span()) for match in _LINE.finditer(text) if match.group().strip()]
    repeats = [*(_repeats_single(text, *two) for two in pairwise(lines)), False]
    marks = [
        list(marks_of(text, line, leads_on=repeat)) for line, repeat in zip(lines, repeats, strict=False)
    ]
    runs: list[MarkedRun] = []
    pending = False  # the line before ended inside a quotation
    for number, line in enumerate(lines):
        first = _first_content(text, line)
        if pending and _is_alone(marks[number], first):
            # The closing mark of the line before slipped to this one.
            runs[-1] = replace(
                runs[-1], outer=Span(runs[-1].outer.start, marks[number].pop(0).end), closed=True
            )
            pending = False
        repeated = bool(marks[number]) and marks[number][0].start == first
        bare = pending and not repeated and _closes_later(marks, number)
        runs.extend(_runs_of_line(text, line, marks[number], continues=pending, bare=bare))
        pending = bool(runs) and line.contains(runs[-1].outer) and not runs[-1].closed
    return tuple(runs)


def _is_alone(marks: Sequence[Mark], first: int) -> bool:
    """Tell whether a line starts with a mark that opens nothing: with a space or a stop after it."""
    return bool(marks) and marks[0].start == first and marks[0].role is Role.NOTHING


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
    text: str, line: Span, marks: list[Mark], *, continues: bool, bare: bool
) -> Iterator[MarkedRun]:
    """Pair the marks of one line. ``bare``: the line starts inside a quotation without repeating its mark."""
    depth = 0
    opener: Mark | None = None
    start = line.start
    if bare:
        depth, start = 1, _first_content(text, line)
    first = True
    for at, mark in enumerate(marks):
        if _opens(text, marks, at, depth, opener):
            if depth == 0:
                opener, start = mark, mark.end
            depth += 1
        elif mark.role is Role.OPEN:
            # The mark before it was never closed. Of paragraphs that were joined to one line, it goes on
            # here; else nobody knows where those words end, so they are let go.
            goes_on = _goes_on(text, start, opener, mark)
            if goes_on:
                yield from _run(text, start, mark.start, opener, None, continues=continues and first)
            depth, opener, start, first, continues = 1, mark, mark.end, goes_on, goes_on
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
    if depth > 0 and not _runs_into_reporter(text, start, line.end):
        yield from _run(text, start, line.end, opener, None, continues=continues and first)


def _runs_into_reporter(text: str, start: int, end: int) -> bool:
    """Tell whether words that are open to their line's end hold a reporter's: the closing mark got lost."""
    reporter = _REPORTER if end - start > _LONGEST_PARAGRAPH_CHARS else _REPORTER_FOR_SURE
    return reporter.search(text, start, end) is not None


def _opens(text: str, marks: Sequence[Mark], at: int, depth: int, opener: Mark | None) -> bool:
    mark = marks[at]
    if mark.role is Role.OPEN:
        return depth == 0 or opener is None or _nests(text, marks, at, depth)
    return mark.role is Role.EITHER and depth == 0


def _nests(text: str, marks: Sequence[Mark], at: int, depth: int) -> bool:
    """Tell whether what opens there closes before long, and what it stands in, too.

    At the start of a sentence it more likely opens the next paragraph: there, both have to close at once.
    """
    depth += 1
    window = depth if _starts_sentence(text, marks[at]) else _NESTED_MARKS
    for mark in marks[at + 1 : at + 1 + window]:
        depth += 1 if mark.role is Role.OPEN else -1 if mark.role is not Role.NOTHING else 0
        if depth == 0:
            return True
    return False


def _goes_on(text: str, start: int, opener: Mark | None, mark: Mark) -> bool:
    """Tell whether ``mark`` opens the next paragraph of what ``opener`` began, with no reporter between."""
    if opener is None or opener.family != mark.family:
        return False
    return _starts_sentence(text, mark) and not _REPORTER.search(text, start, mark.start)


def _starts_sentence(text: str, mark: Mark) -> bool:
    return text[max(0, mark.start - 3) : mark.start].rstrip()[-1:] in _STOPS


def _run(
    text: str, start: int, end: int, opener: Mark | None, closer: Mark | None, *, continues: bool
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


def _closes_later(marks: list[list[Mark]], number: int) -> bool:
    """Tell whether the first double mark on this or the next lines closes, so that it was open."""
    for line_marks in marks[number : number + _MAX_LINES_WITHOUT_MARK]:
        if line_marks:
            return line_marks[0].role is Role.CLOSE
    return False


def _last_sentence_start(text: str, start: int, end: int) -> int:
    boundary = start
    for match in _SENTENCE_START.finditer(text, start, end):
        boundary = match.end()
    return boundary


def _first_content(text: str, line: Span) -> int:
    start = line.start
    while start < line.end and text[start].isspace():
        start += 1
    return start
