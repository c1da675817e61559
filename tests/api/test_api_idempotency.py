"""Idempotency-Key: a request that is sent again is answered as the first time, and does nothing twice."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from support.api_server import RAIN, assert_problem, ready, wait_until
from support.fake_pipeline import FakePipeline, Gate
from support.kept_service import KEY_HEADER, ByHeader, keeping

from service.api.answers.remembering import AnswersInMemory
from service.api.examples.article import RECORD
from service.domain import Article
from service.settings import Settings
from service.store.analyses.answers import LEASE, REMEMBERED
from service.store.analyses.records import Answer, KnownRequest, Ticket

UUID = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
NOW = datetime(2026, 11, 30, tzinfo=UTC)


@contextmanager
def serving(kind: str, folder: Path, pipeline: FakePipeline, **values: object) -> Iterator[httpx.Client]:
    """A service that remembers in memory, or in a store."""
    if kind == "store":
        with keeping(folder / "store.db", pipeline, **values) as (client, _):
            yield client
        return
    with ready(Settings(**values), lambda: pipeline, admits=ByHeader()) as client:  # type: ignore[arg-type]
        yield client


def send(
    client: httpx.Client, record: object = RECORD, key: str = UUID, caller: str = "", **params: str
) -> httpx.Response:
    headers = {"Idempotency-Key": key} | ({KEY_HEADER: caller} if caller else {})
    return client.post("/v1/analyses", json=record, params=params, headers=headers)


@pytest.fixture(params=["memory", "store"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_same_request_is_answered_again_without_being_made(kind: str, tmp_path: Path) -> None:
    pipeline = FakePipeline()
    with serving(kind, tmp_path, pipeline, cache_mb=0) as client:
        first, second = send(client), send(client)
        assert (second.status_code, second.content) == (200, first.content)
        for name in ("etag", "content-type", "cache-control"):
            assert second.headers[name] == first.headers[name]
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"
        assert second.headers["x-request-id"] != first.headers["x-request-id"]
        assert len(pipeline.seen) == 1
        assert send(client, key=UUID.strip('"')).headers["idempotent-replayed"] == "true", (
            "with or without marks"
        )


def test_a_key_is_good_for_one_request(kind: str, tmp_path: Path) -> None:
    pipeline = FakePipeline()
    with serving(kind, tmp_path, pipeline) as client:
        assert send(client).status_code == 200
        for answer in (send(client, {"text": RAIN}), send(client, length="short")):
            detail = assert_problem(answer, 422, "idempotency-key-reused")
            assert "8e03978e" in detail
            assert "new key" in detail
        assert send(client, length="medium").status_code == 200, (
            "the default, said aloud, is the same request"
        )
        assert send(client, {"text": RAIN}, key="another").status_code == 200
        assert send(client, {"text": RAIN}, caller="other").status_code == 200, "keys are each caller's own"


def test_a_request_that_is_still_in_flight_is_not_made_again(kind: str, tmp_path: Path) -> None:
    gate = Gate()
    pipeline = FakePipeline(gate)
    with serving(kind, tmp_path, pipeline) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(send, client)
        assert gate.entered.wait(10)
        second = send(client)
        assert_problem(second, 409, "request-in-flight")
        assert int(second.headers["retry-after"]) >= 1
        assert_problem(send(client, {"text": RAIN}), 422, "idempotency-key-reused")
        gate.open()
        assert first.result().status_code == 200
        assert send(client).content == first.result().content
    assert len(pipeline.seen) == 1


def test_an_error_that_a_retry_may_cure_is_not_remembered(kind: str, tmp_path: Path) -> None:
    failures = iter([True])

    def fail_once(article: Article) -> None:
        if next(failures, False):
            raise RuntimeError("secret")

    with serving(kind, tmp_path, FakePipeline(fail_once)) as client:
        assert_problem(send(client), 500, "model-failed")
        cured = send(client)
        assert cured.status_code == 200
        assert "idempotent-replayed" not in cured.headers


def test_a_full_queue_is_not_remembered(kind: str, tmp_path: Path) -> None:
    gate = Gate()
    with serving(kind, tmp_path, FakePipeline(gate), queue_limit=1) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/v1/analyses", json={"text": RAIN})
        assert gate.entered.wait(10)
        assert_problem(send(client), 429, "overloaded")
        gate.open()
        assert first.result().status_code == 200
        assert send(client).status_code == 200


def test_a_refusal_of_the_article_is_given_again(kind: str, tmp_path: Path) -> None:
    with serving(kind, tmp_path, FakePipeline()) as client:
        first, second = send(client, {"text": "?"}), send(client, {"text": "?"})
        assert_problem(first, 422, "invalid-article", "empty-article")
        assert second.content == first.content
        assert second.headers["content-type"] == "application/problem+json"
        assert second.headers["idempotent-replayed"] == "true"


def test_a_client_that_went_away_may_ask_again_and_nothing_is_kept_twice(tmp_path: Path) -> None:
    gate = Gate()
    with keeping(tmp_path / "store.db", FakePipeline(gate)) as (client, store):
        address = (client.base_url.host, client.base_url.port)
        body = b'{"text": "It rained on the town, said the mayor of it on Monday."}'
        with socket.create_connection(address) as impatient:
            impatient.sendall(
                b"POST /v1/analyses?store=true HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Type: application/json\r\n"
                b"Idempotency-Key: once\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
            )
            assert gate.entered.wait(10)
        gate.open()
        answers: list[httpx.Response] = []

        def is_answered() -> bool:
            headers = {"Idempotency-Key": "once", "Content-Type": "application/json"}
            answers.append(client.post("/v1/analyses?store=true", content=body, headers=headers))
            return answers[-1].status_code == 200

        wait_until(is_answered)
        assert is_answered()
        assert answers[-1].headers["location"] == answers[-2].headers["location"]
        assert answers[-1].headers["idempotent-replayed"] == "true"
        assert len(store.analyses.page(None, size=9).lines) == 1


def test_what_is_kept_under_a_key_is_kept_once_also_if_remembering_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the process had died between the two, and the lease had run out."""
    with keeping(tmp_path / "store.db") as (client, store):
        monkeypatch.setattr(store.answers, "finish", lambda *_: None)
        first = send(client, store="true")
        monkeypatch.undo()
        monkeypatch.setattr("service.api.answers.idempotency.datetime", _Later)
        second = send(client, store="true")
        assert first.headers["location"] == second.headers["location"]
        assert second.status_code == 200
        assert len(store.analyses.page(None, size=9).lines) == 1


