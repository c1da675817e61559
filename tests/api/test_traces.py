"""Traces: spans of a request, its wait and its phases, sent to a collector over real sockets."""

from __future__ import annotations

import gzip
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from support.api_server import PLAIN, post, ready
from support.fake_pipeline import FakePipeline

from service.api.app import create_app
from service.api.examples.article import RECORD
from service.api.observe.trace_choice import TracesUnavailable, build_traces
from service.api.observe.traces import NoTraces, RequestOutcome
from service.bootstrap import build_door
from service.settings import Settings

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED = {"traceparent": f"00-{TRACE}-{PARENT}-01"}


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """Take what is sent as OTLP over HTTP; yields its address and the bodies."""
    bodies: list[bytes] = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Takes) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", bodies
        finally:
            server.shutdown()
            thread.join()


def spans_of(bodies: list[bytes]) -> dict[str, list]:  # type: ignore[type-arg]
    """Return the spans by name."""
    messages = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    found: dict[str, list] = {}  # type: ignore[type-arg]
    for body in bodies:
        for resource in messages.ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    found.setdefault(span.name, []).append(span)
    return found


def test_a_request_its_wait_and_its_phases_are_spans_of_the_caller_s_trace() -> None:
    pytest.importorskip("opentelemetry.sdk")
    with collector() as (url, bodies):
        with ready(Settings(traces=url), FakePipeline) as client:
            assert client.post("/v1/analyses", json=RECORD, headers=SAMPLED).status_code == 200
            client.post("/v1/analyses", content=b" ", headers={**PLAIN, "X-Request-ID": "r-9"})
        # The service has stopped, and has sent what was left before it did.
        spans = spans_of(bodies)
    of_caller, own = spans["POST /v1/analyses"]
    assert (of_caller.trace_id.hex(), of_caller.parent_span_id.hex()) == (TRACE, PARENT)
    assert own.trace_id.hex() != TRACE
    for phase in ("receive", "queue", "read", "write"):
        [span] = [one for one in spans[phase] if one.trace_id == of_caller.trace_id]
        assert span.parent_span_id == of_caller.span_id
        assert (
            of_caller.start_time_unix_nano
            <= span.start_time_unix_nano
            <= span.end_time_unix_nano
            <= of_caller.end_time_unix_nano
        )
    told = {one.key: one.value.string_value or one.value.int_value for one in own.attributes}
    assert told["http.route"] == "/v1/analyses"
    assert told["http.response.status_code"] == 422
    assert told["pullquote.request_id"] == "r-9"
    assert told["error.type"] == "empty-article"
    assert "GET /readyz" not in spans, "what machines ask every few seconds is not traced"
    assert not any(RECORD["text"][:20].encode() in body for body in bodies)


def test_a_caller_who_does_not_sample_is_not_sent() -> None:
    pytest.importorskip("opentelemetry.sdk")
    with collector() as (url, bodies):
        with ready(Settings(traces=f"{url}/v1/traces"), FakePipeline) as client:
            client.post("/v1/analyses", json=RECORD, headers={"traceparent": f"00-{TRACE}-{PARENT}-00"})
        assert spans_of(bodies) == {}


def test_a_collector_that_is_not_there_hinders_nothing(unused_port: int) -> None:
    pytest.importorskip("opentelemetry.sdk")
    with ready(Settings(traces=f"http://127.0.0.1:{unused_port}"), FakePipeline) as client:
        assert post(client, RECORD).status_code == 200


def test_a_collector_that_hangs_does_not_keep_the_service_from_stopping(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("opentelemetry.sdk")
    from service.api.observe import otlp

    monkeypatch.setattr(otlp, "_STOP_WITHIN_S", 0.1)  # one attempt to send takes five seconds
    with socket.create_server(("127.0.0.1", 0)) as silent:
        traces = otlp.OtlpTraces.open(f"http://127.0.0.1:{silent.getsockname()[1]}")
        traces.begin("GET", "", "").end(RequestOutcome("/", 200, None, None), ())
        stopping_s = time.monotonic()
        traces.stop()
        assert time.monotonic() - stopping_s < 3


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(
    ("sent", "trace_id"),
    [
        (f"00-{TRACE}-{PARENT}-01", TRACE),
        (f"01-{TRACE}-{PARENT}-01-later", TRACE),
        (f"ff-{TRACE}-{PARENT}-01", None),
        (f"00-{'0' * 32}-{PARENT}-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-{PARENT}-01", None),
        ("", None),
        ("00-" + "a\n" * 20, None),
    ],
)
def test_without_traces_a_caller_s_own_is_known_for_the_log(sent: str, trace_id: str | None) -> None:
    assert NoTraces().begin("GET", sent, "").trace_id == trace_id


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "service.api.observe.otlp", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    settings = Settings(traces="http://127.0.0.1:4318")
    with pytest.raises(TracesUnavailable, match=r"pip install 'pullquote\[otel\]', or set it to off"):
        create_app(settings, FakePipeline, build_door(settings))
    assert isinstance(build_traces(Settings()), NoTraces)


def test_opentelemetry_is_loaded_only_where_it_is_set() -> None:
    code = "import sys, service.api.app as app; print([m for m in sys.modules if 'opentelemetry.sdk' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_traces_are_off_or_a_url() -> None:
    with pytest.raises(ValueError, match="it has to be off, or a URL"):
        Settings(traces="localhost:4318")
