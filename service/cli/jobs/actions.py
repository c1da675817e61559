"""The actions of ``pullquote jobs …``: from options to output and exit status. No article's words."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from service.bootstrap import build_store
from service.cli.flags import read_settings
from service.errors import PullquoteError
from service.settings import Settings
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import JobRecord, JobState
from service.wire.formats.one_line import safe

_DONE, _FAILED, _WRONG = 0, 1, 2
_MOST_SHOWN = 100
_MOST_RETRIED = 10_000
_LONGEST_DETAIL = 160


def store_settings(store: str | None) -> Settings:
    """Return the settings, with ``store`` instead of theirs if given. Exits if there is no store."""
    settings = read_settings(store=store)
    if not settings.store:
        say("there is no store: PULLQUOTE_STORE is empty. Give --store FILE, as `pullquote serve` has it.")
        raise typer.Exit(_WRONG)
    return settings


@contextmanager
def _opened(store: str | None) -> Iterator[JobStore]:
    settings = store_settings(store)
    # A mistyped name would open an empty store, and every answer from it would be wrong.
    if "://" not in settings.store and not Path(settings.store).is_file():
        say(f"there is no store {settings.store}. Give --store or PULLQUOTE_STORE as for `pullquote serve`.")
        raise typer.Exit(_FAILED)
    try:
        with build_store(settings) as opened:
            yield opened.jobs
    except PullquoteError as error:
        say(f"{error.detail.rstrip('.')}.")
        raise typer.Exit(_FAILED) from None


def list_jobs(store: str | None, state: JobState | None, most: int) -> int:
    """Print the newest jobs, a line each."""
    with _opened(store) as jobs:
        for job in jobs.newest(state, most):
            print(_line(job))
    return _DONE


def show_job(store: str | None, job_id: str) -> int:
    """Print a job, what failed of it, and how its webhook went."""
    with _opened(store) as jobs:
        job = jobs.job(job_id)
        print(_line(job))
        print(f"options   {json.dumps(job.options.as_dict())}")
        print(f"started   {_time(job.started_at)}   finished  {_time(job.finished_at)}")
        if job.webhook_url is not None:
            message = jobs.message_state(job.key)
            told = "not yet" if message is None else f"{message[0]}, {_attempts(message[1])}"
            error = f": {safe(message[2])}" if message and message[2] else ""
            print(f"webhook   {safe(job.webhook_url)}  {told}{error}")
        bad = jobs.results(job.key, start=0, most=_MOST_SHOWN + 1, states=("failed", "dead"))
        for result in bad[:_MOST_SHOWN]:
            problem = json.loads(result.content or b"{}")
            detail = safe(str(problem.get("detail", "")))[:_LONGEST_DETAIL]
            said = f"{result.state}, {_attempts(result.attempts)}: {problem.get('code', '')}"
            print(f"article {result.position:>5}  {said}  {detail}")
        if len(bad) > _MOST_SHOWN:
            print(f"… and more; all are at /v1/jobs/{job.id}/results of the service.")
    return _DONE


def cancel_job(store: str | None, job_id: str) -> int:
    """Cancel a job."""
    with _opened(store) as jobs:
        job = jobs.cancel(job_id, datetime.now(UTC))
    print(f"Cancelled {job.id}: {job.done} of {job.total} articles had come to an end.")
    return _DONE


def retry_jobs(store: str | None, job_id: str | None) -> int:
    """Queue the dead letters of one job again, or of all."""
    with _opened(store) as jobs:
        ids = [job_id] if job_id else [job.id for job in jobs.newest("dead", _MOST_RETRIED)]
        number = sum(map(jobs.retry, ids))
    print(f"Queued {number:,} {'article' if number == 1 else 'articles'} again.")
    return _DONE if number else _FAILED


def say(message: str) -> None:
    """Print a message beside the command's output, on standard error."""
    print(f"pullquote: {safe(message)}", file=sys.stderr)


def _line(job: JobRecord) -> str:
    bad = f"  {job.failed} failed, {job.dead} dead" if job.failed or job.dead else ""
    return f"{job.id}  {job.state:<9}  {job.done:>5} of {job.total:<5}  {_time(job.created_at)}{bad}"


def _time(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "-"


def _attempts(number: int) -> str:
    return f"{number} {'attempt' if number == 1 else 'attempts'}"
