"""What leaves the page (gold, records, texts for a CMS), and the ways to look back at the work."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from service.review.access import protect, require_role
from service.review.pages.forms import ReviewForm
from service.review.pages.page_context import ItemKey, PageContext, PageRoute, json_response, redirect
from service.review.pages.template_filters import logged_words
from service.review.review_service import ReviewItem, ReviewService
from service.review.rules import copy_formats
from service.review.rules.pieces import ReviewedAnalysis, words_of
from service.review.rules.result import disclosure, gold, review_record
from service.store.accounts.records import User
from service.store.records import Filter, LogLine, VerdictPair

_WRITERS = {"plain": copy_formats.plain, "markdown": copy_formats.markdown, "html": copy_formats.html}


def routes(context: PageContext) -> APIRouter:
    """Return the routes of exports, records, history and the dashboard."""
    router = APIRouter(prefix="/review", route_class=PageRoute, include_in_schema=False)
    reviews = context.reviews

    @router.get("/export.jsonl")
    def export(request: Request) -> Response:
        require_role(context.user(request), "chief")
        state = request.query_params.get("state", "done")
        lines = export_lines(reviews, Filter(state="done") if state == "done" else Filter())
        response = StreamingResponse((line + "\n" for line in lines), media_type="application/x-ndjson")
        response.headers["Content-Disposition"] = 'attachment; filename="reviews.jsonl"'
        return protect(request, response)

    @router.get("/items/{key}/record.json")
    def show_record(request: Request, key: ItemKey) -> Response:
        context.user(request)
        item = reviews.item(key)
        return json_response(request, review_record(item.reviewed, item.status, reviews.store.log(key)))

    @router.get("/items/{key}/copy/{form}")
    def copy(
        request: Request,
        key: ItemKey,
        form: Literal["plain", "markdown", "html", "rich", "line"],
        reported: bool = False,
    ) -> Response:
        context.user(request)
        item = reviews.item(key)
        line = disclosure(item.reviewed, item.status.reviewed_at)

        def write(name: str) -> str:
            return str(_WRITERS[name](item.reviewed, line, reported=reported))

        if form == "rich":  # both forms, for the clipboard of a browser
            return json_response(request, {"html": write("html"), "plain": write("plain")})
        # As plain text, also the HTML: it is to be pasted, not to be run.
        return protect(request, PlainTextResponse(line if form == "line" else write(form)))

    @router.get("/items/{key}/history")
    def history(request: Request, key: ItemKey) -> Response:
        user = context.user(request)
        item = reviews.item(key)
        log = reviews.store.log(key)
        changes = tuple(_changes(item.reviewed, log))
        # Versions from before a correction are about another text: nothing leads back to them.
        first = max((line.version for line in log if line.action == "correct"), default=0)
        return context.page(
            request, "history.html.j2", user=user, record=item.record, changes=changes, first=first
        )

    @router.post("/items/{key}/delete")
    async def delete(request: Request, key: ItemKey) -> Response:
        def work(user: User, form: ReviewForm) -> Response:
            require_role(user, "admin")
            item = reviews.item(key)
            reviews.store.delete_article(
                item.record.article_id, user.name, form.one("reason")[:200], reviews.clock()
            )
            return redirect(request, "/review")

        return await context.form(request, work)

    @router.get("/dashboard")
    def dashboard(request: Request) -> Response:
        user = context.user(request)
        days = int(given) if (given := request.query_params.get("days", "")) in {"7", "30"} else None
        since: date | None = reviews.clock().date() - timedelta(days=days) if days else None
        figures = reviews.store.dashboard(since)
        agreed = agreement(reviews.store.agreement())
        return context.page(
            request, "dashboard.html.j2", user=user, figures=figures, agreement=agreed, days=days
        )

    @router.get("/help")
    def explain(request: Request) -> Response:
        return context.page(request, "help.html.j2", user=context.user(request))

    return router


def export_lines(reviews: ReviewService, wanted: Filter) -> Iterator[str]:
    """Yield the gold of the items that ``wanted`` lets through, a line of JSON each."""
    for record in reviews.store.export(wanted):
        item = ReviewItem.read(record)
        yield json.dumps(gold(item.reviewed, item.status), ensure_ascii=False)


def _changes(reviewed: ReviewedAnalysis, log: Sequence[LogLine]) -> Iterator[tuple[LogLine, str, str]]:
    """Yield the lines of an item's log, newest first, with the words before and after each.

    What nobody had decided on before read as the model had it, as far back as this is about its analysis.
    """
    said = {piece.id: words_of(piece.model, reviewed.text) for piece in reviewed.pieces if piece.model}
    for line in reversed(log):
        after = logged_words(line.after)
        yield line, logged_words(line.before) or (said.get(line.piece or "", "") if after else ""), after
        if line.action == "correct":
            said = {}


def agreement(pairs: tuple[VerdictPair, ...]) -> tuple[int, float | None, float | None]:
    """Return how many pieces two editors judged, the share on which they agree, and Cohen's kappa (1960).

    Kappa is None where chance alone would make them agree on all.
    """
    if not pairs:
        return 0, None, None
    first, second = (
        Counter(pair.first_verdict for pair in pairs),
        Counter(pair.second_verdict for pair in pairs),
    )
    observed = sum(pair.first_verdict == pair.second_verdict for pair in pairs) / len(pairs)
    expected = sum(first[verdict] * second[verdict] for verdict in first) / len(pairs) ** 2
    kappa = (observed - expected) / (1 - expected) if expected < 1 else None
    return len(pairs), observed, kappa
