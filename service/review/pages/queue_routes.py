"""The routes of the queue, and of the form that brings a new article into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.errors import PullquoteError
from service.ingest import Door
from service.ingest.door import Declared
from service.review.pages.forms import MAX_FORM_BYTES, ReviewForm, read_form
from service.review.pages.page_context import PageContext, PageRoute, Run, sent_to, wants_json
from service.review.review_service import LOW_SUPPORT
from service.review.rules.pieces import InvalidDecision
from service.store.accounts.records import User
from service.store.records import Filter, Order, State

PAGE_SIZE = 50
TABS: Mapping[str, tuple[str, str]] = {
    "new": ("New", "nobody has decided anything yet"),
    "open": ("In progress", "begun, not finished"),
    "low": ("Low support", f"a summary sentence with support under {LOW_SUPPORT:.0%}"),
    "speaker": ("Unknown speaker", "a quote whose speaker the article doesn’t name"),
    "stale": ("Stale", "the article was corrected after its review"),
    "mine": ("Mine", "claimed or last edited by you, not finished"),
    "done": ("Done", "finished"),
    "all": ("All", "everything"),
}
_STATES: Mapping[str, State] = {"new": "new", "open": "open", "done": "done"}


def routes(room: PageContext, run: Run, door: Door) -> APIRouter:
    """The queue with its filters, the way to the next item, and the form for a new article."""
    router = APIRouter(prefix="/review", route_class=PageRoute, include_in_schema=False)
    desk = room.desk

    @router.get("")
    def queue(request: Request) -> Response:
        user = room.user(request)
        query = ReviewForm({name: [value] for name, value in request.query_params.items()})
        tab = query.one("tab") if query.one("tab") in TABS else "new"
        number = query.number("page") if query.one("page") else 1
        offset = PAGE_SIZE * (max(number, 1) - 1)
        chosen = _filter(query, tab, user)
        now = desk.clock()
        return room.page(
            request,
            "queue.html.j2",
            user=user,
            tab=tab,
            tabs=TABS,
            page=desk.store.queue(chosen, offset=offset, size=PAGE_SIZE, now=now, order=_order(query)),
            counts=_counts(room, chosen, user),
            number=number,
            size=PAGE_SIZE,
            query=query,
            link=lambda **changed: _link(query, {"tab": tab, **changed}),
            sources=desk.store.sources(),
            taxonomy=desk.taxonomy,
            now=now,
        )

    @router.get("/next")
    def following(request: Request) -> Response:
        user = room.user(request)
        query = ReviewForm({name: [value] for name, value in request.query_params.items()})
        after = query.number("after") if query.one("after") else None
        key = desk.store.next_item(Filter(), user.name, desk.clock(), after)
        return sent_to(request, "/review?tab=new" if key is None else f"/review/items/{key}")

    @router.get("/new")
    def blank(request: Request) -> Response:
        return room.page(request, "new.html.j2", user=room.user(request), fields=ReviewForm(), error=None)

    @router.post("/new")
    async def paste(request: Request) -> Response:
        # A character of text is up to 12 bytes of a form.
        form = await read_form(request, 12 * door.max_chars + MAX_FORM_BYTES)
        user = await run_in_threadpool(room.author, request, form)
        try:
            key = await run(lambda pipeline: _submit(room, door, pipeline, form))
        except PullquoteError as error:
            if wants_json(request):
                raise
            status = error.problem.status
            return room.page(request, "new.html.j2", status, user=user, fields=form, error=error)
        return sent_to(request, f"/review/items/{key}")

    return router


def _submit(room: PageContext, door: Door, pipeline: Any, form: ReviewForm) -> int:
    """Analyse a pasted article, in the thread of the model, and put it into the queue."""
    declared = Declared(
        id=form.one("id").strip() or None,
        title=form.one("title").strip() or None,
        published=form.one("published").strip() or None,
    )
    # A browser sends every line break as two characters.
    article = door.from_text(form.one("text").replace("\r\n", "\n"), declared)
    return room.desk.submit(pipeline.analyse(article), form.one("source").strip() or "pasted").key


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


def _counts(room: PageContext, chosen: Filter, user: User) -> Mapping[str, int]:
    counts = room.desk.store.counts(chosen, user.name, room.desk.clock())
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


def _link(query: ReviewForm, changed: Mapping[str, object]) -> str:
    """The queue's address with the present filters, but for what is ``changed``."""
    kept = {name: query.one(name) for name in ("source", "topic", "since", "until", "q", "order")}
    fields = {**kept, **{name: str(value) for name, value in changed.items()}}
    return "/review?" + urlencode({name: value for name, value in fields.items() if value})
