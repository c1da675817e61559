"""Quotes out of an article: what stands in quotation marks, by rule, and what the model reads as reported.

Rules own the boundaries of direct quotes. The model says what is reported in the reporter's own words, and
what belongs to a fragment in marks; it names a speaker where the rules found none, and how far a speaker's
mention reaches. Boundaries of reported content never cut through quotation marks.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from service.domain import Quote, QuoteKind, Span, Speaker
from service.people.entity_index import EntityIndex
from service.quotes import ranking
from service.quotes.decoding import ReportedSpeech
from service.quotes.direct_speech import DirectSpeech, find_direct_speech
from service.quotes.merging import ReportedContent, in_one_paragraph, merge_reported_speech
from service.quotes.patterns import AttributionPattern
from service.quotes.transcripts.turn_quotes import quotes_of_turns, without_turns
from service.quotes.transcripts.turns import read_transcript
from service.text.document import Document
from service.text.en.lexicon import FEMALE_PRONOUNS, MALE_PRONOUNS, PRONOUNS

# Share of quotes that stand in a gold attribution with the right source mention, by the evidence for the
# speaker, counted on polnear_train (rerun eval.training.confidence); without a speaker, in one at all.
_CONFIDENCE = {
    QuoteKind.DIRECT: {
        AttributionPattern.CUE_BESIDE: 0.96,
        AttributionPattern.INTRODUCED: 0.83,
        AttributionPattern.CUE_BEFORE: 0.85,
        AttributionPattern.CARRIED: 0.75,
        AttributionPattern.LABEL: 0.63,
    },
    QuoteKind.MIXED: {
        AttributionPattern.CUE_BEFORE: 0.85,
        AttributionPattern.CUE_BESIDE: 0.77,
        # Too few to count: as for direct quotes, or the little that was seen.
        AttributionPattern.INTRODUCED: 0.67,
        AttributionPattern.CARRIED: 0.67,
        AttributionPattern.LABEL: 0.25,
    },
}
# The same for what the model reads: its own probability, and the share that is right (polnear_dev, since
# the model has learnt train by heart).
_CALIBRATION = {
    QuoteKind.INDIRECT: (
        (0.15, 0.3, 0.45, 0.55, 0.65, 0.75, 0.85, 0.94, 0.985),
        (0.15, 0.38, 0.41, 0.49, 0.53, 0.63, 0.78, 0.83, 0.93),
    ),
    QuoteKind.MIXED: ((0.25, 0.5, 0.7, 0.85, 0.95, 0.99), (0.4, 0.55, 0.7, 0.83, 0.88, 0.97)),
}
_CONFIDENCE_UNATTRIBUTED = {QuoteKind.DIRECT: 0.83, QuoteKind.MIXED: 0.85}
# Of the pronouns that get a name, the share that get the right one: 91 of 98 named by hand on polnear_dev.
_CONFIDENCE_PRONOUN = 0.93


def extract_quotes(
    document: Document, entities: EntityIndex, reported: Iterable[ReportedSpeech] = ()
) -> tuple[Quote, ...]:
    """Return the quotes of ``document`` in text order, ranked, none of them in its furniture.

    ``reported`` is what the attribution model reads; without it there are quotations in marks only.
    """
    text = document.text
    turns = read_transcript(document, entities)
    of_turns, quoted = quotes_of_turns(text, turns, find_direct_speech(document, entities))
    contents, belongs = merge_reported_speech(
        document, without_turns(text, reported, turns, of_turns), quoted
    )
    swallowed = [span for content in contents for span in content.spans]
    kept = [
        one
        for one in quoted
        if not any(span.contains(part) for span in swallowed for part in one.parts)
        and (one.is_whole or one.attribution or one in belongs)
    ]
    quotes = [*of_turns, *(_direct(text, one, belongs.get(one), entities) for one in kept)]
    said_by = sorted(
        ((part, quote.speaker) for quote in quotes for part in quote.parts), key=lambda said: said[0]
    )
    quotes += [_indirect(text, content, entities, _enclosing(content, said_by)) for content in contents]
    quotes.sort(key=lambda quote: quote.parts)
    asked = {quote.parts: turn.asks for quote, turn in zip(of_turns, turns, strict=True)}
    return ranking.rank(document, quotes, entities, asked)


def _direct(text: str, quoted: DirectSpeech, reported: ReportedSpeech | None, entities: EntityIndex) -> Quote:
    kind = QuoteKind.DIRECT if quoted.is_whole else QuoteKind.MIXED
    found = quoted.attribution
    speaker = entities.resolve(found.mention) if found else None
    cue = found.cue if found else None
    confidence = _CONFIDENCE[kind][found.pattern] if found else _CONFIDENCE_UNATTRIBUTED[kind]
    if reported and reported.source:
        unclear = found is None or (speaker is None and found.pattern is AttributionPattern.INTRODUCED)
        if unclear and _is_near(text, quoted, reported.source):
            speaker, cue = entities.resolve(reported.source), reported.cue
        elif speaker and speaker.mention.overlaps(reported.source):
            speaker = _with_mention(text, speaker, reported.source, entities)
    if cue and reported and reported.cue and cue.overlaps(reported.cue):
        cue = reported.cue
    return Quote(kind, quoted.parts, cue, speaker, confidence * _share_named_rightly(text, speaker), rank=1)


def _share_named_rightly(text: str, speaker: Speaker | None) -> float:
    return _CONFIDENCE_PRONOUN if speaker and speaker.mention.of(text).lower() in PRONOUNS else 1.0


def _is_near(text: str, quoted: DirectSpeech, source: Span) -> bool:
    """A speaker further off is a guess: where an attribution is missing, the model takes the next best."""
    return in_one_paragraph(text, Span(quoted.outer[0].start, quoted.outer[-1].end), source)


def _with_mention(text: str, speaker: Speaker, mention: Span, entities: EntityIndex) -> Speaker:
    """The speaker by the model's extent of the mention, by which somebody without a name is called, too."""
    unnamed = speaker.name == " ".join(speaker.mention.of(text).split())
    return (entities.resolve(mention) if unnamed else None) or replace(speaker, mention=mention)


