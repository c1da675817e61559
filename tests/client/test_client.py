"""The Python client against the running service, on good days and bad ones."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest
from support.api_server import RAIN
from support.fake_pipeline import FakePipeline, Gate
from support.flaky_proxy import Answering, FlakyProxy, Step, flaky_proxy
from support.servers import Serve

from service.client import (
    AsyncPullquote,
    ManyOutcome,
    NoAnswer,
    NotAllowed,
    ProblemAnswer,
    Pullquote,
    ReceivedAnalysis,
    RequestRefused,
    Retries,
    ServiceBroken,
    ServiceBusy,
    UnreadableAnswer,
)
from service.client.retries import read_retry_after

QUICK = Retries(first_wait_s=0.01)
ARTICLE = f"{RAIN} “Bring a coat,” she said."
Call = Callable[..., ReceivedAnalysis]
HTML = f"<html><body><article><p>{RAIN}</p><p>“Bring a <b>coat</b>,” she said.</p></article></body></html>"


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Call:
    """Analyse with a new client of either kind: ``call(url, retries=…, **arguments)``."""

    def sync(url: str, *, made: dict[str, Any] | None = None, **arguments: Any) -> ReceivedAnalysis:
        with Pullquote(url, **{"retries": QUICK, **(made or {})}) as pullquote:
            return pullquote.analyze(**arguments)

    def other(url: str, *, made: dict[str, Any] | None = None, **arguments: Any) -> ReceivedAnalysis:
        async def run() -> ReceivedAnalysis:
            async with AsyncPullquote(url, **{"retries": QUICK, **(made or {})}) as pullquote:
                return await pullquote.analyze(**arguments)

        return asyncio.run(run())

    return sync if request.param == "sync" else other


@pytest.fixture
def flaky(client: httpx.Client) -> Iterator[Callable[..., FlakyProxy]]:
    """Put a proxy with bad days before the service."""
    import contextlib

    with contextlib.ExitStack() as stack:
        yield lambda *steps: stack.enter_context(flaky_proxy(str(client.base_url).rstrip("/"), steps))


def url_of(client: httpx.Client) -> str:
    return str(client.base_url)


def test_an_article_comes_back_analysed_and_typed(client: httpx.Client, call: Call) -> None:
    analysis = call(url_of(client), text=ARTICLE, id="a1", title="Rain", length="short", format="bullets")
    assert (analysis.article.id, analysis.article.title) == ("a1", "Rain")
    assert (analysis.summary.length, analysis.summary.format) == ("short", "bullets")
    [part] = analysis.quotes[0].parts
    assert analysis.text[part.start : part.end] == part.text == "Bring a coat,"
    assert analysis.request_id
    assert analysis.review_item is None


@pytest.mark.parametrize(
    "article",
    [{"html": HTML}, {"ninjs": {"uri": "urn:1", "language": "en", "body_html": HTML}}],
    ids=["html", "ninjs"],
)
def test_html_and_ninjs_come_back_with_their_text(
    client: httpx.Client, call: Call, article: dict[str, Any]
) -> None:
    analysis = call(url_of(client), **article, offset_unit="html")
    [part] = analysis.quotes[0].parts
    assert analysis.text[part.start : part.end] == part.text
    assert part.html is not None
    assert [HTML[start:end] for start, end in part.html] == ["Bring a", "coat", ","]


def test_a_refused_article_says_why(client: httpx.Client, call: Call) -> None:
    with pytest.raises(RequestRefused) as refused:
        call(url_of(client), text="...")
    error = refused.value
    assert (error.status, error.code) == (422, "empty-article")
    assert error.request_id
    assert error.detail in str(error)
    assert error.request_id in str(error)
    assert error.problem.members["instance"] == "/v1/analyses"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, NotAllowed),
        (401, NotAllowed),
        (413, RequestRefused),
        (500, ServiceBroken),
        (418, RequestRefused),
    ],
)
def test_what_another_try_cannot_help_is_not_tried_again(
    flaky: Callable[..., FlakyProxy], call: Call, status: int, kind: type[ProblemAnswer]
) -> None:
    proxy = flaky(Answering(status))
    with pytest.raises(kind):
        call(proxy.url, text=ARTICLE)
    assert len(proxy.received) == 1


def test_a_bad_day_is_outlasted_under_one_key(flaky: Callable[..., FlakyProxy], call: Call) -> None:
    steps: list[Step] = [Answering(503, {"Retry-After": "0"}), Answering(429), "reset", "cut", Answering(502)]
    proxy = flaky(*steps)
    analysis = call(proxy.url, text=ARTICLE, made={"retries": Retries(most=5, first_wait_s=0.01)})
    assert analysis.quotes[0].parts[0].text == "Bring a coat,"
    assert len(proxy.received) == 6
    assert len({headers["idempotency-key"] for headers in proxy.received}) == 1


def test_each_call_has_a_key_of_its_own(flaky: Callable[..., FlakyProxy], call: Call) -> None:
    proxy = flaky()
    call(proxy.url, text=ARTICLE)
    call(proxy.url, text=ARTICLE)
    assert len({headers["idempotency-key"] for headers in proxy.received}) == 2


def test_the_wait_that_the_service_asks_for_is_kept(flaky: Callable[..., FlakyProxy], call: Call) -> None:
    proxy = flaky(Answering(429, {"Retry-After": "1"}))
    started = time.monotonic()
    call(proxy.url, text=ARTICLE)
    assert 1 <= time.monotonic() - started < 2


def test_a_wait_that_is_too_long_is_an_error(flaky: Callable[..., FlakyProxy], call: Call) -> None:
    proxy = flaky(Answering(503, {"Retry-After": "3600"}))
    with pytest.raises(ServiceBusy) as busy:
        call(proxy.url, text=ARTICLE)
    assert busy.value.problem.retry_after_s == 3600
    assert len(proxy.received) == 1


def test_retries_end(flaky: Callable[..., FlakyProxy], call: Call) -> None:
    proxy = flaky(*[Answering(429)] * 9)
    with pytest.raises(ServiceBusy, match=r"overloaded: Busy\."):
        call(proxy.url, text=ARTICLE, made={"retries": Retries(most=2, first_wait_s=0.01)})
    assert len(proxy.received) == 3


def test_a_proxy_s_own_error_page_is_an_error_with_its_status(
    flaky: Callable[..., FlakyProxy], call: Call
) -> None:
    proxy = flaky(*[Answering(502, body=b"<h1>Bad Gateway</h1>")] * 9)
    with pytest.raises(ServiceBusy) as busy:
        call(proxy.url, text=ARTICLE, made={"retries": Retries(most=1, first_wait_s=0.01)})
    assert (busy.value.status, busy.value.code) == (502, "http-502")


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"article": 1}'])
def test_something_else_that_answers_is_found_out(
    flaky: Callable[..., FlakyProxy], call: Call, body: bytes
) -> None:
    with pytest.raises(UnreadableAnswer, match="Is it a Pullquote"):
        call(flaky(Answering(200, body=body)).url, text=ARTICLE)


def test_keys_that_a_later_service_adds_are_passed_over(
    client: httpx.Client, flaky: Callable[..., FlakyProxy], call: Call
) -> None:
    answer = client.post("/v1/analyses", json={"text": ARTICLE}).json()
    answer["mood"] = answer["summary"]["mood"] = answer["quotes"][0]["parts"][0]["mood"] = "wet"
    body = httpx.Request("POST", "http://x", json=answer).content
    assert call(flaky(Answering(200, body=body)).url, text=ARTICLE).article.id == answer["article"]["id"]


def test_nobody_at_the_address_is_an_error_that_asks(call: Call) -> None:
    with pytest.raises(NoAnswer, match="Is the service up at this address"):
        call("http://127.0.0.1:1", text=ARTICLE, made={"retries": Retries(most=1, first_wait_s=0.01)})


def test_a_wait_has_an_end(serve: Serve, call: Call) -> None:
    gate = Gate()
    running = serve(FakePipeline(gate))
    with pytest.raises(NoAnswer, match="ReadTimeout"):
        call(url_of(running), text=ARTICLE, made={"timeout_s": 0.2})
    gate.open()


def test_a_service_that_still_loads_is_waited_for(serve: Serve, call: Call) -> None:
    loaded = threading.Event()

    def load() -> FakePipeline:
        loaded.wait(10)
        return FakePipeline()

    running = serve(load=load)
    threading.Timer(0.3, loaded.set).start()
    assert call(url_of(running), text=ARTICLE).quotes


@pytest.mark.parametrize("way", ["argument", "environment", "none"])
def test_the_key_comes_from_the_argument_or_the_environment(
    flaky: Callable[..., FlakyProxy], call: Call, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.delenv("PULLQUOTE_API_KEY", raising=False)
    if way == "environment":
        monkeypatch.setenv("PULLQUOTE_API_KEY", "pq_secret")
    proxy = flaky()
    call(proxy.url, text=ARTICLE, made={"api_key": "pq_secret"} if way == "argument" else None)
    sent = proxy.received[0].get("authorization")
    assert sent == (None if way == "none" else "Bearer pq_secret")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({}, "not none"),
        ({"text": "a", "html": "b"}, "not text and html"),
        ({"text": "a", "lenght": "short"}, "no option 'lenght'"),
    ],
)
def test_a_call_that_makes_no_sense_is_a_mistake_of_the_program(
    call: Call, arguments: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TypeError, match=reason):
        call("http://127.0.0.1:1", **arguments)


def many(kind: str, url: str, items: Any, **arguments: Any) -> list[ManyOutcome]:
    if kind == "sync":
        with Pullquote(url, retries=QUICK) as pullquote:
            return list(pullquote.analyze_many(items, **arguments))

    async def run() -> list[ManyOutcome]:
        async with AsyncPullquote(url, retries=QUICK) as pullquote:
            return [outcome async for outcome in pullquote.analyze_many(items, **arguments)]

    return asyncio.run(run())


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_many_articles_come_back_in_their_order_and_none_stops_another(
    client: httpx.Client, kind: str
) -> None:
    items = [ARTICLE, "...", {"html": HTML, "id": "page", "length": "long"}, *[ARTICLE] * 20]
    outcomes = many(kind, url_of(client), iter(items), concurrency=3, length="short")
    assert [outcome.index for outcome in outcomes] == list(range(23))
    assert [outcome.item for outcome in outcomes] == items
    assert outcomes[0].unwrap().summary.length == "short"
    assert isinstance(outcomes[1].error, RequestRefused)
    with pytest.raises(RequestRefused):
        outcomes[1].unwrap()
    page = outcomes[2].unwrap()
    assert (page.article.id, page.summary.length) == ("page", "long")
    assert all(outcome.analysis for outcome in outcomes[3:])


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_many_articles_are_taken_as_they_are_needed(client: httpx.Client, kind: str) -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield ARTICLE

    if kind == "sync":
        with Pullquote(url_of(client)) as pullquote:
            next(pullquote.analyze_many(endless(), concurrency=2))
    else:

        async def first() -> None:
            async with AsyncPullquote(url_of(client)) as pullquote:
                outcomes = pullquote.analyze_many(endless(), concurrency=2)
                await anext(outcomes)
                await outcomes.aclose()

        asyncio.run(first())
    assert taken == 8


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_no_concurrency_is_a_mistake(kind: str) -> None:
    with pytest.raises(ValueError, match="concurrency is 0"):
        many(kind, "http://127.0.0.1:1", [ARTICLE], concurrency=0)


def test_a_bar_shows_the_progress_on_a_terminal(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    many("sync", url_of(client), [ARTICLE] * 3, progress=True)
    assert capsys.readouterr().err == "", "not a terminal"
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    many("sync", url_of(client), [ARTICLE] * 3, progress=True)
    assert "Analysing" in screen.getvalue()
    assert "3/3" in screen.getvalue()


def test_waits_double_and_are_spread() -> None:
    policy = Retries(most=4, first_wait_s=1, longest_wait_s=3)
    waits = [
        [policy.wait_s(retry, None, lambda draw=draw: draw) for retry in range(5)] for draw in (0.0, 1.0)
    ]
    assert waits == [[0.5, 1.0, 1.5, 1.5, None], [1.0, 2.0, 3.0, 3.0, None]]
    assert policy.wait_s(0, 2.0, lambda: 0.0) == 2.0
    assert policy.wait_s(0, 2.0, lambda: 1.0) == 2.5


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    later = datetime.now(UTC) + timedelta(seconds=30)
    assert read_retry_after("7") == 7
    assert read_retry_after(format_datetime(later, usegmt=True)) == pytest.approx(30, abs=2)
    assert read_retry_after("Mon, 01 Jan 2001 00:00:00 GMT") == 0
    assert read_retry_after("soon") is None
    assert read_retry_after(None) is None


def test_importing_the_client_loads_no_model() -> None:
    program = (
        "import sys, service.client; print(sorted({'torch', 'transformers', 'fastapi'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
