"""How a job is shown: as JSON, its results as JSON lines, and the answer that it was taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field
from starlette.responses import Response

from service.api.needs import KeepsJobs
from service.store.jobs.records import ItemResult, JobRecord

_RETRY_AFTER_S = 2
"""A news article takes less; asking again costs nothing."""
_LINES_AT_ONCE = 50


class JobProgress(BaseModel):
    """How far a job is, in articles."""

    total: int
    done: int = Field(description="Articles that have come to an end: the sum of the three below.")
    analysed: int
    failed: int = Field(description="Articles that were refused, each with its problem.")
    dead: int = Field(description="Articles given up after the last attempt; an operator can retry them.")


class JobLinks(BaseModel):
    """Paths of a job."""

    this: str = Field(alias="self")
    results: str
    events: str


class JobWebhook(BaseModel):
    """Where the end of the job is told."""

    url: str
    secret: str | None = Field(
        None, description="What its messages are signed with. Only in the answer that took the job."
    )


class JobResultLine(BaseModel):
    """What came of an article: its analysis or its problem."""

    index: int = Field(description="The place of the article among those that were sent, from 0.")
    state: Literal["done", "failed", "dead"]
    analysis: dict[str, Any] | None = Field(None, description="As `POST /v1/analyses` gives it.")
    problem: dict[str, Any] | None = Field(None, description="As in a problem document (RFC 9457).")


class JobModel(BaseModel):
    """A job."""

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled", "dead"]
    created: str = Field(description="UTC, ISO 8601.")
    started: str | None
    finished: str | None
    progress: JobProgress
    options: dict[str, Any]
    links: JobLinks
    webhook: JobWebhook | None = None
    results: list[JobResultLine] | None = Field(
        None, description="With `limit`: articles that have ended, from `offset` on."
    )
    next: str | None = Field(
        None, description="With `limit`: the path of the next page, if there may be one."
    )


def as_dict(job: JobRecord) -> dict[str, Any]:
    """Return a job as plain values."""
    path = f"/v1/jobs/{job.id}"
    shown: dict[str, Any] = {
        "id": job.id,
        "state": job.state,
        "created": _instant(job.created_at),
        "started": _instant(job.started_at),
        "finished": _instant(job.finished_at),
        "progress": {
            "total": job.total,
            "done": job.done,
            "analysed": job.analysed,
            "failed": job.failed,
            "dead": job.dead,
        },
        "options": job.options.as_dict(),
        "links": {"self": path, "results": f"{path}/results", "events": f"{path}/events"},
    }
    if job.webhook_url is not None:
        shown["webhook"] = {"url": job.webhook_url}
    return shown


def accepted(job: JobRecord, secret: str | None = None) -> Response:
    """Return the answer that a job was taken, with the secret of its webhook if it has one of its own."""
    shown = as_dict(job)
    if secret is not None:
        shown["webhook"]["secret"] = secret
    headers = {"Location": shown["links"]["self"], "Retry-After": str(_RETRY_AFTER_S)}
    return _json(shown, 202, headers)


def job_response(job: JobRecord, page: tuple[ItemResult, ...] | None, most: int) -> Response:
    """Return a job, with a page of ``most`` results at most if one was asked for."""
    headers = {"Cache-Control": "no-store"}
    if not job.has_ended:
        headers["Retry-After"] = str(_RETRY_AFTER_S)
    shown = as_dict(job)
    if page is None:
        return _json(shown, 200, headers)
    full = page[-1].position + 1 if len(page) == most else None
    shown["next"] = f"/v1/jobs/{job.id}?offset={full}&limit={most}" if full is not None else None
    # The analyses stand in the answer byte for byte as they are kept.
    lines = ", ".join(map(line_of, page))
    head = json.dumps(shown, ensure_ascii=False)
    return Response(f'{head[:-1]}, "results": [{lines}]}}', 200, headers, media_type="application/json")


def line_of(result: ItemResult) -> str:
    """Return what came of an article as one line of JSON."""
    key = "analysis" if result.state == "done" else "problem"
    content = (result.content or b"null").decode("utf-8")
    return f'{{"index": {result.position}, "state": "{result.state}", "{key}": {content}}}'


def lines_of(jobs: KeepsJobs, job: JobRecord) -> Iterator[bytes]:
    """Yield the results of a job, a line each, in the order of its articles. Blocking."""
    start = 0
    while page := jobs.results(job, start, _LINES_AT_ONCE):
        yield "".join(f"{line_of(result)}\n" for result in page).encode("utf-8")
        start = page[-1].position + 1


def _json(shown: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    content = json.dumps(shown, ensure_ascii=False)
    return Response(content, status, headers, media_type="application/json")


def _instant(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