def _enclosing(content: ReportedContent, said_by: Sequence[tuple[Span, Speaker | None]]) -> Speaker | None:
    """Who speaks the quotation in which a reported source stands: whom "I" means there."""
    source = content.reported.source
    at = bisect(said_by, source.start, key=lambda said: said[0].start) - 1 if source else -1
    return said_by[at][1] if at >= 0 and source and said_by[at][0].contains(source) else None


def _is_another(text: str, source: Span) -> bool:
    """Tell a pronoun by which nobody speaks of themselves."""
    return source.of(text).lower() in MALE_PRONOUNS | FEMALE_PRONOUNS


def _indirect(text: str, content: ReportedContent, entities: EntityIndex, enclosing: Speaker | None) -> Quote:
    source, cue = content.reported.source, content.reported.cue
    kind = QuoteKind.MIXED if content.fragments else QuoteKind.INDIRECT
    attributed = next((one for one in content.fragments if one.attribution), None)
    if attributed and attributed.attribution:
        by_rule = attributed.attribution
        follows = (
            by_rule.pattern is AttributionPattern.CUE_BESIDE
            and by_rule.mention.start > attributed.outer[-1].end
        )
        if source is None or (follows and not by_rule.mention.overlaps(source)):
            source, cue = by_rule.mention, by_rule.cue or cue
    speaker = entities.resolve(source, enclosing) if source else None
    if source and speaker and enclosing and speaker.name == enclosing.name and _is_another(text, source):
        speaker = None
    return Quote(
        kind=kind,
        parts=content.spans,
        cue=cue,
        speaker=speaker,
        confidence=float(np.interp(content.reported.probability, *_CALIBRATION[kind]))
        * _share_named_rightly(text, speaker),
        rank=1,
    )
