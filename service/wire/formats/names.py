"""The URIs of what an analysis speaks of: the article, its topics, and what stands in it."""

from __future__ import annotations

import re
from urllib.parse import quote

from service.domain import Analysis, Article, Provenance, Topic

_MEDIA_TOPIC = re.compile(r"medtop:(\d{8})")
_MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"
# "feed.jsonl:12" has the shape of a URI with a scheme, so only schemes that name things count.
_URI = re.compile(r"(?:https?|urn|tag|doi|info|ark|hdl|guid):[!-~]+", re.IGNORECASE)
_NOT_IN_A_URI = re.compile(r'[<>"{}|\\^`#]')

ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's digital source type of what a generative model wrote."""
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
"""IPTC's digital source type of what holds such text beside other."""


def article_uri(article: Article) -> str:
    """Return the article's id where it is a URI, else a URN made of it."""
    if _URI.fullmatch(article.id) and not _NOT_IN_A_URI.search(article.id):
        return article.id
    return "urn:pullquote:article:" + quote(article.id.encode("utf-8", "replace"), safe="/:@!$&'()*+,;=")


def topic_uri(topic: Topic) -> str | None:
    """Return IPTC's URI of a media topic, None for a topic of another taxonomy."""
    found = _MEDIA_TOPIC.fullmatch(topic.id)
    return _MEDIA_TOPICS + found[1] if found else None


def within(article: Article, kind: str, name: str | int) -> str:
    """Return the URI of a thing of the analysis of ``article``, such as its first quote."""
    return f"{article_uri(article)}#{kind}-{quote(str(name), safe='')}"


def writer_of(analysis: Analysis) -> str | None:
    """Return the generating model that wrote something of the summary, None where all was extracted."""
    generator = analysis.provenance.generator
    return generator.model if generator and analysis.summary.method != "extractive" else None


def made_by(provenance: Provenance) -> str:
    """Return the name and version of the software."""
    return f"Pullquote {provenance.service}"
