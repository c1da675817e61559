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
from service.api.logs import RequestLog, path_of
from service.api.needs import AnalysisService, KeepsJobs, ReviewRoutes
from service.api.routes.analyses import AnalysisQuery, analyses
from service.api.routes.health import health
from service.api.routes.jobs import job_routes
from service.api.worker import Worker
from service.ingest import Door
from service.settings import Settings


def create_app(
    settings: Settings,
    load_pipeline: Callable[[], AnalysisService],
    door: Door,
    reviews: ReviewRoutes | None = None,
    admits: Admits | None = None,
    jobs: KeepsJobs | None = None,
) -> FastAPI:
    """Build the service. ``load_pipeline`` runs in the background once the application starts.

    Without ``reviews`` there is no editors' page; without ``admits`` everybody may call;
    without ``jobs`` everything is answered at once or not at all.
    """
    worker: Worker[AnalysisService] = Worker(load_pipeline, settings.queue_limit, settings.analyses_at_once)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker.start()
        if jobs and settings.jobs_in_serve:
            jobs.start(worker, settings.analyses_at_once)
        yield
        if jobs:
            await asyncio.to_thread(jobs.stop)
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
    admits = admits or AdmitsAll()
    app.include_router(analyses(worker, door, reviews, admits, jobs))
    app.include_router(job_routes(jobs, admits))
    app.include_router(health(worker, has_review=reviews is not None, summarizer=settings.summarizer))
    if reviews:
        reviews.install(app, worker.run)
    problems.install(app, tuple(AnalysisQuery.model_fields))
    app.add_middleware(RequestLog, on_defect=_answer_defect)
    return app


def _answer_defect(scope: Scope) -> Response:
    return problems.respond(problems.InternalError(problems.DEFECT), path_of(scope))
