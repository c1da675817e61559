"""The editors' pages as the HTTP service mounts them, and how programs put analyses into the queue."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service.domain import Analysis
from service.ingest import Door
from service.review.access import HEADERS, PageAccess
from service.review.pages import item_routes, output_routes, queue_routes, sign_in
from service.review.pages.page_context import STATIC, PageContext, RunOnPipeline
from service.review.review_service import ReviewService


class ReviewPages:
    """The pages and the queue behind them. Methods block where they say so."""

    def __init__(self, reviews: ReviewService, access: PageAccess, door: Door) -> None:
        """Take the review service, what tells who makes a request, and the door for pasted articles."""
        self._reviews = reviews
        self._access = access
        self._door = door

    def install(self, app: FastAPI, run: RunOnPipeline) -> None:
        """Add the routes to ``app``; ``run`` runs a job on the pipeline."""
        context = PageContext.create(self._reviews, self._access)
        app.state.page_context = context
        app.mount("/review/static", _Static(directory=STATIC), name="review-static")
        app.include_router(queue_routes.routes(context, run, self._door))
        for module in (item_routes, output_routes, sign_in):
            app.include_router(module.routes(context))

    def require_program(self, request: Request) -> None:
        """Raise NotSignedIn or Forbidden unless the request may put analyses into the queue. Blocking."""
        self._access.program(request)

    def submit(self, analysis: Analysis, source: str | None) -> str:
        """Put an analysis into the queue and return its page's path. Blocking."""
        return f"/review/items/{self._reviews.submit(analysis, source).key}"


class _Static(StaticFiles):
    """Files under the page's own headers. A browser keeps them, and asks each time whether they changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS | {"Cache-Control": "no-cache"})
        return response
