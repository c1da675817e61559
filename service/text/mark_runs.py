"""Which words of a text stand in quotation marks, under all conventions of ``marks``.

Beside plain pairs this reads marks nested in others; a quotation over several paragraphs, with the opening
mark repeated or not, on lines of their own or joined to one; and marks that were never closed or never
opened. Whether marked words are a quote, and whose, is decided in ``quotes``. Linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from service import time_budget
from service.domain import Span
from service.text.en.grammar import CAPITAL
from service.text.en.lexicon import NOUN_LIKE_FORMS, SPEECH_VERBS, WEAK_SPEECH_VERBS
from service.text.lost_marks import restore_marks
from service.text.mark_roles import MarkRole, QuotationMark, marks_of
from service.text.marks import ENGLISH_CLOSING

_LINE = re.compile(r"[^\n\r\u2028\u2029]+")
_SENTENCE_START = re.compile(r"[.!?]\s+(?=[^\W\d_a-z])")
_STOPS = frozenset(".!?…")
_SPEECH = SPEECH_VERBS - WEAK_SPEECH_VERBS - NOUN_LIKE_FORMS
_NOT_TO_SPEAKER = r"\b(?![ \u00a0](?:to|that|me|us|you|it|my|our|I|we)\b)"
_SAID = rf"(?:said|told|wrote|{'|'.join(sorted(verb for verb in _SPEECH if verb.endswith(('ed', 's'))))})"
_NAME = rf"(?!I\b){CAPITAL}[\w.'’-]{{0,30}}"
_WHO = rf"(?:he|she|they|{_NAME}(?:[ \u00a0]{_NAME})?)[ \u00a0](?:\w{{1,20}}ly[ \u00a0])?"
_SOMEBODY = r"(?:(?!(?:I|we|you|who)\b)[\w’'-]{1,20}[ \u00a0]){0,4}"
# A reporter's words, which no speaker's marks hold. For sure: ", Stone told reporters", ", the chief said".
_REPORTER_FOR_SURE = re.compile(
    rf"[,?!][ \u00a0]{{1,3}}(?:{_WHO}{_SAID}{_NOT_TO_SPEAKER}|{_SOMEBODY}(?:said|says){_NOT_TO_SPEAKER}"
    rf"|(?!told){_SAID}[ \u00a0](?:{_NAME}|(?:the|he|she|they)\b))"
)
# Most likely: "the mayor said", but not "I said" and "was told".
_REPORTER = re.compile(
    rf"{_REPORTER_FOR_SURE.pattern}|\b[Aa]ccording to\b"
    r"|(?<!\bI )(?<!\b[Ww]e )(?<!\b[Yy]ou )(?<!\bbe )(?<!\bam )(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bbeen )"
    rf"(?<!\bwere )(?<!\bhave )(?<!\bhad )(?<!\bnot )(?<!n['’]t )\b{_SAID}{_NOT_TO_SPEAKER}"
)
# “…, "said Ada Stone: a mark before such a verb closes, whatever the spaces around it say.
_SAID_NEXT = re.compile(r"(?:said|says|told|tells|added|adds|asked|asks|wrote|writes)[ \u00a0]")
# What stands before a mark that opens a statement, not a fragment of the reporter's sentence.
_BEFORE_STATEMENT = re.compile(rf"(?:^|[\n.!?…:,;)\]{ENGLISH_CLOSING}—–-]|\b{_SAID})\s*$")
# Within how many marks a quotation in a quotation closes, and the one around it, in the midst of a sentence.
_NESTED_MARKS = 10
# Open words that are longer may be the rest of an article on one line.
_LONGEST_PARAGRAPH_CHARS = 1000
# How many lines a quotation without repeated opening marks may run on before its closing mark.
_MAX_LINES_WITHOUT_MARK = 6


@dataclass(frozen=True, slots=True)
class MarkedRun:
    """Words in quotation marks on one line of the text.

    ``inner`` excludes the marks, ``outer`` includes those that are there, even a closing mark that slipped to
    the next line. ``opened`` and ``closed`` tell whether this run has its own opening and closing mark.
    ``continues`` says that the run carries on the quotation of the run before it (a quotation over several
    paragraphs).
    """

    inner: Span
    outer: Span
    opened: bool = True
    closed: bool = True
    continues: bool = False


def read_marks(text: str) -> tuple[MarkedRun, ...]:
    """Return the outermost marked runs of ``text`` in order, disjoint, the words of each within one line.

    Marks that were lost in a wrong encoding count where they are plain.
    """
    text = restore_marks(text)
    lines = [Span(*match.span()) for match in _LINE.finditer(text) if match.group().strip()]
    repeats = [*(_repeats_single(text, *two) for two in pairwise(lines)), False]
    marks = [
        list(marks_of(text, line, leads_on=repeat)) for line, repeat in zip(lines, repeats, strict=False)
    ]
    runs: list[MarkedRun] = []
    pending = False  # the line before ended inside a quotation
    for number, line in enumerate(lines):
        time_budget.check()
        first = _first_content(text, line)
        if pending and _has_slipped(marks[number], first):
            # The closing mark of the line before slipped to this one.
            slipped = marks[number].pop(0).end
            runs[-1] = replace(runs[-1], outer=Span(runs[-1].outer.start, slipped), closed=True)
            pending = False
            if not text[slipped : line.end].strip():
                continue
            line = Span(slipped, line.end)
        repeated = bool(marks[number]) and marks[number][0].start == first
        bare = pending and not repeated and _closes_later(marks, number)
        is_repeated = number + 1 < len(lines) and _opens_line(text, lines[number + 1], marks[number + 1])
        runs.extend(_runs_of_line(text, line, marks[number], pending, bare=bare, is_repeated=is_repeated))
        if runs and number == len(lines) - 1 and _is_rest_of_article(text, runs[-1]):
            runs.pop()
        pending = bool(runs) and line.contains(runs[-1].outer) and not runs[-1].closed
    return tuple(runs)


def _has_slipped(marks: Sequence[QuotationMark], first: int) -> bool:
    """Return whether a line starts with a mark that can't open, nor stands off from words that it opens."""
    if not marks or marks[0].start != first or marks[0].role not in (MarkRole.NOTHING, MarkRole.CLOSE):
        return False
    return len(marks) == 1 or marks[1].role is not MarkRole.CLOSE


