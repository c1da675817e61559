"""The middleware at the edge: whom a request is for, how its body comes in, and what it gets at the end.

It stands inside of the request log, so that what it refuses has an id and an access line as well.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api import problems
from service.api.edge.body_watch import BodyBudget, BodyWatch
from service.api.edge.hosts import HostRule
from service.api.edge.limits import EdgeLimits
from service.api.logs import path_of
from service.errors import PullquoteError, ShuttingDown

ENDING = "The service is shutting down, and the request was not finished. Send it again in a few seconds."


class EdgeGate:
    """ASGI middleware: refuses foreign hosts, slow bodies and too many, and answers what is cancelled."""

    def __init__(
        self, app: ASGIApp, limits: EdgeLimits, hosts: HostRule, is_draining: Callable[[], bool]
    ) -> None:
        """Wrap ``app``; ``is_draining`` tells whether the service is about to end."""
        self._app = app
        self._limits = limits
        self._hosts = hosts
        self._is_draining = is_draining
        self._budget = BodyBudget(limits.buffered_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        body = BodyWatch(receive, self._limits, self._budget)

        async def send_on(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if body.is_late or self._is_draining():
                    MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        async def refuse(error: PullquoteError) -> None:
            await problems.respond(error, path_of(scope))(scope, receive, send_on)

        try:
            self._hosts.require(Headers(scope=scope))
            await self._app(scope, body.receive, send_on)
        except PullquoteError as error:
            if started:
                raise
            await refuse(error)
        except asyncio.CancelledError:
            # The server cancels what isn't finished when its grace time is over; the caller is told so.
            if started or not self._is_draining():
                raise
            await refuse(ShuttingDown(ENDING))
        finally:
            body.close()
