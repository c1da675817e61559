"""A reviewed result for pasting into a CMS (plain text, Markdown, HTML), and differences word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Literal

from markupsafe import Markup

from service.domain import Quote, QuoteKind, SummaryFormat
from service.review.rules.pieces import ReviewedAnalysis, words_of

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&=^$])")
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
WordChange = tuple[Literal["same", "gone", "new"], str]


def plain(reviewed: ReviewedAnalysis, disclosure: str) -> str:
    """Return the summary, the quotes and the disclosure as plain text."""
    quotes = ["\n".join(_lines(quote, reviewed.text)) for quote in _quotes(reviewed)]
    return "\n\n".join([_summary(reviewed, str), *quotes, disclosure])


def markdown(reviewed: ReviewedAnalysis, disclosure: str) -> str:
    """Return the same as Markdown, with every sign escaped that would mean something."""
    quotes = [
        "\n>\n".join(f"> {_md(line)}" for line in _lines(quote, reviewed.text)) for quote in _quotes(reviewed)
    ]
    return "\n\n".join([_summary(reviewed, _md), *quotes, f"*{_md(disclosure)}*"])


def html(reviewed: ReviewedAnalysis, disclosure: str) -> Markup:
    """Return the same as HTML, escaped; with ``cite`` where the article's id is a web address."""
    address = reviewed.analysis.article.id
    cite = Markup(' cite="{}"').format(address) if re.match(r"https?://\S+\Z", address) else Markup("")
    bullets = reviewed.analysis.summary.format is SummaryFormat.BULLETS
    tag = Markup("<li>{}</li>" if bullets else "<p>{}</p>")
    sentences = [tag.format(piece.value.text) for piece in reviewed.summary if piece.stands]
    if bullets and sentences:
        sentences = [Markup("<ul>"), *sentences, Markup("</ul>")]
    quotes = [
        Markup("<blockquote{}><p>{}</p>{}</blockquote>").format(
            cite, _marked(quote, reviewed.text), _footer(quote)
        )
        for quote in _quotes(reviewed)
    ]
    note = Markup('<p class="ai-disclosure"><small>{}</small></p>').format(disclosure)
    return Markup("\n").join([*sentences, *quotes, note])


def word_diff(before: str, after: str) -> Iterator[WordChange]:
    """Yield the words of two texts in order: those in both, those gone, those new."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[start:end])
            continue
        if end > start:
            yield "gone", "".join(old[start:end])
        if new_end > new_start:
            yield "new", "".join(new[new_start:new_end])


def _summary(reviewed: ReviewedAnalysis, write: Callable[[str], str]) -> str:
    lines = [write(piece.value.text) for piece in reviewed.summary if piece.stands]
    if reviewed.analysis.summary.format is SummaryFormat.BULLETS:
        return "\n".join(f"- {line}" for line in lines)
    return " ".join(lines)


def _quotes(reviewed: ReviewedAnalysis) -> list[Quote]:
    return [piece.value for piece in reviewed.quotes if piece.stands]


def _marked(quote: Quote, text: str) -> str:
    """Return a quote's words, in quotation marks where they are all verbatim."""
    words = words_of(quote, text)
    return f"“{words}”" if quote.kind is QuoteKind.DIRECT else words


def _lines(quote: Quote, text: str) -> list[str]:
    """Return the quoted words, and who said them if that is known."""
    return [_marked(quote, text), *(f"— {name}" for name in _attribution(quote))]


def _attribution(quote: Quote) -> list[str]:
    if quote.speaker is None:
        return []
    return [f"{quote.speaker.name}, {quote.speaker.role}" if quote.speaker.role else quote.speaker.name]


def _footer(quote: Quote) -> Markup:
    return Markup("").join(Markup("<footer>— {}</footer>").format(name) for name in _attribution(quote))


def _md(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))
