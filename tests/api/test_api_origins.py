"""Where requests come from: browsers of other sites, proxies, foreign host names; and what answers carry."""

from __future__ import annotations

import json
import logging

import httpx
import pytest
from support.api_server import PLAIN, RAIN, assert_problem
from support.servers import Serve

from service.api.examples.article import RECORD

READS = ("/", "/readyz", "/openapi.json", "/v1/schema")


def _host(client: httpx.Client) -> str:
    return client.base_url.netloc.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/analyses", "/v1/nothing", "/review/new", "/review/sign-in"])
def test_another_site_s_page_writes_nothing(client: httpx.Client, headers: dict[str, str], path: str) -> None:
    answer = client.post(path, content=RAIN, headers=PLAIN | headers)
    assert_problem(answer, 403, "forbidden", "other-origin")


def test_our_own_page_and_programs_may_write_and_anybody_may_read(client: httpx.Client) -> None:
    own = {"Origin": f"http://{_host(client)}", "Sec-Fetch-Site": "same-origin"}
    for headers in ({}, own):
        assert client.post("/v1/analyses", content=RAIN, headers=PLAIN | headers).is_success
    assert client.get("/v1/schema", headers={"Origin": "http://evil.example"}).is_success


def test_no_site_may_read_an_answer(client: httpx.Client) -> None:
    """There is no CORS: a browser keeps the answer from the page, and a preflight finds no permission."""
    foreign = {"Origin": "http://evil.example"}
    asked = foreign | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x"}
    answers = [client.options("/v1/analyses", headers=asked), client.get("/v1/schema", headers=foreign)]
    answers.append(client.post("/v1/analyses", content=RAIN, headers=PLAIN))
    for answer in answers:
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert answers[0].status_code == 405


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.0.2.1:80"])
def test_without_accounts_a_foreign_host_name_reads_and_writes_nothing(
    client: httpx.Client, host: str
) -> None:
    foreign = {"Host": host}
    for path in READS:
        assert_problem(client.get(path, headers=foreign), 403, "foreign-host", "host-not-allowed")
    answer = client.post("/v1/analyses", content=RAIN, headers=PLAIN | foreign)
    assert_problem(answer, 403, "foreign-host", "host-not-allowed")


@pytest.mark.parametrize("name", ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto"])
def test_without_accounts_nothing_comes_through_a_proxy(client: httpx.Client, name: str) -> None:
    for path in READS:
        assert_problem(client.get(path, headers={name: "x"}), 403, "forbidden", "behind-proxy")
    assert client.get("/livez", headers={name: "x"}).is_success


@pytest.mark.parametrize("mode", ["accounts", "proxy"])
def test_with_accounts_a_proxy_in_front_is_no_fault(serve: Serve, mode: str) -> None:
    client = serve(sign_in=mode)
    proxied = {"Host": "news.example", "X-Forwarded-For": "192.0.2.1"}
    assert client.get("/readyz", headers=proxied).is_success
    assert client.post("/v1/analyses", json=RECORD, headers=proxied).is_success
    refused = client.post("/v1/analyses", json=RECORD, headers=proxied | {"Origin": "http://evil.example"})
    assert_problem(refused, 403, "forbidden", "other-origin")


def test_every_answer_has_its_security_headers(client: httpx.Client) -> None:
    answers = {
        "analysis": client.post("/v1/analyses", content=RAIN, headers=PLAIN),
        "refusal": client.post("/v1/analyses", content=RAIN, headers=PLAIN | {"Origin": "null"}),
        "problem": client.get("/nothing"),
        "schema": client.get("/v1/schema"),
        "health": client.get("/livez"),
    }
    for name, answer in answers.items():
        assert answer.headers["x-content-type-options"] == "nosniff", name
        assert answer.headers["content-security-policy"].startswith("default-src 'none'"), name
        assert answer.headers["cross-origin-resource-policy"] == "same-origin", name
        assert answer.headers["referrer-policy"] == "no-referrer", name
        is_kept_by_nobody = "no-store" in answer.headers.get("cache-control", "")
        assert is_kept_by_nobody is (name in {"analysis", "refusal", "problem"}), name


def test_what_is_refused_is_in_the_audit_log_on_one_line(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "pullquote.audit"):
        client.post("/v1/analyses?text=secret", content=RAIN, headers=PLAIN | {"Origin": "null"})
    (line,) = [
        json.loads(record.getMessage()) for record in caplog.records if record.name == "pullquote.audit"
    ]
    assert line.pop("at")
    assert line == {
        "event": "request.refused",
        "reason": "other-origin",
        "method": "POST",
        "path": "/v1/analyses",
        "address": "127.0.0.1",
    }
