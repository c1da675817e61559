"""The scorer: which of the proposed speakers said a quotation, or nobody, with a probability.

A conditional logit over the proposals and "nobody" (McFadden 1974): linear in the features of ``evidence``.
The weights are fitted by ``python -m eval.training.speakers``, which prints what each proposer is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import exp

from service.quotes.candidates import MarkedWords
from service.quotes.choice.confidence import confidence
from service.quotes.choice.evidence import Alternative, Chosen, Evidence
from service.quotes.choice.proposals import Proposal
from service.quotes.choice.weights import load_weights
from service.quotes.patterns.reader import Attribution


def choose(
    evidence: Evidence, quotation: MarkedWords, proposals: Sequence[Proposal], previous: Chosen | None
) -> Chosen | None:
    """Return the likeliest speaker of a quotation; None if that is nobody whom the text tells.

    Alternatives that stand for one speaker are added up; the likeliest of them gives the mention.
    """
    alternatives = evidence.alternatives(proposals)
    features = [evidence.of(quotation, one, previous, proposals) for one in alternatives]
    scores = [*map(score, features), score(evidence.of_nobody(quotation, proposals, previous))]
    likeliest, total = pick(softmax(scores), together(alternatives, features))
    if likeliest is None:
        return None
    proposal, speaker = alternatives[likeliest].proposal, alternatives[likeliest].speaker
    before = previous.speaker if previous else None
    return Chosen(
        attribution=Attribution(proposal.cue, proposal.mention),
        speaker=speaker,
        probability=total,
        confidence=confidence(evidence.entities, speaker, total, before, features[likeliest])
        if speaker
        else 0.0,
        by=proposal.by,
        follows=proposal.mention.start >= quotation.outer.end,
    )


def together(alternatives: Sequence[Alternative], features: Sequence[Mapping[str, float]]) -> list[list[int]]:
    """Return which alternatives, by index, stand for one speaker.

    They name the same one, or one mention is a description within the other: "the chief of staff" in "Hugo
    Lamm, the chief of staff", but not "the board" in "the board’s chair" or "the chair of the board".
    """
    groups: dict[object, list[int]] = {}
    for at, one in enumerate(alternatives):
        groups.setdefault(one.speaker.name if one.speaker else one.proposal.mention, []).append(at)
    merged: list[list[int]] = []
    for group in sorted(groups.values(), key=lambda group: -max(map(_length(alternatives), group))):
        own = [at for at in group if not (features[at]["possessive"] or features[at]["governed"])]
        home = next(
            (
                other
                for other in merged
                if any(_holds(alternatives[o], alternatives[at]) for o in other for at in own)
            ),
            None,
        )
        if home is None:
            merged.append(list(group))
        else:
            home.extend(group)
    return merged


def pick(shares: Sequence[float], groups: Sequence[Sequence[int]]) -> tuple[int | None, float]:
    """Return the likeliest alternative of the likeliest group, and the group's share.

    None with the share of nobody, the last of ``shares``, where that is the greatest.
    """
    totals = [sum(shares[at] for at in group) for group in groups]
    best = max(range(len(groups)), key=lambda one: totals[one], default=None)
    if best is None or totals[best] <= shares[-1]:
        return None, shares[-1]
    return max(groups[best], key=lambda at: shares[at]), totals[best]


def _length(alternatives: Sequence[Alternative]) -> Callable[[int], int]:
    return lambda at: len(alternatives[at].proposal.mention)


def _holds(outer: Alternative, inner: Alternative) -> bool:
    """Return whether the mention of ``inner`` is a description within the other's."""
    whole, part = outer.proposal.mention, inner.proposal.mention
    if whole == part or not (whole.start <= part.start and part.end <= whole.end):
        return False
    person = inner.speaker.person if inner.speaker else None
    return person is None or not person.mentions


def score(features: Mapping[str, float]) -> float:
    """Return how well a proposal fits; a feature without a weight says nothing."""
    weights = load_weights("choice")
    return sum(weights.get(name, 0.0) * value for name, value in features.items() if value)


def softmax(scores: Sequence[float]) -> list[float]:
    """Return the probabilities of alternatives with these scores."""
    highest = max(scores)
    odds = [exp(one - highest) for one in scores]
    total = sum(odds)
    return [one / total for one in odds]
