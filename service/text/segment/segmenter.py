"""Articles into sentences: the text is cut where paragraphs, furniture and sentences end.

Sentences are what lies between two cuts, without white space at its ends. So they are disjoint, in order, and
cover every character but white space, wherever ``boundaries`` finds ends.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from service.domain import Article, Sentence, Span
from service.text.lost_marks import restore_marks
from service.text.segment.boundaries import BoundaryFinder
from service.text.segment.lexicon import Lexicon
from service.text.segment.lines import find_paragraphs


class Segmenter:
    """A splitter of articles into sentences, without state between articles; threads may share it."""

    def __init__(self, boundaries: BoundaryFinder) -> None:
        self._boundaries = boundaries

    @classmethod
    def load(cls) -> Segmenter:
        """Build the segmenter from the parameters that ship with the package."""
        return cls(BoundaryFinder(Lexicon.load()))

    def segment(self, article: Article) -> tuple[Sentence, ...]:
        """Return the article's sentences in order.

        They cover all non-space text, start and end on non-space characters, and neither cross a line
        break (unless the text is hard-wrapped) nor an edge of the article's furniture. A paragraph is a
        line, or the lines that were wrapped from one.
        """
        text = restore_marks(article.text)
        edges = sorted({offset for span in article.furniture for offset in (span.start, span.end)})
        sentences = []
        for number, (start, end) in enumerate(find_paragraphs(text)):
            for block_start, block_end in _split(start, end, edges):
                for span in self._sentences(text, block_start, block_end):
                    sentences.append(Sentence(span, number))
        return tuple(sentences)

    def _sentences(self, text: str, start: int, end: int) -> Iterator[Span]:
        position = start
        for cut in [*self._boundaries.ends(text, start, end), end]:
            piece = text[position:cut]
            if stripped := piece.strip():
                first = position + len(piece) - len(piece.lstrip())
                yield Span(first, first + len(stripped))
            position = cut


def _split(start: int, end: int, edges: list[int]) -> Iterator[tuple[int, int]]:
    """Cut ``[start, end)`` at the sorted ``edges`` that lie inside it."""
    for edge in edges[bisect_right(edges, start) : bisect_left(edges, end)]:
        yield start, edge
        start = edge
    yield start, end
