"""What becomes known of a request while it is answered, for its log lines, measurements and trace.

One mutable record a request, in a context variable: whoever learns something (who calls, which problem it
ends in) writes it there, and the layers around read it at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from starlette.requests import Request

from service.api.callers import Admits, Caller, Scope
from service.timing import Stopwatch


@dataclass(slots=True)
class RequestFacts:
    """What is known of a request so far.

    ``trace_id`` is 32 hexadecimal digits; ``key`` the id of the API key that admitted it; ``problem`` the
    code of the problem document that answers it.
    """

    stopwatch: Stopwatch = field(default_factory=Stopwatch)
    request_id: str | None = None
    trace_id: str | None = None
    key: str | None = None
    problem: str | None = None


_facts: ContextVar[RequestFacts | None] = ContextVar("request_facts", default=None)


@contextmanager
def collecting(facts: RequestFacts) -> Iterator[RequestFacts]:
    """Let ``facts`` take what becomes known inside."""
    token = _facts.set(facts)
    try:
        yield facts
    finally:
        _facts.reset(token)


def current_facts() -> RequestFacts:
    """Return what is known of the request that this runs for; outside of one, a record that nobody reads."""
    return _facts.get() or RequestFacts()


class NotesCaller:
    """Admits as another does, and notes whose key a request came with."""

    def __init__(self, admits: Admits) -> None:
        """Take what decides."""
        self._admits = admits

    async def require(self, request: Request, scope: Scope) -> Caller:
        """Return who makes the request. Raises as the other does."""
        caller = await self._admits.require(request, scope)
        current_facts().key = caller.key
        return caller
