"""Watches the bodies of requests while they come in: that each is quick enough, and all are not too much.

The bytes of a body count from their arrival to the end of its request, as it is held while it waits for its
analysis. Not here: how large one body may be (``service.api.body``).
"""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive

from service.api.edge.limits import EdgeLimits
from service.api.edge.refusals import BodiesFull, BodyTooSlow


class BodyBudget:
    """The bytes that the bodies of all requests may take together. For one event loop."""

    def __init__(self, limit: int) -> None:
        """Take the most bytes."""
        self._limit = limit
        self.held = 0

    def take(self, size: int) -> None:
        """Hold ``size`` more bytes. Raises BodiesFull."""
        if self.held + size > self._limit:
            raise BodiesFull(
                f"The bodies of all requests have {self.held + size} bytes, the limit is {self._limit}. Try "
                "again in a few seconds, send fewer at once, or raise PULLQUOTE_BUFFERED_MB."
            )
        self.held += size

    def give_back(self, size: int) -> None:
        """Hold ``size`` bytes no longer."""
        self.held -= size


class BodyWatch:
    """One request's body: an ASGI ``receive`` that raises BodyTooSlow or BodiesFull."""

    def __init__(self, receive: Receive, limits: EdgeLimits, budget: BodyBudget) -> None:
        """Watch ``receive``; the time for the whole body counts from now."""
        self._receive = receive
        self._limits = limits
        self._budget = budget
        self._deadline = asyncio.get_running_loop().time() + limits.body_s
        self._size = 0
        self._is_complete = False
        self.is_late = False
        """Whether the body was given up, so that the connection can't be used for another request."""

    async def receive(self) -> Message:
        """Return the next message; once the body is complete, wait for the client as long as it takes."""
        if self._is_complete:
            return await self._receive()
        latest = asyncio.get_running_loop().time() + self._limits.chunk_s
        try:
            async with asyncio.timeout_at(min(latest, self._deadline)):
                message = await self._receive()
        except TimeoutError:
            self.is_late = True
            raise self._too_slow(whole=latest >= self._deadline) from None
        if message["type"] == "http.request":
            size = len(message.get("body", b""))
            self._budget.take(size)
            self._size += size
        self._is_complete = not message.get("more_body", False)
        return message

    def close(self) -> None:
        """Give back what the body held."""
        self._budget.give_back(self._size)
        self._size = 0

    def _too_slow(self, *, whole: bool) -> BodyTooSlow:
        if whole:
            return BodyTooSlow(
                f"After {self._limits.body_s:g} s, the limit for a body, {self._size} bytes of it had come. "
                "Send it faster, or raise PULLQUOTE_BODY_TIMEOUT_S.",
                code="body-too-slow",
            )
        return BodyTooSlow(
            f"No byte of the body came for {self._limits.chunk_s:g} s, the limit. Send it without pause, or "
            "raise PULLQUOTE_CHUNK_TIMEOUT_S.",
            code="body-stalled",
        )
