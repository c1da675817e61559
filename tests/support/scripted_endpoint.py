"""An OpenAI-compatible endpoint on loopback that does what a script says: real sockets, for bad days.

    with scripted([status(429, headers={"Retry-After": "1"}), answer("{}")]) as server:
        ...  # ask server.url
    assert len(server.requests) == 2

Each step answers one request, in the order of arrival; the last step answers all that come after. A step is a
function of a ``Call``, which writes to the socket itself: the ones below, or your own. ``down()`` gives the
URL of a closed port.

    answer(text)       a whole answer; also cut at the limit, filtered, refused, without usage, not streamed
    echo(function)     the same, with the text that ``function(body)`` returns: a model that obeys its prompt
    status(code)       an error (or a redirect) with a body and headers
    picky(*names)      400 for a request that has one of these parameters (or formats), else ``then``
    stall(seconds)     nothing, not even headers, then the connection closes
    drip(text, pause)  one byte at a time; with ``head=False`` already the headers, which never end
    cut(text)          breaks off after ``tail``; with ``chunked=False`` it looks like a proper end
    garbage(bytes)     these bytes instead of HTTP
    body(bytes)        HTTP 200 with this body: a web page, no JSON, the wrong JSON, a million characters
    slowly(step, s)    waits, then does the step, to have requests overlap

A redirect is ``status(307, headers={"Location": elsewhere})``. What waits here ends with the ``with`` block.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

USAGE = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
JSON, EVENTS, HTML = "application/json", "text/event-stream", "text/html"
Body = dict[str, Any]


@dataclass
class Request:
    """What was asked; names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: Body


class Call:
    """One request and the socket that it came by."""

    def __init__(self, handler: BaseHTTPRequestHandler, request: Request, closing: Event) -> None:
        self.request = request
        self._handler = handler
        self._closing = closing

    def wait(self, seconds: float) -> bool:
        return self._closing.wait(seconds)

    def raw(self, sent: bytes) -> None:
        self._handler.wfile.write(sent)
        self._handler.wfile.flush()

    def head(self, code: int, kind: str, headers: dict[str, str] | None = None) -> None:
        self._handler.send_response(code)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def whole(self, sent: bytes, kind: str, code: int = 200, headers: dict[str, str] | None = None) -> None:
        self.head(code, kind, {"Content-Length": str(len(sent)), **(headers or {})})
        self.raw(sent)

    def chunk(self, sent: bytes) -> None:
        self.raw(b"%x\r\n%s\r\n" % (len(sent), sent))


Step = Callable[[Call], object]


@dataclass
class Scripted:
    """Where it is, what it was asked, and how many were asking at once at most."""

    url: str
    requests: list[Request] = field(default_factory=list)
    most_at_once: int = 0


@contextmanager
def scripted(steps: Sequence[Step]) -> Iterator[Scripted]:
    closing, lock = Event(), Lock()
    at_once = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            nonlocal at_once
            length = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, json.loads(self.rfile.read(length)))
            with lock:
                step = steps[min(len(server.requests), len(steps) - 1)]
                server.requests.append(request)
                at_once += 1
                server.most_at_once = max(server.most_at_once, at_once)
            try:
                # A client that has enough goes away: no fault here.
                with suppress(ConnectionError):
                    step(Call(self, request, closing))
            finally:
                self.close_connection = True
                with lock:
                    at_once -= 1

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # Wait for the threads of the requests when it closes: none outlives its test.
    listener.daemon_threads = False
    server = Scripted(f"http://127.0.0.1:{listener.server_address[1]}/v1")
    thread = Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        closing.set()
        listener.shutdown()
        thread.join()
        listener.server_close()


def down() -> str:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{closed.getsockname()[1]}/v1"


def answer(text: str, **ending: Any) -> Step:
    return echo(lambda _: text, **ending)


