"""Why a caller is refused, as branches of the one tree in ``service.errors``.

PullquoteError
├── NoKey             401  a key is needed, or the one that was sent opens nothing
├── Forbidden         403  not this caller, or not from there
│   └── MissingScope  403  the key is good, but not for this
├── OpenToAll         500  the settings would let everybody in; the service doesn't start
└── Overloaded        429
    ├── RateLimited       more requests, or more text, than one caller may send
    └── UnfairShare       one caller holds its share of the queue while others wait
"""

from __future__ import annotations

from collections.abc import Mapping

from service.access.scopes import Scope
from service.errors import Overloaded, ProblemType, PullquoteError


class NoKey(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """A key is needed, or the one that was sent opens nothing."""

    problem = ProblemType(401, "Not authenticated", "not-authenticated")

    def headers(self) -> Mapping[str, str]:
        """Say how to authenticate (RFC 6750, 3): a key that was sent and is no good is named as such."""
        error = "" if self.code == "no-key" else ', error="invalid_token"'
        return {"WWW-Authenticate": f'Bearer realm="pullquote"{error}'}


class Forbidden(PullquoteError):  # noqa: N818
    """Somebody is known who may not do this, or the request comes from where none may come from."""

    problem = ProblemType(403, "Forbidden", "forbidden")


class MissingScope(Forbidden):
    """The key is good, but not for this."""

    def __init__(self, key: str, scope: Scope, scopes: frozenset[Scope]) -> None:
        """Take the key's id, the scope that is needed, and those that the key has."""
        has = ", ".join(sorted(scopes)) or "none"
        super().__init__(
            f"This needs the scope {scope}; the key {key} has: {has}. Make another key: "
            f"`pullquote keys add NAME --scope {scope}`.",
            code="missing-scope",
        )
        self.scope = scope

    def headers(self) -> Mapping[str, str]:
        """Say which scope is needed (RFC 6750, 3.1)."""
        return {
            "WWW-Authenticate": f'Bearer realm="pullquote", error="insufficient_scope", scope="{self.scope}"'
        }


class OpenToAll(PullquoteError):  # noqa: N818
    """By the settings, everybody who reaches the address could review or call."""


class RateLimited(Overloaded):
    """A caller sends more requests, or more text, than one may."""

    problem = ProblemType(429, "Rate limited", "rate-limited")

    def __init__(self, detail: str, *, code: str, retry_after_s: int, headers: Mapping[str, str]) -> None:
        """Take the ``headers`` that tell the limit, and after how many whole seconds to try again."""
        super().__init__(detail, retry_after_s=retry_after_s)
        self.code = code
        self._headers = headers

    def headers(self) -> Mapping[str, str]:
        """Tell the limit."""
        return self._headers


class UnfairShare(Overloaded):
    """One caller holds its share of the queue's places while others want some."""
