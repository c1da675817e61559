"""Runs the application under the limits of the edge, and ends it in order when it is told to.

At the signal the service answers on: ``/readyz`` says 503, what waits is refused at once, what runs may
finish within the grace time. Only then are the listening sockets closed. So a load balancer sees why, and no
caller is left without an answer.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Protocol

import uvicorn
from fastapi import FastAPI

from service.api.edge.connections import ConnectionGuard, GuardedConfig
from service.api.edge.limits import EdgeLimits, affordable_connections
from service.api.logs import where

_log = logging.getLogger(__name__)
# asyncio takes so many new connections before it looks at what else there is, so that no burst takes every
# file there is before the guard can close some.
_ACCEPT_AT_ONCE = 16
_BACKLOG = 2_048
# What is left when the grace time is over: answers on their way, and bodies that never end.
_LAST_ANSWERS_S = 1
_LOG_EVERY_S = 10.0


class Drains(Protocol):
    """What works behind the service and has to come to an end: ``service.api.worker.Worker``."""

    def begin_drain(self) -> None:
        """Take nothing on from now."""
        ...

    async def drain(self, grace_s: float, is_urgent: Callable[[], bool]) -> None:
        """Refuse what waits, and let what runs take ``grace_s``."""
        ...


class EdgeServer(uvicorn.Server):
    """uvicorn, with the guard of its connections and an end in order."""

    def __init__(self, app: FastAPI, limits: EdgeLimits, work: Drains) -> None:
        """Take the application, the limits, and what has to come to an end."""
        self._limits = limits
        self._work = work
        self._guard = ConnectionGuard(limits, affordable_connections(limits.connections))
        self._watch: asyncio.Task[None] | None = None
        config = GuardedConfig(
            app,
            self._guard,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="on",
            ws="none",
            backlog=_ACCEPT_AT_ONCE,
            # The guard closes idle connections; this is the second line.
            timeout_keep_alive=int(limits.idle_s) + 2,
            timeout_graceful_shutdown=_LAST_ANSWERS_S,
        )
        super().__init__(config)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note that the service has to end; from now on it says so."""
        self._work.begin_drain()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and watch the connections."""
        asyncio.get_running_loop().set_exception_handler(_LoopErrors())
        await super().startup(sockets)
        for listener in sockets or []:
            listener.listen(_BACKLOG)
        self._watch = asyncio.create_task(self._guard.watch(self.server_state))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the work, then the connections."""
        await self._work.drain(self._limits.grace_s, lambda: self.force_exit)
        await super().shutdown(sockets)
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch


class _LoopErrors:
    """Reports what goes wrong in the event loop, the same kind of thing once in a while only.

    Without files left to open, asyncio reports every connection that it can't take.
    """

    def __init__(self) -> None:
        self._next_s: dict[str, float] = {}

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        message, now = str(context.get("message")), time.monotonic()
        if now < self._next_s.get(message, 0.0):
            return
        self._next_s[message] = now + _LOG_EVERY_S
        error = context.get("exception")
        _log.error("%s: %s", message, where(error) if isinstance(error, BaseException) else "no exception")


def build_server(app: FastAPI, limits: EdgeLimits) -> EdgeServer:
    """Return a server for an application that ``create_app`` made."""
    return EdgeServer(app, limits, app.state.work)
