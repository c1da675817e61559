"""An analysis cut into pieces, and what editors decided about each.

A piece is a sentence of the summary, a quote or a topic. The model's are s1, s2, …, q1, … (by rank) and t1,
…; what an editor adds is q+1, t+1, …. Nothing is changed in place: every action makes a new ``Review``
(``applying``), and the store keeps them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from service.domain import Analysis, Quote, Speaker, SummarySentence, Topic
from service.errors import ProblemType, PullquoteError

PieceValue = SummarySentence | Quote | Topic
UNLISTED = "name:"
"""Begins the key of a speaker who is none of the analysis's people."""


class InvalidDecision(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """What an editor asked for can't be done to this piece."""

    problem = ProblemType(422, "Invalid decision", "invalid-decision")


class PieceKind(StrEnum):
    """What can be decided on by itself; the value's first letter begins a piece's id."""

    SENTENCE = "sentence"
    QUOTE = "quote"
    TOPIC = "topic"


class PieceVerdict(StrEnum):
    """What was decided about a piece."""

    OPEN = "open"
    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


_KINDS = {kind.value[0]: kind for kind in PieceKind}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, who gave it, the reason for a rejection, and the value that replaces the model's."""

    verdict: PieceVerdict
    by: str
    reason: str | None = None
    value: PieceValue | None = None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What editors call one of the analysis's people; ``same_as`` is the id of whom they turned out to be."""

    name: str
    role: str | None
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """The decisions by piece id, the quotes' order (ids; empty: the model's), and who finished.

    ``seen`` are the codes of the article's warnings that an editor has
    seen, ``pulled`` the ids of the pull quotes (None: the model's proposal), ``people`` what was changed
    about people, by id.
    """

    decisions: Mapping[str, Decision] = field(default_factory=lambda: MappingProxyType({}))
    order: tuple[str, ...] = ()
    finished_by: str | None = None
    seen: tuple[str, ...] = ()
    pulled: tuple[str, ...] | None = None
    people: Mapping[str, PersonChange] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to decide on. ``model`` is what the model said, None for what an editor added.

    ``people`` are the changes of people that hold for the whole article.
    """

    id: str
    model: PieceValue | None
    decision: Decision | None
    people: Mapping[str, PersonChange] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def kind(self) -> PieceKind:
        """Whether this is a sentence, a quote or a topic."""
        return _KINDS[self.id[0]]

    @property
    def value(self) -> Any:
        """What stands now: the editor's value, else the model's; people as editors call them."""
        value = (self.decision and self.decision.value) or self.model
        return with_people(value, self.people) if value else None

    @property
    def verdict(self) -> PieceVerdict:
        """What was decided; open while nothing is."""
        return self.decision.verdict if self.decision else PieceVerdict.OPEN

    @property
    def is_added(self) -> bool:
        """Whether an editor added it."""
        return self.model is None

    @property
    def stands(self) -> bool:
        """Whether it belongs to the result."""
        return self.verdict is not PieceVerdict.REJECTED


def person_key(speaker: Speaker) -> str:
    """Return what a change of this speaker is kept under: the person's id, or made of a name without one."""
    return speaker.person or f"{UNLISTED}{speaker.name}"


def with_people(value: PieceValue, changes: Mapping[str, PersonChange]) -> PieceValue:
    """Return a quote with its speaker under their present name; any other value as it is."""
    if not changes or not isinstance(value, Quote) or value.speaker is None:
        return value
    return replace(value, speaker=renamed_speaker(value.speaker, changes))


def renamed_speaker(speaker: Speaker, changes: Mapping[str, PersonChange]) -> Speaker:
    """Return a speaker under their present name, or as the person whom editors found them to be."""
    key, change = person_key(speaker), None
    for _ in changes:  # each at most once
        if key not in changes:
            break
        change = changes[key]
        key = change.same_as or (f"{UNLISTED}{change.name}" if key.startswith(UNLISTED) else key)
    if change is None:
        return speaker
    person = None if key.startswith(UNLISTED) else key
    return replace(speaker, name=change.name, role=change.role or speaker.role, person=person)


def words_of(value: PieceValue, text: str) -> str:
    """Return a sentence's text, a quote's words in the article's ``text``, or a topic's label."""
    if isinstance(value, Quote):
        return " … ".join(part.of(text) for part in value.parts)
    return value.label if isinstance(value, Topic) else value.text


@dataclass(frozen=True)
class ReviewedAnalysis:
    """An analysis, and a review of it."""

    analysis: Analysis
    review: Review

    @property
    def text(self) -> str:
        """The article's text."""
        return self.analysis.article.text

    @cached_property
    def summary(self) -> tuple[Piece, ...]:
        """The sentences, in the summary's order."""
        return tuple(self._model_pieces("s", self.analysis.summary.sentences))

    @cached_property
    def quotes(self) -> tuple[Piece, ...]:
        """The quotes in the editor's order; what was rejected keeps its place."""
        by_rank = sorted(self.analysis.quotes, key=lambda quote: quote.rank)
        pieces = [*self._model_pieces("q", by_rank), *self._added("q")]
        place = {piece: place for place, piece in enumerate(self.review.order)}
        return tuple(sorted(pieces, key=lambda piece: place.get(piece.id, len(place))))

    @cached_property
    def topics(self) -> tuple[Piece, ...]:
        """The topics, the model's before those that an editor added."""
        return (*self._model_pieces("t", self.analysis.topics), *self._added("t"))

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces in the order of the page."""
        return (*self.summary, *self.quotes, *self.topics)

    @property
    def open(self) -> tuple[Piece, ...]:
        """The pieces that nobody decided on."""
        return tuple(piece for piece in self.pieces if piece.verdict is PieceVerdict.OPEN)

    def piece(self, piece_id: str) -> Piece:
        """Return one piece. Raises InvalidDecision if there is none of this id."""
        for piece in self.pieces:
            if piece.id == piece_id:
                return piece
        known = ", ".join(piece.id for piece in self.pieces)
        raise InvalidDecision(
            f"There is no piece {piece_id[:20]!a}. This item has {known}.", code="no-such-piece"
        )

    def next_id(self, kind: PieceKind) -> str:
        """Return the id for a piece of ``kind`` that an editor adds."""
        prefix = f"{kind.value[0]}+"
        taken = [
            int(piece.removeprefix(prefix)) for piece in self.review.decisions if piece.startswith(prefix)
        ]
        return f"{prefix}{max(taken, default=0) + 1}"

    def _model_pieces(self, letter: str, values: Iterable[PieceValue]) -> Iterator[Piece]:
        for number, value in enumerate(values, start=1):
            piece_id = f"{letter}{number}"
            yield Piece(piece_id, value, self.review.decisions.get(piece_id), self.review.people)

    def _added(self, letter: str) -> Iterator[Piece]:
        added = [piece for piece in self.review.decisions if piece.startswith(f"{letter}+")]
        for piece_id in sorted(added, key=lambda piece: int(piece[2:])):
            yield Piece(piece_id, None, self.review.decisions[piece_id], self.review.people)
