"""What an engine tells while it runs the shards; the job listens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from service.archive.engines.feed import Feed
from service.archive.job.shard import Report, Shard


@dataclass(frozen=True, slots=True)
class Advanced:
    """The first ``articles`` of the shard have been looked at; fewer than before where it runs again."""

    shard: int
    articles: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The shard's file is in place."""

    shard: Shard
    report: Report


@dataclass(frozen=True, slots=True)
class Restarted:
    """A worker ended in the middle of an article; its shard runs again."""

    shard: int
    reason: str


Event = Advanced | Finished | Restarted


class Engine(Protocol):
    """Runs shards somewhere. Raises JobStopped when it can't go on."""

    def start(self) -> dict[str, Any]:
        """Load a pipeline somewhere and say what makes its analyses."""
        ...

    def run(self, feed: Feed, parts: Path) -> Iterator[Event]:
        """Run every shard of ``feed``; a ``Finished`` one's file is in place in the folder ``parts``."""
        ...

    def close(self) -> None:
        """Stop everything at once; what is not finished is lost, and that is all right."""
        ...
