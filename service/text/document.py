"""An article read once: everything that reads text reads it here.

Sentences come with the article; the rest (quotation marks, quoted words, what may be shown) is read when it
is first asked for, and kept. Nothing that reads a document reads marks or blanks text by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from service.domain import Article, Sentence, Span
from service.text.mark_runs import MarkedRun, join_over_lines, read_marks
from service.text.quoted_words import blank_quoted_words, find_quoted_runs
from service.text.shown import shown_spans


@dataclass(frozen=True)
class Document:
    """An article with its ``sentences``, and what was read of its text. Offsets are those of the text."""

    article: Article
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The article's canonical text."""
        return self.article.text

    @cached_property
    def sentence_starts(self) -> tuple[int, ...]:
        """Where each sentence begins."""
        return tuple(sentence.span.start for sentence in self.sentences)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """The paragraphs, from the first sentence of each to its last."""
        spans: list[Span] = []
        number = -1
        for sentence in self.sentences:
            if sentence.paragraph == number:
                spans[-1] = Span(spans[-1].start, sentence.span.end)
            else:
                spans.append(sentence.span)
                number = sentence.paragraph
        return tuple(spans)

    @cached_property
    def marks(self) -> tuple[MarkedRun, ...]:
        """The outermost runs of words in quotation marks, whatever they are."""
        return read_marks(self.text)

    @cached_property
    def marked_stretches(self) -> tuple[Span, ...]:
        """The same from first to last mark, those over several lines as one."""
        return join_over_lines(self.marks)

    @cached_property
    def quoted_runs(self) -> tuple[MarkedRun, ...]:
        """Those of the marks that may hold somebody's words."""
        return find_quoted_runs(self.article, self.marks)

    @cached_property
    def unquoted(self) -> str:
        """The text with quoted words blanked out; as long as the text, so that offsets hold."""
        return blank_quoted_words(self.text, self.quoted_runs)

    @cached_property
    def shown(self) -> tuple[Span | None, ...]:
        """What of each sentence may be shown; None for furniture, headlines and lines without a word."""
        return shown_spans(self.article, self.sentences)
