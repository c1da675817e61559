"""Leases over time: who beats keeps, who doesn't loses, and no clock but the monotonic one has a say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.job_samples import DONE, NOW, new_job
from support.quick_store import QUICK

from service.jobs.keeper import LeaseKeeper
from service.store import Store
from service.store.jobs.errors import NoSuchJob
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import ItemLease


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[JobStore]:
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}", QUICK) as store:
        yield store.jobs


def keeper(jobs: JobStore, clock: Clock, **changes: float) -> LeaseKeeper:
    return LeaseKeeper(
        jobs,
        lease_s=changes.get("lease_s", 30),
        article_s=changes.get("article_s", 900),
        most_attempts=2,
        keep_days=1_000,
        clock=clock,
    )


def claimed(jobs: JobStore) -> ItemLease:
    lease = jobs.claim(NOW)
    assert lease is not None
    return lease


def test_an_article_without_a_sign_of_life_is_given_to_another(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW)
    claimed(jobs)
    clock = Clock()
    watcher = keeper(jobs, clock)
    watcher.turn()
    clock.now_s = 29
    watcher.turn()
    assert jobs.claim(NOW) is None
    clock.now_s = 31
    watcher.turn()
    assert claimed(jobs).attempt == 2


def test_who_beats_keeps_the_article_however_long_it_takes(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW)
    lease = claimed(jobs)
    clock = Clock()
    holder, watcher = keeper(jobs, clock), keeper(jobs, clock)
    with holder.holding(lease):
        for second in range(0, 300, 10):
            clock.now_s = second
            holder.turn()
            watcher.turn()
    jobs.write_result(lease, DONE, 2, NOW)


def test_an_article_that_takes_too_long_gets_no_beat_more(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW)
    lease = claimed(jobs)
    clock = Clock()
    holder = keeper(jobs, clock, article_s=60)
    with holder.holding(lease):
        for second in range(0, 130, 10):
            clock.now_s = second
            holder.turn()
    assert claimed(jobs).attempt == 2


def test_a_worker_that_was_only_asleep_finds_its_lease_gone(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW)
    lease = claimed(jobs)
    clock = Clock()
    watcher, sleeper = keeper(jobs, clock), keeper(jobs, clock)
    watcher.turn()
    clock.now_s = 31
    watcher.turn()
    with sleeper.holding(lease):
        sleeper.turn()
    assert jobs.held() == ()
    assert claimed(jobs).generation > lease.generation


def test_jobs_are_deleted_some_days_after_their_end(jobs: JobStore) -> None:
    jobs.create(new_job(1), NOW.replace(year=1990))
    jobs.write_result(claimed(jobs), DONE, 1, NOW.replace(year=1990))
    keeper(jobs, Clock()).turn()
    with pytest.raises(NoSuchJob):
        jobs.job("j1")
