"""What the API needs of a pipeline and of the review, as shapes, so that a test can pass a fake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from typing import Any, Protocol

from fastapi import FastAPI
from starlette.requests import Request

from service.domain import Analysis, Article, Provenance
from service.domain import Request as AnalysisRequest
from service.store.jobs.records import AnalysisOptions, ItemResult, JobRecord, SentArticle


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

    def require_program(self, request: Request) -> None:
        """Raise unless the request may put analyses into the queue. Blocking."""
        ...

    def submit(self, analysis: Analysis, source: str | None) -> str:
        """Put an analysis into the queue and return its page's path. Blocking."""
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
        options: AnalysisOptions,
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
