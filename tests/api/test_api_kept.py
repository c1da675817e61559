"""Kept analyses by the API: stored, read, listed, deleted, each caller's own, for a time."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from support.api_server import RAIN, assert_problem, post, wait_until
from support.fake_pipeline import FakePipeline
from support.kept_service import KEY_HEADER, ByHeader, keeping

from service.api.callers import Scope
from service.api.examples.article import RECORD
from service.store import Store
from service.store.analyses.records import KeptAnalysis, KeptLine

WET = "Rain 🌧🌧 fell on the town, and the mayor of it said: “It is 🌧 wet.” Nobody disagreed with her."
OTHER = {KEY_HEADER: "other"}


def stored(client: httpx.Client, record: object = RECORD, **params: str) -> str:
    answer = post(client, record, store="true", **params)
    assert answer.status_code == 200
    return str(answer.headers["location"])


def test_a_kept_analysis_is_read_back_byte_for_byte(url: str) -> None:
    page = f"<html><body><article><p>{WET}</p></article></body></html>"
    with keeping(url) as (client, _):
        for record in ({"id": "wet", "title": "Rain", "text": WET}, {"id": "page", "html": page}):
            for unit in ("codepoint", "utf16"):
                answer = post(client, record, store="true", offset_unit=unit, length="short")
                place = answer.headers["location"]
                assert place.startswith("/v1/analyses/")
                assert len(place) == len("/v1/analyses/") + 32, "as good as any 128 random bits"
                for asked in ("codepoint", "utf16"):
                    expected = post(client, record, offset_unit=asked, length="short")
                    read = client.get(place, params={"offset_unit": asked})
                    assert (read.status_code, read.headers["content-type"]) == (200, "application/json")
                    assert read.content == expected.content
                    assert read.headers["etag"] == expected.headers["etag"]
                    assert read.headers["cache-control"] == "private, no-cache"


def test_an_analysis_is_kept_only_where_it_is_asked_for(tmp_path: Path) -> None:
    with keeping(tmp_path / "store.db") as (client, store):
        assert "location" not in post(client, RECORD).headers
        assert post(client, {"text": "?"}, store="true").status_code == 422
        assert store.analyses.page(None, size=9).lines == ()
        assert stored(client) != stored(client), "each request keeps one"


def test_what_is_in_memory_is_kept_without_being_analysed_again(tmp_path: Path) -> None:
    pipeline = FakePipeline()
    with keeping(tmp_path / "store.db", pipeline) as (client, _):
        first = post(client, RECORD)
        kept = post(client, RECORD, store="true")
        assert kept.headers["cache-status"] == "Pullquote; hit"
        assert client.get(kept.headers["location"]).content == kept.content == first.content
        assert len(pipeline.seen) == 1
        in_utf16 = post(client, RECORD, store="true", offset_unit="utf16")
        assert in_utf16.headers["cache-status"] == "Pullquote; fwd=bypass"
        assert client.get(in_utf16.headers["location"]).content == first.content


def test_what_the_caller_has_is_not_sent_again(tmp_path: Path) -> None:
    with keeping(tmp_path / "store.db") as (client, _):
        place = stored(client)
        tag = client.get(place).headers["etag"]
        for known in (tag, f'"other", W/{tag}', "*"):
            answer = client.get(place, headers={"If-None-Match": known})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        for unknown in ('"other"', tag.strip('"'), ""):
            assert client.get(place, headers={"If-None-Match": unknown}).status_code == 200
        missing = client.get("/v1/analyses/nothing", headers={"If-None-Match": "*"})
        assert missing.status_code == 404


def test_a_caller_sees_and_deletes_its_own_only(url: str) -> None:
    with keeping(url) as (client, _):
        place = stored(client)
        for method, path in (
            ("GET", place),
            ("DELETE", place),
            ("DELETE", "/v1/analyses?article=linden-library"),
        ):
            assert_problem(client.request(method, path, headers=OTHER), 404, "no-such-item")
        assert client.get("/v1/analyses", headers=OTHER).json() == {"analyses": [], "next_cursor": None}
        assert client.get(place).status_code == 200
        deleted = client.delete(place)
        assert (deleted.status_code, deleted.content) == (204, b"")
        assert_problem(client.get(place), 404, "no-such-item")
        assert_problem(client.delete(place), 404, "no-such-item")


def test_each_operation_asks_for_its_scope(tmp_path: Path) -> None:
    admits = ByHeader()
    with keeping(tmp_path / "store.db", admits=admits) as (client, _):
        place = stored(client)
        for method, path in (
            ("GET", "/v1/analyses"),
            ("GET", place),
            ("DELETE", place),
            ("DELETE", "/v1/analyses?article=x"),
        ):
            client.request(method, path)
        client.post("/v1/analyses:batch", json={"articles": [RECORD]})
    assert admits.asked == [
        Scope.ANALYSE,
        Scope.READ,
        Scope.READ,
        Scope.DELETE,
        Scope.DELETE,
        Scope.ANALYSE,
    ]


def test_a_list_is_newest_first_and_followed_by_cursor_or_link(tmp_path: Path) -> None:
    odd = "a&b=é 🌧"
    with keeping(tmp_path / "store.db", keep_days=30) as (client, _):
        for number in range(5):
            stored(client, {"id": odd if number % 2 else f"x{number}", "text": RAIN}, format="bullets")
        stored_last = stored(client, {"id": odd, "title": "Rain", "text": RAIN}, length="long")
        first = client.get("/v1/analyses", params={"article": odd, "limit": 2})
        assert first.headers["cache-control"] == "private, no-store"
        newest = first.json()["analyses"][0]
        assert f"/v1/analyses/{newest['id']}" == stored_last
        assert (newest["article_id"], newest["title"], newest["length"]) == (odd, "Rain", "long")
        kept_for = datetime.fromisoformat(newest["kept_until"]) - datetime.fromisoformat(newest["made_at"])
        assert kept_for == timedelta(days=30)
        linked = client.get(first.links["next"]["url"])
        by_cursor = client.get(
            "/v1/analyses",
            params={"article": odd, "limit": 2, "cursor": first.json()["next_cursor"]},
        )
        assert linked.json() == by_cursor.json()
        assert [line["format"] for line in linked.json()["analyses"]] == ["bullets"]
        assert linked.json()["next_cursor"] is None
        assert "link" not in linked.headers
        assert len(client.get("/v1/analyses").json()["analyses"]) == 6


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=x", "invalid-parameter"),
        ("cursor=ffffffffffffffff", "invalid-parameter"),
        ("cursor=%F0%9F%8C%A7", "invalid-parameter"),
        ("limit=0", "invalid-parameter"),
        ("limit=201", "invalid-parameter"),
        ("artcle=x", "unknown-parameter"),
    ],
)
def test_a_list_can_t_be_asked_for_in_other_words(tmp_path: Path, query: str, code: str) -> None:
    with keeping(tmp_path / "store.db") as (client, _):
        assert_problem(client.get(f"/v1/analyses?{query}"), 422, "invalid-request", code)


def test_an_article_is_deleted_with_all_that_was_kept_of_it(tmp_path: Path) -> None:
    with keeping(tmp_path / "store.db") as (client, store):
        places = [stored(client) for _ in range(3)]
        other = stored(client, {"id": "other", "text": RAIN})
        missing = client.delete("/v1/analyses")
        assert_problem(missing, 422, "invalid-request", "missing-parameter")
        assert client.delete("/v1/analyses", params={"article": RECORD["id"]}).status_code == 204
        assert [client.get(place).status_code for place in places] == [404] * 3
        assert client.get(other).status_code == 200
        assert len(store.analyses.page(None, size=9).lines) == 1


def test_deleting_drops_the_answer_from_memory_too(tmp_path: Path) -> None:
    pipeline = FakePipeline()
    with keeping(tmp_path / "store.db", pipeline) as (client, _):
        stored(client)
        assert post(client, RECORD).headers["cache-status"] == "Pullquote; hit"
        client.delete("/v1/analyses", params={"article": RECORD["id"]})
        assert post(client, RECORD).headers["cache-status"] == "Pullquote; fwd=miss"
        assert client.delete("/v1/analyses", params={"article": RECORD["id"]}).status_code == 404
        place = stored(client)
        client.delete(place)
        assert post(client, RECORD).headers["cache-status"] == "Pullquote; fwd=miss"
    assert len(pipeline.seen) == 4, "each deletion made it forget"


def test_what_is_too_old_is_purged_when_the_service_starts(url: str) -> None:
    now = datetime.now(UTC)
    with Store.open(url) as store:
        for number, days in enumerate((0.5, 1.5, 400)):
            made_at = now - timedelta(days=days)
            line = KeptLine(str(number), "", "a", None, "short", "bullets", "0.1.0", made_at)
            store.analyses.keep(KeptAnalysis(line, "{}", "x"))
    with keeping(url, keep_days=0) as (_, store):
        assert len(store.analyses.page(None, size=9).lines) == 3, "0 keeps them"
    with keeping(url, keep_days=1) as (_, store):
        wait_until(lambda: [line.id for line in store.analyses.page(None, size=9).lines] == ["0"])


def test_storing_without_a_store_is_refused_and_there_is_nothing_to_read(client: httpx.Client) -> None:
    detail = assert_problem(post(client, RECORD, store="true"), 422, "invalid-request", "no-store")
    assert "PULLQUOTE_STORE" in detail
    assert_problem(client.get("/v1/analyses/x"), 404, "not-found")
    assert "/v1/analyses/{analysis_id}" not in client.get("/openapi.json").json()["paths"]


def test_every_operation_at_a_path_is_allowed_by_name(tmp_path: Path) -> None:
    with keeping(tmp_path / "store.db") as (client, _):
        answer = client.put("/v1/analyses")
        assert "DELETE or GET or POST" in assert_problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == "DELETE, GET, POST"
        assert client.post("/v1/analyses/x").headers["allow"] == "DELETE, GET"


def test_every_operation_is_described_with_an_id_a_summary_and_its_problems(tmp_path: Path) -> None:
    with keeping(tmp_path / "store.db") as (client, _):
        document = client.get("/openapi.json").json()
    assert "HTTPValidationError" not in document["components"]["schemas"]
    ids = []
    for operations in document["paths"].values():
        for operation in operations.values():
            ids.append(operation["operationId"])
            assert operation["summary"]
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    content = answer["content"]["application/problem+json"]
                    assert content["example"]["status"] == int(status)
                elif status == "200":
                    assert "application/problem+json" not in answer["content"]
    assert len(set(ids)) == len(ids)
    assert {"analyse", "analyse_batch", "list_analyses", "get_analysis", "delete_analysis"} < set(ids)
    assert json.dumps(document).count("Idempotency-Key") > 1
