"""The settings of jobs and webhooks, a part of ``service.settings.Settings``. None changes an analysis."""

from __future__ import annotations

import base64

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

_LEAST_SECRET_BYTES, _MOST_SECRET_BYTES = 24, 64


def _is_webhook_secret(text: str) -> bool:
    """Return whether a text is a secret as Standard Webhooks has it."""
    prefix, _, encoded = text.partition("_")
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    return prefix == "whsec" and _LEAST_SECRET_BYTES <= len(key) <= _MOST_SECRET_BYTES


class JobSettings(BaseSettings):
    """What can be set about jobs, with its meaning."""

    jobs_in_serve: bool = Field(
        default=True,
        description="Whether `pullquote serve` also works through jobs while nobody waits for an answer; "
        "false leaves them to `pullquote worker`.",
    )
    jobs_limit: int = Field(
        default=100_000, ge=1, description="Articles of all jobs that may wait; more are answered with 429."
    )
    jobs_keep_days: int = Field(
        default=7, ge=1, description="Days after which a job that has ended is deleted, with its results."
    )
    job_articles: int = Field(default=1_000, ge=1, description="Most articles of a job.")
    job_mib: int = Field(default=32, ge=1, description="Longest body of POST /v1/jobs, in MiB.")
    job_attempts: int = Field(
        default=2,
        ge=1,
        description="How often a job's article is tried whose analysis breaks or ends the process; then it "
        "is a dead letter.",
    )
    job_lease_s: float = Field(
        default=30.0,
        ge=1,
        description="Seconds without a sign of life after which a worker's article is given to another.",
    )
    job_article_s: float = Field(
        default=900.0,
        gt=0,
        description="Longest that a worker may hold one article, in seconds; then it is given to another.",
    )
    webhook_secret: SecretStr = Field(
        default=SecretStr(""),
        description="What webhooks are signed with, whsec_ and 24 to 64 bytes in Base64; empty makes a "
        "secret for each job.",
    )
    webhook_private: bool = Field(
        default=False,
        description="Whether webhooks may go to http:// and to addresses inside the network.",
    )
    webhook_attempts: int = Field(
        default=8, ge=1, description="How often the delivery of a webhook is tried."
    )
    webhook_timeout_s: float = Field(
        default=10.0, gt=0, le=120, description="Longest wait for a webhook's receiver, in seconds."
    )

    @field_validator("webhook_secret")
    @classmethod
    def _require_secret(cls, value: SecretStr) -> SecretStr:
        given = value.get_secret_value()
        if given and not _is_webhook_secret(given):
            raise ValueError("it has to be whsec_ and 24 to 64 random bytes in Base64")
        return value
