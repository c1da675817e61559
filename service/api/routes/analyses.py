"""``POST /v1/analyses``: one article in, its analysis out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from secrets import token_hex
from typing import Annotated

from fastapi import APIRouter, Query, Security
from pydantic import Field
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

import service
from service import wire
from service.api import body, openapi, problems
from service.api.answers import idempotency
from service.api.answers.analysing import AnalysisRunner, Answered, ArticleSource, Need, while_connected
from service.api.answers.deadlines import Deadline
from service.api.answers.entity_tags import JSON, NOT_STORED, entity_tag
from service.api.answers.options import AnalysisOptions
from service.api.background.preference import accept_article, prefers_job
from service.api.callers import Admits, Caller, Scope
from service.api.logs import path_of
from service.api.needs import KeepsJobs, ReviewRoutes
from service.domain import Article
from service.store.analyses.kept import KeptAnalyses
from service.store.analyses.records import Answer, KeptAnalysis, KeptLine, Ticket
from service.store.jobs.records import JobChoices
from service.timing import Phase, phase

# As nginx has it, for the log only: the client went away before the answer.
CLIENT_CLOSED_REQUEST = 499
REVIEW_HEADER = "Review-Item"
"""The header with the path of an analysis in the editors' queue."""


class AnalysisQuery(AnalysisOptions):
    """What the caller may choose about an analysis, and where it goes besides."""

    store: bool = Field(
        False,
        description="Also keep the analysis for `PULLQUOTE_KEEP_DAYS`; the header `Location` says where.",
    )
    review: bool = Field(
        False,
        description=f"Also queue the analysis for editors; the header `{REVIEW_HEADER}` says where.",
    )
    source: str | None = Field(
        None, max_length=200, description="With `review`: the desk or feed that the queue can be filtered by."
    )
    timeout: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        description="Seconds from the request's headers to its answer; after them the work is dropped, "
        "and the answer is 504 `deadline-passed`.",
    )


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


def analyses(
    runner: AnalysisRunner,
    once: idempotency.AnswersOnce,
    destinations: Destinations,
    admits: Admits,
    longest_timeout_s: float,
    jobs: KeepsJobs | None,
) -> APIRouter:
    """Return the route that analyses one article.

    A request may set a ``timeout`` up to ``longest_timeout_s``. With ``jobs``, ``Prefer: respond-async`` is
    heeded, unless the analysis is to be kept or queued for editors.
    """
    router = APIRouter(tags=["analyses"])

    @router.post(
        "/v1/analyses",
        response_model=wire.AnalysisModel,
        dependencies=[Security(openapi.BEARER)],
        **openapi.ANALYSES,
    )
    async def analyse(request: Request, query: Annotated[AnalysisQuery, Query()]) -> Response:
        caller = await admits.require(request, Scope.ANALYSE)
        _require_timeout(query.timeout, longest_timeout_s)
        body.require_readable(request)
        if jobs and prefers_job(request) and not (query.review or query.store):
            choices = JobChoices(query.length, query.format, query.offset_unit, query.strict)
            return await accept_article(request, jobs, runner.door, caller, choices)
        key = idempotency.read_key(request.headers)
        # Before megabytes are read in vain, or a key is written down for nothing.
        runner.require_room(body.declared_length(request), may_be_cached=key is None)
        await destinations.require(request, query)
        try:
            deadline = Deadline.after(query.timeout)
            async with deadline.kept():
                with phase(Phase.RECEIVE):
                    received = await body.read(request, runner.door.max_chars)
            make = partial(_answer, request, ArticleSource.of_body(received), query, caller, deadline)
            if key is None:
                return idempotency.respond(await make(None))
            path = path_of(request.scope)
            keyed = idempotency.keyed(caller, key, path, query.model_dump_json(), received)
            return await once.answer(keyed, path, make)
        except ClientDisconnect:
            return Response(status_code=CLIENT_CLOSED_REQUEST)

    async def _answer(
        request: Request,
        source: ArticleSource,
        query: AnalysisQuery,
        caller: Caller,
        deadline: Deadline,
        ticket: Ticket | None,
    ) -> Answer:
        need = _need(query)
        async with deadline.kept():
            answered = await while_connected(request, runner.run(source, query, need))
        # What is analysed is worth keeping: the store has a time limit of its own.
        headers = {
            "content-type": JSON,
            "ETag": entity_tag(answered.content),
            "Cache-Control": NOT_STORED,
            **await destinations.send(answered, query, caller, ticket),
        }
        if runner.caches:
            missed = "fwd=bypass" if need is Need.ANALYSIS else "fwd=miss"
            headers[idempotency.CACHE_STATUS] = f"Pullquote; {missed if answered.analysis else 'hit'}"
        return Answer(200, tuple(headers.items()), answered.content, answered.article_id)

    return router


def _need(query: AnalysisQuery) -> Need:
    """Return what the query needs of the analysis; what is kept has offsets in code points."""
    if query.review or (query.store and query.offset_unit is not wire.OffsetUnit.CODEPOINT):
        return Need.ANALYSIS
    return Need.ARTICLE if query.store else Need.BYTES


def _require_timeout(wanted_s: float | None, longest_s: float) -> None:
    """Raise InvalidRequest for a ``timeout`` that is longer than the service lets one wait."""
    if wanted_s is not None and wanted_s > longest_s:
        raise problems.InvalidRequest(
            f"Query parameter 'timeout' is {wanted_s:g} s, the limit is {longest_s:g} s. Ask for less, or "
            "raise PULLQUOTE_LONGEST_TIMEOUT_S.",
            code="invalid-parameter",
        )


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
