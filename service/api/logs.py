"""Log lines and request ids: every line carries the id of its request, and none an article's text.

The middleware gives the request an id, writes one access line for it, and turns an uncaught exception into a
problem document. Not here: the form of a line (``service.api.observe.log_lines``), what the service prints at
start (``service.cli``).
"""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.observe.log_lines import FIELDS, formatter
from service.api.observe.request_facts import current_facts
from service.domain import Analysis
from service.settings import LogFormat
from service.warning_codes import WarningCode

HEADER = "X-Request-ID"
# What a tracing system sends, and nothing that could break a log line or a header.
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/=@-]{0,127}")
_MAX_PATH_CHARS = 200
_MAX_REASON_CHARS = 200
_NO_REQUEST = "-"

_request_id: ContextVar[str] = ContextVar("request_id", default=_NO_REQUEST)
_log = logging.getLogger(__name__)


def current_request_id() -> str:
    """Return the id of the request that this code runs for, "-" outside of one."""
    return _request_id.get()


def path_of(scope: Scope) -> str:
    """Return the path of a request as it was sent: percent-encoded, so that it is one harmless word."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode("ascii", "backslashreplace")
    return raw.split(b"?", 1)[0].decode("ascii", "backslashreplace")


def configure(level: str, log_format: LogFormat = "text") -> None:
    """Send log lines of ``level`` and above to standard error, each with its request id."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_add_request_id)
    handler.setFormatter(formatter(log_format))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # The server's own access lines and start messages would repeat ours, without the id.
    logging.getLogger("uvicorn").setLevel(max(logging.WARNING, logging.getLogger().level))


def _add_request_id(record: logging.LogRecord) -> bool:
    record.request_id = current_request_id()
    record.trace_id = current_facts().trace_id
    return True


class RequestLog:
    """ASGI middleware: gives each request an id, an access line, and an answer to an uncaught exception."""

    def __init__(self, app: ASGIApp, on_defect: Callable[[Scope], Response]) -> None:
        """Wrap ``app``; ``on_defect`` makes the response when it breaks before answering."""
        self._app = app
        self._on_defect = on_defect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102 - ASGI
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope).get(HEADER, "")
        request_id = sent if _SANE_ID.fullmatch(sent) else uuid.uuid4().hex
        token = _request_id.set(request_id)
        facts = current_facts()
        facts.request_id = request_id
        started_s, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except Exception as error:
            _log.error("unexpected %s", where(error))
            if not status:
                await self._on_defect(scope)(scope, receive, send_with_id)
        finally:
            elapsed_ms = 1000 * (time.perf_counter() - started_s)
            path = path_of(scope)[:_MAX_PATH_CHARS]
            told = {
                "method": scope["method"],
                "path": path,
                "status": status,
                "ms": round(elapsed_ms, 1),
                "key": facts.key,
                "problem": facts.problem,
            }
            _log.info(
                "method=%s path=%s status=%d ms=%.1f",
                scope["method"],
                path,
                status,
                elapsed_ms,
                extra={FIELDS: told},
            )
            _request_id.reset(token)


def log_fallbacks(analysis: Analysis) -> None:
    """Log why a summary was extracted instead of written: the caller gets 200, and may not report it."""
    if not analysis.warnings:
        return

    for notice in analysis.warnings:
        if notice.code is WarningCode.MODEL_FAILED:
            _log.warning("%s: %s", WarningCode.MODEL_FAILED, one_line(notice.detail))


def one_line(reason: str) -> str:
    """Return a reason fit for a log: on one line, and cut, as it may quote at length what a model wrote."""
    words = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(reason.split()))
    return words if len(words) <= _MAX_REASON_CHARS else words[:_MAX_REASON_CHARS] + "…"


def where(error: BaseException) -> str:
    """Describe an exception by its type and the lines it passed, innermost last.

    Its message is left out: messages of parsers and tokenizers quote the article.
    """
    frames: list[str] = []
    traceback: Any = error.__traceback__
    while traceback is not None:
        frames.append(f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return f"{type(error).__name__} at {' > '.join(frames)}"
