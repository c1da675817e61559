"""``Settings``: all that can be set. Not a place for logic: ``bootstrap`` turns settings into objects."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from service.settings.jobs import JobSettings
from service.settings.serving import ServingSettings
from service.settings.summarizer import EXTRACTIVE, GENERATED, Summarizer

# Where the service runs, and how much it accepts, doesn't change an analysis: left out of the digest.
_WITHOUT_EFFECT_ON_RESULTS = {
    "host",
    "port",
    "queue_limit",
    "log_level",
    "log_format",
    "traces",
    "max_chars",
    "threads",
    "store",
    "keep_days",
    "cache_mb",
    "sign_in",
    "proxy_header",
    "api_keys",
    "calls_per_minute",
    "calls_at_once",
    "chars_per_day",
    "audit_log",
    "endpoint_key",
    "endpoint_timeout_s",
    "endpoint_retries",
    "endpoint_parallel",
    "price_in",
    "price_out",
    *ServingSettings.model_fields,
    *JobSettings.model_fields,
    # The taxonomy of an analysis stands in its provenance with its digest, wherever its file lies.
    "taxonomies",
}

_NO_TRACES = "off"
_A_URL = "http://127.0.0.1:8080/v1"

SignIn = Literal["open", "accounts", "proxy"]
LogFormat = Literal["text", "json"]

_SECRETS = Path("/run/secrets")


class Settings(ServingSettings, JobSettings):
    """Everything that can be set, with its meaning."""

    model_config = SettingsConfigDict(
        env_prefix="PULLQUOTE_",
        frozen=True,
        extra="forbid",
        # Where containers find secrets: files named as the variables are, such as PULLQUOTE_STORE.
        secrets_dir=_SECRETS if _SECRETS.is_dir() else None,
    )

    host: str = Field(default="127.0.0.1", description="Address the service listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the service listens on.")
    queue_limit: int = Field(
        default=32, ge=1, description="Analyses that may wait or run at once; one more is answered with 429."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is logged."
    )
    log_format: LogFormat = Field(
        default="text", description="Form of log lines: text for people, json for one object a line."
    )
    traces: str = Field(
        default=_NO_TRACES,
        description="Where traces are sent: off, or the URL of an OpenTelemetry collector that takes OTLP "
        "over HTTP, such as http://127.0.0.1:4318. Needs the extra otel.",
    )
    max_chars: int = Field(default=200_000, ge=1, description="Longest article taken, in characters.")
    precision: Literal["auto", "bf16", "fp32"] = Field(
        default="auto",
        description="Arithmetic of the encoder; auto is bf16 where the processor has it, else fp32.",
    )
    least_speaker_confidence: float = Field(
        default=0.8,
        ge=0,
        le=1,
        description="A speaker of words in quotation marks who is less sure is left out: null rather than a "
        "guess. docs/quality.md shows what each value costs.",
    )
    threads: int = Field(
        default=0, ge=0, description="Threads of the encoder; 0 takes every core this process may use."
    )

    store: str = Field(
        default="pullquote.db",
        description="What editors' reviews are kept in: a file for SQLite, or a postgresql:// URL; empty "
        "turns the review page off.",
    )
    keep_days: int = Field(
        default=30,
        ge=0,
        le=36_500,
        description="Days that analyses are kept which callers of the API had stored; 0 keeps them until "
        "they are deleted.",
    )
    cache_mb: int = Field(
        default=64,
        ge=0,
        description="Megabytes of answers that are held in memory and given again to the same article; 0 "
        "turns it off, and so does a generating summarizer.",
    )
    sign_in: Literal["auto", "open", "accounts", "proxy"] = Field(
        default="auto",
        description="Who may review: open is anybody on this machine, accounts are those of `pullquote "
        "review user`, proxy trusts a header; auto is open on a loopback address, else accounts.",
    )
    proxy_header: str = Field(
        default="X-Forwarded-User",
        description="With --sign-in proxy: the header in which the proxy in front names who is signed in.",
    )

    api_keys: Literal["auto", "required", "off", "off-anywhere"] = Field(
        default="auto",
        description="Whether callers of the API need a key of `pullquote keys`; auto is yes unless the "
        "service listens on a loopback address; off is taken there only, off-anywhere also elsewhere.",
    )
    calls_per_minute: int = Field(
        default=600,
        ge=0,
        description="Requests a minute that a key may make, or without keys an address other than this "
        "machine's; 0 is no limit. A key can have a rate of its own.",
    )
    calls_at_once: int = Field(
        default=60, ge=1, description="Requests that a caller may make at once after a pause."
    )
    chars_per_day: int = Field(
        default=0,
        ge=0,
        description="Characters that such a caller may send in a day (UTC), counted in memory; 0 is no "
        "limit.",
    )
    audit_log: str = Field(
        default="",
        description="A file that events of security are appended to as JSON lines; empty leaves them in the "
        "service's log.",
    )
    taxonomies: str = Field(
        default="",
        description="Files of own taxonomies, with commas: YAML, JSON, or fitted by `pullquote topics fit`. "
        "A request's taxonomy=NAME then has its topics of that one.",
    )

    summarizer: str = Field(
        default=EXTRACTIVE,
        description="What writes the summary: extractive takes sentences of the article; seq2seq:NAME and "
        "chat:NAME load a transformers model by name or folder; openai:MODEL asks the endpoint.",
    )
    generate: str = Field(
        default="summary",
        description="With a summarizer that follows prompts: what it proposes, of summary, quotes, topics, "
        "with commas.",
    )
    unsupported: Literal["replace", "drop"] = Field(
        default="replace",
        description="What becomes of a written sentence that the article doesn't bear out, also after the "
        "model was asked again: replace it by a sentence of the article, or drop it.",
    )
    least_support: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="From this support on a written sentence without a fault that can be named is borne out.",
    )
    prompts: str = Field(default="", description="Folder of prompts; empty takes those of this version.")
    answer_tokens: int = Field(default=1_024, ge=16, description="Most tokens of a model's answer.")
    device: str = Field(
        default="auto",
        description="Where models run: cpu, cuda, cuda:1, mps; auto puts a generating model on a GPU if "
        "there is one, and the encoder on the processor.",
    )
    endpoint: str = Field(
        default=_A_URL,
        description="Base URL of the OpenAI-compatible endpoint.",
    )
    endpoint_key: SecretStr = Field(default=SecretStr(""), description="The key for the endpoint, if any.")
    endpoint_context: int = Field(
        default=8_192,
        ge=256,
        description="Most tokens of question and answer that the endpoint's model takes.",
    )
    endpoint_tokenizer: str = Field(
        default="",
        description="The tokenizer.json of the endpoint's model, to count tokens exactly; empty estimates "
        "from above.",
    )
    endpoint_timeout_s: float = Field(
        default=60.0, gt=0, description="Longest wait for the endpoint's next bytes, in seconds."
    )
    endpoint_retries: int = Field(
        default=2, ge=0, le=10, description="How often a request that failed on the way is sent again."
    )
    endpoint_parallel: int = Field(default=4, ge=1, description="Most requests to the endpoint at once.")
    price_in: float = Field(
        default=0.0, ge=0, description="What a million tokens of questions cost, for the cost in provenance."
    )
    price_out: float = Field(default=0.0, ge=0, description="What a million tokens of answers cost.")

    @property
    def writes_with(self) -> Summarizer:
        """The setting ``summarizer``, parsed."""
        return Summarizer.parse(self.summarizer)

    @property
    def collector(self) -> str | None:
        """The URL that traces are sent to, None where they are off."""
        return None if self.traces == _NO_TRACES else self.traces

    @property
    def trunk_device(self) -> str:
        """Where the encoder runs: on a GPU only where the setting names one."""
        return "cpu" if self.device == "auto" else self.device

    @property
    def analyses_at_once(self) -> int:
        """How many articles the service analyses at once: more than one only if it waits for an endpoint."""
        return self.endpoint_parallel if self.writes_with.is_remote else 1

    @field_validator("summarizer")
    @classmethod
    def _require_summarizer(cls, value: str) -> str:
        Summarizer.parse(value)
        return value

    @field_validator("generate")
    @classmethod
    def _require_parts(cls, value: str, info: ValidationInfo) -> str:
        parts = [part.strip() for part in value.split(",")]
        if unknown := set(parts) - set(GENERATED):
            raise ValueError(f"there is no part {sorted(unknown)[0]!r}; name some of {','.join(GENERATED)}")
        setting = info.data.get("summarizer")
        if setting is None or parts == ["summary"]:  # None: it is wrong itself, which is reported already
            return ",".join(parts)
        summarizer = Summarizer.parse(setting)
        if not summarizer.follows_prompts:
            able = "can only write summaries" if summarizer.generates else "generates nothing"
            raise ValueError(
                f"the summarizer {setting} {able}; choose a chat: or openai: model with --summarizer or "
                "PULLQUOTE_SUMMARIZER, or generate summary alone"
            )
        return ",".join(parts)

    @field_validator("traces")
    @classmethod
    def _require_collector(cls, value: str) -> str:
        if value != _NO_TRACES and not re.fullmatch(r"https?://\S+", value):
            raise ValueError(f"it has to be {_NO_TRACES}, or a URL that begins with http:// or https://")
        return value

    @field_validator("endpoint")
    @classmethod
    def _require_url(cls, value: str) -> str:
        if not re.fullmatch(r"https?://\S+", value):
            raise ValueError("it has to be a URL that begins with http:// or https://, such as " + _A_URL)
        return value

    def digest(self) -> str:
        """Return ``sha256:…`` over the settings that can change an analysis; resolve "auto" first."""
        effective = self.model_dump(mode="json", exclude=_WITHOUT_EFFECT_ON_RESULTS)
        return "sha256:" + sha256(json.dumps(effective, sort_keys=True).encode()).hexdigest()
