"""What waits for the worker: jobs with their budgets, and how much may wait."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from service.errors import PullquoteError
from service.time_budget import TimeBudget
from service.timing import Lap, Phase, now_ns

M = TypeVar("M")


class Abandoned(PullquoteError):  # noqa: N818 - nobody sees it
    """Nobody waits for the analysis any longer."""


@dataclass(eq=False, frozen=True, slots=True)
class QueuedJob(Generic[M]):
    """A job of about ``chars`` characters: what to do, within which budget, and where the answer goes."""

    work: Callable[[M], Any]
    chars: int
    budget: TimeBudget
    context: Context
    answer: Future[Any] = field(default_factory=Future)
    wait: Lap = field(default_factory=lambda: Lap(Phase.QUEUE, now_ns()))

    def settle(self, result: Any = None, error: BaseException | None = None) -> None:
        """Give the answer, unless the job has one already or nobody waits for it."""
        with suppress(InvalidStateError):
            if error is not None:
                self.answer.set_exception(error)
            else:
                self.answer.set_result(result)


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """What a worker takes on at once, in ``jobs`` and in ``chars`` of their articles."""

    jobs: int
    chars: int
