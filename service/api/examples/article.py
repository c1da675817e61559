"""The example of the OpenAPI document: a short article of our own and the analysis that belongs to it.

Built from the domain and serialised like every analysis, so that offsets and shape are right. Not a model's
output.
"""

from __future__ import annotations

from typing import Any

from service import wire
from service.domain import (
    Analysis,
    Article,
    Genre,
    GenreLabel,
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

TEXT = (
    "Linden council voted on Tuesday to reopen the Mill Lane library, two years after it closed. "
    "“A town without a library forgets how to read its own story,” Mayor Ruth Adeyemi said after the vote. "
    "The building will open again in March with shorter hours and a staff of four."
)
RECORD = {"id": "linden-library", "title": "Linden to reopen its library", "text": TEXT}


def example_response() -> dict[str, Any]:
    """Return the example in the form of the contract, as plain values."""
    return wire.to_dict(wire.to_wire(example_analysis()))


def example_analysis() -> Analysis:
    """Return an analysis of ``RECORD``."""
    lead = Span(0, TEXT.index("“") - 1)
    last = _find("The building will open again in March with shorter hours and a staff of four.")
    quote = Quote(
        kind=QuoteKind.DIRECT,
        parts=(_find("A town without a library forgets how to read its own story,"),),
        cue=_find("said"),
        speaker=Speaker("Ruth Adeyemi", "Mayor", _find("Mayor Ruth Adeyemi")),
        confidence=0.97,
        rank=1,
    )
    summary = Summary(
        sentences=(SummarySentence(lead.of(TEXT), (lead,), 1.0),),
        format=SummaryFormat.PARAGRAPH,
        length=SummaryLength.SHORT,
        method="extractive",
    )
    return Analysis(
        article=Article(id=RECORD["id"], text=TEXT, title=RECORD["title"]),
        headline=SummarySentence(
            text="Linden council voted to reopen the Mill Lane library",
            evidence=(_find("Linden council voted"), _find("to reopen the Mill Lane library")),
            support=1.0,
        ),
        standfirst=SummarySentence(last.of(TEXT), (last,), 1.0),
        summary=summary,
        quotes=(quote,),
        genre=Genre(GenreLabel.NEWS, 0.93),
        topics=(Topic("medtop:11000000", "politics and government", ("medtop:11000000",), 0.88, (lead,)),),
        warnings=(),
        provenance=Provenance(
            service="0.1.0",
            encoder="sha256:53aa5117…",
            heads="sha256:9f3c2c11…",
            taxonomy="mediatopics 2025-10-09",
            settings="sha256:1b7e6a02…",
        ),
    )


def _find(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))
