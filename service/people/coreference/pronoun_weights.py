"""How well those who may be meant by a pronoun fit, by weights fitted on coreference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import exp

from service.people.entity import Entity

# Fitted on the silver coreference of polnear_train, on gap_dev and marks_train: rerun
# eval.training.antecedents.
WEIGHTS: Mapping[str, float] = {
    "both_speak": 0.32,
    "certainly_person": 0.66,
    "gender": 0.53,
    "had_verb": -0.06,
    "has_verb": 0.67,
    "log_mentions": 0.08,
    "named_since": -1.01,
    "nearer_people": -0.01,
    "object": -0.24,
    "one_word": 0.35,
    "paragraphs": -0.02,
    "possessive": 0.39,
    "same_pronoun": 2.14,
    "same_pronoun_far": 1.12,
    "same_sentence": 1.58,
    "sentences": -0.83,
    "speaking_subject": -0.38,
    "speaks": 0.05,
    "subject": 0.33,
    "was_subject": 0.30,
}

_MOST_OTHERS = 2
# The share of whom a subject gives, not the scores.
_BY_SUBJECT = 0.7


def score(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """Return how well a candidate fits."""
    return sum(weights[name] * value for name, value in features.items())


def shares(candidates: Iterable[tuple[Entity, Mapping[str, float]]]) -> dict[Entity, float]:
    """Return how likely each candidate is, by the scores."""
    odds = {person: exp(score(features)) for person, features in candidates}
    total = sum(odds.values())
    return {person: one / total for person, one in odds.items()}


def likeliest_first(person: Entity | None, shares: Mapping[Entity, float]) -> Sequence[tuple[Entity, float]]:
    """Return the likeliest people with their shares, ``person`` first, whom a subject may have given."""
    if person is None:
        return ()
    others = sorted(((one, share) for one, share in shares.items() if one is not person), key=lambda p: -p[1])
    likely = shares.get(person, 0.0)
    if not others or likely >= others[0][1]:
        given = likely if person in shares else _BY_SUBJECT
        return ((person, given), *others[:_MOST_OTHERS])
    return (
        (person, _BY_SUBJECT),
        *((one, share * (1 - _BY_SUBJECT)) for one, share in others[:_MOST_OTHERS]),
    )


def likeliest(candidates: Sequence[tuple[Entity, dict[str, float]]]) -> Entity | None:
    """Return the candidate that fits best; None without any."""
    scored = [(score(features), person) for person, features in candidates]
    return max(scored, key=lambda one: one[0], default=(0.0, None))[1]
