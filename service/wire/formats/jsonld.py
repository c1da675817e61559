"""An analysis as JSON-LD: schema.org's NewsArticle for search and archives, and Web Annotations.

Two nodes of one graph, each in its own context. Of the quotes only direct ones are a ``Quotation``, as only
they are verbatim; the annotations have them all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from service.domain import Analysis, Person, PersonKind, Quote, QuoteKind, Speaker, Topic
from service.wire.formats.annotations import annotation_page
from service.wire.formats.names import article_uri, topic_uri, within, writer_of

_SCHEMA_ORG = "https://schema.org"
_WRITTEN_BY_A_MODEL = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
_TYPES = {PersonKind.PERSON: "Person", PersonKind.ORGANISATION: "Organization"}
Node = dict[str, Any]


def dump_jsonld(analysis: Analysis, *, with_text: bool = False) -> str:
    """Return the JSON-LD of an analysis on one line, fit to stand within a ``script`` element.

    The article's text is in it if asked for, or if it isn't the string that was sent.
    """
    return dump_for_script({"@graph": [_news_article(analysis, with_text), annotation_page(analysis)]})


def dump_for_script(content: Mapping[str, Any]) -> str:
    """Return JSON on one line in which no "<" could end or begin an element of HTML."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


def _news_article(analysis: Analysis, with_text: bool) -> Node:
    article = analysis.article
    node: Node = {
        "@context": _SCHEMA_ORG,
        "@type": "NewsArticle",
        "@id": article_uri(article),
        "identifier": article.id,
        "inLanguage": article.language,
    }
    if article.title:
        node["headline"] = article.title
    if analysis.headline:
        node["alternativeHeadline"] = analysis.headline.text
    if analysis.genre:
        node["genre"] = analysis.genre.label.value.replace("_", " ")
    if analysis.summary.sentences and not writer_of(analysis):
        node["abstract"] = analysis.summary.text
    if analysis.topics:
        node["about"] = [_term(topic) for topic in analysis.topics]
    if analysis.people:
        node["mentions"] = [_person(analysis, person) for person in analysis.people]
    if parts := [*_written(analysis), *(_quotation(analysis, quote) for quote in _verbatim(analysis))]:
        node["hasPart"] = parts
    if with_text or article.text_is_derived:
        node["articleBody"] = article.text
    return node


def _written(analysis: Analysis) -> list[Node]:
    """Return the summary as a work of its own where a model wrote it: the article's source is another."""
    if not writer_of(analysis):
        return []
    return [
        {
            "@type": "CreativeWork",
            "name": "summary",
            "text": analysis.summary.text,
            "digitalSourceType": _WRITTEN_BY_A_MODEL,
        }
    ]


def _verbatim(analysis: Analysis) -> list[Quote]:
    direct = (quote for quote in analysis.quotes if quote.kind is QuoteKind.DIRECT)
    return sorted(direct, key=lambda quote: quote.rank)


def _quotation(analysis: Analysis, quote: Quote) -> Node:
    text = analysis.article.text
    node: Node = {
        "@type": "Quotation",
        "@id": within(analysis.article, "quotation", quote.rank),
        "text": " … ".join(part.of(text) for part in quote.parts),
        "position": quote.rank,
    }
    if quote.speaker:
        node["spokenByCharacter"] = _speaker(analysis, quote.speaker)
    return node


def _speaker(analysis: Analysis, speaker: Speaker) -> Node:
    """Return a reference to one of the people, or a speaker who has no name in the article."""
    if speaker.person:
        kinds = {person.id: person.kind for person in analysis.people}
        named = {
            "@type": _TYPES[kinds[speaker.person]],
            "@id": within(analysis.article, "person", speaker.person),
        }
        return {**named, "name": speaker.name}
    return {"@type": "Person", "name": speaker.name, **({"jobTitle": speaker.role} if speaker.role else {})}


def _person(analysis: Analysis, person: Person) -> Node:
    node: Node = {
        "@type": _TYPES[person.kind],
        "@id": within(analysis.article, "person", person.id),
        "name": person.name,
    }
    if person.role:
        node["jobTitle" if person.kind is PersonKind.PERSON else "description"] = person.role
    return node


def _term(topic: Topic) -> Node:
    uri = topic_uri(topic)
    return {
        "@type": "DefinedTerm",
        **({"@id": uri} if uri else {}),
        "name": topic.label,
        "termCode": topic.id,
    }