def echo(
    function: Callable[[Body], str],
    *,
    streamed: bool | None = None,
    finish: str = "stop",
    usage: dict[str, int] | None = USAGE,
    delta: Body | None = None,
    piece: int = 8,
) -> Step:
    """Answer with what the function makes of the request's body, in pieces of ``piece`` characters.

    ``streamed`` overrides what the request asks for; ``finish`` may be "length", "content_filter"; ``delta``
    is merged into the message: a refusal, tool calls.
    """

    def step(call: Call) -> None:
        asked, text = call.request.body, function(call.request.body)
        if not (asked.get("stream") if streamed is None else streamed):
            message = {"role": "assistant", "content": text or None, **(delta or {})}
            choice = {"index": 0, "message": message, "finish_reason": finish}
            whole = {"object": "chat.completion", "choices": [choice], **({"usage": usage} if usage else {})}
            call.whole(json.dumps(whole).encode(), JSON)
            return
        call.head(200, EVENTS, {"Transfer-Encoding": "chunked"})
        for event in events(text, finish, delta, piece):
            call.chunk(event)
        if usage and asked.get("stream_options"):
            call.chunk(_event({"choices": [], "usage": usage}))
        call.chunk(b"data: [DONE]\n\n")
        call.chunk(b"")

    return step


def events(text: str, finish: str | None = "stop", delta: Body | None = None, piece: int = 8) -> list[bytes]:
    """Return the server-sent events of an answer, all but ``[DONE]``; no end if ``finish`` is None."""
    pieces = [text[start : start + piece] for start in range(0, len(text), piece)]
    deltas: list[Body] = [{"role": "assistant", "content": ""}, *({"content": part} for part in pieces)]
    deltas += [delta] if delta else []
    sent = [_event({"choices": [{"index": 0, "delta": each, "finish_reason": None}]}) for each in deltas]
    if finish is not None:
        sent.append(_event({"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}))
    return sent


def status(code: int, error: Any = "as the script says", headers: dict[str, str] | None = None) -> Step:
    """Answer with an error; ``error`` is its message, a whole JSON body, or bytes."""
    whole = {"error": {"message": error}} if isinstance(error, str) else error
    sent = whole if isinstance(whole, bytes) else json.dumps(whole).encode()
    return lambda call: call.whole(sent, JSON, code, headers)


def picky(*names: str, then: Step, code: int = 400) -> Step:
    def step(call: Call) -> None:
        asked = call.request.body
        has = {*asked, asked.get("response_format", {}).get("type")}
        bad = next((name for name in names if name in has), None)
        (status(code, f"Unsupported parameter: '{bad}'.") if bad else then)(call)

    return step


def stall(seconds: float = 60) -> Step:
    return lambda call: call.wait(seconds)


def slowly(step: Step, seconds: float) -> Step:
    return lambda call: (call.wait(seconds), step(call))


def drip(text: str, pause: float, head: bool = True) -> Step:
    def step(call: Call) -> None:
        if head:
            call.head(200, EVENTS, {"Connection": "close"})
        sent = b"".join(events(text)) if head else b"HTTP/1.1 200 OK\r\nX-Slow: " + text.encode()
        for byte in sent:
            if call.wait(pause):
                return
            call.raw(bytes([byte]))

    return step


def cut(text: str, *, finish: str | None = None, tail: bytes = b"", chunked: bool = True) -> Step:
    def step(call: Call) -> None:
        call.head(200, EVENTS, {"Transfer-Encoding": "chunked"} if chunked else {"Connection": "close"})
        for event in [*events(text, finish), tail]:
            if event:
                (call.chunk if chunked else call.raw)(event)

    return step


def garbage(sent: bytes = b"\x00\xff\x13\x37 this is no HTTP\r\n\r\n") -> Step:
    return lambda call: call.raw(sent)


def body(sent: bytes, kind: str = JSON, headers: dict[str, str] | None = None) -> Step:
    return lambda call: call.whole(sent, kind, 200, headers)


def _event(data: Body) -> bytes:
    return b"data: " + json.dumps(data).encode() + b"\n\n"
