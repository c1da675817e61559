"""An analysis as Markdown for people: headline, standfirst, summary, quotes with speakers, topics, notes.

CommonMark, read alike with GitHub's extensions. The article's words stand for themselves only
(``markdown_words``): none is markup, HTML or a link.
"""

from __future__ import annotations

from service.domain import Analysis, Quote, QuoteKind, SummaryFormat
from service.wire.formats.markdown_words import words
from service.wire.formats.names import writer_of


def render_markdown(analysis: Analysis) -> str:
    """Return the document, ending in a line break."""
    blocks = _head(analysis)
    blocks += _section("Summary", _summary(analysis))
    quotes = sorted(analysis.quotes, key=lambda quote: quote.rank)
    text = analysis.article.text
    in_marks = [_quote(quote, text) for quote in quotes if quote.kind is not QuoteKind.INDIRECT]
    reported = [_quote(quote, text) for quote in quotes if quote.kind is QuoteKind.INDIRECT]
    blocks += _section("Quotes", in_marks)
    blocks += _section("Reported", reported)
    topics = [f"{words(topic.label)} ({min(topic.confidence, 0.99):.0%})" for topic in analysis.topics]
    blocks += _section("Topics", _list(topics))
    blocks += _section("Notes", _list([words(notice.detail) for notice in analysis.warnings]))
    return "\n\n".join(blocks) + "\n"


def _head(analysis: Analysis) -> list[str]:
    """Return the article's own headline, or else the one that was made, and the standfirst."""
    made = analysis.headline.text if analysis.headline else None
    headline = words(analysis.article.title or made or analysis.article.id)
    blocks = [f"# {headline}"]
    if analysis.article.title and made:
        blocks.append(f"Headline: {words(made)}")
    if analysis.standfirst:
        blocks.append(f"**{words(analysis.standfirst.text)}**")
    return blocks


def _section(name: str, blocks: list[str]) -> list[str]:
    return [f"## {name}", *blocks] if blocks else []


def _summary(analysis: Analysis) -> list[str]:
    sentences = [words(sentence.text) for sentence in analysis.summary.sentences]
    if not sentences:
        return []
    if analysis.summary.format is SummaryFormat.BULLETS:
        blocks = _list(sentences)
    else:
        blocks = [words(" ".join(sentence.text for sentence in analysis.summary.sentences))]
    if model := writer_of(analysis):
        blocks.append(f"Written by {words(model)}.")
    return blocks


def _list(items: list[str]) -> list[str]:
    return ["\n".join(f"- {item}" for item in items)] if items else []


def _quote(quote: Quote, text: str) -> str:
    """Return a block quotation; the parts of a direct quote each in marks, as what stood between isn't."""
    parts = [part.of(text) for part in quote.parts]
    if quote.kind is QuoteKind.DIRECT:
        parts = [f"“{part.strip().removesuffix(',')}”" for part in parts]  # as it is set in print
    speaker = quote.speaker
    who = f"— {speaker.name}" if speaker else "— speaker not named"
    if speaker and speaker.role:
        who += f", {speaker.role}"
    return f"> {words(' … '.join(parts))}\n>\n> {words(who)}"
