"""Addresses, browsers' origins, rates and shares: pure, with clocks that the tests set."""

from __future__ import annotations

import pytest

from service.access.addresses import (
    caller_network,
    is_forwarded,
    require_no_proxy,
)
from service.access.browsers import is_a_browsers, is_own, require_own_origin
from service.access.modes import needs_keys, only_this_machine
from service.access.rates import DailyQuota, TokenBuckets
from service.access.refusals import Forbidden, OpenToAll
from service.access.shares import FairShares
from service.settings import Settings


def test_a_caller_of_ipv6_is_its_network() -> None:
    assert caller_network("2001:db8:1:2:aaaa::1") == caller_network("2001:db8:1:2::ffff")
    assert caller_network("2001:db8:1:2::1") != caller_network("2001:db8:1:3::1")
    assert caller_network("::ffff:192.0.2.1") == caller_network("192.0.2.1") == "192.0.2.1"
    assert caller_network("a socket") == "a socket"


@pytest.mark.parametrize(
    "name", ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-anything"]
)
def test_what_a_proxy_leaves_is_seen(name: str) -> None:
    assert is_forwarded({"host": "127.0.0.1", name: ""})
    assert not is_forwarded({"host": "127.0.0.1", "x-request-id": "via"})
    with pytest.raises(Forbidden) as error:
        require_no_proxy({"host": "127.0.0.1", name: "x"})
    assert error.value.code == "behind-proxy"


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        ("http://127.0.0.1:8000", True),
        ("https://127.0.0.1:8000", True),  # a proxy that ends TLS
        ("http://127.0.0.1:8001", False),
        ("http://127.0.0.1", False),
        ("null", False),
        ("", False),
        ("http://[", False),
        ("127.0.0.1:8000", False),
    ],
)
def test_an_origin_is_one_s_own_or_foreign_and_never_breaks(origin: str, own: bool) -> None:
    assert is_own(origin, "127.0.0.1:8000") is own
    assert not is_own(origin, "")
    headers = {"host": "127.0.0.1:8000", "origin": origin}
    assert is_a_browsers(headers)
    require_own_origin("GET", headers)
    for method in ("POST", "PUT", "PATCH", "DELETE", "INVENTED"):
        if own:
            require_own_origin(method, headers)
            continue
        with pytest.raises(Forbidden):
            require_own_origin(method, headers)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "Cross-Site "])
def test_what_the_browser_says_of_the_site_counts_without_an_origin(site: str) -> None:
    with pytest.raises(Forbidden):
        require_own_origin("POST", {"host": "a", "sec-fetch-site": site})
    for fine in ("same-origin", "none"):
        require_own_origin("POST", {"host": "a", "sec-fetch-site": fine})
    assert is_a_browsers({"sec-fetch-mode": "cors"})
    assert not is_a_browsers({"user-agent": "Mozilla/5.0"})


def test_a_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    now = [1000.0]
    buckets = TokenBuckets(lambda: now[0])

    def take(caller: str = "a") -> tuple[bool, int, int]:
        allowed = buckets.take(caller, per_minute=30, burst=3)
        return allowed.passes, allowed.left, allowed.wait_s

    assert [take() for _ in range(4)] == [(True, 2, 0), (True, 1, 0), (True, 0, 2), (False, 0, 2)]
    assert take("b") == (True, 2, 0)
    now[0] += 1
    assert take() == (False, 0, 1)
    now[0] += 1
    assert take() == (True, 0, 2)
    now[0] += 3600
    assert take() == (True, 2, 0), "it holds no more than the burst"


def test_no_number_of_callers_fills_the_memory() -> None:
    buckets = TokenBuckets(lambda: 0.0)
    for number in range(10_050):
        buckets.take(str(number), 60, 1)
    assert buckets.take("0", 60, 1).passes, "forgotten, and begins anew"
    assert not buckets.take("10049", 60, 1).passes


def test_a_quota_is_a_day_s_in_utc() -> None:
    now = [86_400.0 * 3 - 10]
    quota = DailyQuota(lambda: now[0])
    quota.add("a", 7)
    quota.add("a", 5)
    assert (quota.sent("a"), quota.sent("b"), quota.ends_in_s()) == (12, 0, 10)
    now[0] += 10
    assert (quota.sent("a"), quota.ends_in_s()) == (0, 86_400)


def test_nobody_takes_the_whole_queue_and_everybody_gets_a_place() -> None:
    shares = FairShares(8)
    assert [shares.enter("a") for _ in range(7)] == [None] * 6 + [6]
    assert [shares.enter("b") for _ in range(5)] == [None] * 4 + [4]
    assert shares.enter("a") == 4, "what is over the share isn't taken away, and nothing is added"
    for _ in range(3):
        shares.leave("a")
    assert [shares.enter("a") for _ in range(2)] == [None, 4]
    assert [shares.enter("c"), shares.enter("c"), shares.enter("c")] == [None, None, 2]
    for _ in range(4):
        shares.leave("b")
        shares.leave("a")
    assert [shares.enter("c") for _ in range(5)] == [None] * 4 + [6], "alone again"


@pytest.mark.parametrize("places", [1, 2, 3])
def test_a_short_queue_has_a_place_for_each(places: int) -> None:
    shares = FairShares(places)
    for caller in "abcd":
        assert shares.enter(caller) is None


LOCAL, ANYWHERE = "127.0.0.1", "0.0.0.0"


@pytest.mark.parametrize(
    ("host", "api_keys", "store", "needed"),
    [
        (LOCAL, "auto", "x.db", False),
        (LOCAL, "auto", "", False),
        (LOCAL, "required", "x.db", True),
        (LOCAL, "off", "x.db", False),
        ("::1", "auto", "x.db", False),
        (ANYWHERE, "auto", "x.db", True),
        ("192.0.2.1", "auto", "x.db", True),
        (ANYWHERE, "off-anywhere", "", False),
    ],
)
def test_keys_are_needed_unless_only_this_machine_can_call(
    host: str, api_keys: str, store: str, needed: bool
) -> None:
    settings = Settings(host=host, api_keys=api_keys, store=store)  # type: ignore[arg-type]
    assert needs_keys(settings) is needed


@pytest.mark.parametrize(
    ("values", "remedy"),
    [
        ({"host": ANYWHERE, "api_keys": "off"}, "off-anywhere"),
        ({"host": ANYWHERE, "store": ""}, "PULLQUOTE_STORE"),
        ({"api_keys": "required", "store": ""}, "PULLQUOTE_STORE"),
    ],
)
def test_what_would_let_everybody_in_is_refused_with_the_remedy(values: dict[str, str], remedy: str) -> None:
    with pytest.raises(OpenToAll, match=remedy):
        needs_keys(Settings(**values))  # type: ignore[arg-type]


def test_without_accounts_only_this_machine_is_answered() -> None:
    assert only_this_machine(Settings())
    assert only_this_machine(Settings(store=""))
    assert not only_this_machine(Settings(sign_in="accounts"))
    assert not only_this_machine(Settings(sign_in="proxy"))
    assert not only_this_machine(Settings(host=ANYWHERE))
