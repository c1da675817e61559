"""Where messages may go: which URLs are taken, and which addresses a host may resolve to.

A URL comes from a caller, and the service stands inside a network that the caller doesn't: so no address that
isn't public is connected to, and the address that was checked is the one that is connected to.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from urllib.parse import SplitResult, urlsplit

from service.errors import ProblemType, PullquoteError

_LONGEST_URL = 2_000
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
_PUBLIC_METADATA = frozenset({IPv4Address("168.63.129.16")})
"""Addresses in public ranges at which clouds serve their machines alone."""
_LOCAL_NAMES = (".localhost", ".local", ".internal")


class WebhookRefused(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """Messages can't be sent to this URL."""

    problem = ProblemType(422, "Webhook refused", "webhook-refused")


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """A webhook's URL, taken apart. ``path`` includes the query."""

    host: str
    port: int
    path: str
    is_tls: bool


def parse_url(url: str, *, private: bool) -> WebhookEndpoint:
    """Take a URL apart. Raises WebhookRefused, also for an address that isn't public unless ``private``."""
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme == "http" and not private:
        raise WebhookRefused(
            "The webhook's URL begins with http://. Use https://, or allow plain addresses inside the "
            "network with PULLQUOTE_WEBHOOK_PRIVATE=true."
        )
    if not private and (host == "localhost" or host.endswith(_LOCAL_NAMES) or _is_private_literal(host)):
        raise not_public(host)
    port = parts.port or _DEFAULT_PORTS[parts.scheme]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return WebhookEndpoint(host, port, path, parts.scheme == "https")


def resolve(endpoint: WebhookEndpoint, *, private: bool) -> tuple[str, ...]:
    """Return the addresses to connect to. Raises OSError if there are none, WebhookRefused.

    One address that isn't public is enough to refuse: a host that has both is up to something.
    """
    found = socket.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not private and not all(is_public(address) for address in addresses):
        raise not_public(endpoint.host)
    return addresses


def is_public(text: str) -> bool:
    """Return whether an address is one of the public internet, also inside of another notation."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        return _is_public_v6(address)
    return _is_public_v4(address)


def not_public(host: str) -> WebhookRefused:
    """Return the error for a host that isn't on the public internet. It tells no address of ours."""
    return WebhookRefused(
        f"The webhook's host {host[:100]!a} isn't a public address. Choose a public one, or allow others "
        "with PULLQUOTE_WEBHOOK_PRIVATE=true."
    )


def _is_public_v6(address: IPv6Address) -> bool:
    inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        inner.append(IPv4Address(int(address) & 0xFFFF_FFFF))
    if any(one is not None and not _is_public_v4(one) for one in inner):
        return False
    return address.ipv4_mapped is not None or (
        address.is_global and not address.is_multicast and not address.is_site_local
    )


def _is_public_v4(address: IPv4Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and address not in _PUBLIC_METADATA
    )


def _split(url: str) -> SplitResult:
    if len(url) > _LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise _malformed(f"has {len(url)} characters, or some that a URL can't hold")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError as error:
        raise _malformed("can't be read") from error
    if parts.scheme not in _DEFAULT_PORTS or not host or port == 0:
        raise _malformed("doesn't name a host by https://")
    if parts.username is not None or parts.password is not None:
        raise _malformed("holds a user name or password")
    return parts


def _malformed(what: str) -> WebhookRefused:
    return WebhookRefused(
        f"The webhook's URL {what}. Send one such as https://cms.example.com/pullquote, of at most "
        f"{_LONGEST_URL} characters of ASCII, without a user or password."
    )


def _is_private_literal(host: str) -> bool:
    try:
        # As the resolver reads it: 127.1, 0x7f000001 and 2130706433 are addresses, too.
        text = host if ":" in host else socket.inet_ntoa(socket.inet_aton(host))
        return not is_public(text)
    except (OSError, ValueError):
        return False
