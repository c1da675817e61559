"""What the OpenAPI document says beyond the code: descriptions, bodies, examples and all problems.

Data for the routes of ``service.api.routes``, without behaviour.
"""

from __future__ import annotations

import json
from typing import Any

from service.api import body, problems
from service.api.example import RECORD, TEXT, example_analysis, example_response
from service.errors import ArticleTooLong, InvalidArticle, ModelFailed, NotReady, Overloaded, PullquoteError
from service.ingest.record import RECORD_SCHEMA
from service.wire.formats import AnalysisFormat, write

DESCRIPTION = """\
An article goes in. Out come a **summary** whose every sentence points at its evidence, the **key quotes**
(verbatim, with speaker, cue and offsets), and **topic labels** from IPTC Media Topics.

Nothing in the output is unsupported, and no quote is ever altered: `text[start:end]` is the span's `text`.

Errors are RFC 9457 problem documents (`application/problem+json`). Every response carries `X-Request-ID`:
the caller's own, if it sent a sane one, else a new one.
"""

_EXAMPLES: tuple[tuple[PullquoteError, str], ...] = (
    (
        InvalidArticle(
            "The article has 3 characters but no letter or digit. Send the article's text.",
            code="empty-article",
        ),
        "The article can't be analysed: empty, not text, not English, or a malformed body or query; or "
        "there is no such taxonomy.",
    ),
    (
        ArticleTooLong(
            "The article has 250000 characters, more than the limit of 200000. Split it, or raise "
            "PULLQUOTE_MAX_CHARS."
        ),
        "The article or the body is too long.",
    ),
    (
        problems.NotAcceptable(
            "The header Accept is 'application/xml', and an analysis can be had as application/json, "
            "application/vnd.iptc.ninjs+json, application/ld+json, text/markdown. Ask for one of these, or "
            "leave Accept out for JSON."
        ),
        "The analysis can't be had in any format that `Accept` names.",
    ),
    (
        problems.UnsupportedMediaType(
            "The content type is 'application/pdf'. Send application/json, text/html or text/plain; with "
            "curl: -H 'Content-Type: text/plain'."
        ),
        "The body is of a type that the service doesn't read, or compressed.",
    ),
    (
        Overloaded(
            "32 analyses are waiting or running, the limit is 32. Try again in 11 s, send fewer at once, or "
            "raise PULLQUOTE_QUEUE_LIMIT.",
            retry_after_s=11,
        ),
        "More work is waiting than the service takes on; try again after `Retry-After` seconds.",
    ),
    (
        NotReady("The models are still loading. Try again in a few seconds."),
        "The models are still loading; try again after `Retry-After` seconds.",
    ),
    (
        ModelFailed(
            "The analysis broke unexpectedly. Other articles are not affected; report the request id."
        ),
        "A model or its files are broken; with `strict=true` also: a generating model failed.",
    ),
)


# Inline: FastAPI would publish a referenced model under application/json as well.
_PROBLEM_SCHEMA = problems.Problem.model_json_schema()


def _problem(error: PullquoteError, description: str, path: str) -> dict[str, Any]:
    example = problems.document(error, instance=path, request_id="5f0c7a3e9d8b4c1fa2e6d7b8c9a0e1f2")
    answer: dict[str, Any] = {
        "description": description,
        "content": {problems.MEDIA_TYPE: {"schema": _PROBLEM_SCHEMA, "example": example}},
    }
    if error.problem.status in {429, 503}:
        answer["headers"] = {
            "Retry-After": {"description": "Whole seconds.", "schema": {"type": "integer", "minimum": 1}}
        }
    return answer


def _problems(path: str, *kinds: type[PullquoteError]) -> dict[int | str, dict[str, Any]]:
    return {
        error.problem.status: _problem(error, description, path)
        for error, description in _EXAMPLES
        if not kinds or isinstance(error, kinds)
    }


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


ANALYSES: dict[str, Any] = {
    "summary": "Analyse one article",
    "description": "Send the article as a JSON record, as a page of HTML or as plain text. The same article "
    "gives the same bytes, here and from `pullquote analyze`.\n\n`Accept` chooses the format: "
    + ", ".join(f"`{format_.media_type}`" for format_ in AnalysisFormat)
    + ". JSON is the contract; docs/formats.md describes the others.",
    "response_description": "The analysis.",
    "responses": {
        200: {"content": _answers()},
        **_problems("/v1/analyses"),
    },
    "openapi_extra": {
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
        }
    },
}

READINESS: dict[str, Any] = {"responses": _problems("/readyz", NotReady, ModelFailed)}
