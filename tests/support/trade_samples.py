"""An analysis that has everything: two parts of one quote, repeats, emoji, people, topics."""

from __future__ import annotations

from dataclasses import replace

from service.domain import (
    Analysis,
    Article,
    Generator,
    Genre,
    GenreLabel,
    Person,
    PersonKind,
    Provenance,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    Summary,
    SummaryFormat,
    SummaryLength,
    SummarySentence,
    Topic,
)

BRIDGE = (
    "The council closed the bridge. 🌉 The old bridge closes on Monday. “We had no choice,” said Ada Hale, "
    "mayor, “none at all.” Later somebody shouted: 👷🏽‍♀️ “We had no choice,” and the Roads Agency "
    "said it would be rebuilt."
)
PROVENANCE = Provenance("0.1.0", "sha256:e", "sha256:h", "mediatopics test", "sha256:s")


def place(words: str, nth: int = 0, text: str = BRIDGE) -> Span:
    """Return the span of the ``nth`` occurrence of ``words``."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Span(start, start + len(words))


def bridge_analysis(
    article: Article = Article("desk/bridge.txt", BRIDGE, title="Bridge *closed*"),  # noqa: B008 - frozen
) -> Analysis:
    """Return an analysis of ``BRIDGE``."""
    hale, agency = place("Ada Hale"), place("the Roads Agency")
    first, second = place("The council closed the bridge."), place("The old bridge closes on Monday.")
    return Analysis(
        article=article,
        headline=SummarySentence("Council closes the bridge", (first,), 1.0),
        standfirst=SummarySentence(second.of(BRIDGE), (second,), 0.9),
        summary=Summary(
            (
                SummarySentence(first.of(BRIDGE) + " 🌉", (first,), 1.0),
                SummarySentence(second.of(BRIDGE), (second,), 0.95),
            ),
            SummaryFormat.PARAGRAPH,
            SummaryLength.SHORT,
            "extractive",
        ),
        quotes=(
            Quote(
                QuoteKind.DIRECT,
                (place("We had no choice,"), place("none at all.")),
                place("said"),
                Speaker("Ada Hale", "mayor", hale, person="p1"),
                0.97,
                1,
            ),
            Quote(QuoteKind.DIRECT, (place("We had no choice,", 1),), place("shouted"), None, 0.8, 2),
            Quote(
                QuoteKind.INDIRECT,
                (place("it would be rebuilt"),),
                place("said", 1),
                Speaker("the Roads Agency", None, agency, person="p2"),
                0.7,
                3,
            ),
        ),
        topics=(
            Topic("medtop:11000000", "politics and government", ("medtop:11000000",), 0.912, (first, second)),
            Topic("desk-7", "transport", ("desk-7",), 0.42, (second,)),
        ),
        warnings=(),
        provenance=PROVENANCE,
        people=(
            Person("p1", "Ada Hale", "mayor", PersonKind.PERSON, (hale,)),
            Person("p2", "the Roads Agency", None, PersonKind.ORGANISATION, (agency,)),
        ),
        genre=Genre(GenreLabel.ROUND_UP, 0.8),
    )


def written_by_a_model() -> Analysis:
    """Return the analysis as it is where a generating model wrote the summary."""
    analysis = bridge_analysis()
    return replace(
        analysis,
        summary=replace(analysis.summary, method="openai"),
        provenance=replace(PROVENANCE, generator=Generator("tiny_model", 1, 10, 5, None)),
    )
