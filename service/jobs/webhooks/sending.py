"""One attempt to deliver a message: resolved, checked, connected to the checked address, signed, posted.

On the standard library, because the connection has to go to an address of our choice under the host's name.
Redirects aren't followed, proxies of the environment aren't asked, and an answer's body isn't read.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException
from threading import Timer

import service
from service.jobs.webhooks.addresses import WebhookEndpoint, WebhookRefused, parse_url, resolve
from service.jobs.webhooks.signing import signed_headers
from service.store.jobs.records import WebhookMessage

_GONE = 410
"""How an endpoint says that it wants no messages any more (Standard Webhooks)."""


class NotDelivered(Exception):  # noqa: N818 - a state, not a mistake
    """The message wasn't taken; ``is_final`` where another attempt makes no sense."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class WebhookSender:
    """Sends messages. Thread-safe."""

    def __init__(
        self, *, private: bool, timeout_s: float, secret: str, tls: ssl.SSLContext | None = None
    ) -> None:
        """Take whether addresses inside the network are allowed, and the secret of the service, if any."""
        self._private = private
        self._timeout_s = timeout_s
        self._secret = secret
        self._tls = tls or ssl.create_default_context()

    def send(self, message: WebhookMessage) -> None:
        """Deliver a message: an answer of 2xx within the time limit. Raises NotDelivered."""
        secret = message.secret or self._secret
        if not secret:
            raise NotDelivered("there is no secret to sign with: PULLQUOTE_WEBHOOK_SECRET was taken away")
        body = message.body.encode("utf-8")
        try:
            endpoint = parse_url(message.url, private=self._private)
            addresses = resolve(endpoint, private=self._private)
            status = self._post(endpoint, addresses, message.id, body, secret)
        except WebhookRefused as error:
            raise NotDelivered(error.detail, is_final=True) from error
        except (OSError, HTTPException, UnicodeError) as error:
            raise NotDelivered(f"{type(error).__name__}: {error}"[:200]) from error
        if not 200 <= status < 300:
            raise NotDelivered(f"the answer was {status}", is_final=status == _GONE)

    def _post(
        self, endpoint: WebhookEndpoint, addresses: tuple[str, ...], message_id: str, body: bytes, secret: str
    ) -> int:
        connection = _PinnedConnection(endpoint, addresses, self._timeout_s, self._tls)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Pullquote/{service.__version__}",
            "Connection": "close",
            **signed_headers(message_id, int(time.time()), body, secret),
        }
        # The socket's own limit is for each packet: an answer that trickles in would never end.
        limit = Timer(self._timeout_s, connection.cut)
        limit.daemon = True
        try:
            limit.start()
            connection.request("POST", endpoint.path, body, headers)
            return connection.getresponse().status
        finally:
            limit.cancel()
            connection.close()


class _PinnedConnection(HTTPConnection):
    """A connection to one of the given addresses, under the host's name."""

    def __init__(
        self, endpoint: WebhookEndpoint, addresses: tuple[str, ...], timeout_s: float, tls: ssl.SSLContext
    ) -> None:
        self.default_port = 443 if endpoint.is_tls else 80  # so that Host names any other
        super().__init__(endpoint.host, endpoint.port, timeout=timeout_s)
        self._addresses = addresses
        self._tls = tls if endpoint.is_tls else None
        self._is_cut = False

    def connect(self) -> None:
        """Connect to the first address that answers."""
        failed: OSError | None = None
        for address in self._addresses:
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError as error:
                failed = error
            if self._is_cut:
                break
        else:
            raise failed or OSError("the host has no address")
        if self._is_cut:
            raise TimeoutError("the time limit is over")
        if self._tls:
            # In two steps, so that ``cut`` can end a handshake as well.
            wrapped = self._tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock = wrapped
            wrapped.do_handshake()

    def cut(self) -> None:
        """End the connection from another thread."""
        self._is_cut = True
        if self.sock:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
