"""Quotes built from what is said: kind, parts, cue, speaker and confidence.

Who speaks in quotation marks was chosen in ``attribution``; the head says it of what is reported without,
and how far a speaker's mention reaches."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence

import numpy as np

from service.domain import Quote, QuoteKind, Span
from service.people.entity_index import EntityIndex
from service.people.referent import How, Referent
from service.quotes.choice.confidence import confidence as confidence_of
from service.quotes.choice.evidence import Chosen
from service.quotes.decoding import ReportedSpeech
from service.quotes.direct_speech import DirectSpeech
from service.quotes.merging import ReportedContent
from service.quotes.speakers import basis_of, chosen_speaker, speaker_of

# By the probability of what the head reads: the share that stands in a gold attribution with the right source
# (polnear_dev, since the head was fitted on train).
_CALIBRATION = {
    QuoteKind.INDIRECT: (
        (0.15, 0.3, 0.45, 0.55, 0.65, 0.75, 0.85, 0.94, 0.985),
        (0.15, 0.38, 0.41, 0.49, 0.53, 0.63, 0.78, 0.83, 0.93),
    ),
    QuoteKind.MIXED: ((0.25, 0.5, 0.7, 0.85, 0.95, 0.99), (0.4, 0.55, 0.7, 0.83, 0.88, 0.97)),
}
_CONFIDENCE_UNATTRIBUTED = {QuoteKind.DIRECT: 0.83, QuoteKind.MIXED: 0.85}


def direct_quote(speech: DirectSpeech, reported: ReportedSpeech | None, entities: EntityIndex) -> Quote:
    """Return the quote that direct ``speech`` is; ``reported`` is what the head reads of the same words."""
    kind = QuoteKind.DIRECT if speech.is_whole else QuoteKind.MIXED
    said_by = speech.said_by
    speaker = chosen_speaker(said_by, reported.source if reported else None, entities) if said_by else None
    cue = said_by.attribution.cue if said_by else None
    if cue and reported and reported.cue and cue.overlaps(reported.cue):
        cue = reported.cue
    confidence = said_by.confidence if said_by and speaker else _CONFIDENCE_UNATTRIBUTED[kind]
    return Quote(kind, speech.parts, cue, speaker, confidence, rank=1)


def reported_quotes(
    contents: Sequence[ReportedContent], spoken: Iterable[tuple[Span, Referent | None]], entities: EntityIndex
) -> list[Quote]:
    """Return the quotes that reported ``contents`` are.

    ``spoken`` are the stretches of direct speech with their speakers: they may hold the sources.
    """
    speakers = sorted(spoken, key=lambda stretch: stretch[0])
    return [_reported_quote(one, entities, _enclosing(one, speakers)) for one in contents]


def _reported_quote(content: ReportedContent, entities: EntityIndex, enclosing: Referent | None) -> Quote:
    reported, said_by = content.reported, _said_by(content)
    kind = QuoteKind.MIXED if content.fragments else QuoteKind.INDIRECT
    likely = float(np.interp(reported.probability, *_CALIBRATION[kind]))
    if said_by:
        speaker = chosen_speaker(said_by, reported.source, entities)
        cue = said_by.attribution.cue or reported.cue
        if cue and reported.cue and cue.overlaps(reported.cue):
            cue = reported.cue
        confidence = speaker.confidence if speaker and speaker.confidence is not None else likely
        return Quote(kind, content.spans, cue, speaker, confidence, rank=1)
    source = reported.source
    referent = entities.resolve(source, enclosing) if source else None
    if source and referent and enclosing and referent.name == enclosing.name and _is_another(referent):
        referent = None
    if referent is None:
        return Quote(kind, content.spans, reported.cue, None, likely, rank=1)
    sure = confidence_of(entities, referent, likely, None)
    speaker = speaker_of(referent, basis_of(referent), sure, entities)
    return Quote(kind, content.spans, reported.cue, speaker, min(likely, sure), rank=1)


def _said_by(content: ReportedContent) -> Chosen | None:
    """Return who was chosen for a fragment in the content, the surest of several."""
    found = [one.said_by for one in content.fragments if one.said_by]
    return max(found, key=lambda one: one.confidence, default=None)


def _enclosing(content: ReportedContent, speakers: Sequence[tuple[Span, Referent | None]]) -> Referent | None:
    """Return who speaks the quotation in which a reported source stands: whom "I" means there."""
    source = content.reported.source
    at = bisect(speakers, source.start, key=lambda stretch: stretch[0].start) - 1 if source else -1
    return speakers[at][1] if at >= 0 and source and speakers[at][0].contains(source) else None


def _is_another(referent: Referent) -> bool:
    """Return whether the source is a pronoun by which nobody speaks of themselves."""
    return referent.how is How.PRONOUN
