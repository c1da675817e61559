"""An analysis as an item of ninjs 3.1 (IPTC's JSON for news, https://iptc.org/standards/ninjs/).

Names are those of version 3. Quotes, with speakers and places, and the evidence go into a body of the role
"annotations" whose content type is JSON-LD, and so do the roles of people: ninjs has no property for them,
and its schema allows none of one's own.

Left out: ``versionCreated``, as the same article must give the same bytes, and the article's text unless it
is asked for.
"""

from __future__ import annotations

import json
from typing import Any

from service.domain import Analysis, PersonKind, Topic
from service.wire.formats.annotations import annotation_page
from service.wire.formats.jsonld import dump_for_script
from service.wire.formats.names import ALGORITHMIC, COMPOSITE, article_uri, topic_uri, writer_of

_STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "https://iptc.org/std/ninjs/ninjs-schema_3.1.json",
}
_PLAIN, _JSON_LD = "text/plain", "application/ld+json"
Node = dict[str, Any]


def dump_ninjs(analysis: Analysis, *, with_text: bool = False) -> str:
    """Return the item as JSON on one line."""
    return json.dumps(to_ninjs(analysis, with_text=with_text), ensure_ascii=False, allow_nan=False)


def to_ninjs(analysis: Analysis, *, with_text: bool = False) -> Node:
    """Return the item as plain values; properties that would be empty are left out."""
    article = analysis.article
    item: Node = {
        "standard": dict(_STANDARD),
        "uri": article_uri(article),
        "type": "text",
        "language": article.language,
        "title": article.title,
        "headlines": _headlines(analysis),
        "descriptions": _descriptions(analysis),
        "subjects": _subjects(analysis),
        "people": _parties(analysis, PersonKind.PERSON),
        "organisations": _parties(analysis, PersonKind.ORGANISATION),
        "genres": [{"name": analysis.genre.label.value.replace("_", " ")}] if analysis.genre else [],
        "digitalSourceType": _source_type(analysis, with_text),
    }
    item["bodies"] = _bodies(analysis, with_text)
    return {name: value for name, value in item.items() if value}


def _headlines(analysis: Analysis) -> list[Node]:
    """Return the article's own headline, and the one that was made."""
    title, made = analysis.article.title, analysis.headline
    lines = [("main", title)] if title else []
    lines += [("suggested", made.text)] if made else []
    return [{"role": role, "contentType": _PLAIN, "value": value} for role, value in lines]


def _descriptions(analysis: Analysis) -> list[Node]:
    lines = [("summary", analysis.summary.text)] if analysis.summary.sentences else []
    lines += [("standfirst", analysis.standfirst.text)] if analysis.standfirst else []
    return [{"role": role, "contentType": _PLAIN, "value": value} for role, value in lines]


def _subjects(analysis: Analysis) -> list[Node]:
    """Return the topics. ``relevance`` is a topic's confidence as a share of that of the main topic."""
    most = max((topic.confidence for topic in analysis.topics), default=0.0) or 1.0
    return [_subject(topic, topic.confidence / most) for topic in analysis.topics]


def _subject(topic: Topic, relevance: float) -> Node:
    uri = topic_uri(topic)
    return {
        "name": topic.label,
        **({"uri": uri} if uri else {}),
        "literal": topic.id,
        "relevance": round(100 * relevance),
        "confidence": round(100 * topic.confidence),
    }


def _parties(analysis: Analysis, kind: PersonKind) -> list[Node]:
    """Return names alone: ninjs has no property for a role, which the annotations tell."""
    return [{"name": person.name} for person in analysis.people if person.kind is kind]


def _source_type(analysis: Analysis, with_text: bool) -> Node | None:
    """Return the digital source type of what the item holds, where a model wrote some of it."""
    if not writer_of(analysis):
        return None
    if with_text:
        return {"name": "Composite with Trained Algorithmic Media", "uri": COMPOSITE}
    return {"name": "Trained Algorithmic Media", "uri": ALGORITHMIC}


def _bodies(analysis: Analysis, with_text: bool) -> list[Node]:
    text, bodies = analysis.article.text, []
    if with_text:
        words = len(text.split())
        bodies.append(
            {
                "role": "main",
                "contentType": _PLAIN,
                "charCount": len(text),
                "wordCount": words,
                "value": text,
            }
        )
    page = annotation_page(analysis)
    if page["items"]:
        bodies.append({"role": "annotations", "contentType": _JSON_LD, "value": dump_for_script(page)})
    return bodies
