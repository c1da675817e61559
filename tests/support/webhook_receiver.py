"""A receiver of webhooks on a real socket: it notes what comes, and answers what it is told to."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from support.api_server import wait_until


@dataclass
class Receiver:
    """What was received; ``answers`` are given in turn, the last one for good."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    trickle: bool = False

    def wait_for(self, number: int) -> None:
        """Wait for so many messages."""
        wait_until(lambda: len(self.received) >= number)


@contextlib.contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Listen on a free port of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.received.append((self.path, headers, body))
            status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
            if receiver.trickle:
                with contextlib.suppress(OSError):
                    for byte in b"HTTP/1.1 200 OK" + b" " * 200:
                        self.wfile.write(bytes([byte]))
                        time.sleep(0.05)
                return
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{receiver.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
