"""Callers of the API: keys, scopes, rates, quotas and shares, over real sockets and with a real store."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.api_server import assert_problem, post, ready
from support.fake_pipeline import FakePipeline, Gate
from support.quick_store import QUICK

from service.access.scopes import Scope
from service.api.admission.admission import AdmissionPolicy, KeyAdmission
from service.api.admission.wiring import build_admission
from service.api.examples.article import RECORD
from service.bootstrap import build_door
from service.review.wiring import build_review_pages
from service.settings import Settings
from service.store import Store
from service.store.accounts.keys import key_id_of
from service.store.accounts.records import KeyTerms


@dataclass
class Guarded:
    """A service that asks for keys, and its store."""

    client: httpx.Client
    store: Store

    def key(self, name: str = "cms", *scopes: Scope, **terms: Any) -> dict[str, str]:
        """The header of a new key."""
        granted = KeyTerms(frozenset(scopes or (Scope.ANALYSE,)), **terms)
        return {"Authorization": f"Bearer {self.store.add_key(name, granted, datetime.now(UTC))}"}

    def post(self, headers: Mapping[str, Any], text: str = "", **params: str) -> httpx.Response:
        record = RECORD | ({"text": text} if text else {})
        return self.client.post("/v1/analyses", json=record, params=params, headers=headers)


@contextlib.contextmanager
def guarded(folder: Path, pipeline: FakePipeline | None = None, **values: Any) -> Iterator[Guarded]:
    given = {"api_keys": "required", "sign_in": "accounts", **values}
    settings = Settings(store=str(folder / "store.db"), **given)
    made = pipeline or FakePipeline()
    with Store.open(f"sqlite:///{folder / 'store.db'}", QUICK) as store:
        reviews = build_review_pages(settings, build_door(settings), store)
        with ready(settings, lambda: made, reviews, build_admission(settings, store)) as client:
            yield Guarded(client, store)


def test_without_a_key_nothing_is_analysed_and_what_tells_of_the_service_is_open(tmp_path: Path) -> None:
    with guarded(tmp_path) as service:
        refused = post(service.client, RECORD)
        assert "pullquote keys add" in assert_problem(refused, 401, "not-authenticated", "no-key")
        assert refused.headers["www-authenticate"] == 'Bearer realm="pullquote"'
        for path in ("/", "/livez", "/readyz", "/openapi.json", "/v1/schema"):
            assert service.client.get(path).status_code == 200, path
        answer = service.post(service.key())
        assert answer.status_code == 200
        assert "no-store" in answer.headers["cache-control"]


def test_a_key_that_opens_nothing_is_told_why(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with guarded(tmp_path) as service:
        good, gone = service.key(), service.key("old")
        soon = service.key("brief", expires_at=datetime.now(UTC) + timedelta(milliseconds=1))
        gone_id = key_id_of(gone["Authorization"].removeprefix("Bearer "))
        service.store.revoke_key(gone_id, datetime.now(UTC))
        with caplog.at_level(logging.INFO, "pullquote.audit"):
            for headers, code in (
                (gone, "revoked-key"),
                (soon, "expired-key"),
                ({"Authorization": good["Authorization"][:-1] + "~"}, "unknown-key"),
                ({"Authorization": b"Bearer pq_\xff\xe9"}, "unknown-key"),
                ({"Authorization": "Bearer"}, "no-key"),
                ({"Authorization": good["Authorization"].replace("Bearer", "Basic")}, "no-key"),
            ):
                answer = service.post(headers)
                assert_problem(answer, 401, "not-authenticated", code)
                is_told = 'error="invalid_token"' in answer.headers["www-authenticate"]
                assert is_told is (code != "no-key")
        lines = [json.loads(line) for line in caplog.messages]
        assert [line["reason"] for line in lines][:3] == ["revoked", "expired", "unknown"]
        assert lines[0]["key"] == gone_id
        assert lines[0]["address"] == "127.0.0.1"
        assert "pq_" not in caplog.text
        assert service.post({"Authorization": good["Authorization"].replace("Bearer", "bearer")}).is_success


def test_a_key_is_good_for_its_scopes_only(tmp_path: Path) -> None:
    with guarded(tmp_path) as service:
        reads = service.post(service.key("reader", Scope.READ))
        assert "scope analyse" in assert_problem(reads, 403, "forbidden", "missing-scope")
        assert 'error="insufficient_scope", scope="analyse"' in reads.headers["www-authenticate"]
        assert_problem(service.post(service.key(), review="true"), 403, "forbidden", "missing-scope")
        both = service.key("cms", Scope.ANALYSE, Scope.REVIEW)
        assert service.post(both, review="true").headers["review-item"] == "/review/items/1"


def test_another_sender_s_article_is_not_replaced(tmp_path: Path) -> None:
    with guarded(tmp_path) as service:
        scopes = (Scope.ANALYSE, Scope.REVIEW)
        cms, again, feed = (service.key(name, *scopes) for name in ("cms", "cms", "feed"))
        assert service.post(cms, review="true").is_success
        text = "The mayor of the town said that all of this was made up."
        answer = service.post(feed, text, review="true")
        assert "'feed'" in assert_problem(answer, 409, "not-the-sender")
        assert "made up" not in service.store.item(1).text
        assert service.post(again, text, review="true").is_success, "a key that takes another's place"
        assert "made up" in service.store.item(1).text


def test_a_caller_is_told_the_rate_and_when_it_is_over(tmp_path: Path) -> None:
    with guarded(tmp_path, calls_per_minute=30, calls_at_once=2) as service:
        cms, slow, quick = service.key(), service.key("slow", per_minute=1), service.key("q", per_minute=900)
        first, second, third = (service.post(cms) for _ in range(3))
        assert first.headers["ratelimit-policy"] == '"minute";q=30;w=60'
        assert first.headers["ratelimit"] == '"minute";r=1;t=0'
        assert second.headers["ratelimit"] == '"minute";r=0;t=2'
        detail = assert_problem(third, 429, "rate-limited", "too-many-requests")
        assert "30 requests a minute" in detail
        assert 1 <= int(third.headers["retry-after"]) <= 2
        assert third.headers["ratelimit"].startswith('"minute";r=0;')
        assert service.post(slow).is_success
        assert int(service.post(slow).headers["retry-after"]) > 50
        assert [service.post(quick).status_code for _ in range(2)] == [200, 200]


def test_a_request_that_asks_for_two_scopes_counts_once(tmp_path: Path) -> None:
    with guarded(tmp_path, calls_per_minute=60, calls_at_once=9) as service:
        both = service.key("cms", Scope.ANALYSE, Scope.REVIEW)
        assert service.post(both, review="true").headers["ratelimit"].startswith('"minute";r=8;')


def test_a_day_s_text_is_limited_in_characters(tmp_path: Path) -> None:
    with guarded(tmp_path, chars_per_day=2_000) as service:
        cms, other = service.key(), service.key("other")
        long = "Ä" * 1_900
        body = json.dumps({"text": long}, ensure_ascii=False).encode()
        kind = {"Content-Type": "application/json"}
        for _ in range(2):  # in characters the first is within the quota, in bytes it would be far over
            assert service.client.post("/v1/analyses", content=body, headers=cms | kind).is_success
        answer = service.client.post("/v1/analyses", content=body, headers=cms | kind)
        assert "2,000" in assert_problem(answer, 429, "rate-limited", "quota-used-up")
        assert int(answer.headers["retry-after"]) <= 86_400
        assert answer.headers["ratelimit-policy"] == '"day";q=2000;w=86400'
        assert service.post(other).is_success


def test_one_caller_leaves_places_for_the_others(tmp_path: Path) -> None:
    gate = Gate()
    with guarded(tmp_path, FakePipeline(gate), queue_limit=4) as service:
        hog, other = service.key("hog"), service.key("other")
        with ThreadPoolExecutor(5) as pool:
            running = [pool.submit(service.post, hog) for _ in range(4)]
            done, refused = threading.Event(), list[httpx.Response]()
            for future in running:
                future.add_done_callback(lambda one: (refused.append(one.result()), done.set()))
            assert done.wait(20), "the fourth is refused at once, while three wait"
            assert_problem(refused[0], 429, "overloaded")
            assert refused[0].headers["retry-after"] == "2"
            late = pool.submit(service.post, other)
            gate.open()
            assert late.result().is_success
            assert sorted(one.result().status_code for one in running) == [200, 200, 200, 429]
        assert all(service.post(hog).is_success for _ in range(5)), "places are given back"


def test_on_this_machine_no_key_is_needed_but_one_that_is_sent_must_be_good(tmp_path: Path) -> None:
    with guarded(tmp_path, api_keys="auto", sign_in="open", calls_per_minute=1, calls_at_once=1) as service:
        answers = [post(service.client, RECORD) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200] * 3, "this machine's owner isn't counted"
        assert "ratelimit" not in answers[0].headers
        assert service.post({"Authorization": "Bearer of a proxy's own"}).is_success
        assert_problem(
            service.post({"Authorization": "Bearer pq_x"}), 401, "not-authenticated", "unknown-key"
        )
        assert service.post(service.key()).headers["ratelimit"].startswith('"minute";r=0;')


def test_behind_a_proxy_a_key_is_needed_though_the_service_is_local(tmp_path: Path) -> None:
    forwarded = {"X-Forwarded-For": "192.0.2.9"}
    with guarded(tmp_path, api_keys="auto") as service:
        assert post(service.client, RECORD).is_success
        assert "behind a proxy" in assert_problem(service.post(forwarded), 401, "not-authenticated", "no-key")
        assert service.post(forwarded | service.key()).is_success
    for values in ({"api_keys": "auto", "sign_in": "proxy"}, {"api_keys": "off"}):
        with guarded(tmp_path, **values) as service:
            assert service.post(forwarded).is_success, values


def test_an_address_without_a_key_is_limited(tmp_path: Path) -> None:
    with guarded(tmp_path, api_keys="off", calls_per_minute=60, calls_at_once=2) as service:
        # The server takes a proxy on this machine at its word for who calls.
        one, other = ({"X-Forwarded-For": f"192.0.2.{number}"} for number in (1, 2))
        assert [service.post(one).status_code for _ in range(3)] == [200, 200, 429]
        assert service.post(other).is_success


def test_guesses_at_keys_are_limited(tmp_path: Path) -> None:
    with guarded(tmp_path, calls_per_minute=60, calls_at_once=2) as service:
        guess = {"Authorization": "Bearer pq_x", "X-Forwarded-For": "192.0.2.1"}
        assert [service.post(guess).status_code for _ in range(3)] == [401, 401, 429]


def test_a_revoked_key_is_refused_from_the_next_request_on(tmp_path: Path) -> None:
    with guarded(tmp_path) as service:
        key = service.key()
        assert service.post(key).is_success
        key_id = key_id_of(key["Authorization"].removeprefix("Bearer "))
        with Store.open(f"sqlite:///{tmp_path / 'store.db'}", QUICK) as another:
            another.revoke_key(key_id, datetime.now(UTC))
        assert service.post(key).status_code == 401


def test_an_admission_without_a_store_knows_no_key() -> None:
    policy = AdmissionPolicy(False, False, False, 0, 1, 0, 4)
    admission = KeyAdmission(policy, None)
    with ready(Settings(store=""), FakePipeline, None, admission) as client:
        answer = client.post("/v1/analyses", json=RECORD, headers={"Authorization": "Bearer pq_x"})
        assert answer.is_success


def test_the_document_says_how_to_authenticate(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    scheme = document["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    operation = document["paths"]["/v1/analyses"]["post"]
    assert operation["security"] == [{"apiKey": []}]
    assert {"401", "403", "409", "429"} <= set(operation["responses"])
