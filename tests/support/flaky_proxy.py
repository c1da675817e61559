"""A proxy in front of the service that has bad days: it answers, or breaks off, as a script says."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import httpx

RESET = "reset"
CUT = "cut"


@dataclass(frozen=True)
class Answering:
    """An answer instead of the service's."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"detail": "Busy.", "code": "overloaded"}'


Step = Answering | Literal["reset", "cut"]


@dataclass
class FlakyProxy:
    """Where it listens, the steps still to come, and the headers of what it has received."""

    url: str
    steps: list[Step]
    received: list[dict[str, str]] = field(default_factory=list)


@contextlib.contextmanager
def flaky_proxy(upstream: str, steps: Sequence[Step]) -> Iterator[FlakyProxy]:
    """Take the ``steps`` one a request, then pass on what comes."""
    proxy = FlakyProxy("", list(steps))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            proxy.received.append({name.lower(): value for name, value in self.headers.items()})
            match proxy.steps.pop(0) if proxy.steps else None:
                case Answering() as step:
                    self.answer(step.status, step.headers, step.body)
                case "reset":
                    # Closing with this option sends a reset instead of an orderly end.
                    option = struct.pack("ii", 1, 0)
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)
                    self.close_connection = True
                    self.connection.close()
                case "cut":
                    self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{")
                    self.close_connection = True
                case None:
                    headers = {"Content-Type": self.headers["Content-Type"]}
                    passed = httpx.post(upstream + self.path, content=body, headers=headers, timeout=30)
                    own = {"X-Request-ID": passed.headers["x-request-id"]}
                    self.answer(passed.status_code, own, passed.content)

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a connection that the handler itself has reset

    server = Server(("127.0.0.1", 0), Handler)
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
