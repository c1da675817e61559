"""The scorer: which of the proposed speakers said a quotation, or nobody, with a probability.

A conditional logit over the proposals and "nobody" (McFadden 1974): linear in the features of ``evidence``.
The weights are fitted by ``python -m eval.training.speakers``, which prints what each proposer is worth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

from service.quotes.candidates import MarkedWords
from service.quotes.choice.confidence import confidence
from service.quotes.choice.evidence import Chosen, Evidence
from service.quotes.choice.proposals import Proposal
from service.quotes.choice.weights import load_weights
from service.quotes.patterns.reader import Attribution


def choose(
    evidence: Evidence, quotation: MarkedWords, proposals: Sequence[Proposal], previous: Chosen | None
) -> Chosen | None:
    """Return the likeliest speaker of a quotation; None if that is nobody whom the text tells.

    Proposals that name one speaker are added up; the likeliest of them gives the mention.
    """
    alternatives = evidence.alternatives(proposals)
    features = [evidence.of(quotation, one, previous, proposals) for one in alternatives]
    scores = [*map(score, features), score(evidence.of_nobody(quotation, proposals, previous))]
    *shares, nobody = softmax(scores)
    together: dict[object, list[int]] = {}
    for at, one in enumerate(alternatives):
        together.setdefault(one.speaker.name if one.speaker else one.proposal.mention, []).append(at)
    totals = {key: sum(shares[at] for at in places) for key, places in together.items()}
    best = max(totals, key=lambda key: totals[key], default=None)
    if best is None or totals[best] <= nobody:
        return None
    likeliest = max(together[best], key=lambda at: shares[at])
    proposal, speaker = alternatives[likeliest].proposal, alternatives[likeliest].speaker
    before = previous.speaker if previous else None
    return Chosen(
        attribution=Attribution(proposal.cue, proposal.mention),
        speaker=speaker,
        probability=totals[best],
        confidence=confidence(evidence.entities, speaker, totals[best], before, features[likeliest])
        if speaker
        else 0.0,
        by=proposal.by,
        follows=proposal.mention.start >= quotation.outer.end,
    )


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
