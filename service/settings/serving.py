"""The settings by which the HTTP service stands load: how much it takes on, and how long it waits.

Part of ``service.settings``, which is where they are read. None of them changes an analysis.
"""

from __future__ import annotations

import re

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

_HOST = re.compile(r"(\*\.)?[a-z0-9_.-]+|\[[0-9a-f:.]+\]")


class ServingSettings(BaseSettings):
    """Limits of connections, bodies, the queue and an analysis; times are in seconds."""

    queue_chars: int = Field(
        default=2_000_000,
        ge=1,
        description="Characters of the articles that may wait or run at once, estimated from their bytes; "
        "one article more is answered with 429.",
    )
    analysis_seconds: float = Field(
        default=30.0,
        ge=0,
        description="Longest time that the service gives one article, in seconds, but for what a generating "
        "model writes; 0 sets no limit.",
    )
    longest_timeout_s: float = Field(
        default=300.0, gt=0, description="Largest `timeout` that a request may name, in seconds."
    )
    grace_s: float = Field(
        default=8.0,
        ge=0,
        description="Seconds that running analyses may still take once the service was told to end; it ends "
        "within 4 s more.",
    )
    connections: int = Field(
        default=1_000,
        ge=1,
        description="Most connections at once; fewer where the process may not open so many files. For one "
        "more, the one that has been idle longest is closed.",
    )
    header_timeout_s: float = Field(
        default=10.0, gt=0, description="Longest time for a request's headers, in seconds."
    )
    body_timeout_s: float = Field(
        default=60.0, gt=0, description="Longest time for a request's whole body, in seconds."
    )
    chunk_timeout_s: float = Field(
        default=15.0, gt=0, description="Longest wait for the next bytes of a body, in seconds."
    )
    idle_timeout_s: float = Field(
        default=15.0, gt=0, description="How long a connection may stay open between requests, in seconds."
    )
    answer_timeout_s: float = Field(
        default=30.0,
        gt=0,
        description="How long a client may leave its answer unread before it is cut off, in seconds.",
    )
    buffered_mb: float = Field(
        default=64.0,
        gt=0,
        description="Megabytes of bodies held at once, over all requests; for more the answer is 503.",
    )
    allowed_hosts: str = Field(
        default="",
        description="Host names that requests may be for, with commas; *.NAME stands for all below NAME. "
        "Empty takes any, but only names of this machine where nobody has to sign in or send a key.",
    )

    @field_validator("allowed_hosts")
    @classmethod
    def _require_hosts(cls, value: str) -> str:
        names = [name.strip().lower() for name in value.split(",") if name.strip()]
        for name in names:
            if not _HOST.fullmatch(name):
                raise ValueError(f"{name!r} is no host name; write names without a port, such as example.org")
        return ",".join(names)
