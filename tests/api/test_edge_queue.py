"""The queue: what it takes on, what leaves it, and how long one article may hold it up."""

from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from support.api_server import PLAIN, RAIN, assert_problem, post, ready, wait_until
from support.fake_pipeline import FakePipeline, Gate
from support.servers import Serve
from support.slow_pipeline import SLOW, take_time

from service.api.examples.article import RECORD
from service.bootstrap import build_door
from service.domain import Article
from service.review.wiring import build_review_pages
from service.settings import Settings


def test_the_queue_takes_so_many_characters_and_refuses_more_at_once(serve: Serve) -> None:
    gate = Gate()
    client = serve(FakePipeline(gate), queue_chars=10_000, queue_limit=32)
    long = RAIN * 100
    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(post, client, {"text": long})
        assert gate.entered.wait(10)
        started_s = time.monotonic()
        refused = post(client, {"text": long})
        assert time.monotonic() - started_s < 1
        detail = assert_problem(refused, 429, "overloaded")
        assert "the limit is 10000" in detail
        assert "PULLQUOTE_QUEUE_CHARS" in detail
        assert refused.headers["retry-after"]
        short = pool.submit(post, client, RECORD)
        time.sleep(0.2)
        gate.open()
        assert running.result().status_code == short.result().status_code == 200


def test_an_article_that_is_larger_than_the_queue_is_taken_where_nothing_else_waits(serve: Serve) -> None:
    assert post(serve(queue_chars=10), RECORD).status_code == 200


def test_a_body_that_says_how_long_it_is_is_refused_before_it_is_read(serve: Serve) -> None:
    gate = Gate()
    client = serve(FakePipeline(gate), queue_chars=10_000)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(post, client, {"text": RAIN * 100})
        assert gate.entered.wait(10)
        # Only the head is sent: the answer can't have waited for the body.
        with httpx.stream(
            "POST",
            client.base_url.join("/v1/analyses"),
            headers={**PLAIN, "Content-Length": "9000", "Host": "localhost"},
            content=iter([b"a" * 9000]),
            verify=False,
        ) as response:
            assert response.status_code == 429
        gate.open()
        running.result()


def test_a_request_that_waits_longer_than_its_timeout_leaves_the_queue(serve: Serve) -> None:
    gate, pipeline = Gate(), FakePipeline()
    pipeline.before = gate
    client = serve(pipeline, queue_limit=2)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, client, {"id": "first", "text": RAIN})
        assert gate.entered.wait(10)
        late = post(client, {"id": "late", "text": RAIN}, timeout="0.3")
        assert "0.3 s" in assert_problem(late, 504, "deadline-passed")
        last = post(client, {"id": "last", "text": RAIN}, timeout="0.2")
        assert_problem(last, 504, "deadline-passed")  # and not 429: its place was free again
        gate.open()
        assert first.result().status_code == 200
    assert post(client, {"id": "next", "text": RAIN}, timeout="10").status_code == 200
    assert pipeline.seen == ["first", "next"]


def test_a_request_that_runs_longer_than_its_timeout_is_stopped(serve: Serve) -> None:
    client = serve(FakePipeline(take_time))
    post(client, RECORD)  # what loads at first use is loaded
    assert_problem(post(client, {"text": SLOW.format(60) + RAIN}, timeout="0.3"), 504, "deadline-passed")
    started_s = time.monotonic()
    assert post(client, RECORD).status_code == 200
    assert time.monotonic() - started_s < 5


@pytest.mark.parametrize("wanted", ["0", "-1", "nan", "inf", "x", "301"])
def test_a_timeout_has_to_be_one(client: httpx.Client, wanted: str) -> None:
    detail = assert_problem(post(client, RECORD, timeout=wanted), 422, "invalid-request", "invalid-parameter")
    assert "timeout" in detail
    if wanted == "301":
        assert "the limit is 300 s" in detail


def test_an_article_is_stopped_after_its_time_and_nobody_waits_longer(serve: Serve) -> None:
    client = serve(FakePipeline(take_time), analysis_seconds=0.5)
    post(client, RECORD)
    with ThreadPoolExecutor(2) as pool:
        started_s = time.monotonic()
        slow = pool.submit(post, client, {"text": SLOW.format(60) + RAIN})
        time.sleep(0.1)
        assert post(client, RECORD).status_code == 200
        assert time.monotonic() - started_s < 5
        detail = assert_problem(slow.result(), 422, "analysis-too-long")
    assert "0.5 s" in detail
    assert "PULLQUOTE_ANALYSIS_SECONDS" in detail
    assert "retry-after" not in slow.result().headers


def test_an_analysis_that_nobody_waits_for_any_longer_is_stopped(serve: Serve) -> None:
    client = serve(FakePipeline(take_time))
    post(client, RECORD)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/v1/analyses", json={"text": SLOW.format(60) + RAIN}, timeout=0.5)
    started_s = time.monotonic()
    assert post(client, RECORD).status_code == 200
    assert time.monotonic() - started_s < 5


def test_a_locked_store_keeps_its_own_caller_waiting_and_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(store=str(tmp_path / "store.db"))
    reviews = build_review_pages(settings, build_door(settings))
    with ready(settings, FakePipeline, reviews) as client, ThreadPoolExecutor(1) as pool:
        assert post(client, RECORD, review="true").status_code == 200
        other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        started_s = time.monotonic()
        queued = pool.submit(post, client, {"id": "new", "text": RAIN}, review="true")
        time.sleep(0.3)
        assert post(client, RECORD).status_code == 200
        assert time.monotonic() - started_s < 2.5
        busy = queued.result()
        assert time.monotonic() - started_s < 10
        other.execute("ROLLBACK")
        other.close()
        detail = assert_problem(busy, 503, "store-unavailable")
        assert busy.headers["retry-after"]
        assert "store.db" not in detail
        assert "locked" not in detail
        wait_until(lambda: "store.db" in caplog.text)  # the log says where
        assert post(client, {"id": "new", "text": RAIN}, review="true").status_code == 200


def test_the_model_is_told_of_the_time_that_is_left() -> None:
    from service import time_budget
    from service.errors import AnalysisTooLong, ShuttingDown

    time_budget.check()  # outside of an analysis there is no limit
    budget = time_budget.TimeBudget(0.05)
    with time_budget.within(budget):
        time_budget.check()
        time.sleep(0.06)
        with pytest.raises(AnalysisTooLong, match=r"0\.05 s"):
            time_budget.check()
        with pytest.raises(AnalysisTooLong):
            time_budget.lift()
    budget = time_budget.TimeBudget(0.05)
    with time_budget.within(budget):
        time_budget.lift()
        time.sleep(0.06)
        time_budget.check()
        budget.stop(ShuttingDown("told to"))
        with pytest.raises(ShuttingDown):
            time_budget.check()
    time_budget.check()


def test_the_real_pipeline_is_stopped_amid_an_article(fresh_pipeline: object) -> None:
    from service import time_budget
    from service.errors import AnalysisTooLong
    from service.pipeline import Pipeline

    assert isinstance(fresh_pipeline, Pipeline)
    article = Article("long", "“It is as it is,” said Ada Hale of Port Ellery. " * 600, language="en")
    started_s = time.monotonic()
    with time_budget.within(time_budget.TimeBudget(0.2)), pytest.raises(AnalysisTooLong):
        fresh_pipeline.analyse(article)
    assert time.monotonic() - started_s < 3
