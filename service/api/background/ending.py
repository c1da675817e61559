"""The end of what works behind the service: its worker and its jobs, told together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.api.needs import KeepsJobs
from service.api.worker import Worker


@dataclass(frozen=True, slots=True)
class OrderlyEnd:
    """Ends the worker; jobs are told first, so that streams of events end and nothing more is begun."""

    worker: Worker[Any]
    jobs: KeepsJobs | None

    def begin_drain(self) -> None:
        """Take nothing on from now. A signal handler may call it."""
        if self.jobs:
            self.jobs.drain()
        self.worker.begin_drain()

    async def drain(self, grace_s: float, is_urgent: Callable[[], bool]) -> None:
        """Refuse what waits, and let what runs take ``grace_s``."""
        self.begin_drain()
        await self.worker.drain(grace_s, is_urgent)
