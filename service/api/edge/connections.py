"""Connections within limits: how many there are, and how long each may take for what it does.

uvicorn has no time limit for headers, none for a client that doesn't read, and no cap that leaves room for
newcomers. A sweep looks at every connection now and then, which costs less than timers that start anew with
each packet. Slow bodies are answered by ``body_watch``; here they are cut off where nobody reads them.
"""

from __future__ import annotations

import asyncio
import json
import logging
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from service.api.edge.limits import EdgeLimits
from service.api.problems import MEDIA_TYPE

_log = logging.getLogger(__name__)
# The answer to a slow body comes first, then the connection is cut.
_AFTER_BODY_S = 1.0
# A client that reads its answer takes at least so much of it within the limit.
_PROGRESS_BYTES = 16_384
_LOG_EVERY_S = 10.0
_RETRY_AFTER_S = 2


class ConnectionGuard:
    """Keeps a server's connections within ``limits``, at most ``most`` at once. For one event loop."""

    def __init__(self, limits: EdgeLimits, most: int) -> None:
        self.limits = limits
        self.most = most
        # Those that wait for a request, longest first.
        self.idle: dict[GuardedConnection, None] = {}
        self._closed = 0
        self._logged_s = -_LOG_EVERY_S

    def make_room(self, newcomer: GuardedConnection) -> None:
        """Close the connection that is idle longest if there are too many; if none is idle, the new one."""
        if len(newcomer.connections) <= self.most:
            return
        longest = next(iter(self.idle))
        if longest is newcomer:
            newcomer.refuse(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "connections-full",
                f"{self.most} connections are open and busy, the limit. Try again in {_RETRY_AFTER_S} s, or "
                "raise PULLQUOTE_CONNECTIONS.",
            )
        else:
            longest.cut()
        self._closed += 1
        now = newcomer.loop.time()
        if now - self._logged_s >= _LOG_EVERY_S:
            _log.warning(
                "too many connections: %d closed or refused, the limit is %d", self._closed, self.most
            )
            self._closed, self._logged_s = 0, now

    async def watch(self, state: ServerState) -> None:
        """Cut off what is overdue, again and again, until cancelled."""
        limits = self.limits
        shortest = min(limits.header_s, limits.idle_s, limits.body_s, limits.answer_s)
        while True:
            await asyncio.sleep(min(1.0, shortest / 4))
            for connection in list(state.connections):
                if isinstance(connection, GuardedConnection):
                    connection.cut_if_overdue()


class GuardedConfig(uvicorn.Config):
    """uvicorn's configuration, with what guards the connections."""

    def __init__(self, app: Any, guard: ConnectionGuard, **options: Any) -> None:
        """Take the ``app``, the guard, and uvicorn's own options."""
        super().__init__(app, http=GuardedConnection, **options)
        self.guard = guard


class GuardedConnection(H11Protocol):
    """One connection that knows since when it does what it does."""

    def __init__(
        self,
        config: GuardedConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._guard = config.guard
        # When the present request began, or the wait for one.
        self._since = self.loop.time()
        # Whether headers are on their way: a new connection is expected to send some.
        self._has_begun = True
        self._last_cycle: object = None
        # What waits to be read by the client, and since when: moved on by progress.
        self._unread, self._unread_since = 0, 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection, if there is room."""
        super().connection_made(transport)
        self._guard.idle[self] = None
        self._guard.make_room(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._guard.idle.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes: of headers, or of a body."""
        if self in self._guard.idle and not self._has_begun:
            self._since, self._has_begun = self.loop.time(), True
        super().data_received(data)

    def handle_events(self) -> None:
        """Notice where a request begins, and where the rest of one that was answered ends."""
        super().handle_events()
        if self.cycle is not self._last_cycle:
            self._last_cycle = self.cycle
            self._guard.idle.pop(self, None)
            self._since = self.loop.time()
        self._note_idle()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._note_idle()

    def _note_idle(self) -> None:
        if self.cycle is None or not self.cycle.response_complete or self.conn.their_state is not h11.IDLE:
            return
        if self not in self._guard.idle and not self.transport.is_closing():
            self._guard.idle[self] = None
            self._since, self._has_begun = self.loop.time(), False

    def shutdown(self) -> None:
        """Close the connection when its answer is out, at once if there is none."""
        if not self.transport.is_closing():
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answer what isn't HTTP, with a problem document unless an answer has begun."""
        if self.cycle is not None and not self.cycle.response_complete:
            begun = self.cycle.response_started
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if begun:
                self.cut()
                return
        self.refuse(HTTPStatus.BAD_REQUEST, "malformed-request", f"{msg} Send HTTP/1.1.")

    def refuse(self, status: HTTPStatus, slug: str, detail: str) -> None:
        """Answer with a problem document, as no application can here, and close."""
        request_id = uuid4().hex
        problem = {
            "type": f"urn:pullquote:problem:{slug}",
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
            "instance": "",
            "code": slug,
            "request_id": request_id,
        }
        body = json.dumps(problem).encode()
        retry = f"Retry-After: {_RETRY_AFTER_S}\r\n" if status is HTTPStatus.SERVICE_UNAVAILABLE else ""
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {MEDIA_TYPE}\r\n"
            f"Content-Length: {len(body)}\r\n{retry}X-Request-ID: {request_id}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self._leave()
        self.transport.close()

    def cut(self) -> None:
        """Close at once, whatever is on its way."""
        self._leave()
        self.transport.abort()

    def _leave(self) -> None:
        """Count no longer, though closing takes a moment."""
        self._guard.idle.pop(self, None)
        if self.transport.get_write_buffer_size() == 0:
            self.connections.discard(self)

    def cut_if_overdue(self) -> None:
        """Close the connection if it takes longer than it may for what it does."""
        now, limits = self.loop.time(), self._guard.limits
        if self._is_unread_too_long(now, limits.answer_s):
            self.cut()
        elif self.transport.is_closing():
            return
        elif self in self._guard.idle:
            self._close_if_idle_too_long(now - self._since, limits)
        elif self.conn.their_state is h11.SEND_BODY and now - self._since > limits.body_s + _AFTER_BODY_S:
            self.cut()

    def _close_if_idle_too_long(self, passed_s: float, limits: EdgeLimits) -> None:
        if passed_s <= (limits.header_s if self._has_begun else limits.idle_s):
            return
        if self._has_begun and self.conn.trailing_data[0]:
            self.refuse(
                HTTPStatus.REQUEST_TIMEOUT,
                "headers-too-slow",
                f"After {limits.header_s:g} s, the limit, the headers weren't complete. Send them at once.",
            )
        else:
            self.cut()

    def _is_unread_too_long(self, now: float, longest_s: float) -> bool:
        """Return whether the client has read nothing to speak of for so long, though there is something."""
        size = self.transport.get_write_buffer_size()
        # While the application may still write, only a full buffer tells that the client doesn't read.
        is_stuck = size and (self.flow.write_paused or self.cycle is None or self.cycle.response_complete)
        if not is_stuck or not self._unread or size <= self._unread - _PROGRESS_BYTES:
            self._unread, self._unread_since = (size if is_stuck else 0), now
        return now - self._unread_since > longest_s
