"""What the OpenAPI document says beyond the code: descriptions, bodies, examples and all problems.

Data for the routes of ``service.api.routes``, without behaviour.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi.security import HTTPBearer

from service.access.refusals import MissingScope, NoKey
from service.api import body, problems
from service.api.answers import idempotency
from service.api.background.shown import JobModel
from service.api.edge.refusals import BodyTooSlow
from service.api.examples.article import RECORD, TEXT, example_analysis, example_response
from service.api.examples.problems import PROBLEMS
from service.errors import (
    AnalysisTooLong,
    ArticleTooLong,
    DeadlinePassed,
    InvalidArticle,
    ModelFailed,
    NotReady,
    Overloaded,
    PullquoteError,
    ShuttingDown,
    UnknownTaxonomy,
)
from service.ingest.record import RECORD_SCHEMA
from service.store.errors import NotTheSender
from service.wire.formats import AnalysisFormat, write

DESCRIPTION = """\
An article goes in. Out come a **summary** whose every sentence points at its evidence, the **key quotes**
(verbatim, with speaker, cue and offsets), and **topic labels** from IPTC Media Topics.

Nothing in the output is unsupported, and no quote is ever altered: `text[start:end]` is the span's `text`.

Errors are RFC 9457 problem documents (`application/problem+json`). Every response carries `X-Request-ID`:
the caller's own, if it sent a sane one, else a new one.
"""

KEPT_ID = "4f0c7a3e9d8b4c1fa2e6d7b8c9a0e1f2"
"""The id of a kept analysis in examples."""
BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="apiKey",
    bearerFormat="pq_ID_SECRET",
    description="A key of `pullquote keys add`. A service that only its own machine can reach asks for none.",
)
"""For the document alone: what admits callers reads the header itself."""

# Inline: FastAPI would publish a referenced model under application/json as well.
_PROBLEM_SCHEMA = problems.Problem.model_json_schema()


def _problem(error: PullquoteError, description: str, path: str) -> dict[str, Any]:
    example = problems.document(error, instance=path, request_id="5f0c7a3e9d8b4c1fa2e6d7b8c9a0e1f2")
    answer: dict[str, Any] = {
        "description": description,
        "content": {problems.MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA, "example": example}},
    }
    if error.problem.status in {409, 429, 503}:
        answer["headers"] = {
            "Retry-After": {"description": "Whole seconds.", "schema": {"type": "integer", "minimum": 1}}
        }
    return answer


def problem_responses(path: str, *kinds: type[PullquoteError]) -> dict[int | str, dict[str, Any]]:
    """Return the responses of an operation for these kinds of error, each with an example."""
    answers: dict[int | str, dict[str, Any]] = {}
    for error, description in PROBLEMS:
        if isinstance(error, kinds):
            known = answers.setdefault(error.problem.status, _problem(error, "", path))
            known["description"] = f"{known['description']} {description}".strip()
    return answers


def header(description: str, example: str, **schema: object) -> dict[str, Any]:
    """Return the description of a header of a response."""
    return {"description": description, "schema": {"type": "string", **schema}, "example": example}


def _answers() -> dict[str, Any]:
    """Return an example of the answer in each format."""
    content: dict[str, Any] = {body.JSON: {"example": example_response()}}
    for format_ in AnalysisFormat:
        if format_ is not AnalysisFormat.JSON:
            written, is_text = write(example_analysis(), format_), format_ is AnalysisFormat.MARKDOWN
            content[format_.media_type] = {
                "schema": {"type": "string" if is_text else "object"},
                "example": written if is_text else json.loads(written),
            }
    return content


def header_parameter(name: str, description: str, example: str, **schema: object) -> dict[str, Any]:
    """Return the description of a header that a request may have."""
    return {"name": name, "in": "header", "required": False, **header(description, example, **schema)}


_TAG = '"0f3a9c5d7e1b2a4c6d8e9f0a1b2c3d4e"'
ETAG = header("A strong tag over the answer's bytes: equal answers have equal tags.", _TAG)
IF_NONE_MATCH = header_parameter(
    "If-None-Match", "Tags of what the caller has; 304 without a body where it is still that.", _TAG
)
_IDEMPOTENCY_KEY = header_parameter(
    idempotency.HEADER,
    "Of one request, new with each, such as a UUID in quotation marks. The same request under the same key "
    "is answered again as the first time, for 24 hours, with the header `Idempotent-Replayed: true`.",
    '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    pattern=f"^({idempotency.KEY_PATTERN})$",
    maxLength=idempotency.LONGEST_KEY,
)
ANALYSES: dict[str, Any] = {
    "summary": "Analyse one article",
    "description": "Send the article as a JSON record, as a page of HTML or as plain text. The same article "
    "gives the same bytes, here and from `pullquote analyze`.\n\n`Accept` chooses the format: "
    + ", ".join(f"`{format_.media_type}`" for format_ in AnalysisFormat)
    + ". JSON is the contract; docs/formats.md describes the others.",
    "response_description": "The analysis.",
    "responses": {
        200: {
            "content": _answers(),
            "headers": {
                "ETag": ETAG,
                "Location": header(
                    "With `store=true`: where the analysis is kept.", f"/v1/analyses/{KEPT_ID}"
                ),
                "Review-Item": header(
                    "With `review=true`: its page in the editors' queue.", "/review/items/7"
                ),
                "Cache-Status": header(
                    "Whether the answer came out of the service's memory (RFC 9211).", "Pullquote; hit"
                ),
                "Idempotent-Replayed": header("`true` where the answer is given again.", "true"),
                "Server-Timing": header(
                    "What the phases took, in milliseconds.", "read;dur=3.1, model;dur=219.0, total;dur=310.4"
                ),
            },
        },
        202: {"model": JobModel, "description": "With `Prefer: respond-async`: the job that was made of it."},
        **problem_responses(
            "/v1/analyses",
            NoKey,
            MissingScope,
            problems.NotAcceptable,
            BodyTooSlow,
            NotTheSender,
            idempotency.RequestInFlight,
            ArticleTooLong,
            problems.UnsupportedMediaType,
            InvalidArticle,
            AnalysisTooLong,
            UnknownTaxonomy,
            Overloaded,
            ModelFailed,
            NotReady,
            ShuttingDown,
            DeadlinePassed,
        ),
    },
    "openapi_extra": {
        "parameters": [_IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {
                body.JSON: {"schema": RECORD_SCHEMA, "example": RECORD},
                body.TEXT: {"schema": {"type": "string"}, "example": TEXT},
                body.HTML: {
                    "schema": {"type": "string"},
                    "example": f"<html><body><h1>{RECORD['title']}</h1><p>{TEXT}</p></body></html>",
                },
            },
        },
    },
}

READINESS: dict[str, Any] = {"responses": problem_responses("/readyz", NotReady, ShuttingDown, ModelFailed)}
