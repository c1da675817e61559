"""Quotes out of an article, stage by stage: each takes what the ones before it found.

Rules find what stands in quotation marks and own its limits. The model says what is reported in the
reporter's own words, and what belongs to a fragment in marks.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.domain import Quote
from service.people.entity_index import EntityIndex
from service.quotes.decoding import ReportedSpeech
from service.quotes.direct_speech import find_direct_speech
from service.quotes.merging import merge_speech
from service.quotes.quote_building import direct_quote, reported_quotes
from service.quotes.ranking import rank_quotes
from service.quotes.transcripts.turn_quotes import exclude_turns, quotes_of_turns
from service.quotes.transcripts.turns import read_transcript
from service.text.document import Document


def extract_quotes(
    document: Document, entities: EntityIndex, reported: Iterable[ReportedSpeech] = ()
) -> tuple[Quote, ...]:
    """Return the quotes of ``document`` in text order, ranked, none of them in its furniture.

    ``reported`` is what the attribution model reads; without it there are quotations in marks only.
    """
    text = document.text
    turns = read_transcript(document, entities)
    turn_quotes, direct = quotes_of_turns(text, turns, find_direct_speech(document, entities))
    said = merge_speech(document, exclude_turns(text, reported, turns, turn_quotes), direct)
    quotes = [*turn_quotes, *(direct_quote(text, *one, entities) for one in said.direct)]
    quotes += reported_quotes(text, said.reported, quotes, entities)
    quotes.sort(key=lambda quote: quote.parts)
    asked = {quote.parts: turn.asks for quote, turn in zip(turn_quotes, turns, strict=True)}
    return rank_quotes(document, quotes, entities, asked)
