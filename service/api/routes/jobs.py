"""``/v1/jobs``: articles analysed in the background, followed, fetched and cancelled by their owner."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Query, Security
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from service.access.refusals import MissingScope, NoKey
from service.api import problems
from service.api.background import intake
from service.api.background.events import event_stream
from service.api.background.shown import JobModel, accepted, job_response, lines_of
from service.api.body import CLIENT_CLOSED_REQUEST
from service.api.callers import Admits, Scope
from service.api.examples.problems import JOB_ID
from service.api.needs import KeepsJobs
from service.api.openapi import BEARER, problem_responses
from service.errors import ArticleTooLong, Overloaded
from service.store.jobs.errors import JobEnded, NoSuchJob

_MOST_INLINE = 100
_ID = Annotated[str, Path(alias="id", max_length=100, description="The id that `POST /v1/jobs` gave.")]
_LINES = "application/x-ndjson"
_KEY = [Security(BEARER)]


_THERE = f"/v1/jobs/{JOB_ID}"
_COMMON = (NoKey, MissingScope, problems.InvalidRequest)
_NOT_THERE = problem_responses(_THERE, NoSuchJob, *_COMMON)


def job_routes(jobs: KeepsJobs | None, admits: Admits) -> APIRouter:
    """Return the routes of jobs; without ``jobs`` each answers that there is no store."""
    router = APIRouter(tags=["jobs"])

    @router.post(
        "/v1/jobs",
        status_code=202,
        response_model=JobModel,
        response_model_exclude_unset=True,
        summary="Analyse articles in the background",
        responses=problem_responses(
            "/v1/jobs", ArticleTooLong, problems.UnsupportedMediaType, Overloaded, *_COMMON
        ),
        dependencies=_KEY,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": intake.BODY_SCHEMA}},
            }
        },
    )
    async def create(request: Request) -> Response:
        """Keep the job, then answer where to follow it: what was answered with 202 is not lost."""
        caller = await admits.require(request, Scope.ANALYSE)
        desk = _required(jobs)
        try:
            data = await intake.read(request, desk.limits)
        except ClientDisconnect:
            return Response(status_code=CLIENT_CLOSED_REQUEST)
        wanted = await asyncio.to_thread(intake.parse, data, desk.limits)
        job, secret = await asyncio.to_thread(
            desk.submit, caller.key, wanted.options, wanted.articles, wanted.webhook_url
        )
        return accepted(job, secret)

    @router.get(
        "/v1/jobs/{id}",
        response_model=JobModel,
        summary="How far a job is",
        responses=_NOT_THERE,
        dependencies=_KEY,
    )
    async def show(
        request: Request,
        job_id: _ID,
        offset: Annotated[
            int, Query(ge=0, le=1_000_000, description="With `limit`: from which article.")
        ] = 0,
        limit: Annotated[
            int, Query(ge=0, le=_MOST_INLINE, description="Also give so many results; 0 gives none.")
        ] = 0,
    ) -> Response:
        """State and progress, and with `limit` a page of results."""
        caller = await admits.require(request, Scope.ANALYSE)
        desk = _required(jobs)
        job = await asyncio.to_thread(desk.job, job_id, caller.key)
        page = await asyncio.to_thread(desk.results, job, offset, limit) if limit else None
        return job_response(job, page, limit)

    @router.get(
        "/v1/jobs/{id}/results",
        summary="The results of a job",
        responses={200: {"content": {_LINES: {"schema": {"type": "string"}}}}, **_NOT_THERE},
        dependencies=_KEY,
        response_class=Response,
    )
    async def results(request: Request, job_id: _ID) -> Response:
        """A line of JSON for each article that has ended so far, in the order they were sent."""
        caller = await admits.require(request, Scope.ANALYSE)
        desk = _required(jobs)
        job = await asyncio.to_thread(desk.job, job_id, caller.key)
        return StreamingResponse(
            lines_of(desk, job), headers={"Cache-Control": "no-store"}, media_type=_LINES
        )

    @router.delete(
        "/v1/jobs/{id}",
        status_code=204,
        summary="Cancel a job",
        responses=problem_responses(_THERE, NoSuchJob, JobEnded, *_COMMON),
        dependencies=_KEY,
        response_class=Response,
    )
    async def cancel(request: Request, job_id: _ID) -> Response:
        """Articles that haven't been begun are left, and what is being analysed is dropped."""
        caller = await admits.require(request, Scope.ANALYSE)
        await asyncio.to_thread(_required(jobs).cancel, job_id, caller.key)
        return Response(status_code=204)

    @router.get(
        "/v1/jobs/{id}/events",
        summary="Follow a job",
        responses={
            200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
            204: {"description": "The caller has seen the end already."},
            **_NOT_THERE,
        },
        dependencies=_KEY,
        response_class=Response,
    )
    async def events(request: Request, job_id: _ID) -> Response:
        """Server-sent events: `progress` at each change, at last `end`; `Last-Event-ID` is heeded."""
        caller = await admits.require(request, Scope.ANALYSE)
        desk = _required(jobs)
        job = await asyncio.to_thread(desk.job, job_id, caller.key)
        return event_stream(request, desk, job, caller.key)

    return router


def _required(jobs: KeepsJobs | None) -> KeepsJobs:
    if jobs is None:
        raise problems.InvalidRequest(
            "Jobs need a store, and this service runs without one. Set PULLQUOTE_STORE.", code="no-store"
        )
    return jobs
