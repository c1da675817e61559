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


class AcceptRest(_Action):
    """Every open piece stands as it is, except for those that need a look of their own (``attention``)."""

    do: Literal["accept-all"]


class MarkSeen(_Action):
    """An editor has seen a warning about the article, and what it touches can be accepted with the rest."""

    do: Literal["mark-seen"]
    warning: str = Field(max_length=100)


class EditSentence(_Action):
    """A sentence of the summary in other words."""

    do: Literal["edit-sentence"]
    piece: str
    text: str = Field(max_length=MAX_SENTENCE_CHARS)
    confirmed: bool = Field(default=False, description="Save it although the article hardly supports it.")


class SpeakerFields(_Action):
    """Who said something."""

    speaker: str = Field(default="", max_length=200, description="Empty where the article names nobody.")
    role: str = Field(default="", max_length=200)
    mention: str = Field(
        default="", max_length=300, description="The words that attribute the quote; empty: found."
    )
    mention_near: int | None = None
    confirmed: bool = Field(default=False, description="Take a speaker whom the article doesn't name.")


class SetSpeaker(SpeakerFields):
    """A quote with another speaker, its words as they are."""

    do: Literal["set-speaker"]
    piece: str


class EditPerson(_Action):
    """A person under another name or role, in every quote; the name of another: the two are the same."""

    do: Literal["edit-person"]
    person: str = Field(max_length=300, description="The key of a known person.")
    name: str = Field(max_length=200)
    role: str = Field(default="", max_length=200)
    confirmed: bool = Field(default=False, description="Take a name that the article doesn't have.")


class QuoteFields(SpeakerFields):
    """A quote by its words and who said them."""

    part: list[str] = Field(min_length=1, max_length=20, description="The words of each part.")
    near: list[int] = Field(
        default=[], description="About where each part starts; the nearest place is taken."
    )


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


class TogglePull(_Action):
    """A quote becomes one of the pull quotes, or is one no longer."""

    do: Literal["pull"]
    piece: str


class AddTopic(_Action):
    """A topic that the model missed, by qcode or label."""

    do: Literal["add-topic"]
    topic: str = Field(max_length=200)


class Finish(_Action):
    """The review is done. Needs every piece decided and every warning seen."""

    do: Literal["finish"]


class Resume(_Action):
    """A finished review goes on."""

    do: Literal["resume"]


Action = Annotated[
    Accept
    | Reject
    | Reopen
    | AcceptRest
    | MarkSeen
    | EditSentence
    | SetSpeaker
    | EditPerson
    | EditQuote
    | AddQuote
    | MoveQuote
    | TogglePull
    | AddTopic
    | Finish
    | Resume,
    Field(discriminator="do"),
]
ACTION: TypeAdapter[Action] = TypeAdapter(Action)
