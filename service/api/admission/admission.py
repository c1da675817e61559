"""Admits callers by their API key: whose it is, what it is good for, how much it may send.

A route asks once for each scope it needs; who calls is found out once for a request. Where no key is needed,
a key that is sent counts all the same. Not here: the middleware that settles accounts once a request has
ended.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NoReturn

from starlette.requests import Request

from service.access import audit
from service.access.addresses import caller_network, is_forwarded, is_loopback, require_no_proxy
from service.access.browsers import is_a_browsers
from service.access.rates import DailyQuota, TokenBuckets
from service.access.refusals import Forbidden, MissingScope, NoKey, RateLimited, UnfairShare
from service.access.shares import FairShares
from service.api.callers import Caller, Scope
from service.store.accounts.keys import PREFIX
from service.store.accounts.records import ApiKey, KeyState
from service.store.store import Store

STATE = "admission"
"""Where a request's entry stands in the state of its ASGI scope."""
ANYBODY = Caller("anybody")
_SHARE_RETRY_S = 2
_BEARER = "Send it as the header Authorization: Bearer pq_…; `pullquote keys add NAME` makes one."
_WHY: Mapping[KeyState, str] = {
    "revoked": "was revoked",
    "expired": "has expired",
    "closed": "belongs to an account that is closed",
}


@dataclass(frozen=True, slots=True)
class AdmissionPolicy:
    """What the settings say of callers."""

    needs_key: bool
    """Whether every caller needs a key."""
    forwarded_needs_key: bool
    """Whether a caller behind a proxy needs one, though others on this machine don't."""
    review_needs_key: bool
    """Whether it takes a key to put an analysis into the editors' queue."""
    per_minute: int
    at_once: int
    chars_per_day: int
    queue_places: int


@dataclass(slots=True)
class Entry:
    """A request that was let in: who makes it, and whose account it goes to; None where nothing is
    counted."""

    caller: Caller
    key: ApiKey | None
    account: str | None
    quota: DailyQuota
    shares: FairShares
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the answer tells of the caller's limit."""
    holds_place: bool = False

    def settle(self, chars: int) -> None:
        """Count what was sent and give the place back, once the request has ended."""
        if self.account is None:
            return
        self.quota.add(self.account, chars)
        if self.holds_place:
            self.holds_place = False
            self.shares.leave(self.account)


