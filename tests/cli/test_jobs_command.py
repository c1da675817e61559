"""``pullquote jobs …``: what an operator sees of jobs, and does to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.command_line import run
from support.job_samples import BROKEN, DONE, new_job
from support.quick_store import QUICK

from service.store import Store
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import ItemOutcome


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobStore]:
    monkeypatch.setenv("PULLQUOTE_STORE", str(tmp_path / "jobs.db"))
    with Store.open(f"sqlite:///{tmp_path / 'jobs.db'}", QUICK) as store:
        yield store.jobs


def end(jobs: JobStore, outcome: ItemOutcome) -> None:
    lease = jobs.claim(datetime.now(UTC))
    assert lease is not None
    jobs.write_result(lease, outcome, 1, datetime.now(UTC))


def test_jobs_are_listed_newest_first_and_by_state(jobs: JobStore) -> None:
    jobs.create(new_job(2, "older"), datetime.now(UTC))
    end(jobs, DONE)
    end(jobs, BROKEN)
    jobs.create(new_job(1, "newer"), datetime.now(UTC))
    newer, older = run("jobs", "list").stdout.splitlines()
    assert newer.split()[:5] == ["newer", "queued", "0", "of", "1"]
    assert older.split()[:5] == ["older", "dead", "2", "of", "2"]
    assert older.endswith("0 failed, 1 dead")
    assert run("jobs", "list", "--state", "dead").stdout.split()[0] == "older"


def test_a_job_is_shown_with_what_failed(jobs: JobStore) -> None:
    jobs.create(new_job(1, "j1", webhook="https://cms.example.com/", secret="whsec_x"), datetime.now(UTC))
    end(jobs, ItemOutcome("failed", b'{"code": "empty-article", "detail": "No \\u001b[2Jletter."}'))
    shown = run("jobs", "show", "j1").stdout
    assert "failed" in shown
    assert "empty-article" in shown
    assert "\x1b" not in shown
    assert "https://cms.example.com/  waiting, 0 attempts" in shown
    assert "whsec_x" not in shown
    unknown = run("jobs", "show", "j2")
    assert unknown.exit_code == 1
    assert "no job 'j2'" in unknown.stderr


def test_a_job_is_cancelled_once(jobs: JobStore) -> None:
    jobs.create(new_job(2, "j1"), datetime.now(UTC))
    end(jobs, DONE)
    assert "1 of 2 articles" in run("jobs", "cancel", "j1").stdout
    assert jobs.job("j1").state == "cancelled"
    jobs.create(new_job(1, "j2"), datetime.now(UTC))
    end(jobs, DONE)
    refused = run("jobs", "cancel", "j2")
    assert refused.exit_code == 1
    assert "j2 is done" in refused.stderr


def test_dead_letters_are_queued_again(jobs: JobStore) -> None:
    for name in ("j1", "j2"):
        jobs.create(new_job(1, name), datetime.now(UTC))
        end(jobs, BROKEN)
    assert "Queued 1 article again" in run("jobs", "retry", "j1").stdout
    assert "Queued 1 article again" in run("jobs", "retry", "--all").stdout
    assert [jobs.job(name).state for name in ("j1", "j2")] == ["queued", "queued"]
    assert run("jobs", "retry", "--all").exit_code == 1
    assert run("jobs", "retry").exit_code == 2


def test_a_store_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absent = run("jobs", "list", "--store", tmp_path / "absent.db")
    assert absent.exit_code == 1
    assert "there is no store" in absent.stderr
    assert not (tmp_path / "absent.db").exists()
    monkeypatch.setenv("PULLQUOTE_STORE", "")
    for command in (["jobs", "list"], ["worker"]):
        assert run(*command).exit_code == 2
