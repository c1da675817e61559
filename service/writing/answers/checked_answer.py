"""What becomes of a model's answer: the values that passed all checks, and what was dropped on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from service.domain import Notice, Span, SummarySentence
from service.grounding.faults import SupportFault

PROPOSED_CONFIDENCE = 0.5
"""The confidence of a model's proposals, which nothing calibrates."""
# The most support of a sentence with a fault that its score doesn't know of: below the threshold.
_MOST_WITH_FAULT = 0.45

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CheckedAnswer(Generic[T]):
    """The value of an answer after all checks, with a notice on whatever was dropped or changed."""

    value: T
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A sentence that a model wrote, on its evidence; ``faults`` say what the article doesn't support."""

    sentence: SummarySentence
    faults: tuple[SupportFault, ...] = ()

    def with_faults(self, *faults: SupportFault) -> WrittenSentence:
        """Return the sentence with further faults; a sentence with faults isn't supported."""
        if not faults:
            return self
        support = min(self.sentence.support, _MOST_WITH_FAULT)
        return WrittenSentence(replace(self.sentence, support=support), (*self.faults, *faults))


@dataclass(frozen=True, slots=True)
class ClaimVerdict:
    """What a judging model says of a claim; ``claim`` is its number, from 1."""

    claim: int
    verdict: Literal["supported", "partly", "unsupported"]
    evidence: tuple[Span, ...]
    problem: str | None
