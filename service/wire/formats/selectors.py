"""Places in a text as the W3C's Web Annotation Data Model has them, by quotation and by position.

A position counts Unicode code points, as the recommendation says (4.2.5), of the article's canonical text. A
quotation carries so much of what stands before and after that it fits one place only, so that it holds in a
text that was edited elsewhere.
"""

from __future__ import annotations

from typing import Any

from service.domain import Span

_LEAST_CONTEXT = 32
# A passage that repeats with more around it than this is told apart by its position alone.
_MOST_CONTEXT = 2_048


def select(text: str, span: Span) -> list[dict[str, Any]]:
    """Return the two selectors of ``span``, which mean the same place."""
    prefix, suffix = _context(text, span)
    return [
        {"type": "TextQuoteSelector", "exact": span.of(text), "prefix": prefix, "suffix": suffix},
        {"type": "TextPositionSelector", "start": span.start, "end": span.end},
    ]


def _context(text: str, span: Span) -> tuple[str, str]:
    """Return what stands before and after, as much of it as makes the place the only one, or the most."""
    width = _LEAST_CONTEXT
    while True:
        start, end = max(0, span.start - width), min(len(text), span.end + width)
        is_all = start == 0 and end == len(text)
        if is_all or width >= _MOST_CONTEXT or _stands_once(text, start, end):
            return text[start : span.start], text[span.end : end]
        width *= 2


def _stands_once(text: str, start: int, end: int) -> bool:
    passage = text[start:end]
    return text.find(passage) == start and text.find(passage, start + 1) < 0
