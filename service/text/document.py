"""An article with what has been read of its text: sentences, words, quotation marks, what may be shown.

Each reading is made when it is first asked for, and kept. Extractors and heads take theirs from here; none of
them reads marks, cuts words or blanks text by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from service.domain import Article, Sentence, Span
from service.text.mark_runs import MarkedRun, join_over_lines, read_marks
from service.text.quoted_words import blank_quoted_words, find_quoted_runs
from service.text.shown import shown_spans
from service.text.words import word_spans


@dataclass(frozen=True)
class Document:
    """An article and its ``sentences``. All offsets are those of the article's text."""

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
    def words(self) -> tuple[tuple[Span, ...], ...]:
        """The words of each sentence."""
        return tuple(word_spans(self.text, sentence.span) for sentence in self.sentences)

    @cached_property
    def paragraphs(self) -> tuple[Span, ...]:
        """The paragraphs that the sentences say they stand in, each from its first sentence to its last."""
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
        """The outermost runs of words in quotation marks, whether anybody says them or not."""
        return read_marks(self.text)

    @cached_property
    def marked_stretches(self) -> tuple[Span, ...]:
        """The runs in quotation marks from first to last mark; a quotation over several lines is one."""
        return join_over_lines(self.marks)

    @cached_property
    def quoted_runs(self) -> tuple[MarkedRun, ...]:
        """The runs in quotation marks that may be somebody's words: no titles, nicknames or furniture."""
        return find_quoted_runs(self.article, self.marks)

    @cached_property
    def unquoted(self) -> str:
        """The text with quoted words blanked out. It is as long as the text, so that offsets hold."""
        return blank_quoted_words(self.text, self.quoted_runs)

    @cached_property
    def shown(self) -> tuple[Span | None, ...]:
        """What of each sentence may be shown; None for furniture, headlines and lines without a word."""
        return shown_spans(self.article, self.sentences)

    @property
    def is_shown(self) -> tuple[bool, ...]:
        """Whether each sentence may be shown, and so speak for the article."""
        return tuple(span is not None for span in self.shown)
