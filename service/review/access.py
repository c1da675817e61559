"""Who makes a request, and what a browser may do: sign-in modes, CSRF tokens, security headers.

Three modes. "open" is for one person on their own machine: no account, loopback only, and a browser that has
opened the link which the service prints at start. "accounts" are the store's users. "proxy" trusts a header
that a proxy in front sets, and must be reachable through it only.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from starlette.requests import Request
from starlette.responses import Response

from service.access.addresses import require_no_proxy
from service.access.browsers import is_own
from service.access.refusals import Forbidden
from service.errors import ProblemType, PullquoteError
from service.settings import SignIn
from service.store.accounts.records import Role, User
from service.store.store import Store

SESSION_COOKIE, CSRF_COOKIE, DEVICE_COOKIE = "pullquote_session", "pullquote_csrf", "pullquote_device"
_SECRET_COOKIE = "pullquote_open"
SESSION_LIFETIME = timedelta(hours=12)
"""A working day: editors sign in once a day."""
OPEN_USER = "editor"
_MAX_NAME_CHARS = 100
_RANK: dict[Role, int] = {"editor": 0, "chief": 1, "admin": 2}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class NotSignedIn(PullquoteError):  # noqa: N818 - named as the errors of service.errors are
    """Nobody is signed in."""

    problem = ProblemType(401, "Not signed in", "not-signed-in")


@dataclass(frozen=True, slots=True)
class PageAccess:
    """Who makes a request, by the ``mode`` of sign-in; ``secret`` opens the page in the mode "open"."""

    mode: SignIn
    store: Store
    clock: Callable[[], datetime]
    proxy_header: str = "X-Forwarded-User"
    secret: str = ""

    def user(self, request: Request) -> User:
        """Return who makes a request. Raises NotSignedIn, or Forbidden for a foreign host name or a proxy."""
        if self.mode == "open":
            require_no_proxy(request.headers)
            if not self._opens(request.cookies.get(self.secret_cookie, "")):
                raise NotSignedIn(
                    "Open the link that `pullquote serve` printed when it started: it ends in "
                    "/review?secret=… and shows this browser to be yours. Then this page opens, too.",
                    code="no-secret",
                )
            return _visitor(OPEN_USER, "admin", self.clock())
        if self.mode == "proxy":
            return self._behind_proxy(request.headers.get(self.proxy_header, "").strip())
        user = self.store.session(request.cookies.get(SESSION_COOKIE, ""), self.clock())
        if user is None:
            raise NotSignedIn("Sign in to go on.")
        return user

    @property
    def secret_cookie(self) -> str:
        """The name of the cookie that holds the secret: each service of a machine has its own.

        Cookies don't tell ports apart.
        """
        return f"{_SECRET_COOKIE}_{sha256(self.secret.encode()).hexdigest()[:8]}"

    def shows_secret(self, request: Request) -> bool:
        """Return whether the address of a request carries the secret, in the mode "open".

        Raises Forbidden for a foreign host name or a proxy, NotSignedIn for a wrong secret.
        """
        given = request.query_params.get("secret")
        if self.mode != "open" or given is None:
            return False
        require_no_proxy(request.headers)
        if not self._opens(given):
            raise NotSignedIn(
                "The secret in the link is not this service's. Open the link that `pullquote serve` printed "
                "when it started.",
                code="wrong-secret",
            )
        return True

    def _opens(self, given: str) -> bool:
        # Without a secret nothing opens the page, an empty cookie least of all.
        return compare_digest(given.encode(), self.secret.encode()) and bool(self.secret)

    def _behind_proxy(self, name: str) -> User:
        if not name or len(name) > _MAX_NAME_CHARS:
            raise NotSignedIn(f"The proxy in front must say who you are in {self.proxy_header}.")
        known = {user.name.casefold(): user for user in self.store.users()}.get(name.casefold())
        if known and not known.active:
            raise Forbidden(f"The account {name!a} is closed. Ask an admin.", code="closed")
        return known or _visitor(name, "editor", self.clock())


def require_role(user: User, role: Role) -> None:
    """Raise Forbidden unless ``user`` is at least a ``role``."""
    if _RANK[user.role] < _RANK[role]:
        raise Forbidden(f"This needs the role {role}; {user.name} is {user.role}. Ask an admin.", code="role")


def csrf_token(request: Request) -> str:
    """Return the browser's token, a new one if it has none; ``protect`` sends it."""
    return request.cookies.get(CSRF_COOKIE) or secrets.token_urlsafe(32)


def require_own_page(request: Request, token: str) -> None:
    """Raise Forbidden unless the request comes from a page of ours: same origin, and the cookie's token."""
    origin = request.headers.get("origin")
    if origin is not None and not is_own(origin, request.headers.get("host", "")):
        raise Forbidden(f"The request comes from {origin[:80]!a}, not from this page.", code="other-origin")
    if not compare_digest(token.encode(), request.cookies.get(CSRF_COOKIE, "").encode()) or not token:
        raise Forbidden("The page is out of date. Reload it and try again; nothing was changed.", code="csrf")


def protect(request: Request, response: Response, token: str | None = None) -> Response:
    """Give a response its security headers, and the browser its CSRF token."""
    response.headers.update(HEADERS)
    if token and request.cookies.get(CSRF_COOKIE) != token:
        set_cookie(request, response, CSRF_COOKIE, token)
    return response


def set_cookie(
    request: Request, response: Response, name: str, value: str, lifetime: timedelta | None = None
) -> None:
    """Set a cookie that scripts can't read, for our own pages only, and over TLS only where we are.

    Without a ``lifetime`` it ends with the browser.
    """
    response.set_cookie(
        name,
        value,
        max_age=None if lifetime is None else int(lifetime.total_seconds()),
        path="/review",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def _visitor(name: str, role: Role, now: datetime) -> User:
    return User(name=name, role=role, active=True, added_at=now, locked_until=None)
