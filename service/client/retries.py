"""When a call is made again, and after how long: backoff with jitter that respects Retry-After."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

RETRIED_STATUSES = frozenset({429, 502, 503, 504})
"""Answers that say that the same call may succeed later."""
# Callers that were sent away together shall not come back together.
_SPREAD = 0.25


@dataclass(frozen=True, slots=True)
class Retries:
    """At most ``most`` retries, the first after about ``first_wait_s``, each wait twice the one before.

    ``longest_wait_s`` bounds a wait; where the service asks for a longer one, the call fails at once.
    """

    most: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 60.0

    def wait_s(
        self, retry: int, retry_after_s: float | None, draw: Callable[[], float] = random.random
    ) -> float | None:
        """Return the seconds to wait before retry number ``retry`` (from 0); None to give up.

        ``draw`` returns a number in 0..1.
        """
        if retry >= self.most:
            return None
        if retry_after_s is not None:
            return retry_after_s * (1 + _SPREAD * draw()) if retry_after_s <= self.longest_wait_s else None
        bound = min(self.longest_wait_s, self.first_wait_s * 2.0**retry)
        return bound * (0.5 + 0.5 * draw())


def read_retry_after(value: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for, a number or a date; None if it can't be read."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - datetime.now(UTC)).total_seconds())
