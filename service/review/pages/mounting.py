"""The editors' pages as the HTTP service mounts them, and how programs put analyses into the queue."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service.domain import Analysis
from service.ingest import Door
from service.review.access import HEADERS, PageAccess
from service.review.pages import item_routes, output_routes, queue_routes, sign_in
from service.review.pages.page_context import STATIC, PageContext, RunOnPipeline
from service.review.review_service import ReviewService
from service.store import Store


class ReviewPages:
    """The pages and the queue behind them. Methods block where they say so."""

    def __init__(self, reviews: ReviewService, access: PageAccess, door: Door) -> None:
        """Take the review service, what tells who makes a request, and the door for pasted articles."""
        self._reviews = reviews
        self._access = access
        self._door = door

    @property
    def store(self) -> Store:
        """The store that reviews are kept in."""
        return self._reviews.store

    def install(self, app: FastAPI, run: RunOnPipeline) -> None:
        """Add the routes to ``app``; ``run`` runs a job on the pipeline."""
        context = PageContext.create(self._reviews, self._access)
        app.state.page_context = context
        app.mount("/review/static", _Static(directory=STATIC), name="review-static")
        app.include_router(queue_routes.routes(context, run, self._door))
        for module in (item_routes, output_routes, sign_in):
            app.include_router(module.routes(context))

    @property
    def entry(self) -> str:
        """The path that opens the page: in the mode "open" with its secret, which is for the operator's
        eyes."""
        secret = f"?secret={self._access.secret}" if self._access.mode == "open" else ""
        return f"/review{secret}"

    def submit(self, analysis: Analysis, source: str | None, sent_by: str | None = None) -> str:
        """Put an analysis into the queue and return its page's path. Blocking.

        ``sent_by`` is the name of the key that it came with. Raises NotTheSender.
        """
        return f"/review/items/{self._reviews.submit(analysis, source, sent_by).key}"


class _Static(StaticFiles):
    """Files under the page's own headers. A browser keeps them, and asks each time whether they changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS | {"Cache-Control": "no-cache"})
        return response
