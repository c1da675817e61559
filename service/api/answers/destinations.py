"""Where an analysis goes besides to its caller: it is kept, or queued for editors."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex

from starlette.requests import Request

import service
from service import wire
from service.api import problems
from service.api.answers.analysing import Answered, Need
from service.api.answers.options import AnalysisQuery, Written
from service.api.callers import Admits, Caller, Scope
from service.api.needs import ReviewRoutes
from service.domain import Article
from service.store.analyses.kept import KeptAnalyses
from service.store.analyses.records import KeptAnalysis, KeptLine, Ticket
from service.wire.formats import AnalysisFormat

REVIEW_HEADER = "Review-Item"
"""The header with the path of an analysis in the editors' queue."""


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where else an analysis may go, None where this service has no such place, and who may send it there."""

    reviews: ReviewRoutes | None
    kept: KeptAnalyses | None
    admits: Admits

    async def require(self, request: Request, query: AnalysisQuery) -> None:
        """Raise InvalidRequest for what this service lacks, or as ``Admits.require``."""
        for wanted, place, name in (
            (query.review, self.reviews, "review"),
            (query.store, self.kept, "store"),
        ):
            if wanted and place is None:
                raise problems.InvalidRequest(
                    f"{name}=true needs a store, and this service runs without one. Set PULLQUOTE_STORE.",
                    code="no-store",
                )
        if query.review and self.reviews is not None:
            await self.admits.require(request, Scope.REVIEW)

    async def send(
        self, answered: Answered, query: AnalysisQuery, caller: Caller, ticket: Ticket | None
    ) -> dict[str, str]:
        """Send an analysis where the query wants it, and return the headers that say where that is."""
        headers = {}
        if query.review and self.reviews is not None and answered.analysis is not None:
            sent_by = caller.name if caller.key else None
            headers[REVIEW_HEADER] = await asyncio.to_thread(
                self.reviews.submit, answered.analysis, query.source, sent_by
            )
        if query.store and self.kept is not None and answered.article is not None:
            # Under the ticket's token, so that a request that is made again keeps nothing twice.
            analysis_id = ticket.token if ticket else token_hex(16)
            kept = await asyncio.to_thread(_to_keep, answered, answered.article, query, caller, analysis_id)
            await asyncio.to_thread(self.kept.keep, kept)
            headers["Location"] = f"/v1/analyses/{analysis_id}"
        return headers


def need_of(query: AnalysisQuery, written: Written) -> Need:
    """Return what the query needs of the analysis; what is kept is JSON with offsets in code points."""
    is_kept_as_is = query.offset_unit is wire.OffsetUnit.CODEPOINT and written.format is AnalysisFormat.JSON
    if query.review or (query.store and not is_kept_as_is):
        return Need.ANALYSIS
    return Need.ARTICLE if query.store else Need.BYTES


def _to_keep(
    answered: Answered, article: Article, query: AnalysisQuery, caller: Caller, analysis_id: str
) -> KeptAnalysis:
    line = KeptLine(
        id=analysis_id,
        owner=caller.key or "",
        article_id=article.id,
        title=article.title,
        length=query.length.value,
        format=query.format.value,
        service=service.__version__,
        made_at=datetime.now(UTC),
    )
    content = wire.dumps(answered.analysis) if answered.analysis else answered.content.decode("utf-8")
    return KeptAnalysis(line, content, None if article.text_is_derived else article.text)
