"""What the API needs of a pipeline and of the review, as shapes, so that a test can pass a fake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol

from fastapi import FastAPI

from service.domain import Analysis, Article, Provenance
from service.domain import Request as AnalysisRequest
from service.store.analyses.records import Answer, KnownRequest, Ticket


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
