"""Where a request comes from: addresses of this machine, and the marks that a proxy leaves.

Not here: which host names a request may be for (``service.api.edge.hosts``).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from service.access.refusals import Forbidden

_BY_PROXIES = ("forwarded", "via")
_BY_PROXIES_PREFIX = "x-forwarded-"
_IPV6_NETWORK_BITS = 64
"""What one subscriber gets: whoever has one address of it has them all."""


def is_loopback(host: str) -> bool:
    """Return whether a host name or address can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def caller_network(address: str) -> str:
    """Return what stands for a caller of that address: the address, of IPv6 its /64."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _IPV6_NETWORK_BITS), strict=False))
    return str(parsed)


def is_forwarded(headers: Mapping[str, str]) -> bool:
    """Return whether a proxy has passed the request on. Header names are in lower case."""
    return any(name in _BY_PROXIES or name.startswith(_BY_PROXIES_PREFIX) for name in headers)


def require_no_proxy(headers: Mapping[str, str]) -> None:
    """Raise Forbidden for a request that a proxy has passed on: it may come from anywhere."""
    if is_forwarded(headers):
        raise Forbidden(
            "The request came through a proxy, and without accounts everybody behind it would be an admin. "
            "Set PULLQUOTE_SIGN_IN=accounts or proxy, or open http://127.0.0.1 directly.",
            code="behind-proxy",
        )
