"""``POST /v1/analyses``: one article in, its analysis out; and the schema of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from service import wire
from service.api import body, openapi, problems
from service.api.callers import Admits, Scope
from service.api.logs import log_fallbacks
from service.api.needs import AnalysisService, ReviewRoutes
from service.api.negotiation import choose_format
from service.api.worker import Worker
from service.domain import Request as AnalysisRequest
from service.domain import SummaryFormat, SummaryLength
from service.ingest import Door
from service.length_presets import describe_lengths
from service.wire.formats import AnalysisFormat, write

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
    with_text: bool = Field(
        False, description="In ninjs and JSON-LD: also the article's text, as offsets refer to it."
    )
    taxonomy: str | None = Field(
        None,
        max_length=64,
        description="The name of a taxonomy of the setting `taxonomies`, of which the topics are; without it "
        "they are IPTC Media Topics.",
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


def analyses(
    worker: Worker[AnalysisService], door: Door, reviews: ReviewRoutes | None, admits: Admits
) -> APIRouter:
    """Return the routes that analyse; ``reviews`` is None where nothing can be queued for editors."""
    router = APIRouter(tags=["analyses"])

    @router.post("/v1/analyses", response_model=wire.AnalysisModel, **openapi.ANALYSES)
    async def analyse(request: Request, query: Annotated[AnalysisQuery, Query()]) -> Response:
        await admits.require(request, Scope.ANALYSE)
        body.require_readable(request)
        answer_as = _format(request, query)
        worker.require_room()  # before megabytes are read in vain
        queue = await _queue(request, query, reviews)
        try:
            received = await body.read(request, door.max_chars)
            job = partial(
                _analyse, door=door, received=received, query=query, answer_as=answer_as, queue=queue
            )
            return await _while_connected(request, worker, job)
        except ClientDisconnect:
            return Response(status_code=_CLIENT_CLOSED_REQUEST)

    @router.get("/v1/schema", summary="The JSON Schema of an analysis")
    async def schema() -> dict[str, Any]:
        """The schema of what `POST /v1/analyses` and `pullquote analyze` return."""
        return wire.json_schema()

    return router


def _format(request: Request, query: AnalysisQuery) -> AnalysisFormat:
    """Return the format of the answer. Raises NotAcceptable, or InvalidRequest for offsets it can't have."""
    wanted = choose_format(", ".join(request.headers.getlist("accept")) or None)
    if wanted.counts_code_points and query.offset_unit is not wire.OffsetUnit.CODEPOINT:
        raise problems.InvalidRequest(
            f"offset_unit is {query.offset_unit.value}, but the annotations of {wanted.media_type} count "
            "code points, as the W3C has it. Leave offset_unit out, or accept "
            f"{AnalysisFormat.JSON.media_type}.",
            code="offset-unit",
        )
    return wanted


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


def _analyse(
    pipeline: AnalysisService,
    door: Door,
    received: body.Body,
    query: AnalysisQuery,
    answer_as: AnalysisFormat,
    queue: ReviewRoutes | None,
) -> Response:
    """Do all that takes time for a request, in the worker's thread."""
    article = body.admit(door, received)
    wanted = AnalysisRequest(
        length=query.length, format=query.format, strict=query.strict, taxonomy=query.taxonomy
    )
    analysis = pipeline.analyse(article, wanted)
    log_fallbacks(analysis)
    headers = {"Vary": "Accept"}
    if queue:
        headers[REVIEW_HEADER] = queue.submit(analysis, query.source)
    content = write(analysis, answer_as, query.offset_unit, with_text=query.with_text)
    # Starlette names the character set of text types.
    return Response(content.encode("utf-8"), headers=headers, media_type=answer_as.media_type)


async def _while_connected(
    request: Request, worker: Worker[AnalysisService], job: Callable[[AnalysisService], Response]
) -> Response:
    """Run ``job``, unless the client goes away before it begins. Raises ClientDisconnect."""
    running = asyncio.ensure_future(worker.run(job))
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
