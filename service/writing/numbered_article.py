"""An article as a model sees it: numbered sentences between delimiters that the article can't forge.

Sentence numbers are the only way for a model to cite the article. The delimiters carry a nonce derived from
the content and not contained in it, so nothing inside can end the article early. Each sentence is one line,
so nothing inside can begin a line of its own. The same article always looks the same.

Not here: what the model is asked to do (``prompts/``), and what it answers (``answers/``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count

from service.domain import Article, Sentence, Span
from service.text.document import Document

_NONCE_CHARACTERS = 16
# Unicode's tag characters and the controls are invisible to people, but a tokenizer reads them.
_UNSEEN = re.compile("[\U000e0000-\U000e007f]|(?!\\s)[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class NumberedArticle:
    """An article with its ``sentences`` numbered from 1, and the ``nonce`` of its delimiters.

    ``shown`` are the numbers that the model sees, in order: all, or some of a long article.
    """

    document: Document
    sentences: tuple[Sentence, ...]
    nonce: str
    shown: Sequence[int]

    @property
    def article(self) -> Article:
        """The article."""
        return self.document.article

    def showing(self, numbers: Iterable[int]) -> NumberedArticle:
        """Return the same article with only these sentences shown, numbers unchanged."""
        shown = tuple(sorted(set(numbers)))
        if shown and not 1 <= shown[0] <= shown[-1] <= len(self.sentences):
            raise ValueError(f"sentences {shown[0]} to {shown[-1]} of {len(self.sentences)}")
        return replace(self, shown=shown)

    def span(self, number: int) -> Span | None:
        """Return where the sentence with this number stands; None if it wasn't shown."""
        return self.sentences[number - 1].span if number in self.shown else None

    def number(self, span: Span) -> int:
        """Return the number of the sentence in which a span begins. Raises ValueError before the first."""
        number = bisect_right(self.sentences, span.start, key=lambda sentence: sentence.span.start)
        if not number:
            raise ValueError(f"no sentence begins before {span.start}")
        return number

    def block(self) -> str:
        """Return the article as the model gets it, delimiters included."""
        lines = list[str]()
        if self.article.title and self.article.title.strip():
            lines += [f"[headline] {_one_line(self.article.title)}", ""]
        paragraph: int | None = None
        for number in self.shown:
            sentence = self.sentences[number - 1]
            if paragraph is not None and sentence.paragraph != paragraph:
                lines.append("")
            paragraph = sentence.paragraph
            lines.append(self.line(number))
        return _between("ARTICLE", self.nonce, lines)

    def line(self, number: int) -> str:
        """Return a sentence as it stands in the block."""
        return f"[{number}] {self.plain(number)}"

    def plain(self, number: int) -> str:
        """Return a sentence on one line, without its number."""
        return _one_line(self.sentences[number - 1].span.of(self.article.text))

    def claims(self, claims: Sequence[str]) -> str:
        """Return sentences to be judged, numbered and delimited like the article.

        ``number_article`` needs them as well, so that they don't contain the nonce either.
        """
        return _between(
            "CLAIMS", self.nonce, [f"[{n}] {_one_line(claim)}" for n, claim in enumerate(claims, start=1)]
        )


def number_article(document: Document, beside: Sequence[str] = ()) -> NumberedArticle:
    """Number the sentences that may be summarised or quoted: all but the furniture.

    ``beside`` are other texts that the prompt will show between the same delimiters.
    """
    article, sentences = document.article, document.sentences
    kept = (
        tuple(
            sentence
            for sentence in sentences
            if not any(sentence.span.overlaps(furniture) for furniture in article.furniture)
        )
        or sentences
    )
    seen = "\0".join((article.title or "", article.text, *beside))
    return NumberedArticle(document, kept, _nonce(seen), range(1, len(kept) + 1))


def _nonce(seen: str) -> str:
    """Return hexadecimal digits that are not in ``seen``, whatever its author foresaw."""
    content = sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()
    folded = seen.casefold()
    return next(
        nonce
        for turn in count()
        if (nonce := sha256(f"{content} {turn}".encode()).hexdigest()[:_NONCE_CHARACTERS]) not in folded
    )


def _between(what: str, nonce: str, lines: Sequence[str]) -> str:
    return "\n".join([f"<<<{what} {nonce}>>>", *lines, f"<<<END {what} {nonce}>>>"])


def _one_line(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())
