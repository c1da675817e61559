"""A reviewed result for pasting into a CMS: plain text, Markdown, HTML; and what differs, word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Literal

from markupsafe import Markup

from service.review.rules.pieces import Sheet
from service.wire import QuoteModel

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&=^$])")
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
WordChange = tuple[Literal["same", "gone", "new"], str]


def plain(sheet: Sheet, disclosure: str) -> str:
    """Return the summary, the quotes and the disclosure as plain text."""
    quotes = ["\n".join(_lines(quote)) for quote in _quotes(sheet)]
    return "\n\n".join([_summary(sheet, str), *quotes, disclosure])


def markdown(sheet: Sheet, disclosure: str) -> str:
    """Return them as Markdown, whatever the words contain."""
    quotes = ["\n>\n".join(f"> {_md(line)}" for line in _lines(quote)) for quote in _quotes(sheet)]
    return "\n\n".join([_summary(sheet, _md), *quotes, f"*{_md(disclosure)}*"])


def html(sheet: Sheet, disclosure: str) -> Markup:
    """Return them as HTML, whatever the words contain; ``cite`` where the article's id is a web address."""
    address = sheet.analysis.article.id
    cite = Markup(' cite="{}"').format(address) if re.match(r"https?://\S+\Z", address) else Markup("")
    bullets = sheet.analysis.summary.format == "bullets"
    tag = Markup("<li>{}</li>" if bullets else "<p>{}</p>")
    sentences = [tag.format(piece.value.text) for piece in sheet.summary if piece.stands]
    if bullets and sentences:
        sentences = [Markup("<ul>"), *sentences, Markup("</ul>")]
    quotes = [
        Markup("<blockquote{}><p>{}</p>{}</blockquote>").format(cite, _marked(quote), _footer(quote))
        for quote in _quotes(sheet)
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


def _summary(sheet: Sheet, write: Callable[[str], str]) -> str:
    lines = [write(piece.value.text) for piece in sheet.summary if piece.stands]
    if sheet.analysis.summary.format == "bullets":
        return "\n".join(f"- {line}" for line in lines)
    return " ".join(lines)


def _quotes(sheet: Sheet) -> list[QuoteModel]:
    return [piece.value for piece in sheet.quotes if piece.stands]


def _marked(quote: QuoteModel) -> str:
    """Quotation marks round what was said verbatim; an indirect quote is in the reporter's words."""
    words = " … ".join(part.text for part in quote.parts)
    return f"“{words}”" if quote.kind == "direct" else words


def _lines(quote: QuoteModel) -> list[str]:
    """The quoted words, and who said them if that is known."""
    return [_marked(quote), *(f"— {name}" for name in _said_by(quote))]


def _said_by(quote: QuoteModel) -> list[str]:
    if quote.speaker is None:
        return []
    return [f"{quote.speaker.name}, {quote.speaker.role}" if quote.speaker.role else quote.speaker.name]


def _footer(quote: QuoteModel) -> Markup:
    return Markup("").join(Markup("<footer>— {}</footer>").format(name) for name in _said_by(quote))


def _md(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(words.split()))
