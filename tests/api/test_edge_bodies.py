"""Bodies that are slow, or too many at once, and hosts that aren't ours: over real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from support.api_server import PLAIN, RAIN, assert_problem, post, wait_until
from support.servers import Serve

from service.api.examples.article import RECORD
from service.settings import Settings

_HEAD = (
    b"POST /v1/analyses HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"
)


@contextlib.contextmanager
def unfinished(client: httpx.Client, declared: int, sent: bytes) -> Iterator[socket.socket]:
    """A request of which only so much of the body was sent."""
    with socket.create_connection(("127.0.0.1", client.base_url.port), 10) as connection:
        connection.sendall(_HEAD % declared + sent)
        yield connection


def answer(connection: socket.socket) -> tuple[bytes, dict[str, object]]:
    """Read an answer's head and its JSON."""
    received = b""
    while b"\r\n\r\n" not in received or not received.endswith(b"}"):
        part = connection.recv(65_536)
        assert part, received
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    return head, json.loads(body)


def test_a_body_without_its_next_bytes_is_refused_after_a_while(serve: Serve) -> None:
    with unfinished(serve(chunk_timeout_s=0.3), 1000, b"It rains") as connection:
        head, problem = answer(connection)
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head.lower()
    assert (problem["type"], problem["code"]) == ("urn:pullquote:problem:body-too-slow", "body-stalled")
    assert "0.3 s" in str(problem["detail"])


def test_a_body_that_dribbles_in_is_refused_after_its_time_as_a_whole(serve: Serve) -> None:
    with unfinished(serve(body_timeout_s=0.8, chunk_timeout_s=0.4), 1000, b"It") as connection:
        started_s = time.monotonic()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.monotonic() - started_s < 5:
                connection.sendall(b" rains")
                connection.settimeout(0.1)
                with contextlib.suppress(TimeoutError):
                    head, problem = answer(connection)
                    break
        assert time.monotonic() - started_s > 0.5
    assert head.startswith(b"HTTP/1.1 408 ")
    assert problem["code"] == "body-too-slow"


def test_the_rest_of_a_body_that_was_refused_is_not_waited_for_for_ever(serve: Serve) -> None:
    client = serve(body_timeout_s=0.2, max_chars=1000)
    with unfinished(client, 10_000_000, b"") as connection:
        head, _ = answer(connection)
        assert head.startswith(b"HTTP/1.1 413 ")
        started_s = time.monotonic()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.monotonic() - started_s < 20:
                connection.sendall(b"a")
                time.sleep(0.05)
        assert time.monotonic() - started_s < 15


def test_the_bodies_of_all_requests_together_have_a_limit(serve: Serve) -> None:
    client = serve(max_chars=1000, buffered_mb=0.001)  # the least: one body of the largest size
    largest = 1000 * 25 + 65_536
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(unfinished(client, 40_000, b"a" * 39_000))
        time.sleep(0.3)
        full = client.post("/v1/analyses", content=b"a " * 10_000, headers=PLAIN)
        assert f"the limit is {largest}" in assert_problem(full, 503, "bodies-full")
        assert full.headers["retry-after"]
        assert post(client, RECORD).status_code == 200, "a small one still fits"
    wait_until(lambda: client.post("/v1/analyses", content=RAIN * 100, headers=PLAIN).status_code == 413)


@pytest.mark.parametrize(
    "host", ["[", "]", "[::1", "[::1]x", "a b", "a:b", "a:99999", "a/b", "user@a", "[zz]", "a,b", "é"]
)
def test_a_host_that_is_none_is_refused(client: httpx.Client, host: str) -> None:
    for path in ("/livez", "/review", "/nowhere", "/openapi.json"):
        response = client.get(path, headers={"Host": host.encode()})  # type: ignore[dict-item]
        assert_problem(response, 400, "malformed-request", "malformed-host")


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://a:b", "http://a:99999"])
def test_an_origin_that_is_none_is_refused(client: httpx.Client, origin: str) -> None:
    response = client.post("/v1/analyses", json=RECORD, headers={"Origin": origin})
    assert_problem(response, 400, "malformed-request", "malformed-origin")


def test_on_a_loopback_address_only_names_of_this_machine_are_answered_for(client: httpx.Client) -> None:
    for host in ("localhost", "LOCALHOST:80", "127.0.0.1", "127.1.2.3:8000", "[::1]:8000", "localhost."):
        assert client.get("/livez", headers={"Host": host}).status_code == 200
    for path in ("/livez", "/readyz", "/v1/schema", "/review"):
        response = client.get(path, headers={"Host": "rebound.example:8000"})
        detail = assert_problem(response, 403, "foreign-host", "host-not-allowed")
        assert "rebound.example" in detail
        assert "PULLQUOTE_ALLOWED_HOSTS" in detail


def test_the_names_that_are_allowed_are_answered_for_and_no_other(serve: Serve) -> None:
    client = serve(allowed_hosts="news.example.org, *.desk.example")
    for host in ("news.example.org", "News.Example.org:443", "a.desk.example", "127.0.0.1"):
        assert client.get("/livez", headers={"Host": host}).status_code == 200
    for host in ("example.org", "desk.example", "xnews.example.org", "evil-desk.example"):
        assert_problem(client.get("/livez", headers={"Host": host}), 403, "foreign-host", "host-not-allowed")


def test_where_everybody_may_reach_the_service_any_name_will_do(serve: Serve) -> None:
    client = serve(host="0.0.0.0")  # the test's server listens on loopback all the same
    assert client.get("/livez", headers={"Host": "news.example.org"}).status_code == 200


def test_an_allowed_host_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="no host name"):
        Settings(allowed_hosts="https://example.org")
