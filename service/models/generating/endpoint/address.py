"""An endpoint's address and key: what every request carries, and what may be shown to people."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from service.errors import ModelFailed
from service.settings import Settings

# The headers that are sent. All others that the client, or the environment through it, adds are removed.
_KEPT = frozenset(("accept", "content-length", "content-type", "host"))
_NO_KEY = "none"
"""Local endpoints need no key, but some need the header."""


@dataclass(frozen=True, slots=True)
class Address:
    """An endpoint's address. ``url`` is without credentials; ``secrets`` are never shown."""

    url: str
    authorization: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Address:
        """Return the address that the settings name. Raises ModelFailed if it can't be used."""
        key = settings.endpoint_key.get_secret_value().strip()
        if not (key.isascii() and (key.isprintable() or not key)):
            raise ModelFailed(
                "PULLQUOTE_ENDPOINT_KEY has line breaks or characters beyond ASCII, which no header carries; "
                "set the key alone."
            )
        try:
            parts = urlsplit(settings.endpoint)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if not parts.hostname or parts.query or parts.fragment:
            raise ModelFailed(
                "PULLQUOTE_ENDPOINT isn't a base URL; set scheme, host and path alone, like "
                "http://127.0.0.1:8080/v1."
            )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        netloc = host if port is None else f"{host}:{port}"
        url = urlunsplit((parts.scheme, netloc, parts.path, "", ""))
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        basic = b64encode(f"{user}:{password}".encode()).decode()
        authorization = f"Bearer {key or _NO_KEY}" if key or not user else f"Basic {basic}"
        return cls(url, authorization, tuple(filter(None, (key, password, user and basic))))

    async def only_ours(self, request: Any) -> None:
        """Remove all headers of an HTTP request that aren't meant to be sent, and add the key.

        The client takes organisation, project, keys and any header from the environment. A hook of its HTTP
        client is the one place that sees what is actually sent.
        """
        for name in set(request.headers) - _KEPT:
            del request.headers[name]
        request.headers["Host"] = request.url.netloc.decode("ascii")
        request.headers["Authorization"] = self.authorization
        # A kept connection may be gone at the next try.
        request.headers["Connection"] = "close"
        # A compressed answer could be a thousand times as long as the bytes received.
        request.headers["Accept-Encoding"] = "identity"
        request.headers["User-Agent"] = "pullquote"

    @property
    def shown(self) -> str:
        """The URL, without a key that is part of it."""
        return self.without_key(self.url)

    def without_key(self, text: str) -> str:
        """Return the text with every secret replaced by an ellipsis."""
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return text
