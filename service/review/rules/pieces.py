"""The nouns of a review: an analysis cut into pieces, and what editors decided about each.

A piece is a sentence of the summary, a quote or a topic. The model's are s1, s2, …, q1, … (by rank) and t1,
…; what an editor adds is q+1, t+1, …. Values are the contract's own (``service.wire``). Nothing is ever
changed in place: every action makes a new ``Review`` (``acting``), and the store keeps them all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any

from service.errors import ProblemType, PullquoteError
from service.wire import AnalysisModel, QuoteModel, SummarySentenceModel, TopicModel

Value = SummarySentenceModel | QuoteModel | TopicModel


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


_MODELS: Mapping[str, type[SummarySentenceModel] | type[QuoteModel] | type[TopicModel]] = {
    "s": SummarySentenceModel,
    "q": QuoteModel,
    "t": TopicModel,
}
_KINDS = {kind.value[0]: kind for kind in PieceKind}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, whose it is, the reason for a rejection, and the value that stands for the model's."""

    verdict: PieceVerdict
    by: str
    reason: str | None = None
    value: Value | None = None

    def to_dict(self) -> dict[str, Any]:
        """The decision as plain values."""
        value = self.value.model_dump(mode="json") if self.value else None
        return {"verdict": self.verdict.value, "by": self.by, "reason": self.reason, "value": value}


@dataclass(frozen=True, slots=True)
class Review:
    """The decisions by piece id, the quotes' order (ids; empty: the model's), and who finished."""

    decisions: Mapping[str, Decision] = field(default_factory=lambda: MappingProxyType({}))
    order: tuple[str, ...] = ()
    finished_by: str | None = None

    def dumps(self) -> str:
        """The review as one line of JSON. Equal reviews give equal strings."""
        content = {
            "decisions": {piece: decision.to_dict() for piece, decision in sorted(self.decisions.items())},
            "order": list(self.order),
            "finished_by": self.finished_by,
        }
        return json.dumps(content, ensure_ascii=False)

    @classmethod
    def loads(cls, content: str | None) -> Review:
        """Read what ``dumps`` wrote; None is the review in which nothing is decided."""
        if content is None:
            return cls()
        stored = json.loads(content)
        decisions = {piece: _decision(piece, entry) for piece, entry in stored["decisions"].items()}
        return cls(decisions, tuple(stored["order"]), stored["finished_by"])


def _decision(piece: str, entry: Mapping[str, Any]) -> Decision:
    value = _MODELS[piece[0]].model_validate(entry["value"]) if entry["value"] else None
    return Decision(PieceVerdict(entry["verdict"]), entry["by"], entry["reason"], value)


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to decide on. ``model`` is what the model said, None for what an editor added."""

    id: str
    model: Value | None
    decision: Decision | None

    @property
    def kind(self) -> PieceKind:
        """Whether this is a sentence, a quote or a topic."""
        return _KINDS[self.id[0]]

    @property
    def value(self) -> Any:
        """What stands now: the editor's value if there is one, else the model's."""
        return (self.decision and self.decision.value) or self.model

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

    @property
    def words(self) -> str:
        """Its text in one line: the sentence, the quoted words, or the topic's label."""
        return words_of(self.value)


def words_of(value: Value) -> str:
    """Return a sentence's text, a quote's words or a topic's label."""
    if isinstance(value, QuoteModel):
        return " … ".join(part.text for part in value.parts)
    return value.label if isinstance(value, TopicModel) else value.text


@dataclass(frozen=True)
class Sheet:
    """An article's ``text``, its analysis, and a review of it."""

    text: str
    analysis: AnalysisModel
    review: Review

    @cached_property
    def summary(self) -> tuple[Piece, ...]:
        """The sentences, in the summary's order."""
        return tuple(self._model_pieces("s", self.analysis.summary.sentences))

    @cached_property
    def quotes(self) -> tuple[Piece, ...]:
        """The quotes in the editor's order; what was rejected keeps its place."""
        pieces = [*self._model_pieces("q", self.analysis.quotes), *self._added("q")]
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

    def _model_pieces(self, letter: str, values: list[Any]) -> Iterator[Piece]:
        for number, value in enumerate(values, start=1):
            piece_id = f"{letter}{number}"
            yield Piece(piece_id, value, self.review.decisions.get(piece_id))

    def _added(self, letter: str) -> Iterator[Piece]:
        added = [piece for piece in self.review.decisions if piece.startswith(f"{letter}+")]
        for piece_id in sorted(added, key=lambda piece: int(piece[2:])):
            yield Piece(piece_id, None, self.review.decisions[piece_id])
