"""The model behind an endpoint, against a scripted one on real sockets: what is asked and answered."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.endpoint_questions import KEY, QUESTION, SCHEMA, TEXT, TOKENIZER, ask, opened
from support.scripted_endpoint import (
    EVENTS,
    answer,
    body,
    drip,
    echo,
    picky,
    scripted,
    slowly,
    status,
)
from tokenizers import Tokenizer

from service.models.generating.backend import Backend, Message, Question, Reply, Unanswered, Usage
from service.models.generating.endpoint.tokens import estimate


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


def test_no_more_are_asked_at_once_than_allowed_and_each_gets_its_own_answer() -> None:
    repeat = slowly(echo(lambda asked: asked["messages"][0]["content"]), 0.05)
    with scripted([repeat]) as server:
        endpoint = opened(server.url, endpoint_parallel=3)
        questions = [Question("q", (Message("user", f"question {n}"),), 16) for n in range(12)]
        with ThreadPoolExecutor(12) as threads:
            replies = list(threads.map(endpoint.ask, questions))
    assert [reply.content for reply in replies] == [question.messages[0].content for question in questions]
    assert server.most_at_once == 3


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
