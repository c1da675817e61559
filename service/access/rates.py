"""How much one caller may send: a token bucket for requests, a quota for a day's text. Kept in memory.

Pure but for the clock that is passed in, in seconds. Several processes of the service count each on their
own, and a restart begins anew.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

_MOST_CALLERS = 10_000
"""Callers remembered. Whoever was idle longest is forgotten, and by then has mostly a full bucket again."""
_DAY_S = 86_400


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What became of a request: whether it may pass, how many more may now, and when the next may."""

    passes: bool
    left: int
    wait_s: int


class TokenBuckets:
    """A bucket for each caller: ``burst`` requests at once, refilled by so many a minute."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take a clock that never goes back, in seconds."""
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, caller: str, per_minute: int, burst: int) -> Allowance:
        """Take a token for a request of ``caller``'s, if there is one."""
        now, per_second = self._clock(), per_minute / 60
        with self._lock:
            bucket = self._buckets.pop(caller, None) or _Bucket(burst, now)
            bucket.tokens = min(burst, bucket.tokens + (now - bucket.filled_at) * per_second)
            bucket.filled_at = now
            passes = bucket.tokens >= 1
            if passes:
                bucket.tokens -= 1
            self._buckets[caller] = bucket
            if len(self._buckets) > _MOST_CALLERS:
                self._buckets.popitem(last=False)
            missing = max(0.0, 1 - bucket.tokens)
            return Allowance(passes, int(bucket.tokens), math.ceil(missing / per_second))


@dataclass(slots=True)
class DailyQuota:
    """Characters that each caller has sent today, in UTC; a request that began within the quota may end past
    it."""

    clock: Callable[[], float]
    """Seconds since 1970."""
    _day: int = 0
    _sent: dict[str, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def add(self, caller: str, chars: int) -> None:
        """Count what a caller has sent."""
        with self._lock:
            self._turn_over()
            self._sent[caller] = self._sent.get(caller, 0) + chars

    def sent(self, caller: str) -> int:
        """Return how many characters a caller has sent today."""
        with self._lock:
            self._turn_over()
            return self._sent.get(caller, 0)

    def ends_in_s(self) -> int:
        """Return the whole seconds until the day ends."""
        return max(1, math.ceil(_DAY_S - self.clock() % _DAY_S))

    def _turn_over(self) -> None:
        today = int(self.clock() // _DAY_S)
        if today != self._day:
            self._day = today
            self._sent.clear()
