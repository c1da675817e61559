"""Kept analyses: ``GET`` and ``DELETE`` of ``/v1/analyses`` and ``/v1/analyses/{id}``.

A caller sees and deletes what its own key had kept; what another's had is not there for it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from service import wire
from service.api import openapi
from service.api.answers.analysing import AnalysisRunner
from service.api.answers.entity_tags import NOT_STORED, tagged
from service.api.answers.options import OffsetQuery
from service.api.body import JSON
from service.api.callers import Admits, Scope
from service.api.routes import descriptions
from service.store.analyses.kept import KeptAnalyses
from service.store.analyses.records import KeptAnalysis, KeptLine

_PATH = "/v1/analyses"
_ID = Annotated[str, Path(description="As the header `Location` gave it.", examples=[openapi.KEPT_ID])]
# Fifteen digits, so that it fits into a database's whole numbers.
_CURSOR = "^[0-9a-f]{1,15}$"


class KeptListQuery(BaseModel):
    """Which kept analyses."""

    model_config = ConfigDict(extra="forbid")

    article: str | None = Field(None, description="Only those of the article with this id.")
    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: str | None = Field(
        None, pattern=_CURSOR, description="Where to go on: `next_cursor` of the list before."
    )


class KeptDeletionQuery(BaseModel):
    """Of which article kept analyses are deleted."""

    model_config = ConfigDict(extra="forbid")

    article: str = Field(min_length=1, description="The id of the article.")


class KeptLineModel(BaseModel):
    """A kept analysis, as a list names it."""

    id: str
    article_id: str
    title: str | None
    length: str
    format: str
    service: str = Field(description="The version that made it.")
    made_at: datetime
    kept_until: datetime | None = Field(description="When it will be deleted; null for not by itself.")


class KeptListModel(BaseModel):
    """Kept analyses, newest first."""

    analyses: list[KeptLineModel]
    next_cursor: str | None = Field(description="For the next part of the list; null at its end.")


def kept_analyses(kept: KeptAnalyses, runner: AnalysisRunner, admits: Admits, keep_days: int) -> APIRouter:
    """Return the routes of kept analyses."""
    router = APIRouter(tags=["kept analyses"])

    @router.get(_PATH, response_model=KeptListModel, **descriptions.LIST_ANALYSES)
    async def list_analyses(request: Request, query: Annotated[KeptListQuery, Query()]) -> Response:
        caller = await admits.require(request, Scope.READ)
        page = await asyncio.to_thread(
            kept.page,
            caller.key or "",
            article_id=query.article,
            before=int(query.cursor, 16) if query.cursor else None,
            size=query.limit,
        )
        cursor = f"{page.before:x}" if page.before is not None else None
        lines = [_line(line, keep_days) for line in page.lines]
        headers = {"Cache-Control": NOT_STORED}
        if cursor:
            following = query.model_copy(update={"cursor": cursor}).model_dump(exclude_none=True)
            headers["Link"] = f'<{_PATH}?{urlencode(following, errors="replace")}>; rel="next"'
        content = KeptListModel(analyses=lines, next_cursor=cursor).model_dump_json()
        return Response(content, headers=headers, media_type=JSON)

    @router.delete(_PATH, status_code=204, **descriptions.DELETE_ANALYSES)
    async def delete_analyses(request: Request, query: Annotated[KeptDeletionQuery, Query()]) -> Response:
        caller = await admits.require(request, Scope.DELETE)
        # Also where nothing is kept: memory may hold what was answered to a request without ``store``.
        runner.forget(query.article)
        await asyncio.to_thread(kept.delete_article, caller.key or "", query.article)
        return Response(status_code=204)

    @router.get(_PATH + "/{analysis_id}", response_model=wire.AnalysisModel, **descriptions.GET_ANALYSIS)
    async def get_analysis(
        request: Request, analysis_id: _ID, query: Annotated[OffsetQuery, Query()]
    ) -> Response:
        caller = await admits.require(request, Scope.READ)
        found = await asyncio.to_thread(kept.get, caller.key or "", analysis_id)
        content = await asyncio.to_thread(_content, found, query.offset_unit)
        return tagged(request.headers, content)

    @router.delete(_PATH + "/{analysis_id}", status_code=204, **descriptions.DELETE_ANALYSIS)
    async def delete_analysis(request: Request, analysis_id: _ID) -> Response:
        caller = await admits.require(request, Scope.DELETE)
        runner.forget(await asyncio.to_thread(kept.delete, caller.key or "", analysis_id))
        return Response(status_code=204)

    return router


def _content(found: KeptAnalysis, offset_unit: wire.OffsetUnit) -> bytes:
    if offset_unit is wire.OffsetUnit.CODEPOINT:
        return found.content.encode("utf-8")
    return wire.dumps(wire.loads(found.content, found.text or ""), offset_unit).encode("utf-8")


def _line(line: KeptLine, keep_days: int) -> KeptLineModel:
    return KeptLineModel(
        id=line.id,
        article_id=line.article_id,
        title=line.title,
        length=line.length,
        format=line.format,
        service=line.service,
        made_at=line.made_at,
        kept_until=line.made_at + timedelta(days=keep_days) if keep_days else None,
    )
