"""Traces of requests as a shape, and what stands in where they are off: the caller's trace id, for the log.

Not here: how spans are sent (``service.api.observe.otlp``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from service.timing import Lap

TRACEPARENT, TRACESTATE = "traceparent", "tracestate"
# W3C Trace Context, 3.2: version, trace, parent, flags; all zeros name nothing.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """How a request ended; ``status`` 0 is without an answer."""

    route: str
    status: int
    request_id: str | None
    problem: str | None


class RequestTrace(Protocol):
    """The trace of one request."""

    @property
    def trace_id(self) -> str | None:
        """The trace's id, 32 hexadecimal digits; None where there is no trace."""
        ...

    def end(self, outcome: RequestOutcome, laps: Sequence[Lap]) -> None:
        """End the request's span, with a span below it for each lap."""
        ...


class Traces(Protocol):
    """Begins traces."""

    def begin(self, method: str, traceparent: str, tracestate: str) -> RequestTrace:
        """Begin the span of a request, below the caller's if the headers name one."""
        ...

    def stop(self) -> None:
        """Send what is not sent yet. Blocks, for seconds at most."""
        ...


@dataclass(frozen=True, slots=True)
class CallersTrace:
    """A trace that only the caller keeps."""

    trace_id: str | None

    def end(self, outcome: RequestOutcome, laps: Sequence[Lap]) -> None:
        """Keep nothing."""


class NoTraces:
    """Sends nothing."""

    def begin(self, method: str, traceparent: str, tracestate: str) -> RequestTrace:
        """Return the trace that the caller keeps."""
        named = _TRACEPARENT.fullmatch(traceparent.strip())
        return CallersTrace(named[1] if named else None)

    def stop(self) -> None:
        """Do nothing."""
