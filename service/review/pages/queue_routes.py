"""The routes of the queue, and of the form that brings a new article into it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.domain import Analysis, Article
from service.errors import PullquoteError
from service.ingest import Door
from service.ingest.door import Declared
from service.review.access import set_cookie
from service.review.pages.forms import MAX_FORM_BYTES, ReviewForm, kept_query, read_form
from service.review.pages.page_context import PageContext, PageRoute, RunOnPipeline, redirect, wants_json
from service.review.rules.attention import LOW_SUPPORT
from service.review.rules.pieces import InvalidDecision
from service.store.accounts.records import User
from service.store.errors import Claimed
from service.store.records import Filter, Order, State

PAGE_SIZE = 50
_MOST_TRIES = 20
TABS: Mapping[str, tuple[str, str]] = {
    "new": ("New", "nobody has decided anything yet"),
    "open": ("In progress", "begun, not finished"),
    "low": ("Support is low", f"an open sentence with support under {LOW_SUPPORT:.0%}, or an unseen warning"),
    "speaker": ("Who said it?", "an open quotation in marks whose speaker is unknown or in doubt"),
    "stale": ("Stale", "the article was corrected after its review"),
    "mine": ("Mine", "claimed or last edited by you, not finished"),
    "done": ("Done", "finished"),
    "all": ("All", "everything"),
}
_STATES: Mapping[str, State] = {"new": "new", "open": "open", "done": "done"}


def routes(context: PageContext, run: RunOnPipeline, door: Door) -> APIRouter:
    """Return the routes of the queue, of the next item, and of the form for a new article."""
    router = APIRouter(prefix="/review", route_class=PageRoute, include_in_schema=False)
    reviews = context.reviews

    @router.get("")
    def queue(request: Request) -> Response:
        if context.access.shows_secret(request):
            response = redirect(request, "/review")
            set_cookie(request, response, context.access.secret_cookie, context.access.secret)
            return response
        user = context.user(request)
        query = ReviewForm({name: [value] for name, value in request.query_params.items()})
        tab = query.one("tab") if query.one("tab") in TABS else "new"
        number = query.number("page") if query.one("page") else 1
        offset = PAGE_SIZE * (max(number, 1) - 1)
        chosen = _filter(query, tab, user)
        now = reviews.clock()
        return context.page(
            request,
            "queue.html.j2",
            user=user,
            tab=tab,
            tabs=TABS,
            page=reviews.store.queue(chosen, offset=offset, size=PAGE_SIZE, now=now, order=_order(query)),
            counts=_counts(context, chosen, user),
            number=number,
            size=PAGE_SIZE,
            query=query,
            here=kept_query(query),
            link=lambda **changed: f"/review?{kept_query(query, **{'tab': tab, **changed})}",
            sources=reviews.store.sources(),
            taxonomy=reviews.taxonomy,
            now=now,
        )

    @router.get("/next")
    def following(request: Request) -> Response:
        user = context.user(request)
        query = ReviewForm({name: [value] for name, value in request.query_params.items()})
        after = query.number("after") if query.one("after") else None
        tab = query.one("tab") if query.one("tab") in TABS else "all"
        key = _claim_next(context, _filter(query, tab, user), user, after)
        here = kept_query(query)
        if key is None:
            return redirect(request, f"/review?{here}" if here else "/review?tab=new")
        return redirect(request, f"/review/items/{key}" + (f"?{here}" if here else ""))

    @router.get("/new")
    def blank(request: Request) -> Response:
        return context.page(
            request, "new.html.j2", user=context.user(request), fields=ReviewForm(), error=None
        )

    @router.post("/new")
    async def paste(request: Request) -> Response:
        # A character of text is up to 12 bytes of a form.
        form = await read_form(request, 12 * door.max_chars + MAX_FORM_BYTES)
        user = await run_in_threadpool(context.author, request, form)
        try:
            analysis = await run(lambda pipeline: _analyse(door, pipeline, form))
            # Not in the model's thread, which must not wait for the store.
            key = await run_in_threadpool(_submit, context, analysis, form)
        except PullquoteError as error:
            if wants_json(request):
                raise
            status = error.problem.status
            return context.page(request, "new.html.j2", status, user=user, fields=form, error=error)
        return redirect(request, f"/review/items/{key}")

    return router


def _analyse(door: Door, pipeline: Any, form: ReviewForm) -> Analysis:
    """Analyse a pasted article, in the model's thread."""
    declared = Declared(
        id=form.one("id").strip() or None,
        title=form.one("title").strip() or None,
        published=form.one("published").strip() or None,
    )
    # A browser sends every line break as two characters.
    article = door.from_text(form.one("text").replace("\r\n", "\n"), declared)
    analysis: Analysis = pipeline.analyse(article)
    return analysis


def _require_own_id(context: PageContext, article: Article, form: ReviewForm) -> None:
    """Raise InvalidDecision for the id of another text, unless the form says that it is corrected."""
    before = context.reviews.store.item_of(article.id)
    if before and before.text != article.text and not form.one("correct"):
        raise InvalidDecision(
            f"The id {article.id[:80]!a} is that of “{before.title or before.article_id}”. "
            "Give another id, or say that this text corrects that article.",
            code="known-id",
        )


def _submit(context: PageContext, analysis: Analysis, form: ReviewForm) -> int:
    """Put a pasted article into the queue, and return its item's number. Blocking.

    Raises InvalidDecision for the id of another text.
    """
    _require_own_id(context, analysis.article, form)
    return context.reviews.submit(analysis, form.one("source").strip() or "pasted").key


def _claim_next(context: PageContext, wanted: Filter, user: User, after: int | None) -> int | None:
    """Return the next item, claimed for the editor, so that no two are given the same; None if none."""
    reviews = context.reviews
    for _ in range(_MOST_TRIES):
        key = reviews.store.next_item(wanted, user.name, reviews.clock(), after)
        if key is None:
            return None
        with suppress(Claimed):  # another was faster: the next look leaves it out
            reviews.claim(key, user.name)
            return key
    return None


def _filter(query: ReviewForm, tab: str, user: User) -> Filter:
    return Filter(
        state=_STATES.get(tab),
        low_support=tab == "low",
        unknown_speaker=tab == "speaker",
        stale=tab == "stale",
        mine=user.name if tab == "mine" else None,
        source=query.one("source") or None,
        topic=query.one("topic") or None,
        since=_day(query.one("since")),
        until=_day(query.one("until")),
        search=query.one("q").strip() or None,
    )


def _order(query: ReviewForm) -> Order:
    return "risk" if query.one("order") == "risk" else "newest"


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InvalidDecision(
            f"The day is {given[:40]!a}. Write it as 2026-11-24.", code="bad-field"
        ) from None


def _counts(context: PageContext, chosen: Filter, user: User) -> Mapping[str, int]:
    counts = context.reviews.store.counts(chosen, user.name, context.reviews.clock())
    return {
        "all": counts.all,
        "new": counts.new,
        "open": counts.open,
        "done": counts.done,
        "stale": counts.stale,
        "low": counts.low_support,
        "speaker": counts.unknown_speaker,
        "mine": counts.mine,
    }
