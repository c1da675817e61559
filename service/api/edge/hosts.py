"""Which host names a request may be for.

Also whether the headers Host and Origin can be read at all, so that nothing behind trips over them.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from service.access.addresses import is_loopback
from service.access.modes import only_this_machine
from service.api.edge.refusals import ForeignHost, MalformedHost
from service.settings import Settings

_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+(?:%25[A-Za-z0-9._~-]+)?\])(?::(?P<port>\d{0,5}))?"
)
_LARGEST_PORT = 65_535
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class HostRule:
    """The ``names`` that requests may be for, besides this machine's own; None takes any."""

    names: tuple[str, ...] | None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the rule of the setting ``allowed_hosts``.

        By default any, but only this machine's names where nobody has to say who they are: another site could
        point a name of its own to this address (DNS rebinding).
        """
        if settings.allowed_hosts:
            return cls(tuple(settings.allowed_hosts.split(",")))
        return cls(() if only_this_machine(settings) else None)

    def require(self, headers: Headers) -> None:
        """Raise MalformedHost for a Host or an Origin that can't be read, ForeignHost for another's name."""
        hosts = headers.getlist("host")
        if len(hosts) > 1:
            raise MalformedHost(
                f"The request has {len(hosts)} headers Host. Send one.", code="malformed-host"
            )
        for origin in headers.getlist("origin"):
            _require_origin(origin)
        # Without a Host it is no browser's request, and so no other site's.
        if hosts and not self._takes(_name_of(hosts[0])):
            raise ForeignHost(
                f"The request is for the host {hosts[0][:_SHOWN_CHARS]!a}, which this service doesn't answer "
                "for. Ask for one of its names, or name this one in PULLQUOTE_ALLOWED_HOSTS.",
                code="host-not-allowed",
            )

    def _takes(self, name: str) -> bool:
        if self.names is None or is_loopback(name.strip("[]")):
            return True
        return any(name == one or (one.startswith("*.") and name.endswith(one[1:])) for one in self.names)


def _name_of(host: str) -> str:
    """Return the name or address in a header Host, in lower case. Raises MalformedHost."""
    found = _HOST.fullmatch(host)
    if found is None or not _is_address_or_name(found["name"]) or int(found["port"] or 0) > _LARGEST_PORT:
        raise MalformedHost(
            f"The header Host is {host[:_SHOWN_CHARS]!a}, which is no host. Send NAME or NAME:PORT.",
            code="malformed-host",
        )
    return found["name"].lower().rstrip(".")


def _is_address_or_name(name: str) -> bool:
    if not name.startswith("["):
        return True
    try:
        ipaddress.IPv6Address(name[1:-1].replace("%25", "%"))
    except ValueError:
        return False
    return True


def _require_origin(origin: str) -> None:
    """Raise MalformedHost unless the origin can be taken apart as a URL."""
    try:
        parts = urlsplit(origin)
        _ = parts.hostname, parts.port
    except ValueError:
        raise MalformedHost(
            f"The header Origin is {origin[:_SHOWN_CHARS]!a}, which is no origin. Send SCHEME://HOST:PORT, "
            "or leave it out.",
            code="malformed-origin",
        ) from None
