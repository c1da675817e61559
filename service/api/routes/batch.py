"""``POST /v1/analyses:batch``: up to a hundred articles in, their analyses out as they are made, in order.

An article that fails has its problem document in place of the analysis. The articles take a few places of the
queue at a time, so that other callers get their turn; a caller who goes away takes the rest out.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Security
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from service.api import body, problems
from service.api.answers.analysing import AnalysisRunner, Answered, ArticleSource
from service.api.answers.entity_tags import NOT_STORED
from service.api.answers.options import AnalysisOptions
from service.api.callers import Admits, Scope
from service.api.logs import current_request_id, path_of
from service.api.openapi import BEARER
from service.api.routes import descriptions
from service.errors import InvalidArticle, Overloaded, PullquoteError
from service.ingest.record import parse_json

_PATIENCE_S = 60
"""How long an article waits for a place in a full queue before it fails."""
_LOOK_AGAIN_S = 1.0


def batch(runner: AnalysisRunner, admits: Admits, places: int) -> APIRouter:
    """Return the route that analyses many articles, of which ``places`` wait or run at once."""
    router = APIRouter(tags=["analyses"], dependencies=[Security(BEARER)])

    @router.post("/v1/analyses:batch", response_model=descriptions.BatchModel, **descriptions.BATCH)
    async def analyse_batch(request: Request, query: Annotated[AnalysisOptions, Query()]) -> Response:
        await admits.require(request, Scope.ANALYSE)
        body.require_readable(request, only=(body.JSON,))
        runner.require_room()
        try:
            received = await body.read(request, runner.door.max_chars)
        except ClientDisconnect:
            return Response(status_code=body.CLIENT_CLOSED_REQUEST)
        records = _records(await asyncio.to_thread(parse_json, received.data))
        results = _Batch(runner, query, path_of(request.scope)).results(records, places)
        return StreamingResponse(results, headers={"Cache-Control": NOT_STORED}, media_type=body.JSON)

    return router


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch in the making; ``path`` is that of its request."""

    runner: AnalysisRunner
    options: AnalysisOptions
    path: str

    async def results(self, records: list[object], places: int) -> AsyncIterator[bytes]:
        """Yield the JSON of the answer, a part for each article."""
        upcoming = iter(enumerate(records))
        pending: deque[asyncio.Task[bytes]] = deque()
        separator = b'{"results": ['
        try:
            while True:
                while len(pending) < places and (item := next(upcoming, None)) is not None:
                    pending.append(asyncio.create_task(self._result(*item)))
                if not pending:
                    break
                yield separator + await pending[0]
                pending.popleft()
                separator = b", "
            yield b"]}"
        finally:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def _result(self, index: int, record: object) -> bytes:
        try:
            answered = await self._analysed(record)
        except PullquoteError as error:
            instance = f"{self.path}#/articles/{index}"
            problem = problems.document(error, instance=instance, request_id=current_request_id())
            return f'{{"index": {index}, "problem": {json.dumps(problem)}}}'.encode()
        return f'{{"index": {index}, "analysis": '.encode() + answered.content + b"}"

    async def _analysed(self, record: object) -> Answered:
        """Analyse one article, and wait for a place in the queue where it is full."""
        try:
            source = ArticleSource.of_record(record)
        except RecursionError as error:
            raise InvalidArticle(
                'The record is nested too deeply. Send {"text": "…"}.', code="malformed-json"
            ) from error
        give_up_s = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return await self.runner.run(source, self.options)
            except Overloaded as error:
                if time.monotonic() > give_up_s:
                    raise
                await asyncio.sleep(min(error.retry_after_s, _LOOK_AGAIN_S))


def _records(sent: object) -> list[Any]:
    """Return the records of a parsed body. Raises InvalidRequest."""
    example = 'Send {"articles": [{"text": "…"}, …]}'
    if not isinstance(sent, dict) or sent.keys() != {"articles"} or not isinstance(sent["articles"], list):
        found = (
            f"the keys {sorted(sent)[:8]!a}" if isinstance(sent, dict) else f"a JSON {type(sent).__name__}"
        )
        raise problems.InvalidRequest(
            f"The body holds {found[:200]}, not one list 'articles'. {example}.", code="invalid-batch"
        )
    records = sent["articles"]
    most = descriptions.MOST_ARTICLES
    if not 1 <= len(records) <= most:
        raise problems.InvalidRequest(
            f"The batch has {len(records)} articles, the limit is 1 to {most}. {example}; send more in "
            "several batches.",
            code="invalid-batch",
        )
    return records
