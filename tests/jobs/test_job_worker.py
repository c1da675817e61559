"""``pullquote worker`` as a process: killed at any instant, told to stop, two at once; nothing is lost."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import job_worker
from support.api_server import RAIN
from support.job_samples import new_job
from support.quick_store import QUICK
from support.webhook_receiver import receiving

from service.jobs.webhooks.signing import new_secret
from service.store import Store
from service.store.jobs.records import JobRecord, SentArticle

_TESTS = Path(__file__).parents[1]
Start = Callable[..., subprocess.Popen[bytes]]
# What doesn't depend on the database: a process takes a second to start.
on_sqlite = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


@pytest.fixture
def start(tmp_path: Path, url: str) -> Iterator[Start]:
    """Start a worker at the store; settings by name."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(seconds: float = 0.0, grace: float = 5.0, **settings: object) -> subprocess.Popen[bytes]:
        wanted = {"job_lease_s": 1, "webhook_private": True, "log_level": "info", **settings}
        environment = {
            **os.environ,
            **{f"PULLQUOTE_{name.upper()}": str(value) for name, value in wanted.items()},
            "PULLQUOTE_TEST_LOG": str(tmp_path / "begun"),
            "PULLQUOTE_TEST_SECONDS": str(seconds),
        }
        with (tmp_path / "log").open("ab") as log:
            command = [sys.executable, "-m", job_worker.__name__, url, str(grace)]
            process = subprocess.Popen(command, cwd=_TESTS, env=environment, stdout=log, stderr=log)
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


@contextmanager
def opened(url: str) -> Iterator[Store]:
    with Store.open(url, QUICK) as store:
        yield store


def begun(folder: Path) -> list[str]:
    """The ids of the articles that were begun, in order."""
    log = folder / "begun"
    return [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


def wait_for(true: Callable[[], object], seconds: float = 100) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.02)


def ended(store: Store, job_id: str, seconds: float = 100) -> JobRecord:
    wait_for(lambda: store.jobs.job(job_id).has_ended, seconds)
    return store.jobs.job(job_id)


def assert_whole(store: Store, job: JobRecord) -> None:
    """Every article has one result, its own, and the counts are those of the results."""
    results = store.jobs.results(job.key, start=0, most=10_000)
    assert [result.position for result in results] == list(range(job.total))
    for result in results:
        assert result.state == "done", result
        assert json.loads(result.content or b"")["article"]["id"] == f"{job.id}-{result.position}"
    assert (job.state, job.analysed, job.done) == ("done", job.total, job.total)


def kill_again_and_again(
    store: Store, start: Start, folder: Path, kills: int, articles: int
) -> tuple[JobRecord, int]:
    """Kill a worker so many times in the middle of its work; return the job at its end, and the repeats."""
    chance = random.Random(kills)
    with receiving() as receiver:
        secret = new_secret()
        store.jobs.create(new_job(articles, "killed", webhook=receiver.url, secret=secret), datetime.now(UTC))
        for _ in range(kills):
            before = len(begun(folder))
            worker = start(seconds=0.05, job_attempts=1_000)
            wait_for(
                lambda before=before: len(begun(folder)) > before or store.jobs.job("killed").has_ended,
                seconds=200,
            )
            time.sleep(chance.uniform(0, 0.3))
            worker.kill()
            worker.wait()
        start(job_attempts=1_000)
        job = ended(store, "killed", 200)
        receiver.wait_for(1)
    ids = {headers["webhook-id"] for _, headers, _ in receiver.received}
    assert len(ids) == 1, "the end is told by one message, however often it is sent"
    assert_whole(store, job)
    return job, sum(Counter(begun(folder)).values()) - articles


def test_a_worker_that_is_killed_again_and_again_loses_nothing(
    start: Start, url: str, tmp_path: Path
) -> None:
    with opened(url) as store:
        kill_again_and_again(store, start, tmp_path, kills=2, articles=30)


@pytest.mark.slow
@pytest.mark.timeout(3_000)
def test_a_hundred_kills_lose_nothing(start: Start, url: str, tmp_path: Path) -> None:
    """The number of kills can be set: PULLQUOTE_TEST_KILLS."""
    kills = int(os.environ.get("PULLQUOTE_TEST_KILLS", "100"))
    with opened(url) as store:
        job, repeats = kill_again_and_again(store, start, tmp_path, kills, articles=kills * 8)
    print(f"{kills} kills, {job.total} articles, {repeats} begun again")


def test_two_workers_at_once_do_no_article_twice(start: Start, url: str, tmp_path: Path) -> None:
    with opened(url) as store:
        store.jobs.create(new_job(60, "shared"), datetime.now(UTC))
        for _ in range(2):
            start(seconds=0.03, job_lease_s=30)
        assert_whole(store, ended(store, "shared"))
    assert Counter(Counter(begun(tmp_path)).values()) == {1: 60}
    workers = {line.split()[1] for line in (tmp_path / "begun").read_text().splitlines()}
    assert len(workers) == 2, "both worked"


@on_sqlite
def test_an_article_that_kills_its_process_twice_is_a_dead_letter_and_the_others_go_on(
    start: Start, url: str, tmp_path: Path
) -> None:
    sent = tuple(
        SentArticle("application/json", json.dumps({"id": name, "text": f"{RAIN} {more}"}).encode())
        for name, more in (("a", ""), ("bad", "KILL-THE-WORKER"), ("c", ""))
    )
    with opened(url) as store:
        store.jobs.create(new_job(name="deadly", sent=sent), datetime.now(UTC))
        for _ in range(2):
            assert start().wait(30) == -signal.SIGKILL
        start()
        job = ended(store, "deadly")
        results = store.jobs.results(job.key, start=0, most=9)
    assert (job.state, job.analysed, job.dead) == ("dead", 2, 1)
    assert [result.state for result in results] == ["done", "dead", "done"]
    assert json.loads(results[1].content or b"")["code"] == "worker-died"
    assert Counter(begun(tmp_path)) == {"a": 1, "bad": 2, "c": 1}


@on_sqlite
def test_a_worker_that_is_told_to_stop_finishes_its_article(start: Start, url: str, tmp_path: Path) -> None:
    with opened(url) as store:
        job = store.jobs.create(new_job(3, "polite"), datetime.now(UTC))
        worker = start(seconds=0.5)
        wait_for(lambda: begun(tmp_path))
        worker.terminate()
        assert worker.wait(20) == 0
        assert store.jobs.held() == ()
        done = store.jobs.results(job.key, start=0, most=9)
    assert [result.position for result in done] == [0]
    assert begun(tmp_path) == ["polite-0"]


@on_sqlite
def test_an_article_that_takes_too_long_is_given_back_at_the_end(
    start: Start, url: str, tmp_path: Path
) -> None:
    with opened(url) as store:
        store.jobs.create(new_job(1, "slow"), datetime.now(UTC))
        worker = start(seconds=60, grace=0.3)
        wait_for(lambda: begun(tmp_path))
        worker.terminate()
        assert worker.wait(20) == 0
        lease = store.jobs.claim(datetime.now(UTC))
    assert lease is not None, "it waits for no lease to run out"
    assert lease.attempt == 1
