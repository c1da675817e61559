"""The body of ``POST /v1/jobs``: read within its limits, and turned into articles, options and a webhook."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from service.api.body import JSON, read_within, require_readable
from service.api.needs import JobLimits
from service.api.problems import InvalidRequest
from service.domain import SummaryFormat, SummaryLength
from service.ingest.record import RECORD_SCHEMA, parse_json
from service.length_presets import describe_lengths
from service.store.jobs.records import JobChoices, SentArticle
from service.wire import OffsetUnit


class JobOptionsBody(BaseModel):
    """What the caller may choose about all analyses of a job."""

    model_config = ConfigDict(extra="forbid")

    length: SummaryLength = Field(SummaryLength.MEDIUM, description=f"{describe_lengths()}.")
    format: SummaryFormat = Field(SummaryFormat.PARAGRAPH, description="How the summaries are laid out.")
    offset_unit: OffsetUnit = Field(OffsetUnit.CODEPOINT, description="What offsets count.")
    strict: bool = Field(
        False, description="Where a generating model fails, try again later instead of extracting."
    )


class JobWebhookBody(BaseModel):
    """Where the end of the job is to be told."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(description="An https:// URL that is posted to, as Standard Webhooks has it.")


class JobBody(BaseModel):
    """Articles to be analysed in the background."""

    model_config = ConfigDict(extra="forbid")

    articles: list[dict[str, Any]] = Field(
        description="Records as `POST /v1/analyses` takes them.", json_schema_extra={"items": RECORD_SCHEMA}
    )
    options: JobOptionsBody | None = None
    webhook: JobWebhookBody | None = None


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """Return a schema with its definitions in place, as OpenAPI has no ``$defs``."""
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(one, definitions) for name, one in schema.items() if name != "$defs"}


_SCHEMA = JobBody.model_json_schema()
BODY_SCHEMA: dict[str, Any] = _inlined(_SCHEMA, _SCHEMA["$defs"])
"""What the body of ``POST /v1/jobs`` may be, in JSON Schema."""

_HOLDERS: dict[str, type[BaseModel]] = {"options": JobOptionsBody, "webhook": JobWebhookBody}


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A job as it was asked for."""

    options: JobChoices
    articles: tuple[SentArticle, ...]
    webhook_url: str | None


async def read(request: Request, limits: JobLimits) -> bytes:
    """Read the body. Raises UnsupportedMediaType, and ArticleTooLong as soon as it exceeds the limit."""
    require_readable(request, only=(JSON,))
    return await read_within(request, limits.body_bytes, "Send several jobs, or raise PULLQUOTE_JOB_MIB.")


def parse(data: bytes, limits: JobLimits) -> JobRequest:
    """Read a job. Raises InvalidArticle for broken JSON, InvalidRequest for what a job can't be.

    Whether an article can be analysed is seen when its turn comes, and becomes its own problem.
    """
    try:
        job = JobBody.model_validate(parse_json(data))
    except ValidationError as error:
        raise _invalid(error) from error
    if not 1 <= len(job.articles) <= limits.articles:
        raise InvalidRequest(
            f"The job has {len(job.articles)} articles. Send 1 to {limits.articles}, split it into several "
            "jobs, or raise PULLQUOTE_JOB_ARTICLES.",
            code="article-count",
        )
    chosen = job.options or JobOptionsBody.model_validate({})
    return JobRequest(
        JobChoices(chosen.length, chosen.format, chosen.offset_unit, chosen.strict),
        # ASCII, which carries half a surrogate pair as well.
        tuple(SentArticle(JSON, json.dumps(record).encode("ascii")) for record in job.articles),
        job.webhook.url if job.webhook else None,
    )


def _invalid(error: ValidationError) -> InvalidRequest:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part)[:80] for part in first["loc"]) or "the body"
    if first["type"] == "extra_forbidden":
        holder = _HOLDERS.get(str(first["loc"][0]) if len(first["loc"]) > 1 else "", JobBody)
        known = ", ".join(holder.model_fields)
        return InvalidRequest(f"Unknown key {where!a}. Known are {known}.", code="unknown-field")
    return InvalidRequest(f"{where[:160]!a} of the job is wrong: {first['msg']}.", code="invalid-field")
