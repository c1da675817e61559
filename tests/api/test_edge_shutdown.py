"""The end of the service, by real processes: it says so, answers everybody, and is gone in its grace time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from support.api_server import PLAIN, RAIN, asking, assert_problem, post, wait_until
from support.slow_pipeline import BEGUN, SLOW, STUCK, process

from service.api.examples.article import RECORD

ROOT = Path(__file__).parents[2]


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def send(pool: ThreadPoolExecutor, url: str, text: str) -> Future[httpx.Response]:
    """Have an article analysed on a connection of its own."""
    return pool.submit(
        httpx.post, f"{url}/v1/analyses", content=text.encode(), headers=PLAIN, timeout=60, verify=False
    )


def wait_until_ready(client: httpx.Client) -> None:
    wait_until(lambda: client.get("/readyz").status_code == 200)


def wait_until_full(client: httpx.Client) -> None:
    """Wait until as many analyses wait or run as the queue takes: what is too large is refused for that."""
    large = b"a" * 200_000
    wait_until(lambda: client.post("/v1/analyses", content=large, headers=PLAIN).status_code == 429)


def wait_until_it_runs(service: subprocess.Popen[str]) -> None:
    """Wait until the analysis of an article that takes long has begun."""
    assert service.stdout is not None
    assert service.stdout.readline().strip() == BEGUN


def tell_to_end(service: subprocess.Popen[str]) -> float:
    service.send_signal(signal.SIGTERM)
    return time.monotonic()


def test_what_waits_is_refused_at_once_and_what_runs_stopped_after_the_grace_time(
    pool: ThreadPoolExecutor,
) -> None:
    with process(grace_s=4, queue_limit=3, max_chars=1000) as (service, url), asking(url) as client:
        wait_until_ready(client)
        running = send(pool, url, SLOW.format(60) + RAIN)
        wait_until_it_runs(service)
        waiting = [send(pool, url, f"{RAIN} {number}") for number in range(2)]
        wait_until_full(client)
        told_s = tell_to_end(service)
        wait_until(lambda: client.get("/readyz").status_code == 503)
        assert_problem(client.get("/readyz"), 503, "shutting-down")
        for answer in waiting:
            assert "takes nothing on" in assert_problem(answer.result(), 503, "shutting-down")
            assert answer.result().headers["retry-after"]
        assert time.monotonic() - told_s < 3.5, "they must not wait for what runs"
        refused = post(client, RECORD)
        assert_problem(refused, 503, "shutting-down")
        assert refused.headers["connection"] == "close"
        assert not running.done()
        assert "was stopped" in assert_problem(running.result(), 503, "shutting-down")
        service.wait(5)
        assert time.monotonic() - told_s < 4 + 4


def test_what_runs_may_finish_within_the_grace_time(pool: ThreadPoolExecutor) -> None:
    with process(grace_s=20) as (service, url), asking(url) as client:
        wait_until_ready(client)
        running = send(pool, url, SLOW.format(1) + RAIN)
        wait_until_it_runs(service)
        told_s = tell_to_end(service)
        assert running.result().status_code == 200
        service.wait(5)
        assert time.monotonic() - told_s < 8, "nothing is left to wait for"


def test_an_analysis_that_cannot_be_stopped_keeps_neither_its_caller_nor_the_process(
    pool: ThreadPoolExecutor,
) -> None:
    with process(grace_s=0.2) as (service, url), asking(url) as client:
        wait_until_ready(client)
        stuck = send(pool, url, STUCK + RAIN)
        wait_until_it_runs(service)
        told_s = tell_to_end(service)
        assert_problem(stuck.result(), 503, "shutting-down")
        service.wait(10)
        assert time.monotonic() - told_s < 0.2 + 5


def test_a_body_that_never_ends_does_not_keep_the_process() -> None:
    with process(grace_s=5) as (service, url), asking(url) as client:
        wait_until_ready(client)
        with socket.create_connection(("127.0.0.1", httpx.URL(url).port)) as slow:
            slow.sendall(
                b"POST /v1/analyses HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
                b"Content-Length: 1000\r\n\r\nIt rains"
            )
            time.sleep(0.2)
            told_s = tell_to_end(service)
            service.wait(5)
            assert time.monotonic() - told_s < 3
            answer = slow.recv(10_000)
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"urn:pullquote:problem:shutting-down" in answer


@pytest.mark.slow
def test_the_real_service_ends_within_its_grace_time_behind_the_longest_article(
    pool: ThreadPoolExecutor,
) -> None:
    command = [sys.executable, "-m", "service", "serve", "--port", "0", "--grace-s", "3", "--store", ""]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as service:
        try:
            assert service.stdout is not None
            url = service.stdout.readline().split()[4]
            assert "ready" in service.stdout.readline()
            running = send(pool, url, "“Yes,” he said. " * 12_400)
            time.sleep(2)
            waiting = send(pool, url, RAIN)
            time.sleep(0.5)
            told_s = tell_to_end(service)
            assert_problem(waiting.result(), 503, "shutting-down")
            assert time.monotonic() - told_s < 1.5
            assert_problem(running.result(), 503, "shutting-down")
            service.wait(20)
            assert time.monotonic() - told_s < 3 + 4
        finally:
            service.kill()