class KeyAdmission:
    """Decides by keys who may call. Counts in memory: each process of the service for itself."""

    def __init__(
        self,
        policy: AdmissionPolicy,
        store: Store | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the store that holds the keys, if there is one; ``seconds`` never goes back."""
        self._policy = policy
        self._store = store
        self._clock = clock
        self._buckets = TokenBuckets(seconds)
        self._quota = DailyQuota(lambda: clock().timestamp())
        self._shares = FairShares(policy.queue_places)

    async def require(self, request: Request, scope: Scope) -> Caller:
        """Return who makes the request. Raises NoKey, Forbidden, RateLimited or UnfairShare unless they
        may."""
        state = request.scope.setdefault("state", {})
        entry: Entry | None = state.get(STATE)
        is_first = entry is None
        if entry is None:
            entry = await self._identify(request)
        self._require_scope(request, entry, scope)
        if is_first:
            entry.headers = self._take_token(entry.account, entry.key)
            self._require_quota(entry)
            state[STATE] = entry
        if scope is Scope.ANALYSE:
            self._take_place(entry)
        return entry.caller

    async def _identify(self, request: Request) -> Entry:
        address = _address(request)
        sent = _bearer(request)
        # Somebody else's token, for a proxy perhaps, is no concern of ours as long as none is needed.
        if sent.startswith(PREFIX) and self._store is not None:
            now = self._clock()
            key = await asyncio.to_thread(self._store.find_key, sent, now)
            state = key.state(now) if key else "unknown"
            if key is not None and state == "good":
                return self._entry(Caller(key.name, key.id), key, f"key {key.id}")
            why = _WHY[key.state(now)] if key else "is not known"
            self._refuse(address, key, state, f"The key {why}. {_BEARER}", code=f"{state}-key")
        is_forwarded_in = self._policy.forwarded_needs_key and is_forwarded(request.headers)
        if self._policy.needs_key or is_forwarded_in:
            where = "This needs an API key" + (" behind a proxy" if not self._policy.needs_key else "")
            self._refuse(address, None, "none", f"{where}. {_BEARER}", code="no-key")
        return self._entry(ANYBODY, None, _account_of(address))

    def _entry(self, caller: Caller, key: ApiKey | None, account: str | None) -> Entry:
        return Entry(caller, key, account, self._quota, self._shares)

    def _refuse(self, address: str, key: ApiKey | None, reason: str, detail: str, *, code: str) -> NoReturn:
        """Raise NoKey; or RateLimited where an address tries again and again."""
        audit.record("key.refused", key=key.id if key else None, address=address, reason=reason)
        self._take_token(_account_of(address), None)
        raise NoKey(detail, code=code)

    def _require_scope(self, request: Request, entry: Entry, scope: Scope) -> None:
        key = entry.key
        if key is not None:
            if scope not in key.terms.scopes:
                audit.record("key.refused", key=key.id, address=_address(request), reason=f"scope {scope}")
                raise MissingScope(key.id, scope, key.terms.scopes)
            return
        if scope is not Scope.REVIEW:
            return
        if self._policy.review_needs_key:
            detail = f"An analysis for review needs a key of the scope review. {_BEARER}"
            self._refuse(_address(request), None, "none", detail, code="no-key")
        _require_program(request.headers)

    def _take_token(self, account: str | None, key: ApiKey | None) -> Mapping[str, str]:
        """Count a request; return what to tell of the limit. Raises RateLimited."""
        per_minute = (key.terms.per_minute if key else None) or self._policy.per_minute
        if account is None or not per_minute:
            return {}
        # A key's own rate may be far below what others may send at once.
        at_once = min(self._policy.at_once, per_minute)
        allowed = self._buckets.take(account, per_minute, at_once)
        headers = _rate_headers("minute", per_minute, 60, allowed.left, allowed.wait_s)
        if allowed.passes:
            return headers
        raise RateLimited(
            f"This caller may make {per_minute} requests a minute and {at_once} at once. Try again in "
            f"{allowed.wait_s} s, or ask for a key of a higher rate (`pullquote keys add --per-minute`).",
            code="too-many-requests",
            retry_after_s=allowed.wait_s,
            headers=headers,
        )

    def _require_quota(self, entry: Entry) -> None:
        most = self._policy.chars_per_day
        if entry.account is None or not most or self._quota.sent(entry.account) < most:
            return
        wait_s = self._quota.ends_in_s()
        raise RateLimited(
            f"This caller has sent {self._quota.sent(entry.account):,} characters today (UTC), the limit is "
            f"{most:,}. Try again tomorrow, or raise PULLQUOTE_CHARS_PER_DAY.",
            code="quota-used-up",
            retry_after_s=wait_s,
            headers=_rate_headers("day", most, 86_400, 0, wait_s),
        )

    def _take_place(self, entry: Entry) -> None:
        if entry.account is None or entry.holds_place:
            return
        share = self._shares.enter(entry.account)
        if share is not None:
            raise UnfairShare(
                f"This caller has {share} analyses waiting or running, its share of the queue. Try again in "
                f"{_SHARE_RETRY_S} s, send fewer at once, or raise PULLQUOTE_QUEUE_LIMIT.",
                retry_after_s=_SHARE_RETRY_S,
            )
        entry.holds_place = True


def _require_program(headers: Mapping[str, str]) -> None:
    """Raise Forbidden unless a program on this machine makes the request.

    It rests on this: a browser marks each POST of a page with ``Origin``, and most with ``Sec-Fetch-Site``,
    which no page can leave out; and what comes through a proxy, or for a foreign host name, is refused.
    """
    require_no_proxy(headers)
    if is_a_browsers(headers):
        raise Forbidden(
            "Without accounts only programs put analyses into the queue over the API. In a browser use "
            "/review/new, or set PULLQUOTE_SIGN_IN=accounts and send a key.",
            code="browser",
        )


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _account_of(address: str) -> str | None:
    """Return what a caller without a key is counted by; None for this machine, whose owner may do as they
    like."""
    return None if is_loopback(address) else f"address {caller_network(address)}"


def _rate_headers(name: str, limit: int, window_s: int, left: int, wait_s: int) -> Mapping[str, str]:
    """Write a limit as draft-ietf-httpapi-ratelimit-headers has it."""
    return {
        "RateLimit-Policy": f'"{name}";q={limit};w={window_s}',
        "RateLimit": f'"{name}";r={left};t={wait_s}',
    }
