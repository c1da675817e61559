"""Speakers of the contract, from whom a mention means and what proposed it."""

from __future__ import annotations

from bisect import bisect
from dataclasses import replace

from service.domain import Span, Speaker, SpeakerBasis
from service.people.entity_index import EntityIndex
from service.people.referent import How, Referent
from service.quotes.choice.evidence import Chosen

_LABELS = frozenset({"label", "name_then_colon", "signature"})
_BASES = {
    How.PRONOUN: SpeakerBasis.PRONOUN,
    How.CATAPHORA: SpeakerBasis.PRONOUN,
    How.SUBJECT: SpeakerBasis.PRONOUN,
    How.RELATIVE: SpeakerBasis.PRONOUN,
    How.SPEAKER: SpeakerBasis.PRONOUN,
    How.ROLE: SpeakerBasis.DESCRIPTION,
    How.EPITHET: SpeakerBasis.DESCRIPTION,
    How.OWNER: SpeakerBasis.DESCRIPTION,
}


def chosen_speaker(chosen: Chosen, linked: Span | None, entities: EntityIndex) -> Speaker | None:
    """Return the speaker that was chosen; its mention reaches as far as the head's ``linked`` source."""
    referent = chosen.speaker
    if referent is None:
        return None
    if linked and linked.overlaps(referent.mention):
        referent = replace(referent, mention=linked)
    return speaker_of(referent, _basis(chosen, referent), chosen.confidence, entities)


def speaker_of(referent: Referent, basis: SpeakerBasis, confidence: float, entities: EntityIndex) -> Speaker:
    """Return the speaker that a mention means."""
    return Speaker(
        name=referent.name,
        role=referent.role,
        mention=referent.mention,
        person=entities.ids.get(referent.person) if referent.person else None,
        basis=basis,
        antecedent=_antecedent(referent) if referent.how in _BASES else None,
        confidence=confidence,
    )


def basis_of(referent: Referent) -> SpeakerBasis:
    """Return what a speaker rests on whom a cue names."""
    return _BASES.get(referent.how, SpeakerBasis.CUE)


def _basis(chosen: Chosen, referent: Referent) -> SpeakerBasis:
    if chosen.is_carried:
        return SpeakerBasis.CARRIED_OVER
    if chosen.by & _LABELS:
        return SpeakerBasis.LABEL
    if referent.how in _BASES or chosen.attribution.cue:
        return basis_of(referent)
    return SpeakerBasis.CONTEXT


def _antecedent(referent: Referent) -> Span | None:
    """Return the last name of the person before the mention, or else the first one after it."""
    names = referent.person.mentions if referent.person else ()
    if not names:
        return None
    before = bisect(names, referent.mention.start, key=lambda name: name.end)
    return names[max(0, before - 1)]
