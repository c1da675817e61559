"""What the API needs of a pipeline and of the review, as shapes, so that a test can pass a fake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Protocol

from fastapi import FastAPI

from service.domain import Analysis, Article, Provenance
from service.domain import Request as AnalysisRequest
from service.store.analyses.records import Answer, KnownRequest, Ticket
from service.store.jobs.records import ItemResult, JobChoices, JobRecord, SentArticle


class AnalysisService(Protocol):
    """What the service needs of a pipeline; ``service.pipeline.Pipeline`` provides it."""

    @property
    def provenance(self) -> Provenance:
        """What makes the analyses."""
        ...

    def analyse(self, article: Article, request: AnalysisRequest) -> Analysis:
        """Analyse one article."""
        ...


class ReviewRoutes(Protocol):
    """What the service needs of the review; ``service.review.pages.mounting`` provides it."""

    def install(self, app: FastAPI, run: Callable[[Callable[[Any], Any]], Awaitable[Any]]) -> None:
        """Add the editors' page to ``app``."""
        ...

    def submit(self, analysis: Analysis, source: str | None, sent_by: str | None = None) -> str:
        """Put an analysis into the queue and return its page's path; ``sent_by`` names its key. Blocking."""
        ...


class RemembersAnswers(Protocol):
    """Where answers are remembered under a key: ``service.store.analyses.answers.RememberedAnswers``."""

    def begin(self, owner: str, key: str, fingerprint: str, now: datetime) -> Ticket | KnownRequest:
        """Return the right to answer, or what is known of the request that has the key. Blocking."""
        ...

    def finish(self, ticket: Ticket, answer: Answer, now: datetime) -> None:
        """Remember an answer. Blocking."""
        ...

    def abandon(self, ticket: Ticket) -> None:
        """Forget a request that got no answer worth remembering. Blocking."""
        ...


class IdleWorker(Protocol):
    """What jobs need of the worker: to run while nobody else does."""

    def is_idle(self) -> bool:
        """Return whether ``run_if_idle`` would run something now."""
        ...

    def run_if_idle(self, job: Callable[[Any], Any]) -> Future[Any] | None:
        """Run a job on the pipeline, or return None if others come first."""
        ...


class JobLimits(Protocol):
    """How much a job may be."""

    @property
    def articles(self) -> int:
        """Most articles of a job."""
        ...

    @property
    def body_bytes(self) -> int:
        """Most bytes of the body of ``POST /v1/jobs``."""
        ...


class KeepsJobs(Protocol):
    """What the service needs of jobs; ``service.jobs.desk.JobDesk`` provides it. Methods block."""

    @property
    def limits(self) -> JobLimits:
        """How much a job may be."""
        ...

    @property
    def is_draining(self) -> bool:
        """Whether the process is about to stop."""
        ...

    def submit(
        self,
        owner: str | None,
        options: JobChoices,
        articles: Sequence[SentArticle],
        webhook_url: str | None = None,
    ) -> tuple[JobRecord, str | None]:
        """Keep a job; return it, and the secret of its webhook if it has one of its own."""
        ...

    def job(self, job_id: str, owner: str | None) -> JobRecord:
        """Return a job of this owner. Raises NoSuchJob."""
        ...

    def results(self, job: JobRecord, start: int, most: int) -> tuple[ItemResult, ...]:
        """Return up to ``most`` articles of a job that have ended, from position ``start`` on."""
        ...

    def cancel(self, job_id: str, owner: str | None) -> None:
        """Cancel what hasn't ended of a job of this owner. Raises NoSuchJob or JobEnded."""
        ...

    def start(self, model: IdleWorker, threads: int = 1) -> None:
        """Begin to work through jobs while ``model`` is idle."""
        ...

    def drain(self) -> None:
        """Begin nothing more, as the process is about to stop."""
        ...

    def stop(self) -> bool:
        """End the work; return whether nothing had to be given back."""
        ...
