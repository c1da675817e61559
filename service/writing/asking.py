"""Asking a model for one answer: once, and once more with the fault named; and what all of it took.

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
    Question,
    Reply,
    Told,
    Unanswered,
    Usage,
    untold,
)
from service.writing.faults import AnswerFault, FaultKind

T = TypeVar("T")

_UNREPAIRABLE = frozenset({FaultKind.REFUSED})


class Tally:
    """What the answers for one article took so far. Threads may add to it."""

    def __init__(self) -> None:
        self._usage = Usage()
        self._lock = Lock()

    @property
    def usage(self) -> Usage:
        """The sum."""
        return self._usage

    def add(self, usage: Usage) -> None:
        """Take more into account."""
        with self._lock:
            self._usage += usage


@dataclass(frozen=True, slots=True)
class Reader(Generic[T]):
    """How an answer is read.

    ``read`` raises AnswerFault; ``whole`` says that an answer that was cut off is of no use to it.
    ``complaint`` is what is to be said of a value that could be better, None if nothing; ``merit``, from 0
    on, says which of two such values is the better one, the later if equal.
    """

    read: Callable[[str], T]
    whole: bool = True
    complaint: Callable[[T], str | None] = field(default=lambda _: None)
    merit: Callable[[T], float] = field(default=lambda _: 0.0)


def chat(messages: Mapping[str, str]) -> tuple[Message, ...]:
    """Return a rendered prompt as the two turns that open a conversation."""
    return Message("system", messages["system"]), Message("user", messages["user"])


def answer(backend: Backend, question: Question, reader: Reader[T], tally: Tally, told: Told = untold) -> T:
    """Ask, and once more where the answer was no use or could be better.

    Raises AnswerFault if neither answer was of use, Unanswered if none came.
    """
    reply = _ask(backend, question, tally, told)
    first = _Attempt.at(reply, reader)
    if first.wanted is None or not backend.instructed:
        return first.result()
    more = (Message("assistant", reply.content), Message("user", first.wanted))
    again = replace(question, messages=(*question.messages, *more))
    if backend.count(again.messages) + again.most_tokens > backend.context:
        return first.result()
    try:
        second = _Attempt.at(_ask(backend, again, tally, told), reader)
    except Unanswered:
        if first.fault:
            raise
        return first.result()
    return max(second, first, key=lambda attempt: attempt.merit(reader)).result()


@dataclass(frozen=True, slots=True)
class _Attempt(Generic[T]):
    """What came of an answer: a value or a fault, and what is to be said when it is asked for again."""

    values: tuple[T, ...]
    fault: AnswerFault | None
    wanted: str | None

    @classmethod
    def at(cls, reply: Reply, reader: Reader[T]) -> _Attempt[T]:
        try:
            value = _read(reply, reader)
        except AnswerFault as fault:
            return cls((), fault, None if fault.kind in _UNREPAIRABLE else fault.repair)
        return cls((value,), None, reader.complaint(value))

    def merit(self, reader: Reader[T]) -> float:
        return max(map(reader.merit, self.values), default=-1.0)

    def result(self) -> T:
        if self.fault:
            raise self.fault
        return self.values[0]


def _ask(backend: Backend, question: Question, tally: Tally, told: Told) -> Reply:
    try:
        reply = backend.ask(question, told)
    except Unanswered as error:
        tally.add(error.usage)
        raise
    tally.add(reply.usage)
    return reply


def _read(reply: Reply, reader: Reader[T]) -> T:
    if reply.refused:
        raise AnswerFault(FaultKind.REFUSED, f"The model refuses: {reply.content.strip()[:200]!r}.")
    if reply.cut and reader.whole:
        raise AnswerFault(FaultKind.TRUNCATED, "The answer was cut off: it is longer than it may be.")
    return reader.read(reply.content)
