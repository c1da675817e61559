"""One answer of a model: asked for once, and once more with the fault named; and the usage of all answers.

A repair is a further turn of the same conversation, so the model sees its own answer. A model that isn't
instructed can't be told what was wrong, so it is asked once. Not here: what an answer means (its reader).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Generic, TypeVar

from service.models.generating.backend import (
    Backend,
    Message,
    OnTokens,
    Question,
    Reply,
    Unanswered,
    Usage,
    ignore_progress,
)
from service.writing.answers.faults import AnswerFault, AnswerFaultKind

T = TypeVar("T")

_UNREPAIRABLE = frozenset({AnswerFaultKind.REFUSED})


class UsageCounter:
    """The usage of all answers for one article. Threads may add to it."""

    def __init__(self) -> None:
        self._usage = Usage()
        self._lock = Lock()

    @property
    def usage(self) -> Usage:
        """The sum so far."""
        return self._usage

    def add(self, usage: Usage) -> None:
        """Add the usage of an answer."""
        with self._lock:
            self._usage += usage


@dataclass(frozen=True, slots=True)
class AnswerReader(Generic[T]):
    """How an answer is read.

    ``read`` raises AnswerFault. ``needs_whole`` says that it can't use an answer that was cut off.
    ``complaint`` returns what is to be said to the model of a value that could be better, None if nothing.
    ``merit``, from 0 on, says which of two such values is better; of equal ones the later is taken.
    """

    read: Callable[[str], T]
    needs_whole: bool = True
    complaint: Callable[[T], str | None] = field(default=lambda _: None)
    merit: Callable[[T], float] = field(default=lambda _: 0.0)


def opening_messages(messages: Mapping[str, str]) -> tuple[Message, ...]:
    """Return a rendered prompt as the two turns that open a conversation."""
    return Message("system", messages["system"]), Message("user", messages["user"])


def ask_with_repair(
    backend: Backend,
    question: Question,
    reader: AnswerReader[T],
    counter: UsageCounter,
    on_tokens: OnTokens = ignore_progress,
) -> T:
    """Return the answer; ask once more where the first one can't be used or could be better.

    Raises AnswerFault if neither answer can be used, Unanswered if none came.
    """
    reply = _ask(backend, question, counter, on_tokens)
    first = _Attempt.at(reply, reader)
    if first.complaint is None or not backend.instructed:
        return first.result()
    more = (Message("assistant", reply.content), Message("user", first.complaint))
    again = replace(question, messages=(*question.messages, *more))
    if backend.count(again.messages) + again.most_tokens > backend.context:
        return first.result()
    try:
        second = _Attempt.at(_ask(backend, again, counter, on_tokens), reader)
    except Unanswered:
        if first.fault:
            raise
        return first.result()
    return max(second, first, key=lambda attempt: attempt.merit(reader)).result()


@dataclass(frozen=True, slots=True)
class _Attempt(Generic[T]):
    """What came of one answer: a value or a fault, and the complaint with which to ask again."""

    values: tuple[T, ...]
    fault: AnswerFault | None
    complaint: str | None

    @classmethod
    def at(cls, reply: Reply, reader: AnswerReader[T]) -> _Attempt[T]:
        try:
            value = _read(reply, reader)
        except AnswerFault as fault:
            return cls((), fault, None if fault.kind in _UNREPAIRABLE else fault.repair)
        return cls((value,), None, reader.complaint(value))

    def merit(self, reader: AnswerReader[T]) -> float:
        return max(map(reader.merit, self.values), default=-1.0)

    def result(self) -> T:
        if self.fault:
            raise self.fault
        return self.values[0]


def _ask(backend: Backend, question: Question, counter: UsageCounter, on_tokens: OnTokens) -> Reply:
    try:
        reply = backend.ask(question, on_tokens)
    except Unanswered as error:
        counter.add(error.usage)
        raise
    counter.add(reply.usage)
    return reply


def _read(reply: Reply, reader: AnswerReader[T]) -> T:
    if reply.refused:
        raise AnswerFault(AnswerFaultKind.REFUSED, f"The model refuses: {reply.content.strip()[:200]!r}.")
    if reply.cut and reader.needs_whole:
        raise AnswerFault(AnswerFaultKind.TRUNCATED, "The answer was cut off: it is longer than it may be.")
    return reader.read(reply.content)
