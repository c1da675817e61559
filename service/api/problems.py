"""Errors as RFC 9457 problem documents: those of ``service.errors``, and those that only HTTP has.

``respond`` makes every error response of the service. Of an unexpected exception only the request id leaves
the process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.api.logs import current_request_id, path_of
from service.api.retry_after import retry_after_s
from service.errors import ProblemType, PullquoteError

MEDIA_TYPE = "application/problem+json"


class InvalidRequest(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """The query of the request can't be understood."""

    problem = ProblemType(422, "Invalid request", "invalid-request")


class UnsupportedMediaType(PullquoteError):  # noqa: N818
    """The body is of a type, or in a content encoding, that the service doesn't read."""

    problem = ProblemType(415, "Unsupported media type", "unsupported-media-type")


class NotAcceptable(PullquoteError):  # noqa: N818
    """The answer can't be had in any of the formats that the request accepts."""

    problem = ProblemType(406, "Not acceptable", "not-acceptable")


class NotFound(PullquoteError):  # noqa: N818
    """There is nothing at this path."""

    problem = ProblemType(404, "Not found", "not-found")


class MethodNotAllowed(PullquoteError):  # noqa: N818
    """There is something at this path, but not for this method."""

    problem = ProblemType(405, "Method not allowed", "method-not-allowed")


class InternalError(PullquoteError):
    """A defect of the service outside the models."""


DEFECT = "The service has a defect. Nothing is wrong with the request; report the request id."


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})

    type: str = Field(description="A URN that names the kind of problem; stable.")
    title: str = Field(description="The kind of problem in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened here: the value, the limit and the remedy.")
    instance: str = Field(description="The path of the request.")
    code: str = Field(description="The exact reason, finer than `type`; stable.")
    request_id: str = Field(description="As in the header `X-Request-ID` and in the service's log.")


def document(error: PullquoteError, *, instance: str, request_id: str) -> dict[str, Any]:
    """Return the problem document of ``error``."""
    standard = Problem(
        type=f"urn:pullquote:problem:{error.problem.slug}",
        title=error.problem.title,
        status=error.problem.status,
        detail=error.detail,
        instance=instance,
        code=error.code,
        request_id=request_id,
    )
    return {**error.members(), **standard.model_dump()}


def respond(error: PullquoteError, instance: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response for ``error``, with Retry-After if a retry makes sense."""
    headers = dict(headers or {})
    if (wait_s := retry_after_s(error)) is not None:
        headers["Retry-After"] = str(wait_s)
    # ASCII, because a detail may echo half a surrogate pair, which UTF-8 can't carry.
    body = json.dumps(document(error, instance=instance, request_id=current_request_id()))
    return Response(body, error.problem.status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI, parameters: Sequence[str]) -> None:
    """Answer every error that ``app`` raises with a problem document.

    ``parameters`` are the query parameters that a request may have, to name where another is sent.
    """

    @app.exception_handler(PullquoteError)
    async def on_purpose(request: Request, error: PullquoteError) -> Response:
        return respond(error, path_of(request.scope))

    @app.exception_handler(RequestValidationError)
    async def invalid_query(request: Request, error: RequestValidationError) -> Response:
        return respond(_invalid_query(error.errors()[0], parameters), path_of(request.scope))

    @app.exception_handler(HTTPException)
    async def from_router(request: Request, error: HTTPException) -> Response:
        return respond(_from_router(error, request), path_of(request.scope), error.headers)


def _invalid_query(error: Mapping[str, Any], known: Sequence[str]) -> InvalidRequest:
    name = str(error["loc"][-1])[:80]
    if error["type"] == "extra_forbidden":
        *others, last = known
        return InvalidRequest(
            f"Unknown query parameter {name!a}. Known are {', '.join(others)} and {last}.",
            code="unknown-parameter",
        )
    return InvalidRequest(
        f"Query parameter {name!a} is {str(error['input'])[:80]!a}. {error['msg']}.", code="invalid-parameter"
    )


def _from_router(error: HTTPException, request: Request) -> PullquoteError:
    path = path_of(request.scope)[:200]
    if error.status_code == NotFound.problem.status:
        return NotFound(f"There is nothing at {path}. /openapi.json lists what there is.")
    if error.status_code == MethodNotAllowed.problem.status:
        allowed = (error.headers or {}).get("Allow", "another method")
        return MethodNotAllowed(f"{request.method[:20]} doesn't work on {path}. Use {allowed}.")
    return InternalError(DEFECT)
