"""``/v1/jobs`` and ``Prefer: respond-async`` over real sockets, with a fake pipeline behind them."""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from standardwebhooks import Webhook
from starlette.requests import Request
from support.api_server import PLAIN, RAIN, assert_problem, post, wait_until
from support.fake_pipeline import FakePipeline, Gate
from support.job_samples import JobService, job_service, record
from support.servers import Serve
from support.webhook_receiver import receiving

from service.api.background import events
from service.api.background.ending import OrderlyEnd
from service.api.callers import Caller, Scope
from service.api.edge.limits import EdgeLimits
from service.api.edge.server import EdgeServer
from service.api.examples.article import RECORD, TEXT
from service.api.queued import QueueLimits
from service.api.worker import Worker
from service.domain import Article
from service.errors import ModelFailed
from service.settings import Settings

ASYNC = {"Prefer": "respond-async"}
Start = Callable[..., JobService]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Serve jobs with a pipeline."""
    with ExitStack() as stack:
        yield lambda pipeline=None, **more: stack.enter_context(
            job_service(tmp_path, pipeline or FakePipeline(), **more)
        )


class ByHeader:
    """Tells callers apart by a header, as keys would."""

    async def require(self, request: Request, scope: Scope) -> Caller:
        name = request.headers.get("x-caller")
        return Caller(name or "anybody", name)


def lines(service: JobService, job_id: str) -> list[dict[str, Any]]:
    answer = service.client.get(f"/v1/jobs/{job_id}/results")
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


# Prefer: respond-async


@pytest.mark.parametrize(
    "prefer", ["respond-async", "Respond-Async", "wait=10, respond-async", 'respond-async; foo="bar"']
)
def test_an_article_can_be_answered_later(start: Start, prefer: str) -> None:
    service = start()
    answer = service.client.post("/v1/analyses", json=RECORD, headers={"Prefer": prefer})
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    assert int(answer.headers["retry-after"]) >= 1
    shown = answer.json()
    assert answer.headers["location"] == shown["links"]["self"] == f"/v1/jobs/{shown['id']}"
    assert service.finished(shown["id"])["state"] == "done"


@pytest.mark.parametrize(
    "sent",
    [
        {"json": RECORD},
        {"content": TEXT.encode(), "headers": PLAIN},
        {
            "content": f"<html><body><article><p>{TEXT}</p></article></body></html>".encode(),
            "headers": {"Content-Type": "text/html"},
        },
        {
            "content": json.dumps({"text": f"{RAIN} 🌧 café", "title": "half \ud800"}).encode(),
            "headers": {"Content-Type": "application/json"},
        },
    ],
)
def test_later_gives_the_same_bytes_as_at_once(start: Start, sent: dict[str, Any]) -> None:
    service = start()
    params = {"length": "short", "format": "bullets", "offset_unit": "utf16"}
    headers = sent.get("headers", {})
    at_once = service.client.post("/v1/analyses", **{**sent, "params": params})
    assert at_once.status_code == 200
    later = service.client.post("/v1/analyses", **{**sent, "params": params, "headers": headers | ASYNC})
    service.finished(later.json()["id"])
    line = service.client.get(f"{later.headers['location']}/results").content
    assert line == b'{"index": 0, "state": "done", "analysis": ' + at_once.content + b"}\n"


def test_without_a_store_the_preference_is_ignored_and_jobs_are_a_problem(serve: Serve) -> None:
    client = serve()
    answer = client.post("/v1/analyses", json=RECORD, headers=ASYNC)
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers
    asked = [
        client.post("/v1/jobs", json={"articles": [RECORD]}),
        client.get("/v1/jobs/x"),
        client.get("/v1/jobs/x/results"),
        client.get("/v1/jobs/x/events"),
        client.delete("/v1/jobs/x"),
    ]
    for refused in asked:
        assert "PULLQUOTE_STORE" in assert_problem(refused, 422, "invalid-request", "no-store")


def test_other_preferences_change_nothing(start: Start) -> None:
    answer = start().client.post("/v1/analyses", json=RECORD, headers={"Prefer": "return=minimal, wait=1"})
    assert answer.status_code == 200


def test_a_preferred_job_is_taken_while_the_queue_is_full(start: Start) -> None:
    gate = Gate()
    service = start(FakePipeline(gate), queue_limit=1)
    waiting = threading.Thread(target=post, args=(service.client, RECORD))
    waiting.start()
    assert gate.entered.wait(10)
    assert post(service.client, RECORD).status_code == 429
    assert service.client.post("/v1/analyses", json=RECORD, headers=ASYNC).status_code == 202
    gate.open()
    waiting.join()


# Jobs


def test_a_job_s_articles_each_get_their_result_or_their_problem(start: Start) -> None:
    service = start()
    job = service.submit(record(id="a"), {"text": "x", "language": "fr"}, {"txet": "y"}, record(id="d"))
    ended = service.finished(job["id"])
    assert ended["state"] == "done"
    assert ended["progress"] == {"total": 4, "done": 4, "analysed": 2, "failed": 2, "dead": 0}
    assert ended["created"] <= ended["started"] <= ended["finished"]
    assert ended["created"].endswith("Z")
    assert ended["next"] is None
    assert [line["state"] for line in ended["results"]] == ["done", "failed", "failed", "done"]
    assert ended["results"] == lines(service, job["id"])
    assert ended["results"][0]["analysis"]["article"]["id"] == "a"
    problem = ended["results"][1]["problem"]
    assert (problem["code"], problem["status"]) == ("unsupported-language", 422)
    assert problem["type"] == "urn:pullquote:problem:invalid-article"
    assert ended["results"][2]["problem"]["code"] == "unknown-field"


def test_the_options_of_a_job_reach_every_article(start: Start) -> None:
    service = start()
    options = {"length": "short", "format": "bullets", "offset_unit": "utf16", "strict": True}
    job = service.submit(record(), record(), options=options)
    assert job["options"] == options
    for line in service.finished(job["id"])["results"]:
        summary = line["analysis"]["summary"]
        assert (summary["length"], summary["format"]) == ("short", "bullets")


def test_results_come_by_page(start: Start) -> None:
    service = start()
    job = service.submit(*(record(id=str(number)) for number in range(5)))
    service.finished(job["id"])
    path, found = f"/v1/jobs/{job['id']}?limit=2", []
    while path:
        page = service.client.get(path).json()
        assert len(page["results"]) <= 2
        found += [line["index"] for line in page["results"]]
        path = page["next"]
    assert found == [0, 1, 2, 3, 4]
    assert "results" not in service.client.get(f"/v1/jobs/{job['id']}").json()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"articles": []}, "article-count"),
        ({"articles": [RECORD] * 4}, "article-count"),
        ({}, "invalid-field"),
        ({"articles": [1]}, "invalid-field"),
        ({"articles": RECORD}, "invalid-field"),
        ([RECORD], "invalid-field"),
        ({"articles": [RECORD], "callback": "x"}, "unknown-field"),
        ({"articles": [RECORD], "options": {"lenght": "short"}}, "unknown-field"),
        ({"articles": [RECORD], "options": {"length": "endless"}}, "invalid-field"),
        ({"articles": [RECORD], "webhook": {"url": 5}}, "invalid-field"),
    ],
)
def test_a_body_that_is_no_job_is_refused_by_name(start: Start, body: object, code: str) -> None:
    answer = start(job_articles=3).client.post("/v1/jobs", json=body)
    detail = assert_problem(answer, 422, "invalid-request", code)
    assert "Adeyemi" not in detail, "the article's words are nobody's business"


def test_a_body_of_the_wrong_kind_or_size_is_refused(start: Start) -> None:
    client = start(job_mib=1).client
    assert_problem(client.post("/v1/jobs", content=b"x", headers=PLAIN), 415, "unsupported-media-type")
    json_type = {"Content-Type": "application/json"}
    assert_problem(
        client.post("/v1/jobs", content=b"[1", headers=json_type), 422, "invalid-article", "malformed-json"
    )
    big = b" " * (1024 * 1024 + 1)
    for content in (big, iter([big])):
        answer = client.post("/v1/jobs", content=content, headers=json_type)
        assert_problem(answer, 413, "article-too-long", "body-too-large")


def test_more_articles_than_may_wait_are_refused(start: Start) -> None:
    gate = Gate()
    service = start(FakePipeline(gate), jobs_limit=3)
    service.submit(record(), record())
    answer = service.client.post("/v1/jobs", json={"articles": [RECORD, RECORD]})
    assert "limit of 3" in assert_problem(answer, 429, "overloaded")
    assert int(answer.headers["retry-after"]) >= 1
    gate.open()


def test_a_job_is_its_owner_s_alone(start: Start) -> None:
    service = start(admits=ByHeader())
    client = service.client
    mine = {"X-Caller": "ada"}
    job = client.post("/v1/jobs", json={"articles": [RECORD]}, headers=mine).json()
    path = job["links"]["self"]
    assert client.get(path, headers=mine).status_code == 200
    for other in ({"X-Caller": "bob"}, {}):
        for method, end in (("GET", ""), ("GET", "/results"), ("GET", "/events"), ("DELETE", "")):
            refused = client.request(method, path + end, headers=other)
            assert_problem(refused, 404, "no-such-job")
            unknown = client.request(method, f"/v1/jobs/{'0' * 32}{end}", headers=other)
            assert unknown.json()["title"] == refused.json()["title"]


def test_an_article_that_breaks_is_tried_again_and_then_dead(start: Start) -> None:
    def fail(article: Article) -> None:
        if article.id == "bad":
            raise ModelFailed("No summary by openai:x (down).")
        if article.id == "worse":
            raise RuntimeError("secret internals")

    service = start(FakePipeline(fail), job_attempts=1)
    job = service.submit(record(id="bad"), record(id="good"), record(id="worse"))
    ended = service.finished(job["id"])
    assert (ended["state"], ended["progress"]["dead"]) == ("dead", 2)
    first, second, third = ended["results"]
    assert (first["state"], first["problem"]["code"]) == ("dead", "model-failed")
    assert second["state"] == "done"
    assert third["problem"]["code"] == "analysis-broke"
    assert "secret" not in json.dumps(ended)


def test_a_job_can_be_cancelled_until_it_has_ended(start: Start) -> None:
    gate, pipeline = Gate(), FakePipeline()
    pipeline.before = gate
    service = start(pipeline)
    job = service.submit(record(id="a"), record(id="b"))
    assert gate.entered.wait(10)
    path = job["links"]["self"]
    assert service.client.delete(path).status_code == 204
    assert service.client.delete(path).status_code == 204
    gate.open()
    done = service.submit(record(id="c"))
    service.finished(done["id"])
    assert pipeline.seen == ["a", "c"]
    shown = service.client.get(path).json()
    assert (shown["state"], shown["progress"]["done"]) == ("cancelled", 0)
    assert lines(service, job["id"]) == []
    assert_problem(service.client.delete(done["links"]["self"]), 409, "job-ended")


def test_who_waits_for_an_answer_comes_before_jobs(start: Start) -> None:
    gate, pipeline = Gate(), FakePipeline()
    pipeline.before = lambda article: gate(article) if article.id == "first" else None
    service = start(pipeline)
    service.submit(record(id="first"), *(record(id=f"job-{number}") for number in range(3)))
    assert gate.entered.wait(10)
    asking = [threading.Thread(target=post, args=(service.client, record(id=f"now-{n}"))) for n in range(3)]
    for one in asking:
        one.start()
    wait_until(lambda: service.client.get("/livez").status_code == 200)
    time.sleep(0.2)  # the three have come in
    gate.open()
    for one in asking:
        one.join()
    wait_until(lambda: len(pipeline.seen) == 7)
    assert pipeline.seen[0] == "first"
    assert {*pipeline.seen[1:4]} == {"now-0", "now-1", "now-2"}


def test_a_job_takes_no_room_in_the_queue(start: Start) -> None:
    gate, pipeline = Gate(), FakePipeline()
    pipeline.before = lambda article: gate(article) if article.id == "job" else None
    service = start(pipeline, queue_limit=1)
    service.submit(record(id="job"))
    assert gate.entered.wait(10)
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(post(service.client, RECORD).status_code))
    asking.start()
    time.sleep(0.1)
    gate.open()
    asking.join()
    assert answers == [200]


def test_a_service_may_leave_jobs_to_workers(start: Start) -> None:
    service = start(jobs_in_serve=False)
    job = service.submit(record())
    time.sleep(0.7)
    assert service.state(job["id"]) == "queued"


def test_what_was_taken_is_done_by_the_next_process(tmp_path: Path) -> None:
    with job_service(tmp_path, FakePipeline(), jobs_in_serve=False) as service:
        job = service.submit(record(), record())
    with job_service(tmp_path, FakePipeline()) as service:
        assert service.finished(job["id"])["progress"]["analysed"] == 2


def test_no_article_and_no_secret_is_logged(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with receiving() as receiver, caplog.at_level(logging.DEBUG):
        service = start()
        job = service.submit(RECORD, {"text": "Adeyemi", "language": "fr"}, webhook={"url": receiver.url})
        service.finished(job["id"])
        receiver.wait_for(1)
    assert "Adeyemi" not in caplog.text
    assert job["webhook"]["secret"] not in caplog.text


# Webhooks


def test_the_end_of_a_job_is_told_under_a_secret_that_is_shown_once(start: Start) -> None:
    service = start()
    with receiving() as receiver:
        job = service.submit(record(), webhook={"url": f"{receiver.url}/hook"})
        secret = job["webhook"]["secret"]
        receiver.wait_for(1)
        [(_, headers, body)] = receiver.received
    assert Webhook(secret).verify(body, headers)["data"]["id"] == job["id"]
    assert service.finished(job["id"])["webhook"] == {"url": f"{receiver.url}/hook"}


def test_the_service_s_own_secret_is_used_where_one_is_set(start: Start) -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    service = start(webhook_secret=secret)
    with receiving() as receiver:
        job = service.submit(record(), webhook={"url": receiver.url})
        assert "secret" not in job["webhook"]
        receiver.wait_for(1)
        [(_, headers, body)] = receiver.received
    assert Webhook(secret).verify(body, headers)["type"] == "job.done"


def test_a_webhook_into_the_network_is_refused_before_the_job_is_taken(start: Start) -> None:
    service = start(webhook_private=False)
    for url in (
        "https://127.0.0.1/",
        "https://169.254.169.254/",
        "http://cms.example.com/",
        "https://[::1]/",
    ):
        answer = service.client.post("/v1/jobs", json={"articles": [RECORD], "webhook": {"url": url}})
        assert_problem(answer, 422, "webhook-refused")
    assert service.store.jobs.newest() == ()


# Events


def stream(service: JobService, job_id: str, **headers: str) -> list[dict[str, Any]]:
    """Read a job's events until the server ends the stream, as an EventSource does."""
    found, event = [], dict[str, Any]()
    with service.client.stream("GET", f"/v1/jobs/{job_id}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            field, _, value = line.partition(": ")
            if line and field:
                event[field] = json.loads(value) if field == "data" else value
            elif not line and event:
                found.append(event)
                event = {}
    return found


def test_a_job_is_followed_to_its_end(start: Start) -> None:
    gate = Gate()
    service = start(FakePipeline(gate))
    job = service.submit(record(), record())
    threading.Timer(0.4, gate.open).start()
    found = stream(service, job["id"])
    assert found[0] == {"retry": "2000"}
    told = found[1:]
    assert [one["event"] for one in told[:-1]] == ["progress"] * (len(told) - 1)
    assert told[-1]["event"] == "end"
    assert told[-1]["data"]["state"] == "done"
    assert told[-1]["data"]["progress"]["done"] == 2
    ids = [int(one["id"]) for one in told]
    assert ids == sorted(set(ids))


def test_who_comes_back_is_told_nothing_twice(start: Start) -> None:
    service = start()
    job = service.submit(record())
    service.finished(job["id"])
    last = stream(service, job["id"])[-1]
    assert last["event"] == "end"
    again = service.client.get(f"/v1/jobs/{job['id']}/events", headers={"Last-Event-ID": last["id"]})
    assert (again.status_code, again.content) == (204, b"")
    missed = stream(service, job["id"], **{"Last-Event-ID": "1"})
    assert [one["event"] for one in missed if "event" in one] == ["end"]
    odd = stream(service, job["id"], **{"Last-Event-ID": "x" * 100})
    assert odd[-1]["event"] == "end"


def test_a_quiet_stream_says_that_it_is_there(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.1)
    gate = Gate()
    service = start(FakePipeline(gate))
    job = service.submit(record())
    with service.client.stream("GET", f"/v1/jobs/{job['id']}/events") as answer:
        for line in answer.iter_lines():
            if line.startswith(": "):
                break
    gate.open()


def test_a_stream_ends_when_the_service_is_told_to_stop(start: Start) -> None:
    gate = Gate()
    service = start(FakePipeline(gate))
    job = service.submit(record())
    threading.Timer(0.3, service.desk.drain).start()
    told = [one for one in stream(service, job["id"]) if "event" in one]
    assert all(one["event"] == "progress" for one in told)
    gate.open()


def test_the_signal_that_stops_the_service_stops_jobs_and_streams_at_once(start: Start) -> None:
    service = start()
    worker = Worker(FakePipeline, QueueLimits(1, 1))
    server = EdgeServer(FastAPI(), EdgeLimits.of(Settings()), OrderlyEnd(worker, service.desk))
    server.handle_exit(signal.SIGTERM, None)
    assert service.desk.is_draining
    assert server.should_exit


def test_the_document_describes_the_routes_of_jobs(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths["/v1/jobs/{id}"]) == {"get", "delete"}
    created = paths["/v1/jobs"]["post"]
    assert "202" in created["responses"]
    assert created["requestBody"]["content"]["application/json"]["schema"]["properties"]["articles"]
