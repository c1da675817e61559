"""What an editor can do to a review: each action is a value, read from a form. ``applying`` does them.

Not here: undo, which goes back to a version that the store keeps (``review_service``).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from service.review.rules.pieces import PieceKind

MAX_SENTENCE_CHARS = 1_000
MAX_QUOTE_CHARS = 10_000
"""Of all parts. More is a speech, and would take long to compare with the model's, word by word."""
REASONS = {
    PieceKind.SENTENCE: ("not supported", "misleading", "not important", "repeats another"),
    PieceKind.QUOTE: ("wrong words", "wrong speaker", "not a quote", "not important", "repeats another"),
    PieceKind.TOPIC: ("wrong topic", "only touched on"),
}
"""What the page offers as the reason for a rejection; any other is taken too."""


class _Action(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Accept(_Action):
    """The piece stands as it is."""

    do: Literal["accept"]
    piece: str


class Reject(_Action):
    """The piece does not stand."""

    do: Literal["reject"]
    piece: str
    reason: str = Field(min_length=1, max_length=200)


class Reopen(_Action):
    """The decision on the piece is taken back; what an editor added goes."""

    do: Literal["reopen"]
    piece: str


class AcceptAll(_Action):
    """Every piece that is still open stands as it is; with ``finish`` the review is done."""

    do: Literal["accept-all"]
    finish: bool = False


class EditSentence(_Action):
    """A sentence of the summary in other words."""

    do: Literal["edit-sentence"]
    piece: str
    text: str = Field(max_length=MAX_SENTENCE_CHARS)


class QuoteFields(_Action):
    """A quote by its words and who said them."""

    part: list[str] = Field(min_length=1, max_length=20, description="The words of each part.")
    near: list[int] = Field(
        default=[], description="About where each part starts; the nearest place is taken."
    )
    speaker: str = Field(default="", max_length=200, description="Empty where the article names nobody.")
    role: str = Field(default="", max_length=200)
    mention: str = Field(
        default="", max_length=300, description="The words that attribute the quote; empty: found."
    )
    mention_near: int | None = None


class EditQuote(QuoteFields):
    """A quote with other limits or another speaker."""

    do: Literal["edit-quote"]
    piece: str


class AddQuote(QuoteFields):
    """A quote that the model missed."""

    do: Literal["add-quote"]


class MoveQuote(_Action):
    """A quote at another rank."""

    do: Literal["move-quote"]
    piece: str
    rank: int = Field(ge=1)


class AddTopic(_Action):
    """A topic that the model missed, by qcode or label."""

    do: Literal["add-topic"]
    topic: str = Field(max_length=200)


class Finish(_Action):
    """The review is done. Needs every piece decided."""

    do: Literal["finish"]


class Resume(_Action):
    """A finished review goes on."""

    do: Literal["resume"]


Action = Annotated[
    Accept
    | Reject
    | Reopen
    | AcceptAll
    | EditSentence
    | EditQuote
    | AddQuote
    | MoveQuote
    | AddTopic
    | Finish
    | Resume,
    Field(discriminator="do"),
]
ACTION: TypeAdapter[Action] = TypeAdapter(Action)
