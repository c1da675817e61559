"""How long a caller waits: the request's own ``timeout``, over all that is done for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from service.errors import DeadlinePassed


@dataclass(frozen=True, slots=True)
class Deadline:
    """The ``seconds`` that a request may take, and when they end by the event loop's clock; None for ever."""

    seconds: float | None
    ends: float | None

    @classmethod
    def after(cls, seconds: float | None) -> Self:
        """Return the deadline of a request that begins now."""
        return cls(seconds, None if seconds is None else asyncio.get_running_loop().time() + seconds)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Do what is inside until the deadline. Raises DeadlinePassed."""
        try:
            async with asyncio.timeout_at(self.ends):
                yield
        except TimeoutError:
            if self.seconds is None:
                raise
            raise DeadlinePassed(
                f"The analysis was not done within {self.seconds:g} s, the request's own timeout, and was "
                "dropped. Allow more, or try again when less is waiting."
            ) from None
