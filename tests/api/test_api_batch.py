"""Batches: the same analyses as by single calls, in order; failures in their place; fair to others."""

from __future__ import annotations

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from support.api_server import PLAIN, RAIN, assert_problem, post
from support.fake_pipeline import FakePipeline, Gate
from support.servers import Serve

from service.api.examples.article import RECORD, TEXT
from service.api.routes.descriptions import BatchModel
from service.domain import Article

WET = "Rain 🌧🌧 fell on the town, and the mayor of it said: “It is 🌧 wet.” Nobody disagreed with her."

PAGE = f"<html><body><article><p>{WET}</p></article></body></html>"


def batch(client: httpx.Client, *records: object, **params: str) -> httpx.Response:
    return client.post("/v1/analyses:batch", json={"articles": list(records)}, params=params)


def test_a_batch_holds_the_bytes_of_single_calls_in_order(serve: Serve) -> None:
    client = serve(FakePipeline(), cache_mb=0)
    records = [RECORD, {"id": "wet", "text": WET}, {"html": PAGE}, RECORD]
    options = {"offset_unit": "utf16", "length": "short", "format": "bullets", "strict": "true"}
    answer = batch(client, *records, **options)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "private, no-store"
    singles = [post(client, record, **options).content for record in records]
    expected = b", ".join(
        b'{"index": %d, "analysis": %s}' % (index, single) for index, single in enumerate(singles)
    )
    assert answer.content == b'{"results": [' + expected + b"]}"
    BatchModel.model_validate(answer.json())


def test_a_failure_stands_in_its_place_and_the_others_go_on(serve: Serve) -> None:
    def break_on(article: Article) -> None:
        if article.id == "bad":
            raise RuntimeError("secret")

    client = serve(FakePipeline(break_on), max_chars=1000)
    deep = json.loads('{"ninjs": ' + '{"a": ' * 900 + "1" + "}" * 901)
    sent = [
        {"text": "?"},
        RECORD,
        5,
        {"txet": "x"},
        {"id": "bad", "text": RAIN},
        {"text": "rain " * 300},
        deep,
    ]
    results = batch(client, *sent).json()["results"]
    assert [result["index"] for result in results] == list(range(7))
    codes = [result["problem"]["code"] if "problem" in result else None for result in results]
    assert codes == [
        "empty-article",
        None,
        "wrong-type",
        "unknown-field",
        "model-failed",
        "article-too-long",
        "malformed-ninjs",
    ]
    assert results[1]["analysis"] == post(client, RECORD).json()
    problem = results[4]["problem"]
    assert problem["instance"] == "/v1/analyses:batch#/articles/4"
    assert problem["request_id"]
    assert "secret" not in json.dumps(results)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"[]", "a JSON list"),
        (b"{}", "articles"),
        (b'{"articles": {}}', "one list 'articles'"),
        (b'{"articles": [], "length": "short"}', "'length'"),
        (b'{"articles": []}', "0 articles, the limit is 1 to 100"),
        (b'{"articles": [' + b"1," * 100 + b"1]}", "101 articles"),
    ],
)
def test_what_is_no_batch_is_refused(client: httpx.Client, body: bytes, says: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/analyses:batch", content=body, headers=headers)
    assert says in assert_problem(answer, 422, "invalid-request", "invalid-batch")


def test_the_rest_of_a_request_is_held_to_the_same_rules(client: httpx.Client) -> None:
    path, headers = "/v1/analyses:batch", {"Content-Type": "application/json"}
    plain = client.post(path, content=b"x", headers=PLAIN)
    assert "application/json" in assert_problem(plain, 415, "unsupported-media-type")
    assert_problem(batch(client, RECORD, review="true"), 422, "invalid-request", "unknown-parameter")
    assert_problem(client.post(path, content=b"{", headers=headers), 422, "invalid-article", "malformed-json")
    huge = client.post(path, content=b"a" * 5_000_000, headers=headers)
    assert_problem(huge, 413, "article-too-long", "body-too-large")


def test_a_hundred_articles_are_taken(client: httpx.Client) -> None:
    results = batch(client, *({"id": str(number), "text": RAIN} for number in range(100))).json()["results"]
    assert [result["analysis"]["article"]["id"] for result in results] == [
        str(number) for number in range(100)
    ]


def test_results_are_sent_as_they_are_made(serve: Serve) -> None:
    gate = Gate()
    client = serve(FakePipeline(lambda article: gate(article) if article.id == "slow" else None))
    body = {"articles": [RECORD, {"id": "slow", "text": RAIN}]}
    with client.stream("POST", "/v1/analyses:batch", json=body) as answer:
        parts = answer.iter_raw()
        received = b""
        while b'"index": 0' not in received:
            received += next(parts)
        gate.open()
        received += b"".join(parts)
    assert len(json.loads(received)["results"]) == 2


def test_others_get_their_turn_while_a_batch_runs(serve: Serve) -> None:
    """At most two places are the batch's: the single call is third at the latest."""
    gate = Gate()
    pipeline = FakePipeline(gate)
    client = serve(pipeline, queue_limit=3, cache_mb=0)
    records = [{"id": f"b{number}", "text": RAIN} for number in range(20)]
    with ThreadPoolExecutor(2) as pool:
        many = pool.submit(batch, client, *records)
        assert gate.entered.wait(10)
        one = pool.submit(post, client, {"id": "single", "text": TEXT})
        time.sleep(0.1)
        gate.open()
        assert one.result().status_code == 200
        assert all("analysis" in result for result in many.result().json()["results"])
    assert pipeline.seen.index("single") <= 2


def test_an_article_waits_for_a_place_where_the_queue_is_full(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.api.routes.batch._LOOK_AGAIN_S", 0.01)
    records = [{"id": f"b{number}", "text": RAIN} for number in range(5)]
    results = batch(serve(FakePipeline(), queue_limit=1), *records).json()["results"]
    assert all("analysis" in result for result in results)
    monkeypatch.setattr("service.api.routes.batch._PATIENCE_S", 0)
    slow = FakePipeline(lambda _: time.sleep(0.1))
    results = batch(serve(slow, queue_limit=1), *records).json()["results"]
    assert results[0]["analysis"]
    assert results[1]["problem"]["code"] == "overloaded"


def test_a_batch_that_finds_the_queue_full_is_refused(serve: Serve) -> None:
    gate = Gate()
    client = serve(FakePipeline(gate), queue_limit=1)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(post, client, RECORD)
        assert gate.entered.wait(10)
        assert_problem(batch(client, RECORD), 429, "overloaded")
        gate.open()


def test_a_caller_who_goes_away_takes_the_rest_out(serve: Serve) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def hold(article: Article) -> None:
        if article.id.startswith("b"):
            entered.set()
            assert go_on.wait(30)

    pipeline = FakePipeline(hold)
    client = serve(pipeline)
    articles = [{"id": f"b{number}", "text": RAIN} for number in range(50)]
    body = json.dumps({"articles": articles}).encode()
    with socket.create_connection((client.base_url.host, client.base_url.port)) as leaving:
        leaving.sendall(
            b"POST /v1/analyses:batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        assert entered.wait(10)
    time.sleep(0.2)  # that it has gone is heard by the event loop
    go_on.set()
    assert post(client, {"id": "next", "text": RAIN}).status_code == 200
    assert pipeline.seen == ["b0", "next"]
