"""Traces by OpenTelemetry, sent in batches by a thread of their own, as OTLP over HTTP.

Spans are made from the laps of the request's stopwatch once it has ended: what works knows nothing of them.
OpenTelemetry's own environment variables hold: ``OTEL_TRACES_SAMPLER`` for a share of the requests,
``OTEL_RESOURCE_ATTRIBUTES`` and ``OTEL_EXPORTER_OTLP_HEADERS``. By default the caller's decision counts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from threading import Thread

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

import service
from service.api.observe.traces import TRACEPARENT, TRACESTATE, RequestOutcome, RequestTrace
from service.timing import Lap, now_ns

_PATH = "/v1/traces"
# How long one attempt to send may take; what can't be sent is dropped, and logged by the library.
_TIMEOUT_S = 5
# How long stopping waits for the last spans: a collector that hangs must not keep the process alive.
_STOP_WITHIN_S = 3
_PROPAGATOR = TraceContextTextMapPropagator()


class OtlpTraces:
    """Makes and sends spans."""

    def __init__(self, provider: TracerProvider) -> None:
        """Take the provider, which is this object's alone."""
        self._provider = provider
        self._tracer = provider.get_tracer("pullquote", service.__version__)

    @classmethod
    def open(cls, collector: str) -> OtlpTraces:
        """Return what sends to the collector at a URL, with or without the path ``/v1/traces``."""
        address = collector.rstrip("/")
        address = address if address.endswith(_PATH) else address + _PATH
        resource = Resource.create({"service.name": "pullquote", "service.version": service.__version__})
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(
            BatchSpanProcessor(OTLPSpanExporter(endpoint=address, timeout=_TIMEOUT_S))
        )
        return cls(provider)

    def begin(self, method: str, traceparent: str, tracestate: str) -> RequestTrace:
        """Begin the span of a request, below the caller's if the headers name one."""
        carrier = {TRACEPARENT: traceparent.strip(), TRACESTATE: tracestate}
        above = _PROPAGATOR.extract({name: value for name, value in carrier.items() if value})
        return OtlpRequestTrace(self._tracer, self._tracer.start_span(method, above, SpanKind.SERVER), method)

    def stop(self) -> None:
        """Send what is not sent yet. Blocks, for seconds at most."""
        # The library itself tries for half a minute.
        last = Thread(target=self._provider.shutdown, name="pullquote-traces", daemon=True)
        last.start()
        last.join(_STOP_WITHIN_S)


class OtlpRequestTrace:
    """The span of a request, from its beginning on."""

    def __init__(self, tracer: Tracer, span: Span, method: str) -> None:
        """Take the span, which has begun."""
        self._tracer = tracer
        self._span = span
        self._method = method
        # Laps are in the monotonic clock's time, spans in the calendar's.
        self._epoch_ns = time.time_ns() - now_ns()
        self.trace_id: str | None = f"{span.get_span_context().trace_id:032x}"

    def end(self, outcome: RequestOutcome, laps: Sequence[Lap]) -> None:
        """End the request's span, with a span below it for each lap."""
        below = set_span_in_context(self._span)
        for lap in laps:
            tokens = {"pullquote.tokens": lap.tokens} if lap.tokens else None
            started_ns, ended_ns = self._epoch_ns + lap.started_ns, self._epoch_ns + lap.ended_ns
            self._tracer.start_span(lap.phase.value, below, attributes=tokens, start_time=started_ns).end(
                ended_ns
            )
        self._span.update_name(f"{self._method} {outcome.route}")
        self._span.set_attributes(
            {
                "http.request.method": self._method,
                "http.route": outcome.route,
                "http.response.status_code": outcome.status,
                "pullquote.request_id": outcome.request_id or "",
            }
        )
        if outcome.problem:
            self._span.set_attribute("error.type", outcome.problem)
        if outcome.status >= 500 or not outcome.status:
            self._span.set_status(StatusCode.ERROR)
        self._span.end()
