"""Articles damaged as scrapers damage them: paragraphs joined to one line, a closing quotation mark lost.

Every text keeps its length, so that the annotated offsets hold: a blank replaces the lost mark.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import StrEnum
from hashlib import sha256

from eval.datasets.samples import Sample

_BREAK = re.compile(r"[\n\r]")
# A double mark, of any convention of English papers, behind the words that it closes.
_CLOSING = re.compile(r"(?<=[^\s(\[])(?:''|[\"”])(?=[\s.,;:!?)\]’'—–-]|$)")


class Layout(StrEnum):
    """The damage done to an article's lines and quotation marks."""

    AS_IS = "as-is"
    ONE_LINE = "one-line"
    LOST_MARK = "lost-mark"
    ONE_LINE_LOST_MARK = "one-line-lost-mark"


def lay_out(sample: Sample, layout: Layout) -> Sample:
    """Return ``sample`` with its text in ``layout``; the lost mark depends on its id alone."""
    text = sample.article.text
    if layout in (Layout.ONE_LINE, Layout.ONE_LINE_LOST_MARK):
        text = _BREAK.sub(" ", text)
    if layout in (Layout.LOST_MARK, Layout.ONE_LINE_LOST_MARK):
        text = _without_a_mark(text, sample.article.id)
    return (
        sample if text == sample.article.text else replace(sample, article=replace(sample.article, text=text))
    )


def _without_a_mark(text: str, id_: str) -> str:
    marks = list(_CLOSING.finditer(text))
    if not marks:
        return text
    lost = marks[int.from_bytes(sha256(id_.encode(errors="surrogatepass")).digest()[:8]) % len(marks)]
    return text[: lost.start()] + " " * len(lost.group()) + text[lost.end() :]
