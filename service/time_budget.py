"""The time that an analysis may take, and the order to stop one: asked for at every step that may be long.

An analysis runs in a thread, which Python can't end from outside. So the code that analyses calls ``check``
between its steps and inside its long loops; outside of ``within`` that does nothing. There is no partial
result: either the analysis is what it always is, or an error is raised. Standard library only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from service.errors import AnalysisTooLong, PullquoteError


class TimeBudget:
    """The time of one analysis: ``seconds`` from the moment it begins, 0 for as long as it takes."""

    def __init__(self, seconds: float = 0.0) -> None:
        """Take the seconds; they count from ``within`` on."""
        self._seconds = seconds
        self._deadline: float | None = None
        self._order: PullquoteError | None = None

    def begin(self) -> None:
        """Let the seconds count from now."""
        self._deadline = time.monotonic() + self._seconds if self._seconds else None

    def lift(self) -> None:
        """Let the rest take as long as it takes; ``stop`` still stops it."""
        self._deadline = None

    def stop(self, reason: PullquoteError) -> None:
        """Have the next ``check`` raise ``reason``. May be called from another thread."""
        self._order = reason

    def check(self) -> None:
        """Raise the reason to stop, or AnalysisTooLong once the time is over."""
        if self._order is not None:
            raise self._order
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise AnalysisTooLong(
                f"The analysis was stopped after {self._seconds:g} s, the limit for one article. Split the "
                "article, or raise PULLQUOTE_ANALYSIS_SECONDS."
            )


_current: ContextVar[TimeBudget | None] = ContextVar("time_budget", default=None)


@contextmanager
def within(budget: TimeBudget) -> Iterator[None]:
    """Let ``budget`` count, and ``check`` ask it, until the block is left."""
    token = _current.set(budget)
    budget.begin()
    try:
        yield
    finally:
        _current.reset(token)


def check() -> None:
    """Raise if the analysis that this code runs for has to stop. Costs a tenth of a microsecond."""
    budget = _current.get()
    if budget is not None:
        budget.check()


def lift() -> None:
    """Let the rest of this analysis take as long as it takes: what it waits for has limits of its own."""
    budget = _current.get()
    if budget is not None:
        budget.check()
        budget.lift()
