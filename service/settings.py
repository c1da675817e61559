"""Settings: one declaration gives the environment variable, the type, the default and the help text.

Read from the environment with the prefix ``PULLQUOTE_`` (``PULLQUOTE_PORT=9000``). Not a place for logic:
``bootstrap`` turns settings into objects.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

# Where the service runs and how much it takes on doesn't make another analysis; so not in the digest.
_WITHOUT_EFFECT_ON_RESULTS = {
    "host",
    "port",
    "queue_limit",
    "log_level",
    "max_chars",
    "threads",
    "store",
    "sign_in",
    "proxy_header",
}

SignIn = Literal["open", "accounts", "proxy"]


class Settings(BaseSettings):
    """Everything that can be set, with its meaning."""

    model_config = SettingsConfigDict(env_prefix="PULLQUOTE_", frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", description="Address the service listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the service listens on.")
    queue_limit: int = Field(
        default=32, ge=1, description="Analyses that may wait or run at once; one more is answered with 429."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="How much is logged."
    )
    max_chars: int = Field(default=200_000, ge=1, description="Longest article taken, in characters.")
    precision: Literal["auto", "bf16", "fp32"] = Field(
        default="auto",
        description="Arithmetic of the encoder; auto is bf16 where the processor has it, else fp32.",
    )
    threads: int = Field(
        default=0, ge=0, description="Threads of the encoder; 0 takes every core this process may use."
    )

    store: str = Field(
        default="pullquote.db",
        description="What editors' reviews are kept in: a file for SQLite, or a postgresql:// URL; empty "
        "turns the review page off.",
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

    def digest(self) -> str:
        """``sha256:…`` over the settings that can change an analysis; resolve "auto" first."""
        effective = self.model_dump(mode="json", exclude=_WITHOUT_EFFECT_ON_RESULTS)
        return "sha256:" + sha256(json.dumps(effective, sort_keys=True).encode()).hexdigest()
