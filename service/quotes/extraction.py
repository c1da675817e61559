"""Quotes out of an article, stage by stage: each takes what the ones before it found.

Rules find what stands in quotation marks and own its limits. The model says what is reported in the
reporter's own words, and what belongs to a fragment in marks.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain import Quote, QuoteKind
from service.people.entity_index import EntityIndex
from service.quotes.choice.proposals import ReportedBeside
from service.quotes.decoding import AttributionTags
from service.quotes.direct_speech import find_direct_speech
from service.quotes.merging import merge_speech
from service.quotes.quote_building import direct_quote, reported_quotes
from service.quotes.ranking import rank_quotes
from service.quotes.transcripts.turn_quotes import exclude_turns, quotes_of_turns
from service.quotes.transcripts.turns import read_transcript
from service.text.document import Document


def extract_quotes(
    document: Document,
    entities: EntityIndex,
    tags: AttributionTags = AttributionTags(),  # noqa: B008 - frozen
    least_confidence: float = 0.0,
) -> tuple[Quote, ...]:
    """Return the quotes of ``document`` in text order, ranked, none of them in its furniture.

    ``tags`` are what the attribution head reads; without them there are quotations in marks only.
    A speaker of words in quotation marks who is less sure than ``least_confidence`` is left out.
    """
    text = document.text
    turns = read_transcript(document, entities)
    direct = find_direct_speech(document, entities, ReportedBeside.of(tags))
    turn_quotes, beside = quotes_of_turns(text, turns, direct, entities)
    said = merge_speech(document, exclude_turns(text, tags.reported, turns, turn_quotes), beside)
    quotes = [*turn_quotes, *(direct_quote(*one, entities) for one in said.direct)]
    spoken = [(part, turn.speaker) for turn in turns for part in turn.parts]
    spoken += [(part, one.said_by.speaker) for one in beside for part in one.parts if one.said_by]
    quotes += reported_quotes(said.reported, spoken, entities)
    quotes = sorted((_if_sure(quote, least_confidence) for quote in quotes), key=lambda quote: quote.parts)
    asked = {quote.parts: turn.asks for quote, turn in zip(turn_quotes, turns, strict=True)}
    return rank_quotes(document, quotes, entities, asked)


def _if_sure(quote: Quote, least: float) -> Quote:
    """Return a quote in marks without a speaker who isn't sure enough: null rather than a guess."""
    speaker = quote.speaker
    if quote.kind is QuoteKind.INDIRECT or speaker is None or speaker.confidence is None:
        return quote
    return quote if speaker.confidence >= least else replace(quote, speaker=None)