class _Later(datetime):
    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(UTC) + LEASE


def test_an_answer_outlives_the_service_where_there_is_a_store(tmp_path: Path) -> None:
    with keeping(tmp_path / "store.db") as (client, _):
        first = send(client, store="true")
    pipeline = FakePipeline()
    with keeping(tmp_path / "store.db", pipeline) as (client, _):
        second = send(client, store="true")
        assert second.content == first.content
        assert second.headers["location"] == first.headers["location"]
        assert not pipeline.seen
        assert client.delete(first.headers["location"]).status_code == 204
        third = send(client, store="true")
        assert "idempotent-replayed" not in third.headers, "what was deleted isn't given again"


@pytest.mark.parametrize(
    "key", ["", '""', '"a', "a b", '"a\\b"', "a,b", '"é"', "x" * 256, f'"{"x" * 256}"', '"a" ; b=1']
)
def test_a_key_that_can_t_be_is_refused(client: httpx.Client, key: str) -> None:
    answer = client.post("/v1/analyses", json=RECORD, headers=[("Idempotency-Key", key.encode())])
    assert "Idempotency-Key" in assert_problem(answer, 422, "invalid-request", "invalid-idempotency-key")


@pytest.mark.parametrize("key", ["a", '"a b, c"', '"\\"\\\\"', "x" * 255, "order:42/7+=@~", UUID])
def test_any_other_key_is_taken(client: httpx.Client, key: str) -> None:
    for _ in range(2):
        answer = send(client, key=key)
        assert answer.status_code == 200
    assert answer.headers["idempotent-replayed"] == "true"


def test_two_keys_are_none(client: httpx.Client) -> None:
    answer = client.post(
        "/v1/analyses", json=RECORD, headers=[("Idempotency-Key", "a"), ("Idempotency-Key", "a")]
    )
    assert_problem(answer, 422, "invalid-request", "invalid-idempotency-key")


# Memory alone


def test_memory_forgets_what_is_old_and_what_is_too_much() -> None:
    answers = AnswersInMemory(most_bytes=3_500)
    answer = Answer(200, (), b"x" * 100)
    for number in range(4):
        ticket = answers.begin("o", str(number), "f", NOW)
        assert isinstance(ticket, Ticket)
        answers.finish(ticket, answer, NOW)
    known = [isinstance(answers.begin("o", str(number), "f", NOW), KnownRequest) for number in range(1, 4)]
    assert known == [True] * 3
    assert isinstance(answers.begin("o", "0", "f", NOW), Ticket), "the oldest made room"
    assert isinstance(answers.begin("o", "3", "f", NOW + REMEMBERED), Ticket)
    answers.prune(NOW + timedelta(days=9))
    assert answers._held_bytes == 0
    assert not answers._keys
