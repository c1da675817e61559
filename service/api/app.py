"""The application: its routes, and how they are put together.

``create_app`` takes the function that loads the pipeline, so that a test can pass a fake. Everything slow
(reading HTML, the model, writing JSON) runs in the worker's thread; the event loop only waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Scope

import service
from service import wire
from service.api import body, openapi, problems
from service.api.logs import RequestLog, log_fallbacks, path_of
from service.api.worker import Worker
from service.domain import Analysis, Article, Provenance, SummaryFormat, SummaryLength
from service.domain import Request as AnalysisRequest
from service.ingest import Door
from service.length_presets import describe_lengths
from service.settings import Settings

# As nginx has it, for the log only: the client went away before the answer.
_CLIENT_CLOSED_REQUEST = 499
REVIEW_HEADER = "Review-Item"
"""The header with the path of an analysis in the editors' queue."""


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


class Readiness(BaseModel):
    """That the service can analyse, and with what."""

    status: str = Field(examples=["ready"])
    service: str
    encoder: str
    heads: str
    taxonomy: str
    settings: str
    summarizer: str = Field(
        examples=["extractive"], description="What writes the summary, as `PULLQUOTE_SUMMARIZER` names it."
    )


def create_app(
    settings: Settings,
    load_pipeline: Callable[[], AnalysisService],
    door: Door,
    reviews: ReviewRoutes | None = None,
) -> FastAPI:
    """Build the service. ``load_pipeline`` runs in the background once the application starts.

    Without ``reviews`` there is no editors' page.
    """
    worker: Worker[AnalysisService] = Worker(load_pipeline, settings.queue_limit, settings.analyses_at_once)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        await asyncio.to_thread(worker.stop)

    app = FastAPI(
        title="Pullquote",
        version=service.__version__,
        summary="Summaries, verbatim quotes and media topics of news articles.",
        description=openapi.DESCRIPTION,
        # The usual page loads its scripts from a content delivery network; this service needs no network.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.include_router(_analyses(worker, door, reviews))
    app.include_router(_health(worker, reviews, settings.summarizer))
    if reviews:
        reviews.install(app, worker.run)
    problems.install(app, tuple(AnalysisQuery.model_fields))
    app.add_middleware(RequestLog, on_defect=_answer_defect)
    return app


def _analyses(worker: Worker[AnalysisService], door: Door, reviews: ReviewRoutes | None) -> APIRouter:
    router = APIRouter(tags=["analyses"])

    @router.post("/v1/analyses", response_model=wire.AnalysisModel, **openapi.ANALYSES)
    async def analyse(request: Request, query: Annotated[AnalysisQuery, Query()]) -> Response:
        body.require_readable(request)
        worker.require_room()  # before megabytes are read in vain
        queue = await _queue(request, query, reviews)
        try:
            received = await body.read(request, door.max_chars)
            job = partial(_analyse, door=door, received=received, query=query, queue=queue)
            return await _while_connected(request, worker, job)
        except ClientDisconnect:
            return Response(status_code=_CLIENT_CLOSED_REQUEST)

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


def _analyse(
    pipeline: AnalysisService,
    door: Door,
    received: body.Body,
    query: AnalysisQuery,
    queue: ReviewRoutes | None,
) -> Response:
    """Do all that takes time for a request, in the worker's thread."""
    article = body.admit(door, received)
    wanted = AnalysisRequest(length=query.length, format=query.format, strict=query.strict)
    analysis = pipeline.analyse(article, wanted)
    log_fallbacks(analysis)
    headers = {REVIEW_HEADER: queue.submit(analysis, query.source)} if queue else None
    content = wire.dumps(analysis, query.offset_unit).encode("utf-8")
    return Response(content, headers=headers, media_type="application/json")


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


def _health(worker: Worker[AnalysisService], reviews: ReviewRoutes | None, summarizer: str) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/livez", summary="Is the process alive?")
    async def livez() -> dict[str, str]:
        """Always 200 while the process answers; restart it if it doesn't."""
        return {"status": "alive"}

    @router.get("/readyz", summary="Can it analyse?", **openapi.READINESS)
    async def readyz() -> Readiness:
        """200 once the models are loaded, 503 until then, 500 if they could not be loaded."""
        made_by = worker.model().provenance
        return Readiness(
            status="ready",
            service=made_by.service,
            encoder=made_by.encoder,
            heads=made_by.heads,
            taxonomy=made_by.taxonomy,
            settings=made_by.settings,
            summarizer=summarizer,
        )

    @router.get("/", include_in_schema=False)
    async def root() -> JSONResponse:
        return JSONResponse(
            {
                "service": f"Pullquote {service.__version__}",
                "analyse": "POST /v1/analyses",
                "openapi": "/openapi.json",
                "review": "/review" if reviews else None,
                "schema": "/v1/schema",
                "health": ["/livez", "/readyz"],
            }
        )

    return router


def _answer_defect(scope: Scope) -> Response:
    return problems.respond(problems.InternalError(problems.DEFECT), path_of(scope))
