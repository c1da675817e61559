"""How likely a chosen speaker is right: that the mention attributes the quotation, and that it means who it
says.

A logistic regression over the choice's probability and how the mention was resolved, fitted by
``python -m eval.training.speakers`` on articles whose speakers were marked by reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import exp, log

from service.domain import Span
from service.people.coreference.documents import DOCUMENTS
from service.people.coreference.epithets import ANAPHORIC_BODIES, EPITHETS
from service.people.entity import Entity
from service.people.entity_index import EntityIndex
from service.people.referent import How, Referent
from service.people.role_words import head_noun
from service.quotes.choice.weights import load_weights
from service.text.en import lexicon

_LEAST = 1e-3
_CONTESTED = 0.6
_FARTHEST = 5
_TELLING = (
    "has_cue", "new_line", "linked", "other_linked", "source_probability", "quoted_between", "same_sentence",
    "governed", "support", "passive_cue", "carried_over_closed",
)  # fmt: skip
_NO_EVIDENCE: Mapping[str, float] = {}
# What a description begins with.
_SHAPES = (
    ("the", re.compile(r"(?:the|this|that|these|those)[ \u00a0]", re.IGNORECASE)),
    ("one", re.compile(r"(?:an?|one|another|some|two|three|several|many)[ \u00a0]", re.IGNORECASE)),
    ("own", re.compile(r"(?:his|her|its|their|our|my)[ \u00a0]|.*[’']s?[ \u00a0]", re.IGNORECASE)),
)


def confidence(
    entities: EntityIndex,
    speaker: Referent,
    probability: float,
    previous: Referent | None,
    evidence: Mapping[str, float] = _NO_EVIDENCE,
) -> float:
    """Return the probability that the speaker is right, who was chosen with that ``probability``.

    ``evidence`` are the features by which the mention was chosen.
    """
    weights = load_weights("confidence")
    features = confidence_features(entities, speaker, previous, evidence) | choice_features(probability)
    total = sum(weights.get(name, 0.0) * value for name, value in features.items())
    return 1 / (1 + exp(-total))


def choice_features(probability: float) -> dict[str, float]:
    """Return what the choice's probability says: its log odds, and whether others are nearly as likely."""
    return {"choice": log_odds(probability), "contested": float(probability < _CONTESTED)}


def confidence_features(
    entities: EntityIndex, speaker: Referent, previous: Referent | None, evidence: Mapping[str, float]
) -> dict[str, float]:
    """Return what tells how sure a chosen speaker is, beside the probability of the choice."""
    found = {f"evidence_{name}": evidence.get(name, 0.0) for name in _TELLING}
    found["evidence_only_carried"] = float(bool(evidence.get("by_carried")) and not evidence.get("support"))
    return {"bias": 1.0} | found | dict(_resolution(entities, speaker, previous))


def _resolution(
    entities: EntityIndex, speaker: Referent, previous: Referent | None
) -> Iterator[tuple[str, float]]:
    """Yield how the mention was resolved, and what makes that surer or less sure."""
    person, how = speaker.person, speaker.how.name.lower()
    yield how, 1.0
    yield f"{how}_repeats", float(previous is not None and previous.name == speaker.name)
    words = " ".join(speaker.mention.of(entities.original).split())
    if speaker.how is How.WORDS:
        yield from _description(words)
        yield "words_inside", float(bool(entities.mentions_within(speaker.mention)))
        yield "words_introduced", float(entities.epithets.is_introduced(words, speaker.mention.start))
    if speaker.how in (How.PRONOUN, How.EPITHET):
        yield f"{how}_share", log_odds(speaker.share)
        yield f"{how}_unnamed", float(person is None or not person.mentions)
        if person:
            yield f"{how}_gender_unknown", float(person.gender is None)
            yield f"{how}_gap", float(min(_sentences_since(entities, person, speaker.mention), _FARTHEST))
    if person and speaker.how is How.NAME:
        named = entities.mentions_within(speaker.mention)
        yield "name_full", float(" " in person.name)
        yield "name_several", float(len(named) > 1)
        yield "name_described", float(person.is_described)
    if person:
        yield "is_person", float(person.is_person)
        yield "is_certain_person", float(person.is_certainly_person)
        yield f"is_{person.kind.value}", 1.0


def _description(words: str) -> Iterator[tuple[str, float]]:
    """Yield what sort of description stands for somebody without a name."""
    shape = next((name for name, pattern in _SHAPES if pattern.match(words)), "bare")
    last = words.lower().split()[-1]
    yield f"words_{shape}", 1.0
    yield f"words_{shape}_thing", float(last in lexicon.SPEAKING_THINGS)
    yield f"words_{shape}_role", float(bool({last, last.removesuffix("s")} & lexicon.ROLE_NOUNS))
    yield "words_count", float(min(len(words.split()), 8))
    noun = head_noun(words)
    yield f"words_{shape}_body", float(noun in ANAPHORIC_BODIES)
    yield f"words_{shape}_document", float(noun in DOCUMENTS)
    yield f"words_{shape}_plural", float(noun.endswith("s") and not noun.endswith("ss"))
    yield f"words_{shape}_epithet", float(noun in EPITHETS or noun.endswith("-old"))
    yield "words_capital", float(any(word[0].isupper() for word in words.split()[1:]))


def _sentences_since(entities: EntityIndex, person: Entity, place: Span) -> int:
    """Return how many sentences before a place somebody was last named."""
    before = max((span.end for span in person.mentions if span.end <= place.start), default=None)
    if before is None:
        return _FARTHEST
    return entities.antecedents.context.sentences_between(before, place.start)


def log_odds(probability: float) -> float:
    """Return the logarithm of the odds, within bounds."""
    likely = min(max(probability, _LEAST), 1 - _LEAST)
    return log(likely / (1 - likely))
