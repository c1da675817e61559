"""``POST /v1/analyses``: one article in, its analysis out."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Security
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from service import wire
from service.api import body, openapi, problems
from service.api.answers import idempotency
from service.api.answers.analysing import AnalysisRunner, ArticleSource, Need, while_connected
from service.api.answers.deadlines import Deadline
from service.api.answers.destinations import Destinations, need_of
from service.api.answers.entity_tags import NOT_STORED, entity_tag
from service.api.answers.options import AnalysisQuery, Written
from service.api.background.preference import accept_article, prefers_job
from service.api.callers import Admits, Caller, Scope
from service.api.logs import path_of
from service.api.needs import KeepsJobs
from service.api.negotiation import choose_format
from service.store.analyses.records import Answer, Ticket
from service.store.jobs.records import JobChoices
from service.timing import Phase, phase


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
    heeded, unless a job can't give what is asked for.
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
        written = _written(request, query)
        if jobs and prefers_job(request) and _can_be_job(query, written):
            choices = JobChoices(query.length, query.format, query.offset_unit, query.strict)
            return await accept_article(request, jobs, runner.door, caller, choices)
        key = idempotency.read_key(request.headers)
        # Before megabytes are read in vain, or a key is written down for nothing.
        runner.require_room(body.declared_length(request), may_be_cached=key is None)
        await destinations.require(request, query)
        deadline = Deadline.after(query.timeout)
        try:
            async with deadline.kept():
                with phase(Phase.RECEIVE):
                    received = await body.read(request, runner.door.max_chars)
            make = partial(
                _answer, request, ArticleSource.of_body(received), query, written, caller, deadline
            )
            if key is None:
                return idempotency.respond(await make(None))
            path = path_of(request.scope)
            options = f"{query.model_dump_json()} {written.format}"
            keyed = idempotency.keyed(caller, key, path, options, received)
            return await once.answer(keyed, path, make)
        except ClientDisconnect:
            return Response(status_code=body.CLIENT_CLOSED_REQUEST)

    async def _answer(
        request: Request,
        source: ArticleSource,
        query: AnalysisQuery,
        written: Written,
        caller: Caller,
        deadline: Deadline,
        ticket: Ticket | None,
    ) -> Answer:
        need = need_of(query, written)
        async with deadline.kept():
            answered = await while_connected(request, runner.run(source, query, need, written))
        # What is analysed is worth keeping: the store has a time limit of its own.
        headers = {
            "content-type": written.content_type,
            "Vary": "Accept",
            "ETag": entity_tag(answered.content),
            "Cache-Control": NOT_STORED,
            **await destinations.send(answered, query, caller, ticket),
        }
        if runner.caches:
            missed = "fwd=bypass" if need is Need.ANALYSIS else "fwd=miss"
            headers[idempotency.CACHE_STATUS] = f"Pullquote; {missed if answered.analysis else 'hit'}"
        return Answer(200, tuple(headers.items()), answered.content, answered.article_id)

    return router


def _written(request: Request, query: AnalysisQuery) -> Written:
    """Return how the answer is written. Raises NotAcceptable, or InvalidRequest for offsets it can't have."""
    wanted = choose_format(", ".join(request.headers.getlist("accept")) or None)
    if wanted.counts_code_points and query.offset_unit is not wire.OffsetUnit.CODEPOINT:
        raise problems.InvalidRequest(
            f"offset_unit is {query.offset_unit.value}, but the annotations of {wanted.media_type} count "
            "code points, as the W3C has it. Leave offset_unit out, or accept application/json.",
            code="offset-unit",
        )
    return Written(wanted, query.with_text)


def _can_be_job(query: AnalysisQuery, written: Written) -> bool:
    return not (query.review or query.store or query.taxonomy) and written == Written()


def _require_timeout(wanted_s: float | None, longest_s: float) -> None:
    """Raise InvalidRequest for a ``timeout`` that is longer than the service lets one wait."""
    if wanted_s is not None and wanted_s > longest_s:
        raise problems.InvalidRequest(
            f"Query parameter 'timeout' is {wanted_s:g} s, the limit is {longest_s:g} s. Ask for less, or "
            "raise PULLQUOTE_LONGEST_TIMEOUT_S.",
            code="invalid-parameter",
        )
