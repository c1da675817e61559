"""What the OpenAPI document says of batches, kept analyses and what can be read, beyond the code.

As ``service.api.openapi``: data, without behaviour.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from service import wire
from service.access.refusals import MissingScope, NoKey
from service.api import body, problems
from service.api.examples.article import RECORD, example_response
from service.api.openapi import ETAG, IF_NONE_MATCH, KEPT_ID, header, problem_responses
from service.errors import ArticleTooLong, ModelFailed, NotReady, Overloaded
from service.ingest.record import RECORD_SCHEMA
from service.store.errors import NoSuchItem, StoreFailed

MOST_ARTICLES = 100
"""The most articles of a batch."""


class BatchResultModel(BaseModel):
    """What became of one article: its `analysis`, or the `problem` that it met."""

    index: int = Field(ge=0, description="Its place in `articles`, from 0.")
    analysis: wire.AnalysisModel | None = None
    problem: problems.Problem | None = None


class BatchModel(BaseModel):
    """What became of the articles of a batch, in their order."""

    results: list[BatchResultModel]


_REJECTED = {
    "type": "urn:pullquote:problem:invalid-article",
    "title": "Invalid article",
    "status": 422,
    "detail": "The article has 3 characters but no letter or digit. Send the article's text.",
    "instance": "/v1/analyses:batch#/articles/1",
    "code": "empty-article",
    "request_id": "5f0c7a3e9d8b4c1fa2e6d7b8c9a0e1f2",
}
_ARTICLES = {
    "type": "array",
    "minItems": 1,
    "maxItems": MOST_ARTICLES,
    "items": RECORD_SCHEMA,
}
_KEY = (NoKey, MissingScope)
BATCH: dict[str, Any] = {
    "summary": "Analyse up to 100 articles",
    "description": "The results come in the order of the articles, each as it is ready; an article that "
    "can't be analysed has a problem document in its place and the others go on. The analyses are those of "
    "single calls, to the byte. The whole body may be as long as that of a single call.",
    "response_description": "What became of each article.",
    "responses": {
        200: {
            "content": {
                body.JSON: {
                    "example": {
                        "results": [
                            {"index": 0, "analysis": example_response()},
                            {"index": 1, "problem": _REJECTED},
                        ]
                    }
                }
            }
        },
        **problem_responses(
            "/v1/analyses:batch",
            *_KEY,
            problems.InvalidRequest,
            ArticleTooLong,
            problems.UnsupportedMediaType,
            Overloaded,
            NotReady,
            ModelFailed,
        ),
    },
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                body.JSON: {
                    "schema": {
                        "type": "object",
                        "title": "ArticleBatch",
                        "properties": {"articles": _ARTICLES},
                        "required": ["articles"],
                        "additionalProperties": False,
                    },
                    "example": {"articles": [RECORD, {"text": "..."}]},
                }
            },
        }
    },
}

_KEPT_PATH = "/v1/analyses"
_KEPT_LINE = {
    "id": KEPT_ID,
    "article_id": RECORD["id"],
    "title": RECORD["title"],
    "length": "medium",
    "format": "paragraph",
    "service": "0.1.0",
    "made_at": "2026-11-30T09:30:00Z",
    "kept_until": "2026-12-30T09:30:00Z",
}
LIST_ANALYSES: dict[str, Any] = {
    "summary": "List kept analyses",
    "description": "Those that the caller's key had kept, newest first.",
    "response_description": "A part of the list.",
    "responses": {
        200: {
            "content": {body.JSON: {"example": {"analyses": [_KEPT_LINE], "next_cursor": None}}},
            "headers": {
                "Link": header(
                    "Where the list goes on, if it does (RFC 8288).", '</v1/analyses?cursor=32>; rel="next"'
                )
            },
        },
        **problem_responses(_KEPT_PATH, *_KEY, problems.InvalidRequest, StoreFailed),
    },
}
GET_ANALYSIS: dict[str, Any] = {
    "summary": "Read a kept analysis",
    "description": "The same bytes as `POST /v1/analyses` answered, or with offsets in another unit.",
    "response_description": "The analysis.",
    "responses": {
        200: {"content": {body.JSON: {"example": example_response()}}, "headers": {"ETag": ETAG}},
        304: {"description": "The caller has it already.", "headers": {"ETag": ETAG}},
        **problem_responses(
            f"{_KEPT_PATH}/{KEPT_ID}", *_KEY, problems.InvalidRequest, NoSuchItem, StoreFailed
        ),
    },
    "openapi_extra": {"parameters": [IF_NONE_MATCH]},
}
_GONE = "It is deleted, from the store and from the service's memory; backups still hold it."
DELETE_ANALYSIS: dict[str, Any] = {
    "summary": "Delete a kept analysis",
    "response_description": _GONE,
    "responses": problem_responses(
        f"{_KEPT_PATH}/{KEPT_ID}", *_KEY, problems.InvalidRequest, NoSuchItem, StoreFailed
    ),
}
DELETE_ANALYSES: dict[str, Any] = {
    "summary": "Delete an article's kept analyses",
    "description": "All that the caller's key had kept of the article, and answers to its requests about it "
    "that are remembered under an `Idempotency-Key`.",
    "response_description": _GONE,
    "responses": problem_responses(_KEPT_PATH, *_KEY, problems.InvalidRequest, NoSuchItem, StoreFailed),
}


def read_only(path: str, summary: str, description: str, example: object, **more: Any) -> dict[str, Any]:
    """Return the description of something that can be read and has an entity tag."""
    return {
        "summary": summary,
        "description": description,
        "responses": {
            200: {"content": {body.JSON: {"example": example}}, "headers": {"ETag": ETAG}},
            304: {"description": "The caller has it already.", "headers": {"ETag": ETAG}},
            **problem_responses(path, *more.get("errors", ())),
        },
        "openapi_extra": {"parameters": [IF_NONE_MATCH]},
    }
