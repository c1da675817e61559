"""The interface of an engine, and the events that it reports while it runs shards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from service.archive.engines.feed import ShardFeed
from service.archive.job.shard import Shard, ShardReport


@dataclass(frozen=True, slots=True)
class ShardAdvanced:
    """The first ``articles`` of the shard are done; fewer than before if the shard runs again."""

    shard: int
    articles: int


@dataclass(frozen=True, slots=True)
class ShardFinished:
    """The shard's file is in place."""

    shard: Shard
    report: ShardReport


@dataclass(frozen=True, slots=True)
class ShardRestarted:
    """A worker ended in the middle of an article; its shard runs again."""

    shard: int
    reason: str


EngineEvent = ShardAdvanced | ShardFinished | ShardRestarted


class Engine(Protocol):
    """Runs shards. Raises JobStopped when it can't go on."""

    def start(self) -> dict[str, Any]:
        """Load a pipeline where shards will run, and return what makes its analyses."""
        ...

    def run(self, feed: ShardFeed, parts: Path) -> Iterator[EngineEvent]:
        """Run every shard of ``feed``; at ``ShardFinished`` its file is in place in the folder ``parts``."""
        ...

    def close(self) -> None:
        """Stop everything at once. Unfinished shards are lost; the next run does them again."""
        ...
