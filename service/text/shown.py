"""What of each sentence a summary may show: no furniture, no headline, no line without words."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from service.domain import Article, Sentence, Span
from service.text.sentence_shape import is_finished, is_in_title_case
from service.text.words import count_words

# A line of its own without a full stop, or in Title Case, is a headline up to this many words.
_LONGEST_HEADLINE_WORDS = 20
_LINE_BREAK = re.compile(r"[\n\r\v\f\x85\u2028\u2029]")
# Bullets, and the dash that a dateline leaves behind.
_BULLET = re.compile(r"(?:\s|[-–—|:•*·]{1,3}(?=\s))*")


def shown_spans(article: Article, sentences: Sequence[Sentence]) -> tuple[Span | None, ...]:
    """Return what may be shown of each sentence; None for furniture, headlines and lines without a word."""
    text = article.text
    title = " ".join((article.title or "").split()).casefold()
    spans = _outside_furniture(article, sentences)
    breaks = [match.start() for match in _LINE_BREAK.finditer(text)]
    lines = [bisect_right(breaks, span.start) if span else -1 for span in spans]
    sentences_on_line = Counter(lines)

    def is_headline(span: Span, line: int) -> bool:
        words = " ".join(span.of(text).split())
        return words.casefold() == title or (
            sentences_on_line[line] == 1
            and (not is_finished(words) or is_in_title_case(words))
            and count_words(words) <= _LONGEST_HEADLINE_WORDS
        )

    return tuple(
        None if span is None or is_headline(span, line) else span
        for span, line in zip(spans, lines, strict=True)
    )


def _outside_furniture(article: Article, sentences: Sequence[Sentence]) -> list[Span | None]:
    """Return what furniture leaves of each sentence: one stretch with words in it, or None."""
    furniture = _merged(article.furniture)
    spans: list[Span | None] = []
    nearest = 0
    for sentence in sentences:
        while nearest < len(furniture) and furniture[nearest].end <= sentence.span.start:
            nearest += 1
        pieces: list[Span] = []
        start, ahead = sentence.span.start, nearest
        while ahead < len(furniture) and furniture[ahead].overlaps(sentence.span):
            pieces += _trimmed(article.text, start, furniture[ahead].start)
            start, ahead = furniture[ahead].end, ahead + 1
        pieces += _trimmed(article.text, start, sentence.span.end)
        spans.append(pieces[0] if len(pieces) == 1 else None)
    return spans


def _merged(furniture: Sequence[Span]) -> list[Span]:
    """Return the stretches that overlapping or touching furniture covers, in order."""
    merged: list[Span] = []
    for span in sorted(furniture):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    """Return a piece without its bullet and outer white space, as a list; an empty one without a word."""
    piece = text[start:end] if start < end else ""
    if not any(character.isalnum() for character in piece):
        return []
    leading = _BULLET.match(piece)
    start += leading.end() if leading else 0
    return [Span(start, start + len(text[start:end].rstrip()))]
