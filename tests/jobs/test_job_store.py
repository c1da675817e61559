"""Jobs in the store, on SQLite and on PostgreSQL: leases and their fences, ends, dead letters, messages."""

from __future__ import annotations

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from support.job_samples import BROKEN, DONE, FAILED, NOW, new_job

from service.store import Store
from service.store.jobs.errors import JobEnded, LeaseLost, NoSuchJob
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import ItemLease

_SECOND = timedelta(seconds=1)
_URL = "https://cms.example.com/hook"


@pytest.fixture
def jobs(store: Store) -> JobStore:
    return store.jobs


def claimed(jobs: JobStore) -> ItemLease:
    lease = jobs.claim(NOW)
    assert lease is not None
    return lease


def end(jobs: JobStore, outcome: object = DONE, attempts: int = 1) -> ItemLease:
    lease = claimed(jobs)
    jobs.write_result(lease, outcome, attempts, NOW)  # type: ignore[arg-type]
    return lease


def test_a_job_is_taken_article_by_article_and_ends_with_the_last(jobs: JobStore) -> None:
    created = jobs.create(new_job(2, owner="key-1"), NOW)
    assert (created.state, created.total, created.done, created.owner) == ("queued", 2, 0, "key-1")
    first = claimed(jobs)
    running = jobs.job("j1")
    assert (first.position, first.attempt, first.job_id) == (0, 1, "j1")
    assert (running.state, running.started_at) == ("running", NOW)
    jobs.write_result(first, DONE, 2, NOW)
    assert (jobs.job("j1").state, jobs.job("j1").done) == ("running", 1)
    end(jobs, FAILED)
    ended = jobs.job("j1")
    assert (ended.state, ended.analysed, ended.failed, ended.finished_at) == ("done", 1, 1, NOW)
    results = jobs.results(created.key, start=0, most=10)
    assert [(one.position, one.state, one.content) for one in results] == [
        (0, "done", DONE.content),
        (1, "failed", FAILED.content),
    ]
    assert jobs.claim(NOW) is None


def test_a_job_of_which_nothing_was_analysed_failed(jobs: JobStore) -> None:
    jobs.create(new_job(2), NOW)
    end(jobs, FAILED)
    end(jobs, FAILED)
    assert jobs.job("j1").state == "failed"


def test_jobs_advance_in_step_so_that_a_short_one_does_not_wait_for_a_long_one(jobs: JobStore) -> None:
    jobs.create(new_job(3, "long"), NOW)
    jobs.create(new_job(1, "short"), NOW)
    taken = [(lease.job_id, lease.position) for lease in (claimed(jobs) for _ in range(4))]
    assert taken == [("long", 0), ("short", 0), ("long", 1), ("long", 2)]


def test_no_two_workers_take_the_same_article(jobs: JobStore) -> None:
    jobs.create(new_job(60), NOW)

    def take(_: int) -> list[int]:
        taken = []
        while lease := jobs.claim(NOW):
            taken.append(lease.position)
            jobs.write_result(lease, DONE, 1, NOW)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = sorted(position for part in pool.map(take, range(4)) for position in part)
    assert taken == list(range(60))
    assert (jobs.job("j1").state, jobs.job("j1").analysed) == ("done", 60)


def test_who_lost_the_lease_can_not_write(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW)
    late = claimed(jobs)
    (held,) = jobs.held()
    assert jobs.take_away(held, 2, NOW) == "queued"
    with pytest.raises(LeaseLost):
        jobs.write_result(late, DONE, 2, NOW)
    second = claimed(jobs)
    assert (second.generation, second.attempt) == (late.generation + 2, 2)
    with pytest.raises(LeaseLost):
        jobs.write_result(late, FAILED, 2, NOW)
    assert not jobs.give_back(late)
    jobs.write_result(second, DONE, 2, NOW)
    with pytest.raises(LeaseLost):
        jobs.write_result(second, FAILED, 2, NOW)
    assert (jobs.job("j1").analysed, jobs.job("j1").failed) == (1, 0)


def test_a_beat_keeps_the_lease(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW)
    lease = claimed(jobs)
    (seen,) = jobs.held()
    jobs.beat([lease])
    assert jobs.take_away(seen, 1, NOW) is None, "it has moved since it was seen"
    jobs.write_result(lease, DONE, 1, NOW)


def test_what_ends_its_worker_too_often_is_a_dead_letter_and_the_others_go_on(jobs: JobStore) -> None:
    job = jobs.create(new_job(2), NOW)
    for expected in ("queued", "dead"):
        assert claimed(jobs).position == 0
        (held,) = jobs.held()
        assert jobs.take_away(held, 2, NOW) == expected
    assert end(jobs).position == 1
    ended = jobs.job("j1")
    assert (ended.state, ended.analysed, ended.dead) == ("dead", 1, 1)
    dead, _ = jobs.results(job.key, start=0, most=10)
    assert (dead.state, dead.attempts) == ("dead", 2)
    problem = json.loads(dead.content or b"")
    assert (problem["code"], problem["status"]) == ("worker-died", 500)


def test_what_broke_waits_before_it_is_tried_again_also_after_the_clock_was_put_back(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW)
    jobs.write_result(claimed(jobs), BROKEN, 3, NOW)
    assert jobs.claim(NOW + _SECOND) is None
    assert jobs.claim(NOW - timedelta(days=30)) is not None, "it is not put off for thirty days"
    (held,) = jobs.held()
    jobs.take_away(held, 9, NOW)
    end(jobs, BROKEN, attempts=3)
    assert jobs.job("j1").state == "dead"


