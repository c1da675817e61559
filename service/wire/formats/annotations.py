"""Quotes, evidence and topics as Web Annotations (https://www.w3.org/TR/annotation-model/).

The target is the article, each place with the selectors of ``selectors``; the body is what is said of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from service.domain import Analysis, Quote, QuoteKind, Span, SummarySentence, Topic
from service.wire.formats.names import article_uri, made_by, topic_uri, within, writer_of
from service.wire.formats.selectors import select

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
Node = dict[str, Any]


def annotation_page(analysis: Analysis) -> Node:
    """Return an AnnotationPage: quotes by rank, headline, standfirst, summary, people and topics."""
    return {
        "@context": _CONTEXT,
        "id": within(analysis.article, "annotations", 1),
        "type": "AnnotationPage",
        "items": [*_quotes(analysis), *_evidence(analysis), *_people(analysis), *_topics(analysis)],
    }


def _quotes(analysis: Analysis) -> list[Node]:
    return [
        _annotation(
            analysis, ("quote", quote.rank), _quote_bodies(quote), quote.parts, motivation="highlighting"
        )
        for quote in sorted(analysis.quotes, key=lambda quote: quote.rank)
    ]


def _quote_bodies(quote: Quote) -> list[Node]:
    """Return how the words are reported, and who says them; nothing of who, where nobody is known."""
    bodies = [_textual(_KINDS[quote.kind], "tagging")]
    if quote.speaker:
        bodies.append(_textual(quote.speaker.name, "identifying"))
        if quote.speaker.role:
            bodies.append(_textual(quote.speaker.role, "describing"))
    return bodies


_KINDS = {
    QuoteKind.DIRECT: "direct quote",
    QuoteKind.INDIRECT: "indirect quote",
    QuoteKind.MIXED: "mixed quote",
}


def _evidence(analysis: Analysis) -> list[Node]:
    """Return what was written about the article, each sentence at what it rests on."""
    named: list[tuple[str, int, SummarySentence | None]] = [
        ("headline", 1, analysis.headline),
        ("standfirst", 1, analysis.standfirst),
    ]
    named += [("summary", number, one) for number, one in enumerate(analysis.summary.sentences, start=1)]
    return [
        _annotation(analysis, (kind, number), [_written(analysis, kind, one)], one.evidence)
        for kind, number, one in named
        if one
    ]


def _written(analysis: Analysis, kind: str, sentence: SummarySentence) -> Node:
    """Return the sentence as a body, by whom it is where a model wrote it."""
    body, model = _textual(sentence.text, "describing"), writer_of(analysis)
    if kind == "summary" and model:
        body["creator"] = {"type": "Software", "name": model}
    return body


def _people(analysis: Analysis) -> list[Node]:
    """Return whom the article names, each at the first mention."""
    return [
        _annotation(
            analysis,
            ("person", person.id),
            [
                _textual(person.name, "identifying"),
                *([_textual(person.role, "describing")] if person.role else []),
            ],
            person.mentions[:1],
            motivation="identifying",
        )
        for person in analysis.people
    ]


def _topics(analysis: Analysis) -> list[Node]:
    return [
        _annotation(
            analysis, ("topic", number), [_topic_body(topic)], topic.evidence, motivation="classifying"
        )
        for number, topic in enumerate(analysis.topics, start=1)
        if topic.evidence
    ]


def _topic_body(topic: Topic) -> Node:
    uri = topic_uri(topic)
    if uri is None:
        return _textual(topic.label, "classifying")
    return {"type": "SpecificResource", "source": uri, "purpose": "classifying"}


def _annotation(
    analysis: Analysis,
    name: tuple[str, str | int],
    bodies: list[Node],
    spans: Sequence[Span],
    motivation: str = "describing",
) -> Node:
    article = analysis.article
    return {
        "id": within(article, *name),
        "type": "Annotation",
        "motivation": motivation,
        "generator": {"type": "Software", "name": made_by(analysis.provenance)},
        "body": bodies,
        "target": [
            {"source": article_uri(article), "selector": select(article.text, span)} for span in spans
        ],
    }


def _textual(value: str, purpose: str) -> Node:
    return {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain"}
