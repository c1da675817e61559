"""What an article says, in short, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.domain.spans import Span, require_probability


class SummaryFormat(StrEnum):
    """How a summary is laid out."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"


class SummaryLength(StrEnum):
    """How long a summary is, by a preset of sentences and words."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """A sentence of a summary, the spans of the article it rests on, and how well they support it (0..1).

    A headline and a standfirst have the same shape.
    """

    text: str
    evidence: tuple[Span, ...]
    support: float

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError("a summary sentence needs evidence")
        require_probability("support", self.support)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the article says, in sentences that each point at their evidence."""

    sentences: tuple[SummarySentence, ...]
    format: SummaryFormat
    length: SummaryLength
    method: str

    @property
    def text(self) -> str:
        """The summary as one string, laid out by its format."""
        if self.format is SummaryFormat.BULLETS:
            return "\n".join(f"- {sentence.text}" for sentence in self.sentences)
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic, with the sentences that speak for it; ``id`` is an IPTC qcode or a newsroom's own."""

    id: str
    label: str
    path: tuple[str, ...]
    confidence: float
    evidence: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not self.path or self.path[-1] != self.id:
            raise ValueError(f"the path of {self.id} must lead from a top-level topic to itself")
        require_probability("confidence", self.confidence)
