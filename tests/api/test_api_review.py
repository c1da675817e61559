"""Analyses for review by the API: queued in a store, by whoever may, or refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
from support.api_server import assert_problem, post, ready
from support.fake_pipeline import FakePipeline
from support.quick_store import QUICK

from service.access.scopes import Scope
from service.api.admission.wiring import build_admission
from service.api.examples.article import RECORD, TEXT
from service.bootstrap import build_door
from service.review.wiring import build_review_pages
from service.settings import Settings
from service.store import Store
from service.store.accounts.records import KeyTerms


@contextlib.contextmanager
def reviewing(folder: Path, **values: str) -> Iterator[tuple[httpx.Client, Store]]:
    """A service with the editors' queue, in a store of its own."""
    settings = Settings(store=str(folder / "store.db"), **values)  # type: ignore[arg-type]
    with (
        Store.open(f"sqlite:///{folder / 'store.db'}", QUICK) as store,
        ready(
            settings,
            FakePipeline,
            build_review_pages(settings, build_door(settings), store),
            build_admission(settings, store),
        ) as client,
    ):
        yield client, store


def test_an_analysis_for_review_is_queued_and_the_answer_says_where(tmp_path: Path) -> None:
    with reviewing(tmp_path) as (client, store):
        plain = post(client, RECORD)
        assert "review-item" not in plain.headers
        queued = post(client, RECORD, review="true", source="cms", offset_unit="utf16", length="short")
        assert (queued.status_code, queued.headers["review-item"]) == (200, "/review/items/1")
        kept = store.item(1)
        assert (kept.article_id, kept.source, kept.text) == (RECORD["id"], "cms", TEXT)
        assert post(client, RECORD, review="true").headers["review-item"] == "/review/items/1"
        assert client.get("/review/items/1").status_code == 401
        assert client.get("/").json()["review"] == "/review"


def test_review_without_a_store_is_refused(client: httpx.Client) -> None:
    detail = assert_problem(post(client, RECORD, review="true"), 422, "invalid-request", "no-store")
    assert "PULLQUOTE_STORE" in detail
    assert client.get("/review").status_code == 404
    assert build_review_pages(Settings(store=""), build_door(Settings())) is None


def test_with_accounts_a_program_needs_a_key_to_queue_but_not_to_analyse(tmp_path: Path) -> None:
    with reviewing(tmp_path, sign_in="accounts") as (client, store):
        now = datetime.now(UTC)
        store.add_user("ada", "editor", "correct horse", now)
        key = store.add_key("cms", KeyTerms(frozenset((Scope.ANALYSE, Scope.REVIEW)), user="ada"), now)
        assert post(client, RECORD).status_code == 200
        for authorization, code in (
            ({}, "no-key"),
            ({"Authorization": "Bearer pq_no"}, "unknown-key"),
            ({"Authorization": f"Basic {key}"}, "no-key"),
        ):
            answer = client.post(
                "/v1/analyses", json=RECORD, params={"review": "true"}, headers=authorization
            )
            assert "pullquote keys add" in assert_problem(answer, 401, "not-authenticated", code)
        known = client.post(
            "/v1/analyses",
            json=RECORD,
            params={"review": "true"},
            headers={"Authorization": f"Bearer {key}"},
        )
        assert (known.status_code, known.headers["review-item"]) == (200, "/review/items/1")
        store.revoke_key(store.keys()[0].id, now)
        assert store.keys()[0].last_used_at is not None


def test_a_source_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with reviewing(tmp_path) as (client, _):
        answer = post(client, RECORD, review="true", source="x" * 201)
        assert_problem(answer, 422, "invalid-request", "invalid-parameter")
        long = post(client, {**RECORD, "id": "x" * 501}, review="true")
        assert "500" in long.json()["detail"]
        assert long.status_code == 422
