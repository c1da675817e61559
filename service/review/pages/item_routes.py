"""The routes of an item: HTML for people, the same forms as JSON for programs.

Everything works by links and forms; the page's own script (``static/review.js``) sends the same forms without
leaving the page.
"""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.domain import Article
from service.errors import PullquoteError
from service.review.access import require_role
from service.review.pages.forms import ReviewForm
from service.review.pages.page_context import Key, PageContext, PageRoute, as_json, sent_to, wants_json
from service.review.pages.views import named, paragraphs, people
from service.review.review_service import LOW_SUPPORT, ReviewItem
from service.review.rules.actions import MAX_SENTENCE_CHARS, REASONS
from service.review.rules.pieces import InvalidDecision
from service.store.accounts.records import User
from service.store.errors import Claimed, Conflict

_ARTICLES_IN_WORK = 32
_LONGEST_STEP_S = 3_600.0
"""Longer than an hour is a lunch, not a decision."""


def routes(room: PageContext) -> APIRouter:
    """An item, what can be done to it, and whose it is."""
    router = APIRouter(prefix="/review", route_class=PageRoute, include_in_schema=False)
    desk = room.desk
    pages = _Pages(room)

    @router.get("/items/{key}")
    def item(request: Request, key: Key) -> Response:
        user = room.user(request)
        return pages.show(request, user, desk.item(key))

    @router.post("/items/{key}")
    async def decide(request: Request, key: Key) -> Response:
        return await room.form(request, lambda user, form: _decide(pages, request, user, key, form))

    @router.post("/items/{key}/check")
    async def check(request: Request, key: Key) -> Response:
        def work(_: User, form: ReviewForm) -> Response:
            found = desk.item(key)
            piece = found.sheet.piece(form.one("piece"))
            text = " ".join(form.one("text").split())[:MAX_SENTENCE_CHARS]
            checked = desk.check(found, piece, text)
            return room.page(request, "check.html.j2", checked=checked, text=text, low=LOW_SUPPORT)

        return await room.form(request, work)

    @router.post("/items/{key}/claim")
    async def claim(request: Request, key: Key) -> Response:
        def work(user: User, form: ReviewForm) -> Response:
            force = form.one("force") == "yes"
            if force:
                require_role(user, "chief")
            desk.claim(key, user.name, force=force)
            return sent_to(request, f"/review/items/{key}")

        return await room.form(request, work)

    @router.post("/items/{key}/release")
    async def release(request: Request, key: Key) -> Response:
        def work(user: User, _: ReviewForm) -> Response:
            desk.store.release(key, user.name)
            return sent_to(request, f"/review/items/{key}")

        return await room.form(request, work)

    return router


class _Pages:
    """Renders items."""

    def __init__(self, room: PageContext) -> None:
        self.room = room
        # An editor looks at the same article again after each step.
        self._named = lru_cache(_ARTICLES_IN_WORK)(self._read_names)

    def show(
        self,
        request: Request,
        user: User,
        item: ReviewItem,
        error: PullquoteError | None = None,
        fields: ReviewForm | None = None,
    ) -> Response:
        """Return an item's page; where an ``error`` refused a form, its ``fields`` stay filled in."""
        desk = self.room.desk
        response = self.room.page(
            request,
            "item.html.j2",
            error.problem.status if error else 200,
            user=user,
            kept=item.kept,
            sheet=item.sheet,
            paragraphs=paragraphs(item.sheet),
            people=people(item.sheet, self._named(item.kept.text)),
            reasons=REASONS,
            taxonomy=desk.taxonomy,
            low=LOW_SUPPORT,
            now=desk.clock(),
            error=error,
            fields=fields or ReviewForm(),
            most_chars=MAX_SENTENCE_CHARS,
        )
        response.headers["ETag"] = f'"{item.kept.version}"'
        return response

    def _read_names(self, text: str) -> tuple[str, ...]:
        sentences = self.room.desk.segment(Article(id="-", text=text))
        return named(text, [sentence.span.start for sentence in sentences])


def _decide(pages: _Pages, request: Request, user: User, key: int, form: ReviewForm) -> Response:
    """Do what a form asks for; on a conflict or a mistake, keep what was typed."""
    room = pages.room
    try:
        item = _done(room, request, user, key, form)
    except PullquoteError as error:
        if wants_json(request) or not isinstance(error, Conflict | Claimed | InvalidDecision):
            raise
        newest = room.desk.item(key)
        if isinstance(error, Conflict):
            return room.page(
                request, "conflict.html.j2", 412, user=user, item=newest, error=error, fields=form
            )
        return pages.show(request, user, newest, error, form)
    if wants_json(request):
        kept = item.kept
        state = {"version": kept.version, "state": kept.state, "stale": kept.stale}
        return as_json(request, state, {"ETag": f'"{kept.version}"'})
    if form.one("then") == "next":
        return sent_to(request, f"/review/next?after={key}")
    return sent_to(request, f"/review/items/{key}" + (f"#{form.one('piece')}" if form.one("piece") else ""))


def _done(room: PageContext, request: Request, user: User, key: int, form: ReviewForm) -> ReviewItem:
    if match := request.headers.get("if-match"):
        form["version"] = [match]
    version, seconds, desk = form.number("version"), _seconds(room, form), room.desk
    if form.one("do") == "undo":
        return desk.undo(key, version, user.name, seconds)
    if form.one("do") == "restore":
        return desk.restore(key, version, form.number("target"), user.name, seconds)
    return desk.act(key, version, form.action(), user.name, seconds)


def _seconds(room: PageContext, form: ReviewForm) -> float | None:
    """How long the editor took since the page was shown; None if the form doesn't say or can't be right."""
    if not form.one("shown"):
        return None
    taken = room.desk.clock().timestamp() - form.number("shown")
    return float(taken) if 0 <= taken <= _LONGEST_STEP_S else None
