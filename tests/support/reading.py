"""Articles read as the pipeline reads them, for tests of what is found in them."""

from __future__ import annotations

from collections.abc import Iterable

from service.domain import Article, Quote
from service.people.entity_index import find_people
from service.quotes.decoding import AttributionTags, ReportedSpeech
from service.quotes.extraction import extract_quotes
from service.text.document import Document
from service.text.segment import Segmenter

SEGMENTER = Segmenter.load()


def read(article: Article) -> Document:
    """Return an article with its sentences."""
    return Document(article, SEGMENTER.segment(article))


def quotes_in(article: Article, reported: Iterable[ReportedSpeech] = ()) -> tuple[Quote, ...]:
    """Return the quotes of an article, and what is ``reported`` in it, with speakers however unsure."""
    document = read(article)
    tags = AttributionTags(tuple(reported))
    return extract_quotes(document, find_people(document), tags)
