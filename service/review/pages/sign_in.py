"""Signing in and out with an account of the store's."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.errors import PullquoteError
from service.review.access import (
    DEVICE_COOKIE,
    SESSION_COOKIE,
    SESSION_LIFETIME,
    require_own_page,
    set_cookie,
)
from service.review.pages.forms import ReviewForm, read_form
from service.review.pages.page_context import PageContext, PageRoute, redirect, wants_json
from service.store.accounts.accounts import Browser
from service.store.accounts.sessions import DEVICE_LIFETIME
from service.store.errors import SignInRefused, TooManySignIns


def routes(context: PageContext) -> APIRouter:
    """Return the routes of signing in and out."""
    router = APIRouter(prefix="/review", route_class=PageRoute, include_in_schema=False)
    store = context.reviews.store

    def form_page(
        request: Request, then: str, name: str = "", error: PullquoteError | None = None
    ) -> Response:
        return context.page(
            request,
            "sign_in.html.j2",
            error.problem.status if error else 200,
            then=then,
            name=name,
            error=error,
            has_users=store.has_users(),
        )

    def enter(request: Request, form: ReviewForm) -> Response:
        require_own_page(request, form.one("csrf"))
        then = _own_path(form.one("then"))
        now, device = context.reviews.clock(), request.cookies.get(DEVICE_COOKIE, "")
        browser = Browser(request.client.host if request.client else "", device)
        try:
            user = store.sign_in(form.one("name"), form.one("password"), now, browser)
        except (SignInRefused, TooManySignIns) as error:
            if wants_json(request):
                raise
            response = form_page(request, then, form.one("name")[:100], error)
            if isinstance(error, TooManySignIns):
                response.headers["Retry-After"] = str(error.retry_after_s)
            return response
        response = redirect(request, then)
        set_cookie(request, response, SESSION_COOKIE, store.open_session(user.name, now, SESSION_LIFETIME))
        # It outlives the session and the sign-out: it lets this browser past a lock that others made.
        known = store.remember_device(user.name, device, now)
        set_cookie(request, response, DEVICE_COOKIE, known, DEVICE_LIFETIME)
        return response

    @router.get("/sign-in")
    def ask(request: Request) -> Response:
        return form_page(request, _own_path(request.query_params.get("then", "")))

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await read_form(request)
        return await run_in_threadpool(enter, request, form)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        form = await read_form(request)
        require_own_page(request, form.one("csrf"))
        await run_in_threadpool(store.close_session, request.cookies.get(SESSION_COOKIE, ""))
        response = redirect(request, "/review/sign-in")
        response.delete_cookie(SESSION_COOKIE, path="/review")
        return response

    return router


def _own_path(path: str) -> str:
    """Return ``path`` if it leads to a page of ours, else the queue: a link must not lead elsewhere."""
    plain = path.isascii() and path.isprintable() and "\\" not in path and "//" not in path
    return path if plain and (path == "/review" or path.startswith(("/review/", "/review?"))) else "/review"
