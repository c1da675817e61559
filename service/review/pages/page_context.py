"""What every route shares: the review service, who makes a request, and how pages and errors are answered."""

from __future__ import annotations

import json
import logging
import pathlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

import service
from service.errors import Overloaded, PullquoteError
from service.review.access import NotSignedIn, PageAccess, csrf_token, protect, require_own_page
from service.review.pages import template_filters as filters
from service.review.pages.forms import ReviewForm, read_form
from service.review.review_service import ReviewService
from service.store.accounts.records import User
from service.store.errors import NoSuchItem

_log = logging.getLogger(__name__)
_HERE = pathlib.Path(__file__).parent
STATIC = _HERE / "static"


@dataclass(frozen=True)
class PageContext:
    """The review service, what tells who makes a request, and the templates."""

    reviews: ReviewService
    access: PageAccess
    templates: Environment

    @classmethod
    def create(cls, reviews: ReviewService, access: PageAccess) -> PageContext:
        """Load the templates. Everything is escaped, and an unknown name is an error."""
        templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        templates.filters.update(filters.FILTERS)
        templates.globals["version"] = service.__version__
        return cls(reviews, access, templates)

    def page(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        """Render a template."""
        token = csrf_token(request)
        shared = {
            "csrf": token,
            "user": context.pop("user", None),
            "mode": self.access.mode,
            "path": request.url.path,
        }
        html = self.templates.get_template(template).render(**shared, **context)
        # What UTF-8 can't carry (half of a surrogate pair in a title) becomes a question mark.
        return protect(request, HTMLResponse(html.encode("utf-8", "replace"), status), token)

    def user(self, request: Request) -> User:
        """Return who makes a request. Raises NotSignedIn or Forbidden."""
        return self.access.user(request)

    async def form(self, request: Request, work: Callable[[User, ReviewForm], Response]) -> Response:
        """Read a form of our own page and do ``work`` with it, off the event loop."""
        form = await read_form(request)
        return await run_in_threadpool(lambda: work(self.author(request, form), form))

    def author(self, request: Request, form: ReviewForm) -> User:
        """Return who sent a form of our own page. Raises NotSignedIn or Forbidden."""
        user = self.user(request)
        require_own_page(request, form.one("csrf"))
        return user

    def problem(self, request: Request, error: PullquoteError) -> Response:
        """Answer an error with a page; whoever isn't signed in is asked to."""
        if error.public != error.detail:
            _log.warning("%s: %s", error.code, error.detail)
        if isinstance(error, NotSignedIn) and self.access.mode == "accounts":
            return redirect(request, f"/review/sign-in?then={quote(_return_path(request))}")
        response = self.page(request, "problem.html.j2", error.problem.status, error=error)
        if isinstance(error, Overloaded):
            response.headers["Retry-After"] = str(error.retry_after_s)
        return response


class PageRoute(APIRoute):
    """A route whose errors are pages, unless the client asks for JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route's handler."""
        handler = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                try:
                    response: Response = await handler(request)
                except RequestValidationError:
                    raise NoSuchItem(f"There is nothing at {request.url.path[:200]!a}.") from None
            except PullquoteError as error:
                if wants_json(request):
                    raise
                context: PageContext = request.app.state.page_context
                return await run_in_threadpool(context.problem, request, error)
            return response

        return answer


ItemKey = Annotated[int, Path(ge=1, le=2**63 - 1)]
"""An item's number in an address; what no database could hold is an address of nothing."""
RunOnPipeline = Callable[[Callable[[Any], Any]], Awaitable[Any]]
"""Runs a job on the pipeline, off the event loop: ``service.api.worker.Worker.run``."""


def wants_json(request: Request) -> bool:
    """Return whether the client asks for JSON rather than a page."""
    return "application/json" in request.headers.get("accept", "")


def redirect(request: Request, path: str) -> Response:
    """Redirect the browser to another page, to be fetched with GET."""
    return protect(request, RedirectResponse(path, status_code=303))


def json_response(request: Request, content: Any, headers: dict[str, str] | None = None) -> Response:
    """Answer in JSON; ASCII, since a detail may hold what UTF-8 can't carry."""
    return protect(request, Response(json.dumps(content), 200, headers, media_type="application/json"))


def _return_path(request: Request) -> str:
    if request.method != "GET":
        return "/review"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
