"""Answers remembered in memory, for a service without a store: until it stops, and no more than fit."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from threading import Lock

from service.store.analyses.answers import LEASE, REMEMBERED
from service.store.analyses.records import Answer, KnownRequest, Ticket

_MOST_BYTES = 32 * 2**20
_OVERHEAD_BYTES = 1_000
"""Of an entry beside its content."""


@dataclass(frozen=True, slots=True)
class _Entry:
    fingerprint: str
    token: str
    expires_at: datetime
    answer: Answer | None = None

    @property
    def size(self) -> int:
        return _OVERHEAD_BYTES + (len(self.answer.content) if self.answer else 0)


class AnswersInMemory:
    """As ``RememberedAnswers``; the oldest answers make room for newer ones. Thread-safe."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._entries: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._keys: dict[str, tuple[str, str]] = {}
        self._held_bytes = 0
        self._lock = Lock()

    def begin(self, owner: str, key: str, fingerprint: str, now: datetime) -> Ticket | KnownRequest:
        """Return the right to answer, or what is known of the request that has the key already."""
        with self._lock:
            known = self._entries.get((owner, key))
            if known and known.expires_at > now:
                return KnownRequest(known.fingerprint, known.answer)
            token = token_hex(16)
            self._put((owner, key), _Entry(fingerprint, token, now + LEASE))
            return Ticket(owner, token)

    def finish(self, ticket: Ticket, answer: Answer, now: datetime) -> None:
        """Remember an answer, and forget those that are too old or too many."""
        with self._lock:
            key = self._keys.get(ticket.token)
            if key is not None:
                entry = self._entries[key]
                self._put(key, _Entry(entry.fingerprint, entry.token, now + REMEMBERED, answer))
            self._prune(now)

    def abandon(self, ticket: Ticket) -> None:
        """Forget a request that got no answer worth remembering."""
        with self._lock:
            key = self._keys.get(ticket.token)
            if key is not None and self._entries[key].answer is None:
                self._drop(key)

    def prune(self, now: datetime) -> None:
        """Forget the answers that are too old or too many."""
        with self._lock:
            self._prune(now)

    def _put(self, key: tuple[str, str], entry: _Entry) -> None:
        if key in self._entries:
            self._drop(key)
        self._entries[key] = entry
        self._keys[entry.token] = key
        self._held_bytes += entry.size

    def _drop(self, key: tuple[str, str]) -> None:
        entry = self._entries.pop(key)
        del self._keys[entry.token]
        self._held_bytes -= entry.size

    def _prune(self, now: datetime) -> None:
        for key in [key for key, entry in self._entries.items() if entry.expires_at <= now]:
            self._drop(key)
        while self._held_bytes > self._most_bytes:
            self._drop(next(iter(self._entries)))
