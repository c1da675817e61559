"""What is done to every request and every answer, of the API and the pages alike.

``OwnOrigins`` refuses what another site's page or a proxy brings; ``Settlement`` counts
what a caller has sent once the request has ended; ``SafeAnswers`` gives answers their security headers.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.access import audit
from service.access.addresses import require_no_proxy
from service.access.browsers import require_own_origin
from service.access.refusals import Forbidden
from service.api import problems
from service.api.admission.admission import STATE, Entry
from service.api.logs import path_of

_ALWAYS_OPEN = "/livez"
_PUBLIC = ("/v1/schema",)
_MAX_PATH_CHARS = 200
_CONTINUATION = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


class OwnOrigins:
    """Refuses writes that another site's page makes; with ``only_this_machine``, what a proxy passes on."""

    def __init__(self, app: ASGIApp, only_this_machine: bool) -> None:
        """Wrap ``app``."""
        self._app = app
        self._only_this_machine = only_this_machine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            try:
                if self._only_this_machine and scope["path"] != _ALWAYS_OPEN:
                    require_no_proxy(headers)
                require_own_origin(scope["method"], headers)
            except Forbidden as error:
                client = scope.get("client")
                audit.record(
                    "request.refused",
                    reason=error.code,
                    method=scope["method"],
                    path=path_of(scope)[:_MAX_PATH_CHARS],
                    address=client[0] if client else None,
                )
                await problems.respond(error, path_of(scope))(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Settlement:
    """Settles with the caller once a request has ended, however it did."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        chars = 0
        state = scope.setdefault("state", {})

        async def count() -> Message:
            nonlocal chars
            message = await receive()
            chars += len(message.get("body", b"").translate(None, _CONTINUATION))
            return message

        try:
            await self._app(scope, count, send)
        finally:
            entry: Entry | None = state.get(STATE)
            if entry is not None:
                entry.settle(chars)


class SafeAnswers:
    """Gives each answer the security headers that it hasn't got itself, and what the caller's limit is."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        is_private = scope["path"].startswith("/v1/") and scope["path"] not in _PUBLIC

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if is_private or message["status"] >= 400:
                    headers.setdefault("Cache-Control", "no-store")
                entry: Entry | None = state.get(STATE)
                for name, value in (entry.headers if entry else {}).items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)
