"""Whether a browser makes a request for another site: what ``Origin`` and ``Sec-Fetch-Site`` tell.

A browser sets both itself, and a page can't change them. A program sends neither. Header names are in lower
case.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from service.access.refusals import Forbidden

READS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing; their answers are kept from other sites by the browser, as there is no
CORS."""
_FOREIGN_SITES = {"cross-site", "same-site"}
_MAX_SHOWN = 80


def require_own_origin(method: str, headers: Mapping[str, str]) -> None:
    """Raise Forbidden if a page of another origin makes a request that may change something."""
    if method in READS:
        return
    origin = headers.get("origin")
    if origin is not None and not is_own(origin, headers.get("host", "")):
        raise Forbidden(
            f"The request comes from a page of {origin[:_MAX_SHOWN]!a}, not of this service. Open the "
            "service's own address, or send it from a program, without Origin.",
            code="other-origin",
        )
    site = headers.get("sec-fetch-site", "").strip().lower()
    if site in _FOREIGN_SITES:
        raise Forbidden(
            f"The browser says that another site makes the request (Sec-Fetch-Site: {site}). Send it from a "
            "page of this service, or from a program.",
            code="other-origin",
        )


def is_own(origin: str, host: str) -> bool:
    """Return whether an Origin is that of the host asked; "null", and what can't be read, are not.

    The scheme isn't compared: behind a proxy that ends TLS the service doesn't know its own.
    """
    try:
        netloc = urlsplit(origin).netloc
    except ValueError:  # "http://["
        return False
    return bool(netloc) and netloc.lower() == host.lower()


def is_a_browsers(headers: Mapping[str, str]) -> bool:
    """Return whether a browser made the request: all of today's say so in every POST."""
    return "origin" in headers or any(name.startswith("sec-fetch-") for name in headers)
