"""The limits of connections and bodies, in seconds and bytes."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from typing import Self

from service.api.body import largest_body
from service.settings import Settings

# Files that the process opens beside connections: the store's, the models', those just being accepted.
_OTHER_FILES = 256


@dataclass(frozen=True, slots=True)
class EdgeLimits:
    """How much the edge takes; see the settings of the same names. Times are in seconds."""

    connections: int
    header_s: float
    body_s: float
    chunk_s: float
    idle_s: float
    answer_s: float
    grace_s: float
    buffered_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the limits that the settings name."""
        return cls(
            connections=settings.connections,
            header_s=settings.header_timeout_s,
            body_s=settings.body_timeout_s,
            chunk_s=settings.chunk_timeout_s,
            idle_s=settings.idle_timeout_s,
            answer_s=settings.answer_timeout_s,
            grace_s=settings.grace_s,
            # One body of the largest size has to fit, or it could never be sent.
            buffered_bytes=max(int(settings.buffered_mb * 1_000_000), largest_body(settings.max_chars)),
        )


def affordable_connections(wanted: int) -> int:
    """Return how many connections of ``wanted`` leave room for other files; raise the soft limit if need be.

    At least half of the files that the process may open.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else min(wanted, max(soft - _OTHER_FILES, soft // 2))
