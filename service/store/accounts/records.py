"""Accounts and keys as frozen values. Every time is a timezone-aware datetime in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.access.scopes import Scope

Role = Literal["editor", "chief", "admin"]
ROLES: tuple[Role, ...] = ("editor", "chief", "admin")
KeyState = Literal["good", "revoked", "expired", "closed"]
"""``closed``: the account that the key belongs to is."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in; ``locked_until`` is for browsers that nobody has signed in with before."""

    name: str
    role: Role
    active: bool
    added_at: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """What a key is good for, until when, how often a minute if not as the settings say, and whose it is."""

    scopes: frozenset[Scope]
    expires_at: datetime | None = None
    per_minute: int | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key for programs; the key itself is not. ``id`` may be shown and logged."""

    id: str
    name: str
    terms: KeyTerms
    user_is_active: bool
    made_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> KeyState:
        """Return whether the key opens anything now, and if not, why."""
        if self.revoked_at is not None:
            return "revoked"
        if self.terms.expires_at is not None and self.terms.expires_at <= now:
            return "expired"
        return "good" if self.user_is_active else "closed"
