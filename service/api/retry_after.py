"""Retry-After: how many seconds a client is told to wait, after 429 (the queue is full) and every 503.

The rule stands here alone: the queue asks ``WaitEstimate`` for the wait after 429, and ``problems`` writes
the header. The wait is whole seconds, at least 1.
"""

from __future__ import annotations

import math

from service.errors import PullquoteError

# What isn't available now is so in seconds: models are loaded, bodies handled, locks let go of, and a service
# that ends is followed by another. Asking every two seconds costs nothing.
_UNAVAILABLE, _UNAVAILABLE_S = 503, 2
# Until an article has been timed; about what a news article takes on two cores.
_FIRST_GUESS_S = 0.5
# Weight of the newest article in the moving average: the last ten or so count.
_NEWEST = 0.2


class WaitEstimate:
    """Estimates how long a queue takes to empty, from the seconds of recent jobs. Not thread-safe."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._seconds_per_job = _FIRST_GUESS_S

    def note(self, seconds: float) -> None:
        """Take a finished job into the moving average."""
        self._seconds_per_job += _NEWEST * (seconds - self._seconds_per_job)

    def seconds(self, waiting: int) -> int:
        """Return the whole seconds after which ``waiting`` jobs are done."""
        return max(1, math.ceil(self._seconds_per_job * waiting / self._threads))


def retry_after_s(error: PullquoteError) -> int | None:
    """Return the seconds after which the request is worth sending again; None if it isn't.

    An error that knows its wait carries it as ``retry_after_s``, as ``Overloaded`` does.
    """
    carried: int | None = getattr(error, "retry_after_s", None)
    if carried is None and error.problem.status == _UNAVAILABLE:
        return _UNAVAILABLE_S
    return carried
