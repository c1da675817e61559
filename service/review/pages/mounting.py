"""The editors' page as the HTTP service mounts it, and its way in for analyses made by programs."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from service.domain import Analysis
from service.ingest import Door
from service.review.access import HEADERS, PageAccess
from service.review.pages import item_routes as items
from service.review.pages import output_routes as outputs
from service.review.pages import queue_routes as queue
from service.review.pages import sign_in as entrance
from service.review.pages.page_context import STATIC, PageContext, Run
from service.review.review_service import ReviewService


class ReviewPages:
    """The page and the queue behind it. Blocking where it says so."""

    def __init__(self, desk: ReviewService, access: PageAccess, door: Door) -> None:
        """Take the desk, what tells who is there, and the door for pasted articles."""
        self._desk = desk
        self._access = access
        self._door = door

    def install(self, app: FastAPI, run: Run) -> None:
        """Add the routes to ``app``; ``run`` runs a job on the pipeline."""
        room = PageContext.create(self._desk, self._access)
        app.state.room = room
        app.mount("/review/static", _Static(directory=STATIC), name="review-static")
        routers = (queue.routes(room, run, self._door), items.routes(room), outputs.routes(room))
        for router in (*routers, entrance.routes(room)):
            app.include_router(router)

    def require_program(self, request: Request) -> None:
        """Raise NotSignedIn or Forbidden unless the request may put analyses into the queue. Blocking."""
        self._access.program(request)

    def submit(self, analysis: Analysis, source: str | None) -> str:
        """Put an analysis into the queue and return its page's path. Blocking."""
        return f"/review/items/{self._desk.submit(analysis, source).key}"


class _Static(StaticFiles):
    """Files under the page's own headers; their addresses carry the version, so they may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(HEADERS | {"Cache-Control": "max-age=3600"})
        return response
