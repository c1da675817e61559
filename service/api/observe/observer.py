"""The outermost layer around the application: measures and traces each request.

It hands every request a record (``request_facts``) that the layers below fill, and reads it at the end.
"""

from __future__ import annotations

import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.observe.metrics import Metrics
from service.api.observe.request_facts import RequestFacts, collecting
from service.api.observe.server_timing import HEADER, server_timing
from service.api.observe.traces import TRACEPARENT, TRACESTATE, CallersTrace, RequestOutcome, Traces
from service.timing import Stopwatch, watching

# Asked every few seconds, by machines: not worth a trace.
_UNTRACED = frozenset({"/livez", "/readyz", "/metrics"})
_UNMATCHED = "unmatched"


class Observer:
    """ASGI middleware: measures each request, traces it, and tells the caller what its phases took."""

    def __init__(self, app: ASGIApp, metrics: Metrics, traces: Traces) -> None:
        """Wrap ``app``."""
        self._app = app
        self._metrics = metrics
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        # The path of a scope changes on its way through mounted applications.
        is_traced = scope["path"] not in _UNTRACED
        trace = (
            self._traces.begin(scope["method"], headers.get(TRACEPARENT, ""), headers.get(TRACESTATE, ""))
            if is_traced
            else CallersTrace(None)
        )
        facts = RequestFacts(Stopwatch(self._metrics.note_lap), trace_id=trace.trace_id)
        started_s, status = time.perf_counter(), 0

        async def send_with_times(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if laps := facts.stopwatch.laps:
                    total_s = time.perf_counter() - started_s
                    MutableHeaders(scope=message)[HEADER] = server_timing(laps, total_s)
            await send(message)

        self._metrics.note_begin()
        try:
            with collecting(facts), watching(facts.stopwatch):
                await self._app(scope, receive, send_with_times)
        finally:
            outcome = RequestOutcome(route_of(scope), status, facts.request_id, facts.problem)
            self._metrics.note_end(
                route=outcome.route,
                method=scope["method"],
                status=status,
                seconds=time.perf_counter() - started_s,
                problem=facts.problem,
            )
            trace.end(outcome, facts.stopwatch.laps)


def route_of(scope: Scope) -> str:
    """Return the template of the route that a request took: a short list of words, whatever callers send."""
    template = getattr(scope.get("route"), "path_format", None)
    if template is not None:
        return f"{scope.get('root_path', '')}{template}"
    if "endpoint" not in scope:
        return _UNMATCHED
    if root := scope.get("root_path"):  # a mounted application
        return f"{root}/{{path}}"
    return str(scope["path"])  # a route without parameters, such as /openapi.json