def _repeats_single(text: str, line: Span, following: Span) -> bool:
    """Return whether the next line opens with a single mark that this line has, too: it may lead on to it."""
    mark = text[_first_content(text, following)]
    return mark in "'‘" and mark in line.of(text)


def join_over_lines(runs: Sequence[MarkedRun]) -> tuple[Span, ...]:
    """Return marked ``runs`` from first to last mark, those of one quotation over several lines as one."""
    stretches: list[Span] = []
    for run in runs:
        if run.continues and stretches:
            stretches[-1] = Span(stretches[-1].start, run.outer.end)
        elif run.opened:
            stretches.append(run.outer)
    return tuple(stretches)


def _opens_line(text: str, line: Span, marks: Sequence[QuotationMark]) -> bool:
    return bool(marks) and marks[0].role is MarkRole.OPEN and marks[0].start == _first_content(text, line)


def _runs_of_line(
    text: str, line: Span, marks: Sequence[QuotationMark], continues: bool, *, bare: bool, is_repeated: bool
) -> Iterator[MarkedRun]:
    """Pair the marks of one line.

    ``continues``: the line before ended inside a quotation. ``bare``: this one goes on with it without
    repeating its mark. ``is_repeated``: the next line starts with an opening mark.
    """
    depth = 0
    opener: QuotationMark | None = None
    start = line.start
    if bare:
        depth, start = 1, _first_content(text, line)
    first = True
    for at, mark in enumerate(marks):
        time_budget.check()
        closes = depth > 0 and _SAID_NEXT.match(text, mark.end) is not None
        if not closes and _opens(text, marks, at, depth, opener, start):
            if depth == 0:
                opener, start = mark, mark.end
            depth += 1
        elif not closes and mark.role is MarkRole.OPEN:
            # The mark before it was never closed. Of paragraphs that were joined to one line, it goes on
            # here; else nobody knows where those words end, so they are let go.
            goes_on = _goes_on(text, start, opener, mark)
            if goes_on:
                yield from _run(text, start, mark.start, opener, None, continues=continues and first)
            depth, opener, start, first, continues = 1, mark, mark.end, goes_on, goes_on
        elif depth > 0 and (closes or mark.role is not MarkRole.NOTHING):
            depth -= 1
            if depth == 0:
                yield from _run(text, start, mark.start, opener, mark, continues=continues and first)
                opener, first = None, False
        elif mark.role is MarkRole.CLOSE and first and not continues:
            # A closing mark that nothing opened: the last sentence before it, for others to judge.
            begin = _last_sentence_start(text, _first_content(text, line), mark.start)
            yield from _run(text, begin, mark.start, None, mark, continues=False)
            first = False
    # With a reporter's words in what is left open, the closing mark got lost.
    if depth > 0 and (is_repeated or not _REPORTER_FOR_SURE.search(text, start, line.end)):
        yield from _run(text, start, line.end, opener, None, continues=continues and first)


