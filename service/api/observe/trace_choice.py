"""Chooses what becomes of traces, by the setting ``traces``; OpenTelemetry is imported only for it."""

from __future__ import annotations

from service.api.observe.traces import NoTraces, Traces
from service.errors import PullquoteError
from service.settings import Settings


class TracesUnavailable(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """Traces are asked for, and the library that sends them is not installed."""


def build_traces(settings: Settings) -> Traces:
    """Return what sends traces as the setting ``traces`` says. Raises TracesUnavailable without the extra."""
    if settings.collector is None:
        return NoTraces()
    try:
        from service.api.observe.otlp import OtlpTraces
    except ImportError as error:
        raise TracesUnavailable(
            f"PULLQUOTE_TRACES is {settings.traces!r}, and {error.name} is not installed: "
            "pip install 'pullquote[otel]', or set it to off."
        ) from error
    return OtlpTraces.open(settings.collector)
