"""Who calls the API, and what a caller may do: scopes, and the shape of what decides.

Not here: how keys are kept (``service.store.accounts``), what a browser may do (``service.review.access``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from starlette.requests import Request


class Scope(StrEnum):
    """What a key may be good for."""

    ANALYSE = "analyse"
    """Have articles analysed, at once, in batches and as jobs; see and cancel one's own jobs."""
    READ = "read"
    """Read kept analyses."""
    DELETE = "delete"
    """Delete kept analyses."""
    REVIEW = "review"
    """Put analyses into the editors' queue."""
    METRICS = "metrics"
    """Read what is measured while the service runs."""


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