def _is_rest_of_article(text: str, run: MarkedRun) -> bool:
    """Return whether open words at the text's end are too long for a paragraph and hold a reporter's."""
    is_long = not run.closed and len(run.inner) > _LONGEST_PARAGRAPH_CHARS
    return is_long and _REPORTER.search(text, run.inner.start, run.inner.end) is not None


def _opens(
    text: str, marks: Sequence[QuotationMark], at: int, depth: int, opener: QuotationMark | None, start: int
) -> bool:
    mark = marks[at]
    if mark.role is not MarkRole.OPEN:
        return mark.role is MarkRole.EITHER and depth == 0
    if depth == 0 or opener is None:
        return True
    # At the start of a sentence it more likely opens the next paragraph than a quotation in the quotation.
    starts_sentence = _starts_sentence(text, mark)
    if mark.family != opener.family and not starts_sentence:
        return True
    nests = _closes_soon(marks, at, depth, depth + 1 if starts_sentence else _NESTED_MARKS)
    return nests and not _REPORTER_FOR_SURE.search(
        text, start, min(mark.start, start + _LONGEST_PARAGRAPH_CHARS)
    )


def _closes_soon(marks: Sequence[QuotationMark], at: int, depth: int, window: int) -> bool:
    """Return whether what opens there closes within ``window`` marks, and all that it stands in, too."""
    depth += 1
    for mark in islice(marks, at + 1, at + 1 + window):
        depth += 1 if mark.role is MarkRole.OPEN else -1 if mark.role is not MarkRole.NOTHING else 0
        if depth == 0:
            return True
    return False


def _goes_on(text: str, start: int, opener: QuotationMark | None, mark: QuotationMark) -> bool:
    """Return whether ``mark`` opens the next paragraph of what ``opener`` began, with no reporter between."""
    if opener is None or opener.family != mark.family or mark.start - start > _LONGEST_PARAGRAPH_CHARS:
        return False
    before = text[max(0, opener.start - 30) : opener.start]
    is_speech = _BEFORE_STATEMENT.search(before) and not _REPORTER.search(text, start, mark.start)
    return bool(is_speech) and _starts_sentence(text, mark)


def _starts_sentence(text: str, mark: QuotationMark) -> bool:
    return text[max(0, mark.start - 4) : mark.start].rstrip(" \u00a0" + ENGLISH_CLOSING)[-1:] in _STOPS


def _run(
    text: str,
    start: int,
    end: int,
    opener: QuotationMark | None,
    closer: QuotationMark | None,
    *,
    continues: bool,
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


def _closes_later(marks: list[list[QuotationMark]], number: int) -> bool:
    """Return whether the first double mark on this or the next lines closes, so that it was open."""
    for line_marks in marks[number : number + _MAX_LINES_WITHOUT_MARK]:
        if line_marks:
            return line_marks[0].role is MarkRole.CLOSE
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
