"""The desk: what callers may do with jobs, and what works through them in this process, behind one class."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from service.errors import Overloaded
from service.jobs.runner import IdleModel, JobRunner
from service.jobs.webhooks.addresses import parse_url
from service.jobs.webhooks.dispatcher import WebhookDispatcher
from service.jobs.webhooks.signing import new_secret
from service.store.jobs.errors import no_such_job
from service.store.jobs.job_store import JobStore
from service.store.jobs.records import (
    ItemResult,
    JobChoices,
    JobRecord,
    NewJob,
    SentArticle,
    WebhookTarget,
)

_RETRY_FULL_S = 60
_GRACE_S = 20.0
"""How long the articles at hand may take once the process is told to stop; then they are given back."""


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """What is taken in: articles a job, bytes of a request's body, articles that wait in all jobs."""

    articles: int
    body_bytes: int
    waiting: int


class JobDesk:
    """Takes jobs in, tells of them to whom they belong, and works through them. Its methods block."""

    def __init__(
        self,
        store: JobStore,
        runner: JobRunner,
        dispatcher: WebhookDispatcher,
        limits: DeskLimits,
        *,
        webhook_private: bool,
        has_secret: bool,
    ) -> None:
        """Take the store and what works on it; ``has_secret`` if the service signs with its own secret."""
        self.limits = limits
        self._store = store
        self._runner = runner
        self._dispatcher = dispatcher
        self._webhook_private = webhook_private
        self._has_secret = has_secret
        self._draining = threading.Event()

    def submit(
        self,
        owner: str | None,
        options: JobChoices,
        articles: Sequence[SentArticle],
        webhook_url: str | None = None,
    ) -> tuple[JobRecord, str | None]:
        """Keep a job; return it, and the new secret of its webhook if it has one of its own.

        Raises WebhookRefused, or Overloaded where more articles wait than the service takes on.
        """
        webhook = None
        if webhook_url is not None:
            parse_url(webhook_url, private=self._webhook_private)
            webhook = WebhookTarget(webhook_url, None if self._has_secret else new_secret())
        waiting = self._store.unfinished()
        if waiting + len(articles) > self.limits.waiting:
            raise Overloaded(
                f"{waiting} articles of jobs wait, and with these {len(articles)} there would be more than "
                f"the limit of {self.limits.waiting}. Try again in {_RETRY_FULL_S} s, add a `pullquote "
                "worker`, or raise PULLQUOTE_JOBS_LIMIT.",
                retry_after_s=_RETRY_FULL_S,
            )
        new = NewJob(secrets.token_hex(16), owner, options, tuple(articles), webhook)
        job = self._store.create(new, datetime.now(UTC))
        self._runner.wake()
        return job, webhook.secret if webhook else None

    def job(self, job_id: str, owner: str | None) -> JobRecord:
        """Return a job of this owner. Raises NoSuchJob."""
        job = self._store.job(job_id)
        if job.owner != owner:
            raise no_such_job(job_id)
        return job

    def results(self, job: JobRecord, start: int, most: int) -> tuple[ItemResult, ...]:
        """Return up to ``most`` articles of a job that have ended, from position ``start`` on."""
        return self._store.results(job.key, start=start, most=most)

    def cancel(self, job_id: str, owner: str | None) -> None:
        """Cancel what hasn't ended of a job of this owner. Raises NoSuchJob or JobEnded."""
        self.job(job_id, owner)
        self._store.cancel(job_id, datetime.now(UTC))

    def start(self, model: IdleModel, threads: int = 1) -> None:
        """Begin to work through jobs on ``model``, and to deliver messages."""
        self._runner.start(model, threads)
        self._dispatcher.start()

    @property
    def is_draining(self) -> bool:
        """Whether the process is about to stop."""
        return self._draining.is_set()

    def drain(self) -> None:
        """Begin nothing more, as the process is about to stop. Returns at once."""
        self._draining.set()
        self._runner.drain()
        self._dispatcher.drain()

    def stop(self, grace_s: float = _GRACE_S) -> bool:
        """End the work, within about ``grace_s``; return whether nothing had to be given back."""
        self.drain()
        ended = self._runner.stop(grace_s)
        self._dispatcher.stop(grace_s)
        return ended
