"""The routes of an item: HTML for people, the same forms as JSON for programs.

Everything works by links and forms; the page's own script (``static/review.js``) sends the same forms without
leaving the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from service.errors import PullquoteError
from service.grounding.faults import SupportFault
from service.review.access import require_role
from service.review.pages.forms import ReviewForm, kept_query, read_query
from service.review.pages.page_context import (
    ItemKey,
    PageContext,
    PageRoute,
    json_response,
    redirect,
    wants_json,
)
from service.review.pages.views import ItemView, named, paragraphs, people
from service.review.review_service import ReviewItem
from service.review.rules.actions import MAX_SENTENCE_CHARS, REASONS
from service.review.rules.attention import LOW_SUPPORT
from service.review.rules.pieces import InvalidDecision, Piece, PieceKind, PieceVerdict
from service.store.accounts.records import User
from service.store.errors import Claimed, Conflict

_ARTICLES_IN_WORK = 32
_LONGEST_STEP_S = 3_600.0
"""A step that took longer had a break in it."""


def routes(context: PageContext) -> APIRouter:
    """Return the routes of an item: to show it, to decide on it, and to claim it."""
    router = APIRouter(prefix="/review", route_class=PageRoute, include_in_schema=False)
    reviews = context.reviews
    pages = _ItemPage(context)

    @router.get("/items/{key}")
    def item(request: Request, key: ItemKey) -> Response:
        user = context.user(request)
        return pages.show(request, user, reviews.item(key))

    @router.get("/items/{key}/dock")
    def dock(request: Request, key: ItemKey) -> Response:
        user = context.user(request)
        return pages.show(request, user, reviews.item(key), template="dock_page.html.j2")

    @router.post("/items/{key}")
    async def decide(request: Request, key: ItemKey) -> Response:
        return await context.form(request, lambda user, form: _decide(pages, request, user, key, form))

    @router.post("/items/{key}/check")
    async def check(request: Request, key: ItemKey) -> Response:
        def work(_: User, form: ReviewForm) -> Response:
            found = reviews.item(key)
            piece = found.reviewed.piece(form.one("piece"))
            text = " ".join(form.one("text").split())[:MAX_SENTENCE_CHARS]
            checked = reviews.check(found, piece, text)
            return context.page(request, "check.html.j2", checked=checked, text=text, low=LOW_SUPPORT)

        return await context.form(request, work)

    @router.post("/items/{key}/claim")
    async def claim(request: Request, key: ItemKey) -> Response:
        def work(user: User, form: ReviewForm) -> Response:
            force = form.one("force") == "yes"
            if force:
                require_role(user, "chief")
            reviews.claim(key, user.name, force=force)
            return redirect(request, f"/review/items/{key}")

        return await context.form(request, work)

    @router.post("/items/{key}/release")
    async def release(request: Request, key: ItemKey) -> Response:
        def work(user: User, _: ReviewForm) -> Response:
            reviews.store.release(key, user.name)
            return redirect(request, f"/review/items/{key}")

        return await context.form(request, work)

    return router


class _ItemPage:
    """Renders the page of an item."""

    def __init__(self, context: PageContext) -> None:
        self.context = context
        # An editor looks at the same article again after each step.
        self._named = lru_cache(_ARTICLES_IN_WORK)(named)

    def show(
        self,
        request: Request,
        user: User,
        item: ReviewItem,
        error: PullquoteError | None = None,
        fields: ReviewForm | None = None,
        template: str = "item.html.j2",
    ) -> Response:
        """Return an item's page; where an ``error`` refused a form, its ``fields`` stay filled in."""
        reviews, view, fields = self.context.reviews, ItemView(item.reviewed), fields or ReviewForm()
        query = ReviewForm({name: [value] for name, value in request.query_params.items()})
        current = view.current(fields.one("piece") or query.one("piece"))
        whole = template == "item.html.j2"
        response = self.context.page(
            request,
            template,
            error.problem.status if error else 200,
            user=user,
            record=item.record,
            reviewed=item.reviewed,
            view=view,
            current=current,
            faults=self._faults(item, current),
            here=f"/review/items/{item.record.key}",
            back=(fields.one("back") and kept_query(read_query(fields.one("back")))) or kept_query(query),
            paragraphs=paragraphs(item.reviewed) if whole else (),
            people=people(item.reviewed, self._named(item.record.text)) if whole else (),
            reasons=REASONS,
            taxonomy=reviews.taxonomy,
            low=LOW_SUPPORT,
            now=reviews.clock(),
            error=error,
            fields=fields,
            most_chars=MAX_SENTENCE_CHARS,
        )
        response.headers["ETag"] = f'"{item.record.version}"'
        return response

    def _faults(self, item: ReviewItem, piece: Piece | None) -> Sequence[SupportFault]:
        """Return what is wrong with a sentence that an editor saved although it is hardly supported."""
        if piece is None or piece.kind is not PieceKind.SENTENCE or piece.verdict is not PieceVerdict.EDITED:
            return ()
        if piece.value.support >= LOW_SUPPORT:
            return ()
        return self.context.reviews.check(item, piece, piece.value.text).grounding.faults


def _decide(pages: _ItemPage, request: Request, user: User, key: int, form: ReviewForm) -> Response:
    """Do what a form asks for. On a conflict or a mistake, the answer keeps what was typed."""
    context = pages.context
    try:
        item = _perform(context, request, user, key, form)
    except PullquoteError as error:
        if wants_json(request) or not isinstance(error, Conflict | Claimed | InvalidDecision):
            raise
        newest = context.reviews.item(key)
        if isinstance(error, Conflict):
            return context.page(
                request, "conflict.html.j2", 412, user=user, item=newest, error=error, fields=form
            )
        return pages.show(request, user, newest, error, form)
    if wants_json(request):
        record = item.record
        state = {"version": record.version, "state": record.state, "stale": record.stale}
        return json_response(request, state, {"ETag": f'"{record.version}"'})
    back = kept_query(read_query(form.one("back")))
    if form.one("then") == "next":
        return redirect(request, f"/review/next?after={key}" + (f"&{back}" if back else ""))
    query = "&".join(filter(None, (_after(item, form), back)))
    anchor = f"#{quote(form.one('piece'))}" if form.one("piece") else ""
    return redirect(request, f"/review/items/{key}" + (f"?{query}" if query else "") + anchor)


def _after(item: ReviewItem, form: ReviewForm) -> str:
    """Return the query that names the piece to go on with, which the page without a script shows."""
    piece = form.one("piece")
    return f"piece={quote(piece)}" if any(piece == one.id for one in item.reviewed.pieces) else ""


def _perform(context: PageContext, request: Request, user: User, key: int, form: ReviewForm) -> ReviewItem:
    if match := request.headers.get("if-match"):
        form["version"] = [match]
    version, seconds, reviews = form.number("version"), _seconds(context, form), context.reviews
    if form.one("do") == "undo":
        return reviews.undo(key, version, user.name, seconds)
    if form.one("do") == "restore":
        return reviews.restore(key, version, form.number("target"), user.name, seconds)
    return reviews.act(key, version, form.action(), user.name, seconds)


def _seconds(context: PageContext, form: ReviewForm) -> float | None:
    """Return the seconds since the page was shown; None if the form doesn't say or can't be right."""
    if not form.one("shown"):
        return None
    taken = context.reviews.clock().timestamp() - form.number("shown")
    return float(taken) if 0 <= taken <= _LONGEST_STEP_S else None
