"""Sentence splitters to compare with the service's."""

from __future__ import annotations

import re

from nltk.tokenize.punkt import PunktSentenceTokenizer

from eval.systems.shape import BuildContext
from service.domain import Article

# A line that is followed by an empty one ends a paragraph; a single break may be a wrapped line.
_PARAGRAPH = re.compile(r"(?:(?!\r?\n[ \t]*\r?\n)[\s\S])+")


class PunktSplitter:
    """Punkt (Kiss and Strunk 2006) as NLTK makes it without training, paragraph by paragraph."""

    def __init__(self) -> None:
        self._tokenizer = PunktSentenceTokenizer()

    def sentence_ends(self, article: Article) -> tuple[int, ...]:
        """Return where Punkt ends sentences; paragraphs end them too."""
        ends = []
        for paragraph in _PARAGRAPH.finditer(article.text):
            for start, end in self._tokenizer.span_tokenize(paragraph.group()):
                words = paragraph.group()[start:end].rstrip()
                if words:
                    ends.append(paragraph.start() + start + len(words))
        return tuple(ends)


def build_punkt(_: BuildContext, __: str) -> PunktSplitter:
    """Build the splitter."""
    return PunktSplitter()
