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
from service.access.modes import only_this_machine
from service.api import openapi, problems
from service.api.admission.middleware import OwnOrigins, SafeAnswers, Settlement
from service.api.answers.analysing import AnalysisRunner
from service.api.answers.destinations import Destinations
from service.api.answers.idempotency import AnswersOnce
from service.api.answers.remembering import AnswersInMemory
from service.api.answers.result_cache import ResultCache
from service.api.answers.retention import purge_hourly
from service.api.background.ending import OrderlyEnd
from service.api.callers import Admits, AdmitsAll
from service.api.edge.gate import EdgeGate
from service.api.edge.hosts import HostRule
from service.api.edge.limits import EdgeLimits
from service.api.logs import RequestLog, path_of
from service.api.needs import AnalysisService, KeepsJobs, ReviewRoutes
from service.api.observe.metrics import Metrics
from service.api.observe.observer import Observer
from service.api.observe.request_facts import NotesCaller
from service.api.observe.trace_choice import build_traces
from service.api.observe.watched_pipeline import WatchedPipeline
from service.api.pages.page_routes import install_pages
from service.api.queued import QueueLimits
from service.api.routes.analyses import analyses
from service.api.routes.batch import batch
from service.api.routes.health import health
from service.api.routes.jobs import job_routes
from service.api.routes.kept import kept_analyses
from service.api.routes.metrics import metrics_routes
from service.api.routes.reading import reading
from service.api.worker import Worker
from service.ingest import Door
from service.settings import Settings
from service.store import Store


def create_app(
    settings: Settings,
    load_pipeline: Callable[[], AnalysisService],
    door: Door,
    reviews: ReviewRoutes | None = None,
    admits: Admits | None = None,
    store: Store | None = None,
    jobs: KeepsJobs | None = None,
) -> FastAPI:
    """Build the service. ``load_pipeline`` runs in the background once the application starts.

    Without ``reviews`` there is no editors' page; without ``admits`` everybody may call; without ``store`` no
    analysis can be kept, and answers are remembered in memory; without ``jobs`` everything is answered at
    once or not at all. Raises TracesUnavailable where the settings ask for traces and their library is
    missing.
    """
    metrics, traces = Metrics(settings.least_support), build_traces(settings)
    worker: Worker[AnalysisService] = Worker(
        lambda: WatchedPipeline(load_pipeline(), metrics),
        QueueLimits(settings.queue_limit, settings.queue_chars),
        settings.analyses_at_once,
        settings.analysis_seconds,
    )
    metrics.watch_queue(lambda: worker.depth, settings.queue_limit)
    runner = AnalysisRunner(worker, door, _cache(settings))
    once = AnswersOnce(store.answers if store else AnswersInMemory())
    admits = NotesCaller(admits or AdmitsAll())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        worker.start()
        purging = asyncio.create_task(purge_hourly(store, settings.keep_days)) if store else None
        if jobs and settings.jobs_in_serve:
            jobs.start(worker, settings.analyses_at_once)
        yield
        if purging:
            purging.cancel()
        if jobs:
            await asyncio.to_thread(jobs.stop)
        await asyncio.to_thread(worker.stop)
        await asyncio.to_thread(traces.stop)

    app = FastAPI(
        title="Pullquote",
        version=service.__version__,
        summary="Summaries, verbatim quotes and media topics of news articles.",
        description=openapi.DESCRIPTION,
        # The usual page loads its scripts from a content delivery network; ours (``pages``) needs no network.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.work = OrderlyEnd(worker, jobs)
    places = Destinations(reviews, store.analyses if store else None, admits)
    app.include_router(analyses(runner, once, places, admits, settings.longest_timeout_s, jobs))
    app.include_router(batch(runner, admits, settings.analyses_at_once + 1))
    app.include_router(job_routes(jobs, admits))
    if store:
        app.include_router(kept_analyses(store.analyses, runner, admits, settings.keep_days))
    app.include_router(reading(worker, settings.summarizer))
    app.include_router(health(worker, summarizer=settings.summarizer))
    app.include_router(metrics_routes(metrics, admits))
    if reviews:
        reviews.install(app, worker.run)
    install_pages(app, has_review=reviews is not None, max_chars=settings.max_chars)
    problems.install(app)
    # The last one added is the outermost.
    app.add_middleware(Settlement)
    app.add_middleware(OwnOrigins, only_this_machine=only_this_machine(settings))
    app.add_middleware(
        EdgeGate,
        limits=EdgeLimits.of(settings),
        hosts=HostRule.of(settings),
        is_draining=lambda: worker.is_draining,
    )
    app.add_middleware(SafeAnswers)
    app.add_middleware(RequestLog, on_defect=_answer_defect)
    app.add_middleware(Observer, metrics=metrics, traces=traces)  # the last one added is the outermost
    return app


def _cache(settings: Settings) -> ResultCache | None:
    """Return the cache of answers; None where it is off, or a model may answer otherwise the next time."""
    if not settings.cache_mb or settings.writes_with.generates:
        return None
    return ResultCache(settings.cache_mb * 2**20)


def _answer_defect(scope: Scope) -> Response:
    return problems.respond(problems.InternalError(problems.DEFECT), path_of(scope))
