"""An analysis as text for people: headline, summary, quotes with speakers, topics and notes.

The article's words are shown as they are, except for what could steer a terminal: control characters, escape
sequences and bidirectional overrides are made visible, and nothing is read as markup. The format may change:
programs read the JSON.
"""

from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.domain import Analysis, Article, Quote, QuoteKind, Summary, SummaryFormat, Topic
from service.summary.selection import METHOD
from service.wire.formats.one_line import safe

MAX_WIDTH = 96  # longer lines are hard to read
_INDENT = 2
_HEADLINE_CHARS = 160


def render(analysis: Analysis, width: int, *, color: bool) -> str:
    """Return ``analysis`` as lines of at most ``width`` columns, ending in a line break."""
    console = Console(
        file=io.StringIO(),
        width=min(width, MAX_WIDTH),
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as capture:
        console.print(_layout(analysis))
    # Padding fills lines up to the width, which is a nuisance in copied text.
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _layout(analysis: Analysis) -> Group:
    article = analysis.article
    text = article.text
    summary = [_summary(analysis.summary), *_writer(analysis)]
    blocks: list[RenderableType] = [_headline(article)]
    made = [line for line in (analysis.headline, analysis.standfirst) if line]
    blocks += _section("Headline and standfirst", [Text(safe(line.text)) for line in made])
    blocks += _section("Summary", summary)
    quotes = sorted(analysis.quotes, key=lambda quote: quote.rank)
    in_marks = [quote for quote in quotes if quote.kind is not QuoteKind.INDIRECT]
    reported = [quote for quote in quotes if quote.kind is QuoteKind.INDIRECT]
    blocks += _section("Quotes", [_quote(quote, text) for quote in in_marks])
    blocks += _section("Reported", [_quote(quote, text) for quote in reported])
    if analysis.topics:
        blocks += _section("Topics", [_topics(analysis.topics)])
    if analysis.genre:
        genre = analysis.genre.label.value.replace("_", " ")
        blocks += _section("Genre", [Text(f"{genre}  {analysis.genre.confidence:.2f}")])
    blocks += _section("Notes", [Text(safe(notice.detail)) for notice in analysis.warnings])
    return Group(*blocks)


def _headline(article: Article) -> Text:
    """Return the title, or else the beginning of the text, above the id."""
    words = safe(article.title or article.text.strip().split("\n", 1)[0])
    if len(words) > _HEADLINE_CHARS:
        words = words[:_HEADLINE_CHARS].rstrip() + " …"
    return Text(words, style="bold").append(f"\n{safe(article.id)}", style="not bold dim")


def _section(name: str, blocks: list[RenderableType]) -> list[RenderableType]:
    """Return ``blocks`` under a head, indented and with an empty line between; nothing without blocks."""
    if not blocks:
        return []
    head = Text(f"\n{name.upper()}", style="bold cyan")
    spaced = [Padding(block, (0 if number == 0 else 1, 0, 0, _INDENT)) for number, block in enumerate(blocks)]
    return [head, *spaced]


def _writer(analysis: Analysis) -> list[RenderableType]:
    """Return who wrote the summary, nothing if it is extracted."""
    generator, method = analysis.provenance.generator, analysis.summary.method
    if generator is None or method == METHOD:
        return []
    return [Text(f"{method}, by {safe(generator.model)}", style="dim")]


def _summary(summary: Summary) -> RenderableType:
    if summary.format is SummaryFormat.PARAGRAPH:
        return Text(safe(summary.text))
    return Group(*(_beside("•", Text(safe(sentence.text)), 1) for sentence in summary.sentences))


def _quote(quote: Quote, text: str) -> RenderableType:
    speaker, cue = quote.speaker, quote.cue
    lines = Text(_words(quote, text), style="" if quote.kind is QuoteKind.DIRECT else "italic")
    lines.append("\n")
    lines.append(f"— {safe(speaker.name)}" if speaker else "— speaker not named", style="not italic green")
    if speaker and speaker.role:
        lines.append(f", {safe(speaker.role)}", style="not italic green")
    details = [quote.kind.value, *([f"“{safe(cue.of(text))}”"] if cue else [])]
    lines.append(f"  {' · '.join(details)}", style="not italic dim")
    return _beside(str(quote.rank), lines, 2)


def _words(quote: Quote, text: str) -> str:
    """Return a quote's parts; those of a direct quote each in marks, as what stood between isn't quoted."""
    parts = [safe(part.of(text)) for part in quote.parts]
    if quote.kind is QuoteKind.DIRECT:
        return " … ".join(f"“{part}”" for part in parts)
    return " … ".join(parts)


def _topics(topics: tuple[Topic, ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    table.add_column(style="dim", no_wrap=True)
    for topic in topics:
        # No model is as certain as "100%" reads.
        table.add_row(f"{min(topic.confidence, 0.99):.0%}", Text(topic.label), Text(topic.id))
    return table


def _beside(mark: str, content: Text, mark_width: int) -> Table:
    """Return ``content`` beside its mark, with wrapped lines indented."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", width=mark_width, style="bold")
    table.add_column()
    table.add_row(mark, content)
    return table
