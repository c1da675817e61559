"""Who calls the API, and what a caller may do: scopes, and the shape of what decides.

Not here: what decides by keys (``service.api.admission``), how they are kept (``service.store.accounts``),
what a browser may do (``service.access.browsers``, ``service.review.access``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request

from service.access.scopes import Scope

__all__ = ["Admits", "AdmitsAll", "Caller", "Scope"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request; ``key`` is the id of the API key, None where none is asked for."""

    name: str
    key: str | None = None


class Admits(Protocol):
    """Decides who may call."""

    async def require(self, request: Request, scope: Scope) -> Caller:
        """Return who makes the request. Raises a PullquoteError of 401, 403 or 429 unless they may."""
        ...


class AdmitsAll:
    """Lets everybody in: for a service that only this machine can reach."""

    async def require(self, request: Request, scope: Scope) -> Caller:
        """Return one caller for all."""
        return Caller("anybody")
