"""The application: its routes, and how they are put together.

``create_app`` takes the function that loads the pipeline, so that a test can pass a fake. Everything slow
(reading HTML, the model, writing JSON) runs in the worker's thread; the event loop only waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import Scope

import service
from service.api import openapi, problems
from service.api.callers import Admits, AdmitsAll
from service.api.edge.gate import EdgeGate
from service.api.edge.hosts import HostRule
from service.api.edge.limits import EdgeLimits
from service.api.logs import RequestLog, path_of
from service.api.needs import AnalysisService, ReviewRoutes
from service.api.routes.analyses import AnalysisQuery, analyses
from service.api.routes.health import health
from service.api.worker import QueueLimits, Worker
from service.ingest import Door
from service.settings import Settings


def create_app(
    settings: Settings,
    load_pipeline: Callable[[], AnalysisService],
    door: Door,
    reviews: ReviewRoutes | None = None,
    admits: Admits | None = None,
) -> FastAPI:
    """Build the service. ``load_pipeline`` runs in the background once the application starts.

    Without ``reviews`` there is no editors' page; without ``admits`` everybody may call.
    """
    worker: Worker[AnalysisService] = Worker(
        load_pipeline,
        QueueLimits(settings.queue_limit, settings.queue_chars),
        settings.analyses_at_once,
        settings.analysis_seconds,
    )

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
    app.state.work = worker
    app.include_router(analyses(worker, door, reviews, admits or AdmitsAll(), settings.longest_timeout_s))
    app.include_router(health(worker, has_review=reviews is not None, summarizer=settings.summarizer))
    if reviews:
        reviews.install(app, worker.run)
    problems.install(app, tuple(AnalysisQuery.model_fields))
    app.add_middleware(
        EdgeGate,
        limits=EdgeLimits.of(settings),
        hosts=HostRule.of(settings),
        is_draining=lambda: worker.is_draining,
    )
    app.add_middleware(RequestLog, on_defect=_answer_defect)
    return app


def _answer_defect(scope: Scope) -> Response:
    return problems.respond(problems.InternalError(problems.DEFECT), path_of(scope))
