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
from service.review.pages.page_context import Key, PageContext, PageRoute, as_json, sent_to
from service.review.pages.template_filters import logged_words
from service.review.review_service import ReviewService
from service.review.rules import copy_formats as formats
from service.review.rules.pieces import Sheet, words_of
from service.review.rules.result import disclosure, gold, record
from service.store.accounts.records import User
from service.store.records import Filter, LogLine, VerdictPair

_WRITERS = {"plain": formats.plain, "markdown": formats.markdown, "html": formats.html}


def routes(room: PageContext) -> APIRouter:
    """Exports, records, history and the dashboard."""
    router = APIRouter(prefix="/review", route_class=PageRoute, include_in_schema=False)
    desk = room.desk

    @router.get("/export.jsonl")
    def export(request: Request) -> Response:
        require_role(room.user(request), "chief")
        state = request.query_params.get("state", "done")
        lines = export_lines(desk, Filter(state="done") if state == "done" else Filter())
        response = StreamingResponse((line + "\n" for line in lines), media_type="application/x-ndjson")
        response.headers["Content-Disposition"] = 'attachment; filename="reviews.jsonl"'
        return protect(request, response)

    @router.get("/items/{key}/record.json")
    def show_record(request: Request, key: Key) -> Response:
        room.user(request)
        item = desk.item(key)
        return as_json(request, record(item.sheet, item.circumstances))

    @router.get("/items/{key}/copy/{form}")
    def copy(request: Request, key: Key, form: Literal["plain", "markdown", "html"]) -> Response:
        room.user(request)
        item = desk.item(key)
        line = disclosure(item.sheet, item.circumstances.reviewed_at)
        # As plain text, also the HTML: it is to be pasted, not to be run.
        return protect(request, PlainTextResponse(str(_WRITERS[form](item.sheet, line))))

    @router.get("/items/{key}/history")
    def history(request: Request, key: Key) -> Response:
        user = room.user(request)
        item = desk.item(key)
        changes = tuple(_changes(item.sheet, desk.store.log(key)))
        return room.page(request, "history.html.j2", user=user, kept=item.kept, changes=changes)

    @router.post("/items/{key}/delete")
    async def delete(request: Request, key: Key) -> Response:
        def work(user: User, form: ReviewForm) -> Response:
            require_role(user, "admin")
            item = desk.item(key)
            desk.store.delete_article(item.kept.article_id, user.name, form.one("reason")[:200], desk.clock())
            return sent_to(request, "/review")

        return await room.form(request, work)

    @router.get("/dashboard")
    def dashboard(request: Request) -> Response:
        user = room.user(request)
        days = int(given) if (given := request.query_params.get("days", "")) in {"7", "30"} else None
        since: date | None = desk.clock().date() - timedelta(days=days) if days else None
        figures = desk.store.dashboard(since)
        agreed = agreement(desk.store.agreement())
        return room.page(
            request, "dashboard.html.j2", user=user, figures=figures, agreement=agreed, days=days
        )

    @router.get("/help")
    def explain(request: Request) -> Response:
        return room.page(request, "help.html.j2", user=room.user(request))

    return router


def export_lines(desk: ReviewService, wanted: Filter) -> Iterator[str]:
    """Yield the gold of the items that ``wanted`` lets through, a line of JSON each."""
    for kept in desk.store.export(wanted):
        item = desk.open(kept)
        yield json.dumps(gold(item.sheet, item.circumstances), ensure_ascii=False)


def _changes(sheet: Sheet, log: Sequence[LogLine]) -> Iterator[tuple[LogLine, str, str]]:
    """Yield the lines of an item's log, newest first, with the words before and after each.

    What nobody had decided on before read as the model had it, as far back as this is about its analysis.
    """
    said = {piece.id: words_of(piece.model) for piece in sheet.pieces if piece.model}
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
