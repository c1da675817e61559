"""Quotes built from what is said: kind, parts, cue, speaker and confidence.

Rules say who speaks in quotation marks. The model names a speaker where the rules found none, and how far a
speaker's mention reaches.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from service.domain import Quote, QuoteKind, Span, Speaker
from service.people.entity_index import EntityIndex
from service.quotes.decoding import ReportedSpeech
from service.quotes.direct_speech import DirectSpeech
from service.quotes.merging import ReportedContent, in_one_paragraph
from service.quotes.patterns import Attribution, AttributionPattern
from service.text.en.lexicon import FEMALE_PRONOUNS, MALE_PRONOUNS, PRONOUNS

# Share of quotes that stand in a gold attribution with the right source mention, by the pattern of the
# attribution, counted on polnear_train (rerun eval.training.confidence); without a speaker, in one at all.
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
# the model was fitted on train).
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


def direct_quote(
    text: str, speech: DirectSpeech, reported: ReportedSpeech | None, entities: EntityIndex
) -> Quote:
    """Return the quote that direct ``speech`` is; ``reported`` is what the model reads of the same words."""
    kind = QuoteKind.DIRECT if speech.is_whole else QuoteKind.MIXED
    found = speech.attribution
    speaker = entities.resolve(found.mention) if found else None
    cue = found.cue if found else None
    if reported and reported.source:
        unclear = found is None or (speaker is None and found.pattern is AttributionPattern.INTRODUCED)
        if unclear and _is_near(text, speech, reported.source):
            speaker, cue = entities.resolve(reported.source), reported.cue
        elif speaker and speaker.mention.overlaps(reported.source):
            speaker = _with_mention(text, speaker, reported.source, entities)
    if cue and reported and reported.cue and cue.overlaps(reported.cue):
        cue = reported.cue
    confidence = _CONFIDENCE[kind][found.pattern] if found else _CONFIDENCE_UNATTRIBUTED[kind]
    return Quote(kind, speech.parts, cue, speaker, confidence * _share_named_rightly(text, speaker), rank=1)


def reported_quotes(
    text: str, contents: Sequence[ReportedContent], beside: Sequence[Quote], entities: EntityIndex
) -> list[Quote]:
    """Return the quotes that reported ``contents`` are; those ``beside`` them may hold their sources."""
    speakers = sorted(
        ((part, quote.speaker) for quote in beside for part in quote.parts), key=lambda spoken: spoken[0]
    )
    return [_reported_quote(text, one, entities, _enclosing(one, speakers)) for one in contents]


def _reported_quote(
    text: str, content: ReportedContent, entities: EntityIndex, enclosing: Speaker | None
) -> Quote:
    source, cue = _source_and_cue(content)
    speaker = entities.resolve(source, enclosing) if source else None
    if source and speaker and enclosing and speaker.name == enclosing.name and _is_another(text, source):
        speaker = None
    kind = QuoteKind.MIXED if content.fragments else QuoteKind.INDIRECT
    confidence = float(np.interp(content.reported.probability, *_CALIBRATION[kind]))
    return Quote(kind, content.spans, cue, speaker, confidence * _share_named_rightly(text, speaker), rank=1)


def _source_and_cue(content: ReportedContent) -> tuple[Span | None, Span | None]:
    """Return the model's source and cue, or those by rule where the rule is surer or the model has none."""
    source, cue = content.reported.source, content.reported.cue
    fragment = next((one for one in content.fragments if one.attribution), None)
    found = fragment.attribution if fragment else None
    if fragment and found:
        sure = _stands_right_after(found, fragment) and not (source and found.mention.overlaps(source))
        if source is None or sure:
            return found.mention, found.cue or cue
    return source, cue


def _stands_right_after(found: Attribution, fragment: DirectSpeech) -> bool:
    """Return whether a cue beside the ``fragment`` attributes it to somebody named after it."""
    return found.pattern is AttributionPattern.CUE_BESIDE and found.mention.start > fragment.outer[-1].end


def _enclosing(content: ReportedContent, speakers: Sequence[tuple[Span, Speaker | None]]) -> Speaker | None:
    """Return who speaks the quotation in which a reported source stands: whom "I" means there."""
    source = content.reported.source
    at = bisect(speakers, source.start, key=lambda spoken: spoken[0].start) - 1 if source else -1
    return speakers[at][1] if at >= 0 and source and speakers[at][0].contains(source) else None


def _is_near(text: str, speech: DirectSpeech, source: Span) -> bool:
    """Return whether a source stands in the quotation's paragraph.

    One further off is a guess: where an attribution is missing, the model takes the next best.
    """
    return in_one_paragraph(text, Span(speech.outer[0].start, speech.outer[-1].end), source)


def _with_mention(text: str, speaker: Speaker, mention: Span, entities: EntityIndex) -> Speaker:
    """Return the speaker by the model's extent of the mention; it also names somebody without a name."""
    unnamed = speaker.name == " ".join(speaker.mention.of(text).split())
    return (entities.resolve(mention) if unnamed else None) or replace(speaker, mention=mention)


def _is_another(text: str, source: Span) -> bool:
    """Return whether the source is a pronoun by which nobody speaks of themselves."""
    return source.of(text).lower() in MALE_PRONOUNS | FEMALE_PRONOUNS


def _share_named_rightly(text: str, speaker: Speaker | None) -> float:
    return _CONFIDENCE_PRONOUN if speaker and speaker.mention.of(text).lower() in PRONOUNS else 1.0
