"""The interface of generating models: a Question goes in, a Reply comes out, or Unanswered is raised.

Three kinds implement it: an encoder-decoder (``service.models.generating.seq2seq``), a chat model
(``service.models.generating.chat``), both in this process, and an OpenAI-compatible endpoint
(``service.models.generating.endpoint``). ``bootstrap`` chooses one by the setting ``summarizer``.

Not here: what is asked, and what is made of the answer (``service.writing``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal, Protocol

Role = Literal["system", "user", "assistant"]
OnTokens = Callable[[int], None]
"""Called while an answer is being written, with the tokens (or pieces of a stream) written so far."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked.

    ``schema`` is the JSON Schema of the answer, under the name ``name``; a model that isn't instructed gets
    one message, the text to shorten, and an empty schema. No answer may be longer than ``most_tokens``.
    ``sentences`` are the fewest and the most sentences wanted, for models that can only be steered by length.
    """

    name: str
    messages: tuple[Message, ...]
    most_tokens: int
    schema: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    sentences: tuple[int, int] = (1, 10)


@dataclass(frozen=True, slots=True)
class Usage:
    """What answers took: requests, tokens read and tokens written. Usages can be added."""

    requests: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.requests + other.requests,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's answer; ``cut`` if it reached ``most_tokens``, ``refused`` if the model declined."""

    content: str
    usage: Usage
    cut: bool = False
    refused: bool = False


class Cause(StrEnum):
    """Why there is no answer."""

    DOWN = "down"
    SLOW = "slow"
    BUSY = "busy"
    DENIED = "denied"
    REJECTED = "rejected"
    BROKEN = "broken"


class Unanswered(Exception):  # noqa: N818 - a state, not a mistake
    """There is no answer: the backend is down, slow, busy, denies access, rejects the question, or broke off.

    ``detail`` is a sentence for people; ``usage`` is what was spent nevertheless.
    """

    def __init__(self, cause: Cause, detail: str, usage: Usage = Usage()) -> None:
        super().__init__(detail)
        self.cause = cause
        self.detail = detail
        self.usage = usage


def ignore_progress(_: int) -> None:
    """Ignore progress."""


class Backend(Protocol):
    """A generating model. Safe to share between threads."""

    @property
    def label(self) -> str:
        """The model, as the setting names it: ``seq2seq:NAME``, ``chat:NAME``, ``openai:MODEL``."""
        ...

    @property
    def instructed(self) -> bool:
        """Whether it follows prompts and answers in JSON; otherwise it only shortens a text."""
        ...

    @property
    def context(self) -> int:
        """The most tokens that it takes: of question and answer together, or of the text to shorten."""
        ...

    @property
    def context_setting(self) -> str | None:
        """The setting that says how large the context is; None where the model itself says so."""
        ...

    @property
    def parallel(self) -> int:
        """How many questions may usefully be asked at once."""
        ...

    def count(self, messages: tuple[Message, ...]) -> int:
        """Return how many tokens the messages take, chat template included; never too few."""
        ...

    def ask(self, question: Question, on_tokens: OnTokens = ignore_progress) -> Reply:
        """Return the answer. Raises Unanswered."""
        ...

    def close(self) -> None:
        """Abort the questions in flight as soon as possible; nothing is asked afterwards."""
        ...
