"""Errors as RFC 9457 problem documents: those of ``service.errors``, and those that only HTTP has.

``respond`` makes every error response of the service. Of an unexpected exception only the request id leaves
the process.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from service.api.logs import current_request_id, one_line, path_of
from service.api.observe.request_facts import current_facts
from service.api.retry_after import retry_after_s
from service.errors import ProblemType, PullquoteError

_log = logging.getLogger(__name__)

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
        detail=error.public,
        instance=instance,
        code=error.code,
        request_id=request_id,
    )
    return {**error.members(), **standard.model_dump()}


def respond(error: PullquoteError, instance: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the response for ``error``, with Retry-After if a retry makes sense, and note its code."""
    current_facts().problem = error.code
    headers = {**(headers or {}), **error.headers()}
    if (wait_s := retry_after_s(error)) is not None:
        headers["Retry-After"] = str(wait_s)
    # ASCII, because a detail may echo half a surrogate pair, which UTF-8 can't carry.
    body = json.dumps(document(error, instance=instance, request_id=current_request_id()))
    return Response(body, error.problem.status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error that ``app`` raises with a problem document."""

    @app.exception_handler(PullquoteError)
    async def on_purpose(request: Request, error: PullquoteError) -> Response:
        if error.public != error.detail:
            _log.warning("%s: %s", error.code, one_line(error.detail))
        return respond(error, path_of(request.scope))

    @app.exception_handler(RequestValidationError)
    async def invalid_query(request: Request, error: RequestValidationError) -> Response:
        return respond(_invalid_query(error.errors()[0], _parameters(request)), path_of(request.scope))

    @app.exception_handler(HTTPException)
    async def from_router(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == MethodNotAllowed.problem.status and (methods := _methods(request)):
            headers["Allow"] = ", ".join(methods)
        return respond(_from_router(error, request, headers), path_of(request.scope), headers)


def _invalid_query(error: Mapping[str, Any], known: Sequence[str]) -> InvalidRequest:
    name = str(error["loc"][-1])[:80]
    if error["type"] == "extra_forbidden":
        return InvalidRequest(
            f"Unknown query parameter {name!a}. {_listed(known)}.", code="unknown-parameter"
        )
    if error["type"] == "missing":
        return InvalidRequest(f"Query parameter {name!a} is missing. Send it.", code="missing-parameter")
    return InvalidRequest(
        f"Query parameter {name!a} is {str(error['input'])[:80]!a}. {error['msg']}.", code="invalid-parameter"
    )


def _parameters(request: Request) -> list[str]:
    """Return the parameters that the query of the request's route may have."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return []
    names: list[str] = []
    for parameter in route.dependant.query_params:
        model = parameter.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            names += model.model_fields
        else:
            names.append(parameter.alias)
    return names


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return f"Known is {names[0]}" if names else "None are known here"
    return f"Known are {', '.join(names[:-1])} and {names[-1]}"


def _methods(request: Request) -> list[str]:
    """Return the methods of all operations at the request's path; the router names those of one of them."""
    for template, operations in request.app.openapi()["paths"].items():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, request.scope["path"]):
            return sorted(method.upper() for method in operations)
    return []


def _from_router(error: HTTPException, request: Request, headers: Mapping[str, str]) -> PullquoteError:
    path = path_of(request.scope)[:200]
    if error.status_code == NotFound.problem.status:
        return NotFound(f"There is nothing at {path}. /openapi.json lists what there is.")
    if error.status_code == MethodNotAllowed.problem.status:
        allowed = headers.get("Allow", "another method").replace(", ", " or ")
        return MethodNotAllowed(f"{request.method[:20]} doesn't work on {path}. Use {allowed}.")
    return InternalError(DEFECT)
