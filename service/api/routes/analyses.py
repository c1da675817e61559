"""``POST /v1/analyses``: one article in, its analysis out; and the schema of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from service import wire
from service.api import body, openapi, problems
from service.api.callers import Admits, Scope
from service.api.logs import log_fallbacks
from service.api.needs import AnalysisService, ReviewRoutes
from service.api.worker import Worker
from service.domain import Analysis, SummaryFormat, SummaryLength
from service.domain import Request as AnalysisRequest
from service.errors import DeadlinePassed
from service.ingest import Door
from service.length_presets import describe_lengths

R = TypeVar("R")

# As nginx has it, for the log only: the client went away before the answer.
_CLIENT_CLOSED_REQUEST = 499
REVIEW_HEADER = "Review-Item"
"""The header with the path of an analysis in the editors' queue."""


class AnalysisQuery(BaseModel):
    """What the caller may choose about an analysis."""

    model_config = ConfigDict(extra="forbid")

    length: SummaryLength = Field(SummaryLength.MEDIUM, description=f"{describe_lengths()}.")
    format: SummaryFormat = Field(SummaryFormat.PARAGRAPH, description="How the summary is laid out.")
    offset_unit: wire.OffsetUnit = Field(
        wire.OffsetUnit.CODEPOINT,
        description="What offsets count: Unicode code points, or UTF-16 code units (JavaScript, Java).",
    )
    strict: bool = Field(
        False,
        description="Where a generating model fails, answer 500 `model-failed`; otherwise what was extracted "
        "stands in, with a warning. Without a generating model it changes nothing.",
    )
    review: bool = Field(
        False,
        description=f"Also queue the analysis for editors; the header `{REVIEW_HEADER}` says where.",
    )
    source: str | None = Field(
        None, max_length=200, description="With `review`: the desk or feed that the queue can be filtered by."
    )
    timeout: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="Seconds from the request's headers to its answer; after them the work is dropped, "
        "and the answer is 504 `deadline-passed`.",
    )


def analyses(
    worker: Worker[AnalysisService],
    door: Door,
    reviews: ReviewRoutes | None,
    admits: Admits,
    longest_timeout_s: float,
) -> APIRouter:
    """Return the routes that analyse; ``reviews`` is None where nothing can be queued for editors.

    A request may set a ``timeout`` up to ``longest_timeout_s``.
    """
    router = APIRouter(tags=["analyses"])

    @router.post("/v1/analyses", response_model=wire.AnalysisModel, **openapi.ANALYSES)
    async def analyse(request: Request, query: Annotated[AnalysisQuery, Query()]) -> Response:
        await admits.require(request, Scope.ANALYSE)
        _require_timeout(query.timeout, longest_timeout_s)
        body.require_readable(request)
        # Before megabytes are read in vain.
        worker.require_room(body.likely_chars(body.declared_length(request), door.max_chars))
        queue = await _queue(request, query, reviews)
        try:
            async with asyncio.timeout(query.timeout):
                received = await body.read(request, door.max_chars)
                job = partial(_analyse, door=door, received=received, query=query)
                chars = body.likely_chars(len(received.data), door.max_chars)
                analysis, content = await _while_connected(request, worker.run(job, chars))
        except ClientDisconnect:
            return Response(status_code=_CLIENT_CLOSED_REQUEST)
        except TimeoutError:
            if query.timeout is None:
                raise
            raise DeadlinePassed(
                f"The analysis was not done within {query.timeout:g} s, the request's own timeout, and was "
                "dropped. Allow more, or try again when less is waiting."
            ) from None
        # What is analysed is worth keeping: the store has a time limit of its own.
        headers = await _submit(queue, analysis, query.source)
        return Response(content, headers=headers, media_type="application/json")

    @router.get("/v1/schema", summary="The JSON Schema of an analysis")
    async def schema() -> dict[str, Any]:
        """The schema of what `POST /v1/analyses` and `pullquote analyze` return."""
        return wire.json_schema()

    return router


async def _queue(request: Request, query: AnalysisQuery, reviews: ReviewRoutes | None) -> ReviewRoutes | None:
    """Return the queue for the analysis, if one is wanted.

    Raises InvalidRequest, or as ``require_program``.
    """
    if not query.review:
        return None
    if reviews is None:
        raise problems.InvalidRequest(
            "review=true needs a store, and this service runs without one. Set PULLQUOTE_STORE.",
            code="no-store",
        )
    await asyncio.to_thread(reviews.require_program, request)
    return reviews


def _require_timeout(wanted_s: float | None, longest_s: float) -> None:
    """Raise InvalidRequest for a ``timeout`` that is longer than the service lets one wait."""
    if wanted_s is not None and wanted_s > longest_s:
        raise problems.InvalidRequest(
            f"Query parameter 'timeout' is {wanted_s:g} s, the limit is {longest_s:g} s. Ask for less, or "
            "raise PULLQUOTE_LONGEST_TIMEOUT_S.",
            code="invalid-parameter",
        )


def _analyse(
    pipeline: AnalysisService, door: Door, received: body.Body, query: AnalysisQuery
) -> tuple[Analysis, bytes]:
    """Do all that takes the model's time for a request, in the worker's thread."""
    article = body.admit(door, received)
    wanted = AnalysisRequest(length=query.length, format=query.format, strict=query.strict)
    analysis = pipeline.analyse(article, wanted)
    log_fallbacks(analysis)
    return analysis, wire.dumps(analysis, query.offset_unit).encode("utf-8")


async def _submit(
    queue: ReviewRoutes | None, analysis: Analysis, source: str | None
) -> dict[str, str] | None:
    """Queue an analysis for editors, if a queue is wanted, and return the header that says where.

    In a thread that isn't the model's, which must not wait for the store.
    """
    if queue is None:
        return None
    return {REVIEW_HEADER: await run_in_threadpool(queue.submit, analysis, source)}


async def _while_connected(request: Request, work: Coroutine[Any, Any, R]) -> R:
    """Do ``work``, unless the client goes away before it is done. Raises ClientDisconnect."""
    running = asyncio.ensure_future(work)
    # The body has been read, so all that can still be received is that the client has gone.
    gone = asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({running, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            raise ClientDisconnect
        return running.result()
    finally:
        running.cancel()
        gone.cancel()
        await asyncio.gather(running, gone, return_exceptions=True)
