"""Who is named in an article, and who says what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from service.domain.spans import Span, require_probability


class PersonKind(StrEnum):
    """Who may speak."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Person:
    """A person or organisation that the article names, with every ``mention`` by name, in text order."""

    id: str
    name: str
    role: str | None
    kind: PersonKind
    mentions: tuple[Span, ...]

    def __post_init__(self) -> None:
        if not self.id or not self.name.strip():
            raise ValueError("a person needs an id and a name")
        if not self.mentions:
            raise ValueError("a person is somebody whom the article names: there must be a mention")


class SpeakerBasis(StrEnum):
    """What a speaker rests on."""

    CUE = "cue"  # "Ann Moss said"
    LABEL = "label"  # "Moss:", a signature
    CARRIED_OVER = "carried_over"  # the quotation before, which goes on
    PRONOUN = "pronoun"  # "she said"
    DESCRIPTION = "description"  # "the mayor said", and the article says who that is
    CONTEXT = "context"  # the sentence before or after, without a cue
    TURN = "turn"  # a transcript's or an interview's turn


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said it: the fullest ``name`` the article gives, a ``role``, and the attributing ``mention``.

    ``person`` is the id of one of the analysis's people, None for somebody without a name. ``basis`` says
    what the speaker rests on; ``antecedent`` is the name that a pronoun or a description stands for.
    ``confidence`` is the probability that the speaker is right. Editors' and generating models' speakers
    have none of these.
    """

    name: str
    role: str | None
    mention: Span
    person: str | None = None
    basis: SpeakerBasis | None = None
    antecedent: Span | None = None
    confidence: float | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a speaker without a name is no speaker: use None")
        if self.confidence is not None:
            require_probability("speaker.confidence", self.confidence)


class QuoteKind(StrEnum):
    """How words are reported: verbatim, in the reporter's words, or both in one content span."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Quote:
    """Reported speech. A split quote ("X," she said, "Y") is one quote with two ``parts``.

    A direct quote's parts exclude the quotation marks; an indirect quote's part is the reported content.
    ``rank`` 1 is the quote to pull; ``confidence`` is in 0..1.
    """

    kind: QuoteKind
    parts: tuple[Span, ...]
    cue: Span | None
    speaker: Speaker | None
    confidence: float
    rank: int

    def __post_init__(self) -> None:
        if not self.parts:
            raise ValueError("a quote needs at least one part")
        if any(a.end > b.start for a, b in zip(self.parts, self.parts[1:], strict=False)):
            raise ValueError("a quote's parts must be disjoint and in order")
        require_probability("confidence", self.confidence)
        if self.rank < 1:
            raise ValueError(f"rank {self.rank} must be 1 or more")
