"""Accounts and keys as frozen values. Every time is a timezone-aware datetime in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["editor", "chief", "admin"]
ROLES: tuple[Role, ...] = ("editor", "chief", "admin")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in."""

    name: str
    role: Role
    active: bool
    added_at: datetime
    locked_until: datetime | None


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key for programs; the key itself is not."""

    key: int
    label: str
    user: str
    made_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
