"""Connections that idle, dawdle or don't read, over real sockets: a healthy client is served beside them."""

from __future__ import annotations

import contextlib
import json
import resource
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from support.api_server import RAIN, asking, post, wait_until
from support.servers import Serve
from support.slow_pipeline import SLOW, process

from service.api.edge.limits import affordable_connections

RECORD = {"text": RAIN}


@contextlib.contextmanager
def connected(client: httpx.Client, sent: bytes = b"") -> Iterator[socket.socket]:
    """A connection of one's own, on which something was sent."""
    with socket.create_connection(("127.0.0.1", client.base_url.port), 10) as connection:
        connection.sendall(sent)
        yield connection


def everything(connection: socket.socket) -> bytes:
    """Read up to the end of the connection; what was sent in vain may end it the hard way."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65_536):
            received += part
    return received


def assert_raw_problem(received: bytes, status: int, slug: str) -> str:
    """Check a problem document that stands on the wire, and return its detail."""
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"application/problem+json" in head
    assert b"connection: close" in head.lower()
    problem = json.loads(body)
    assert (problem["status"], problem["type"]) == (status, f"urn:pullquote:problem:{slug}")
    return str(problem["detail"])


def test_a_connection_that_sends_nothing_is_closed(serve: Serve) -> None:
    client = serve(header_timeout_s=0.3)
    started_s = time.monotonic()
    with connected(client) as silent:
        assert everything(silent) == b""
    assert 0.2 < time.monotonic() - started_s < 5


def test_headers_that_dribble_in_are_not_waited_for(serve: Serve) -> None:
    client = serve(header_timeout_s=0.5)
    with connected(client, b"GET /livez HTTP/1.1\r\nHost: localhost\r\n") as slow:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(40):
                slow.sendall(b"X: y\r\n")
                time.sleep(0.05)
        received = everything(slow)
    # The answer may be lost to the bytes that were still sent.
    assert not received or "0.5 s" in assert_raw_problem(received, 408, "headers-too-slow")


def test_an_idle_connection_is_closed_after_its_time_and_not_while_it_works(serve: Serve) -> None:
    client = serve(idle_timeout_s=0.4, header_timeout_s=5)
    request = b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(client, request) as connection:
        started_s = time.monotonic()
        time.sleep(0.2)
        connection.sendall(request)
        assert everything(connection).count(b"200 OK") == 2
        assert 0.5 < time.monotonic() - started_s < 5


def test_the_connection_that_is_idle_longest_makes_room_for_a_new_one(serve: Serve) -> None:
    client = serve(connections=5)
    with contextlib.ExitStack() as stack:
        idle = [stack.enter_context(connected(client)) for _ in range(20)]
        # A connection of its own, as the one that was open before may be the one that is closed.
        with asking(str(client.base_url)) as other:
            assert other.get("/livez").status_code == 200
        idle[0].settimeout(5)
        assert everything(idle[0]) == b""


def test_where_all_connections_are_busy_a_new_one_is_refused(serve: Serve) -> None:
    client = serve(connections=3)
    client.close()  # its own connection may be idle
    busy = (
        b"POST /v1/analyses HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
        b"Content-Length: 99\r\n\r\n"
    )
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(connected(client, busy))
        time.sleep(0.3)
        received = everything(stack.enter_context(connected(client)))
    assert "3 connections" in assert_raw_problem(received, 503, "connections-full")


def test_what_is_no_http_gets_a_problem_document(serve: Serve) -> None:
    with connected(serve(), b"\x16\x03\x01\x02\x00 hello\r\n\r\n") as other:
        assert_raw_problem(everything(other), 400, "malformed-request")


def test_a_client_that_does_not_read_its_answer_is_cut_off(serve: Serve) -> None:
    client = serve(answer_timeout_s=0.5)
    with socket.socket() as deaf:
        # A small window, so that the kernel doesn't read in the client's place.
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.connect(("127.0.0.1", client.base_url.port))
        # Many answers to one reader: more than the kernel takes on the server's side.
        deaf.settimeout(0.5)
        request = b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with contextlib.suppress(TimeoutError, ConnectionError):
            deaf.sendall(request * 400)

        def is_cut_off() -> bool:
            try:
                deaf.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            except TimeoutError:
                return False
            except ConnectionError:
                return True
            return False

        wait_until(is_cut_off)
    assert client.get("/livez").status_code == 200


def test_no_more_connections_are_taken_than_files_may_be_opened() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert affordable_connections(100) == 100
    wanted = 10 * hard if hard != resource.RLIM_INFINITY else 10**9
    try:
        assert affordable_connections(wanted) < wanted or hard == resource.RLIM_INFINITY
        assert affordable_connections(wanted) >= soft // 2
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
def test_a_healthy_client_is_served_beside_more_idle_sockets_than_there_are_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with process(most_files=1024) as (service, url), asking(url) as client:
        wait_until(lambda: client.get("/readyz").status_code == 200)
        with contextlib.ExitStack() as stack:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
            stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
            for _ in range(1_100):
                stack.enter_context(connected(client))
            seconds = []
            for _ in range(20):
                started_s = time.monotonic()
                assert httpx.get(f"{url}/livez", verify=False, timeout=5).status_code == 200
                assert post(client, RECORD).status_code == 200
                seconds.append(time.monotonic() - started_s)
            assert sorted(seconds)[10] < 0.5
        service.terminate()
        lines = service.communicate()[1].splitlines()
    assert 1 <= sum("too many connections" in line for line in lines) < 10
    assert len(lines) < 100


def test_a_slow_analysis_does_not_count_as_idle(serve: Serve) -> None:
    from support.fake_pipeline import FakePipeline
    from support.slow_pipeline import take_time

    client = serve(FakePipeline(take_time), idle_timeout_s=0.2, header_timeout_s=0.2, body_timeout_s=0.3)
    assert post(client, {"text": SLOW.format(1) + RAIN}).status_code == 200