def test_dead_letters_can_be_tried_again(jobs: JobStore) -> None:
    jobs.create(new_job(2, webhook=_URL), NOW)
    end(jobs)
    end(jobs, BROKEN)
    assert jobs.job("j1").state == "dead"
    assert jobs.retry("j1") == 1
    assert jobs.retry("j1") == 0
    assert (jobs.job("j1").state, jobs.job("j1").finished_at) == ("queued", None)
    again = end(jobs)
    assert (again.position, again.attempt) == (1, 1)
    assert again.article.data, "a dead letter keeps its article"
    assert (jobs.job("j1").state, jobs.job("j1").analysed) == ("done", 2)


def test_a_given_back_article_counts_as_not_tried(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW)
    assert jobs.give_back(claimed(jobs))
    assert claimed(jobs).attempt == 1


def test_cancelling_drops_what_has_not_ended(jobs: JobStore) -> None:
    job = jobs.create(new_job(3), NOW)
    end(jobs)
    running = claimed(jobs)
    assert jobs.cancel("j1", NOW).state == "cancelled"
    assert jobs.cancel("j1", NOW).state == "cancelled"
    with pytest.raises(LeaseLost):
        jobs.write_result(running, DONE, 1, NOW)
    assert jobs.claim(NOW) is None
    assert [one.position for one in jobs.results(job.key, start=0, most=9)] == [0]
    assert jobs.unfinished() == 0
    jobs.create(new_job(1, "other"), NOW)
    end(jobs)
    with pytest.raises(JobEnded):
        jobs.cancel("other", NOW)
    with pytest.raises(NoSuchJob):
        jobs.cancel("nowhere", NOW)


def test_cancelling_while_workers_write_never_blocks_for_ever(jobs: JobStore) -> None:
    """Whoever locks, locks articles before their job; the other order would be a circle."""
    for number in range(8):
        jobs.create(new_job(4, f"job-{number}"), NOW)

    def work(_: int) -> None:
        while lease := jobs.claim(NOW):
            try:
                jobs.write_result(lease, DONE, 1, NOW)
            except LeaseLost:
                continue

    def cancel(number: int) -> None:
        try:
            jobs.cancel(f"job-{number}", NOW)
        except JobEnded:
            return

    with ThreadPoolExecutor(6) as pool:
        done = [pool.submit(work, 0) for _ in range(3)] + [pool.submit(cancel, n) for n in range(8)]
        for one in done:
            one.result(30)
    states = {jobs.job(f"job-{number}").state for number in range(8)}
    assert states <= {"done", "cancelled"}


def test_unfinished_articles_are_counted(jobs: JobStore) -> None:
    jobs.create(new_job(3), NOW)
    jobs.create(new_job(2, "j2"), NOW)
    end(jobs)
    assert jobs.unfinished() == 4


def test_the_text_goes_with_its_result_and_the_job_after_some_days(jobs: JobStore, store: Store) -> None:
    jobs.create(new_job(1), NOW)
    jobs.create(new_job(1, "running"), NOW)
    end(jobs)
    with store._database.read() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM job_items WHERE article IS NOT NULL").scalar()
    assert kept == 1
    assert jobs.purge(NOW) == 0
    assert jobs.purge(NOW + _SECOND) == 1
    with pytest.raises(NoSuchJob):
        jobs.job("j1")
    assert jobs.job("running").state == "queued"


def test_the_end_of_a_job_and_its_message_are_one_transaction(jobs: JobStore) -> None:
    jobs.create(new_job(1, webhook=_URL, secret="whsec_x"), NOW)
    assert jobs.take_message(NOW, _SECOND) is None
    end(jobs)
    message = jobs.take_message(NOW, _SECOND)
    assert message is not None
    assert (message.url, message.secret, message.attempt) == (_URL, "whsec_x", 1)
    body = json.loads(message.body)
    assert (body["type"], body["data"]["id"], body["data"]["progress"]["analysed"]) == ("job.done", "j1", 1)
    assert len(message.body) < 500
    assert jobs.purge(NOW + _SECOND) == 0, "the message would be lost"


def test_a_message_whose_sender_died_is_sent_again_under_the_same_id(jobs: JobStore) -> None:
    jobs.create(new_job(1, webhook=_URL), NOW)
    end(jobs)
    first = jobs.take_message(NOW, 60 * _SECOND)
    assert first is not None
    assert jobs.take_message(NOW + _SECOND, _SECOND) is None, "somebody is at it"
    second = jobs.take_message(NOW + 61 * _SECOND, _SECOND)
    assert second is not None
    assert (second.id, second.attempt) == (first.id, 2)
    jobs.settle_message(first, "too late to say so", None)
    assert jobs.message_state(jobs.job("j1").key) == ("waiting", 2, None)
    jobs.settle_message(second)
    assert jobs.message_state(jobs.job("j1").key) == ("delivered", 2, None)
    assert jobs.take_message(NOW + timedelta(hours=1), _SECOND) is None


def test_a_message_is_not_put_off_for_ever_by_a_clock_that_was_put_back(jobs: JobStore) -> None:
    jobs.create(new_job(1, webhook=_URL), NOW)
    end(jobs)
    assert jobs.take_message(NOW - timedelta(days=30), _SECOND) is not None


def test_the_newest_jobs_come_first(jobs: JobStore, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "service"):
        jobs.create(new_job(1, "a"), NOW)
        jobs.create(new_job(1, "b"), NOW)
        end(jobs)
    assert [job.id for job in jobs.newest()] == ["b", "a"]
    assert [job.id for job in jobs.newest("done")] == ["a"]
    assert [job.id for job in jobs.newest(most=1)] == ["b"]
