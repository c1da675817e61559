"""An endpoint's bad days: errors by status, answers that are none, and time that runs out."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Timer
from typing import Any

import pytest
from support.endpoint_questions import ARTICLE, KEY, QUESTION, TEXT, Sleeps, ask, fail, opened
from support.scripted_endpoint import (
    EVENTS,
    HTML,
    Step,
    answer,
    body,
    cut,
    drip,
    garbage,
    scripted,
    stall,
    status,
)

from service.models.generating.backend import Cause, Unanswered, Usage
from service.models.generating.endpoint import Endpoint
from service.models.generating.endpoint.tokens import estimate
from service.settings import Settings

GOOD = json.dumps({"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}]}).encode()


@pytest.mark.parametrize(
    ("code", "cause", "requests"),
    [
        (307, Cause.REJECTED, 1),
        (400, Cause.REJECTED, 1),
        (401, Cause.DENIED, 1),
        (402, Cause.DENIED, 1),
        (403, Cause.DENIED, 1),
        (404, Cause.REJECTED, 1),
        (408, Cause.SLOW, 3),
        (409, Cause.BUSY, 3),
        (422, Cause.REJECTED, 1),
        (429, Cause.BUSY, 3),
        (500, Cause.BROKEN, 3),
        (502, Cause.BROKEN, 3),
        (503, Cause.BROKEN, 3),
    ],
)
def test_a_status_has_a_cause_and_is_tried_again_only_where_that_may_help(
    code: int, cause: Cause, requests: int
) -> None:
    sleeps = Sleeps()
    error, server = fail(status(code, "it is so"), sleeps=sleeps)
    assert error.cause is cause
    assert f"answered {code} (“it is so”)" in error.detail
    assert len(server.requests) == requests == len(sleeps) + 1
    assert error.usage == Usage(requests, 0, 0)


def test_what_fails_at_first_is_asked_again_and_counted() -> None:
    sleeps = Sleeps()
    reply, server = ask(status(500), cut("half"), answer(TEXT), sleeps=sleeps)
    assert reply.content == TEXT
    assert len(server.requests) == 3
    written = opened(server.url)
    assert reply.usage == Usage(3, 11 + written.count(QUESTION.messages), 7 + estimate("half"))
    # Full jitter: anything up to the backoff, which doubles.
    assert 0 <= sleeps[0] <= 0.5
    assert 0 <= sleeps[1] <= 1


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ({"Retry-After": "2"}, 2),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"Retry-After": "soon"}, 0),
        ({"Retry-After": "nan"}, 0),
        ({"Retry-After": "-5"}, 0),
    ],
)
def test_an_endpoint_that_asks_to_wait_is_waited_for(headers: dict[str, str], least: float) -> None:
    sleeps = Sleeps()
    ask(status(429, headers=headers), answer(TEXT), sleeps=sleeps)
    assert least <= sleeps[0] <= least + 0.5


def test_an_endpoint_may_ask_to_wait_until_a_time() -> None:
    sleeps = Sleeps()
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=25), usegmt=True)
    ask(status(503, headers={"Retry-After": until}), answer(TEXT), sleeps=sleeps)
    assert 10 <= sleeps[0] <= 25.5


def test_an_endpoint_that_asks_to_wait_for_an_hour_is_not_waited_for() -> None:
    sleeps = Sleeps()
    error, server = fail(status(429, headers={"Retry-After": "3600"}), sleeps=sleeps)
    assert (error.cause, len(server.requests), sleeps) == (Cause.BUSY, 1, [])
    assert "It asks to wait 3600 s." in error.detail


def test_an_endpoint_may_say_whether_to_try_again() -> None:
    assert len(fail(status(429, headers={"x-should-retry": "false"}))[1].requests) == 1
    assert len(fail(status(400, headers={"x-should-retry": "true"}))[1].requests) == 3


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"error": {"message": f"bad key {KEY}, line\nbreak\x1b[31m"}}, "(“bad key …, line break [31m”)"),
        ({"error": {"message": f"I can't read {ARTICLE}"}}, "answered 401 after"),
        ({"detail": [{"msg": "extra input", "input": ARTICLE}]}, "(“extra input”)"),
        ({"message": "m" * 1_000}, "(“" + "m" * 200 + "”)"),
        ({"error": "x\ud800y"}, "(“x\ufffdy”)"),
        (b"<html><body>Welcome</body></html>", "answered 401 after"),
        (b"[" * 100_000, "(“" + "[" * 200 + "”)"),
        (b"\xff" * 200_000, "answered 401 (“\ufffd"),
        ([], "answered 401 after"),
        ({"error": {"message": {"a": 1}}}, "answered 401 after"),
    ],
)
def test_what_an_endpoint_says_of_an_error_is_shown_without_key_or_article(sent: Any, shown: str) -> None:
    error, _ = fail(status(401, sent))
    assert shown.removesuffix(" after") in error.detail
    if shown.endswith(" after"):
        assert "“" not in error.detail


def test_an_error_without_end_is_not_read_to_its_end() -> None:
    def endless(call: Any) -> None:
        call.head(500, "text/plain", {"Connection": "close"})
        while not call.wait(0.001):
            call.raw(b"x" * 1_000)

    error, _ = fail(endless, endpoint_timeout_s=2, endpoint_retries=0)
    assert error.cause is Cause.BROKEN
    assert "answered 500 (“xxx" in error.detail


@pytest.mark.parametrize(
    ("step", "requests"),
    [
        (cut(TEXT), 3),
        (cut(TEXT, chunked=False), 3),
        (cut(TEXT, finish="stop"), 3),
        (cut(TEXT, tail=b'data: {"choi', chunked=False), 3),
        (cut(TEXT, tail=b'data: {"error": {"message": "out of memory"}}\n\n'), 3),
        (cut(""), 3),
        (garbage(), 3),
        (garbage(b""), 3),
        (garbage(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + GOOD), 3),
        (garbage(b"HTTP/1.1 200 OK\r\nContent-Le"), 3),
        (body(b"<!doctype html><title>Sign in</title>", HTML), 3),
        (body(b""), 3),
        (body(b"", EVENTS), 3),
        (body(b"\xff\xfe"), 3),
        (body(GOOD[:-5]), 3),
        (body(b"[]"), 3),
        (body(b'{"choices": []}'), 3),
        (body(b'{"choices": [{"message": "text", "finish_reason": "stop"}]}'), 3),
        (body(b'{"choices": [{"message": {"content": 7}, "finish_reason": "stop"}]}'), 3),
        (body(b"[" * 60_000), 3),
        (body(b"data: nonsense\n\n", EVENTS), 3),
        (body(GOOD, headers={"Content-Encoding": "gzip"}), 3),
        (answer(TEXT, finish="error"), 3),
        (answer(TEXT, delta={"tool_calls": [{"index": 0}]}), 1),
        (answer(TEXT, finish="tool_calls"), 1),
        (answer("x" * 2_000), 1),
        (answer("x" * 2_000, streamed=False), 1),
        (body(b" " * 1_000_000), 1),
        (body(b"data: " + b"x" * 1_000_000, EVENTS), 1),
    ],
)
def test_what_is_no_whole_answer_is_none(step: Step, requests: int) -> None:
    error, server = fail(step)
    assert error.cause is Cause.BROKEN
    assert len(server.requests) == requests == error.usage.requests


def test_what_was_written_before_it_broke_is_counted() -> None:
    error, _ = fail(cut(TEXT), endpoint_retries=0)
    assert error.usage.tokens_out == estimate(TEXT)
    assert error.usage.tokens_in > 0


def test_an_endpoint_that_says_nothing_is_given_up() -> None:
    started = time.monotonic()
    error, server = fail(stall(), endpoint_timeout_s=0.2, endpoint_retries=1)
    assert error.cause is Cause.SLOW
    assert "sent nothing within 0.2 s after 2 requests" in error.detail
    assert "PULLQUOTE_ENDPOINT_TIMEOUT_S" in error.detail
    assert len(server.requests) == 2
    assert time.monotonic() - started < 2


def test_an_endpoint_that_stops_in_mid_answer_is_given_up() -> None:
    def begin(call: Any) -> None:
        call.head(200, EVENTS, {"Connection": "close"})
        call.raw(b'data: {"choices": [{"delta": {"content": "{"}}]}\n\n')
        call.wait(60)

    error, _ = fail(begin, endpoint_timeout_s=0.2, endpoint_retries=0)
    assert (error.cause, "sent nothing more for 0.2 s" in error.detail) == (Cause.SLOW, True)
    assert error.usage.tokens_out == 1


@pytest.mark.parametrize("head", [True, False])
def test_a_dripping_endpoint_does_not_hold_us_for_ever(head: bool) -> None:
    started = time.monotonic()
    error, _ = fail(drip("x" * 500, 0.02, head), endpoint_timeout_s=0.06, endpoint_retries=0)
    assert error.cause is Cause.SLOW
    assert time.monotonic() - started < 3
    assert ("didn't finish within 0.6 s" if head else "sent nothing within") in error.detail


def test_retries_end_with_the_time_of_the_question() -> None:
    with scripted([status(500)]) as server:
        settings = Settings(endpoint=server.url, endpoint_timeout_s=0.05, endpoint_retries=10)
        endpoint = Endpoint.open("tiny", settings, lambda _: asyncio.sleep(60))
        with pytest.raises(Unanswered, match=r"within 0\.5 s") as raised:
            endpoint.ask(QUESTION)
    assert raised.value.cause is Cause.SLOW
    assert raised.value.usage.requests == 1


def test_closing_ends_what_is_being_asked() -> None:
    with scripted([stall()]) as server:
        endpoint = opened(server.url, endpoint_timeout_s=60)
        Timer(0.2, endpoint.close).start()
        started = time.monotonic()
        for _ in range(2):
            with pytest.raises(Unanswered, match="is no longer asked") as raised:
                endpoint.ask(QUESTION)
    assert raised.value.cause is Cause.DOWN
    assert time.monotonic() - started < 5
    assert len(server.requests) == 1
