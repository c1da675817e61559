"""A reviewed result for pasting into a CMS (plain text, Markdown, HTML), and differences word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from markupsafe import Markup

from service.domain import Quote, SummaryFormat
from service.review.rules.pieces import Piece, ReviewedAnalysis
from service.review.rules.speech import SpeechGroup, attribution, group_of, in_marks, pulled
from service.text.mark_runs import MarkedRun, read_marks

# What means something anywhere in Markdown, and what only at the start of a line: "1.", "- ", "# ".
_ANYWHERE = re.compile(
    r"([\\`*_\[\]<>~|^$&]|=(?==)|(?<==)=|(?<=http)(?=://)|(?<=https)(?=://)|(?<=\bwww)(?=\.))"
)
_AT_START = re.compile(r"(\d{1,9}(?=[.)](?:\s|$))|(?=[-+#=](?:[\s#=-]|$)))")
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
WordChange = tuple[Literal["same", "gone", "new"], str]


def plain(reviewed: ReviewedAnalysis, disclosure: str, *, reported: bool = False) -> str:
    """Return headline, summary, quotes and disclosure as plain text."""
    marks = read_marks(reviewed.text)
    quotes = ["\n".join(_lines(quote, reviewed.text, marks)) for quote in copied(reviewed, reported=reported)]
    return "\n\n".join([*_heads(reviewed), _summary(reviewed, str), *quotes, disclosure])


def markdown(reviewed: ReviewedAnalysis, disclosure: str, *, reported: bool = False) -> str:
    """Return the same as Markdown; a sign is escaped only where it would mean something."""
    marks = read_marks(reviewed.text)
    quotes = [
        "\n>\n".join(f"> {_md(line)}" for line in _lines(quote, reviewed.text, marks))
        for quote in copied(reviewed, reported=reported)
    ]
    heads = [f"{sign}{_md(words)}{sign}" for sign, words in zip(("**", "*"), _heads(reviewed), strict=False)]
    return "\n\n".join([*heads, _summary(reviewed, _md), *quotes, f"*{_md(disclosure)}*"])


def html(reviewed: ReviewedAnalysis, disclosure: str, *, reported: bool = False) -> Markup:
    """Return the same as HTML, escaped; with ``cite`` where the article's id is a web address."""
    address, marks, chosen = reviewed.analysis.article.id, read_marks(reviewed.text), set(pulled(reviewed))
    cite = Markup(' cite="{}"').format(address) if re.match(r"https?://\S+\Z", address) else Markup("")
    bullets = reviewed.analysis.summary.format is SummaryFormat.BULLETS
    tag = Markup("<li>{}</li>" if bullets else "<p>{}</p>")
    sentences = [tag.format(piece.value.text) for piece in reviewed.summary if piece.stands]
    if bullets and sentences:
        sentences = [Markup("<ul>"), *sentences, Markup("</ul>")]
    quotes = [
        Markup("<blockquote{}{}><p>{}</p>{}</blockquote>").format(
            Markup(' class="pull"') if piece.id in chosen else "",
            cite,
            in_marks(piece.value, reviewed.text, marks),
            _footer(piece.value),
        )
        for piece in _copied(reviewed, reported=reported)
    ]
    heads = [Markup("<p><strong>{}</strong></p>").format(words) for words in _heads(reviewed)[:1]]
    heads += [Markup("<p><em>{}</em></p>").format(words) for words in _heads(reviewed)[1:]]
    note = Markup('<p class="ai-disclosure"><small>{}</small></p>').format(disclosure)
    return Markup("\n").join([*heads, *sentences, *quotes, note])


def copied(reviewed: ReviewedAnalysis, *, reported: bool) -> list[Quote]:
    """Return the quotes that a copy has: pull quotes first, then the other direct ones.

    With ``reported``, also reported clauses. Scraps are never copied.
    """
    return [piece.value for piece in _copied(reviewed, reported=reported)]


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


def _copied(reviewed: ReviewedAnalysis, *, reported: bool) -> list[Piece]:
    first = pulled(reviewed)
    groups = {SpeechGroup.QUOTE, SpeechGroup.REPORTED} if reported else {SpeechGroup.QUOTE}
    wanted = [
        piece
        for piece in reviewed.quotes
        if piece.stands and (piece.id in first or group_of(piece, reviewed.text) in groups)
    ]
    return sorted(
        wanted,
        key=lambda piece: (piece.id not in first, group_of(piece, reviewed.text) is SpeechGroup.REPORTED),
    )


def _heads(reviewed: ReviewedAnalysis) -> list[str]:
    """Return headline and standfirst; without a headline, neither."""
    analysis = reviewed.analysis
    if analysis.headline is None:
        return []
    return [analysis.headline.text, *([analysis.standfirst.text] if analysis.standfirst else [])]


def _lines(quote: Quote, text: str, marks: Sequence[MarkedRun]) -> list[str]:
    """Return the quoted words, and who said them if that is known."""
    return [in_marks(quote, text, marks), *(f"— {name}" for name in _attribution(quote))]


def _attribution(quote: Quote) -> list[str]:
    return [attribution(quote.speaker)] if quote.speaker else []


def _footer(quote: Quote) -> Markup:
    return Markup("").join(Markup("<footer>— {}</footer>").format(name) for name in _attribution(quote))


def _md(words: str) -> str:
    line = _ANYWHERE.sub(r"\\\1", " ".join(words.split()))
    return _AT_START.sub(_escape_start, line, count=1) if _AT_START.match(line) else line


def _escape_start(found: re.Match[str]) -> str:
    return f"{found[1]}\\"
