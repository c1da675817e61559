"""Finds site furniture in an article's text: bylines, datelines, photo credits, navigation, calls to action.

Turns the matches of the table (``furniture_table``) into disjoint spans in order; the text is never changed.
Not here: removing boilerplate from HTML (``webpage``). What a reader would call prose isn't furniture: a
headline, a caption, the attribution line under an embedded post.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.domain import Span
from service.ingest.furniture_table import RULES, Where
from service.ingest.live_times import find_live_times

# Longer lines are prose, whatever they begin with. The limit also bounds the work of whole-line patterns.
_MAX_LINE_CHARS = 300
# A dateline is in the first paragraphs, after headline and standfirst, or there is none.
_OPENING_CHARS = 1_500
# A shorter headline is too likely to be the end of an ordinary line by chance.
_MIN_TITLE_CHARS = 20

_LINE_RULES = tuple(rule for rule in RULES if rule.where is Where.LINE)
_INLINE_RULES = tuple(rule for rule in RULES if rule.where is Where.INLINE)
_OPENING_RULES = tuple(rule for rule in RULES if rule.where is Where.OPENING)
_LINE = re.compile(r"[^\n\r]+")


def find_furniture(text: str, title: str | None = None) -> tuple[Span, ...]:
    """Return the furniture of ``text`` as disjoint spans in order, without white space at their ends.

    ``title`` is the headline if it is known, else the first line is taken for it. The headline itself isn't
    furniture, but its repetition is.
    """
    return _merge(text, [span for _, span in label_furniture(text, title)])


def label_furniture(text: str, title: str | None = None) -> Iterator[tuple[str, Span]]:
    """Yield every match with the name of its rule, in no order and with overlaps, to review the table."""
    yield from _whole_lines(text, title)
    for rule in _INLINE_RULES:
        for match in rule.pattern.finditer(text):
            yield rule.name, Span(match.start(), match.end())
    yield from _opening(text)
    for time in find_live_times(text):
        yield "time of a live entry", time


def _whole_lines(text: str, title: str | None) -> Iterator[tuple[str, Span]]:
    headline = (title or "").strip()
    seen_headline = bool(headline)
    for match in _LINE.finditer(text):
        line = match.group().strip()
        if not line or len(line) > _MAX_LINE_CHARS:
            continue
        if not headline:
            headline = line
        name = _name_of_line(line)
        if name is None and len(headline) >= _MIN_TITLE_CHARS and line.endswith(headline):
            if line != headline:
                name = "byline glued to title" if line.startswith("By ") else None
            elif seen_headline and match.start() > 0:
                name = "title again"
            seen_headline = True
        if name is not None:
            start = match.start() + match.group().index(line)
            yield name, Span(start, start + len(line))


def _name_of_line(line: str) -> str | None:
    return next((rule.name for rule in _LINE_RULES if rule.pattern.fullmatch(line)), None)


def _opening(text: str) -> Iterator[tuple[str, Span]]:
    for line in _LINE.finditer(text, 0, min(len(text), _OPENING_CHARS)):
        start = line.end() - len(line.group().lstrip())
        for rule in _OPENING_RULES:
            if match := rule.pattern.match(text, start):
                yield rule.name, Span(match.start(), match.end())
                return


def _merge(text: str, spans: list[Span]) -> tuple[Span, ...]:
    """Join spans that overlap or touch, and trim white space off their ends."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(trimmed for span in merged if (trimmed := _trim(text, span)))


def _trim(text: str, span: Span) -> Span | None:
    words = span.of(text)
    start = span.start + len(words) - len(words.lstrip())
    end = span.end - len(words) + len(words.rstrip())
    return Span(start, end) if start < end else None
