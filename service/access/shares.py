"""Fairness between callers: none takes the whole queue while others want a place in it. Pure, thread-safe.

With ``n`` callers in the queue, each may hold an ``n``-th of its places. One who is alone may hold three
quarters, so that the next to come finds some free.
"""

from __future__ import annotations

from collections import Counter
from threading import Lock


class FairShares:
    """Who holds how many of the queue's places."""

    def __init__(self, places: int) -> None:
        """Take how many places the queue has."""
        self._places = places
        self._held: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, caller: str) -> int | None:
        """Give a place to a caller and return None; if they hold their share, return how many that is."""
        with self._lock:
            share = self._share(caller)
            if self._held[caller] >= share:
                return share
            self._held[caller] += 1
            return None

    def leave(self, caller: str) -> None:
        """Take a place back."""
        with self._lock:
            self._held[caller] -= 1
            if self._held[caller] <= 0:
                del self._held[caller]

    def _share(self, caller: str) -> int:
        others = sum(1 for other, held in self._held.items() if held and other != caller)
        if others:
            return max(1, self._places // (others + 1))
        return max(1, self._places - self._places // 4)
