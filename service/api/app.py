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
from service.api.needs import AnalysisService, ReviewRoutes
from service.api.observe.metrics import Metrics
from service.api.observe.observer import Observer
from service.api.observe.request_facts import NotesCaller
from service.api.observe.trace_choice import build_traces
from service.api.observe.watched_pipeline import WatchedPipeline
from service.api.routes.analyses import AnalysisQuery, analyses
from service.api.routes.health import health
from service.api.routes.metrics import metrics_routes
from service.api.worker import Worker
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

    Without ``reviews`` there is no editors' page; without ``admits`` everybody may call. Raises
    TracesUnavailable where the settings ask for traces and their library is missing.
    """
    metrics, traces = Metrics(settings.least_support), build_traces(settings)
    worker: Worker[AnalysisService] = Worker(
        lambda: WatchedPipeline(load_pipeline(), metrics), settings.queue_limit, settings.analyses_at_once
    )
    metrics.watch_queue(lambda: worker.depth, settings.queue_limit)
    admits = NotesCaller(admits or AdmitsAll())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        await asyncio.to_thread(worker.stop)
        await asyncio.to_thread(traces.stop)

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
    app.include_router(analyses(worker, door, reviews, admits))
    app.include_router(health(worker, has_review=reviews is not None, summarizer=settings.summarizer))
    app.include_router(metrics_routes(metrics, admits))
    if reviews:
        reviews.install(app, worker.run)
    problems.install(app, tuple(AnalysisQuery.model_fields))
    app.add_middleware(RequestLog, on_defect=_answer_defect)
    app.add_middleware(Observer, metrics=metrics, traces=traces)  # the last one added is the outermost
    return app


def _answer_defect(scope: Scope) -> Response:
    return problems.respond(problems.InternalError(problems.DEFECT), path_of(scope))
