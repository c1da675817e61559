"""The editors' page without accounts: the link that opens it, and who it stays closed to."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser
from support.api_server import assert_problem, ready
from support.fake_pipeline import FakePipeline
from support.quick_store import QUICK

from service.api.admission.wiring import build_admission
from service.api.examples.article import RECORD
from service.bootstrap import build_door
from service.review.pages.mounting import ReviewPages
from service.review.secret import page_secret
from service.review.wiring import build_review_pages
from service.settings import Settings
from service.store import Store


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[tuple[httpx.Client, ReviewPages]]:
    settings = Settings(store=str(tmp_path / "store.db"))
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}", QUICK) as store:
        reviews = build_review_pages(settings, build_door(settings), store)
        assert reviews is not None
        with ready(settings, FakePipeline, reviews, build_admission(settings, store)) as client:
            yield client, reviews


def test_the_link_opens_the_page_and_leaves_no_secret_in_the_address(
    pages: tuple[httpx.Client, ReviewPages],
) -> None:
    client, reviews = pages
    closed = client.get("/review")
    assert closed.status_code == 401
    assert "pullquote serve" in closed.text
    secret = reviews.entry.partition("=")[2]
    assert len(secret) > 40
    opened = client.get(reviews.entry)
    assert (opened.status_code, opened.headers["location"]) == (303, "/review")
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/review" in cookie
    assert opened.headers["referrer-policy"] == "same-origin"
    assert client.get("/review").status_code == 200
    assert secret not in client.get("/review").text


def test_what_is_not_the_secret_opens_nothing(pages: tuple[httpx.Client, ReviewPages]) -> None:
    client, reviews = pages
    secret = reviews.entry.partition("=")[2]
    name = client.get(reviews.entry).headers["set-cookie"].partition("=")[0]
    client.cookies.clear()
    for wrong in ("", "no", secret[:-1], secret + "x", "é"):
        refused = client.get("/review", params={"secret": wrong})
        assert refused.status_code == 401
        assert name not in refused.headers.get("set-cookie", "")
        cookie = {"Cookie": f"{name}={wrong}".encode()}
        for path in ("/review", "/review/new", "/review/export.jsonl", "/review/items/1"):
            assert client.get(path, headers=cookie).status_code == 401  # type: ignore[arg-type]


def test_through_a_proxy_or_under_a_foreign_name_not_even_the_secret_opens_it(
    pages: tuple[httpx.Client, ReviewPages],
) -> None:
    client, reviews = pages
    assert client.get(reviews.entry).status_code == 303
    for headers in ({"Via": "1.1 proxy"}, {"X-Forwarded-For": "192.0.2.1"}, {"Host": "evil.example"}):
        for path in (reviews.entry, "/review"):
            assert client.get(path, headers=headers).status_code == 403


def test_a_page_whose_secret_is_empty_is_open_to_nobody(tmp_path: Path) -> None:
    from starlette.requests import Request

    from service.review.access import NotSignedIn, PageAccess

    with Store.open(f"sqlite:///{tmp_path / 'store.db'}", QUICK) as store:
        access = PageAccess("open", store, lambda: None)  # type: ignore[arg-type, return-value]
        cookie = f"{access.secret_cookie}=".encode()
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/review",
            "query_string": b"secret=",
            "headers": [(b"host", b"127.0.0.1"), (b"cookie", cookie)],
        }
        for ask in (access.user, access.shows_secret):
            with pytest.raises(NotSignedIn):
                ask(Request(scope))


def test_programs_on_this_machine_queue_without_the_secret_and_pages_do_not(
    pages: tuple[httpx.Client, ReviewPages],
) -> None:
    client, _ = pages

    def queue(**headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post("/v1/analyses", json=RECORD, params={"review": "true"}, headers=named)

    assert queue().headers["review-item"] == "/review/items/1"
    own = f"http://{client.base_url.netloc.decode()}"
    for headers in ({"Origin": own}, {"Sec_Fetch_Mode": "no-cors"}, {"Sec_Fetch_Site": "none"}):
        assert_problem(queue(**headers), 403, "forbidden", "browser")
    assert_problem(queue(Via="1.1 proxy"), 403, "forbidden", "behind-proxy")
    assert_problem(queue(Host="evil.example"), 403, "foreign-host", "host-not-allowed")


def test_the_secret_is_kept_beside_the_store_for_its_owner_alone(tmp_path: Path) -> None:
    store = str(tmp_path / "store.db")
    secret, file = page_secret(store), tmp_path / "store.db.secret"
    assert file.stat().st_mode & 0o777 == 0o600
    assert page_secret(store) == secret
    file.chmod(0o644)
    assert page_secret(store) != secret, "others may have read it"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("")
    assert page_secret(store)
    file.unlink()
    (tmp_path / "elsewhere").write_text("known to others")
    file.symlink_to(tmp_path / "elsewhere")
    assert page_secret(store) != "known to others"
    assert not file.is_symlink()
    server = "postgresql://host/database"
    assert page_secret(server) != page_secret(server)
    assert page_secret(str(tmp_path / "no" / "folder.db"))


def test_in_a_browser_the_link_opens_the_page_and_its_forms_work(
    browser: Browser, pages: tuple[httpx.Client, ReviewPages]
) -> None:
    client, reviews = pages
    context = browser.new_context(base_url=str(client.base_url))
    page = context.new_page()
    page.goto("/review")
    assert "pullquote serve" in page.locator("#error").inner_text()
    page.goto(reviews.entry)
    assert page.url.endswith("/review")
    assert page.locator("#error").count() == 0
    page.goto("/review/new")
    page.fill("textarea[name=text]", RECORD["text"])
    page.click("main button.primary")
    page.wait_for_url("**/review/items/1")
    context.close()


class _ForeignPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<p>Foreign</p>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def foreign_site() -> Iterator[str]:
    """The address of another site than 127.0.0.1, on this machine all the same."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _ForeignPage) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()


def test_in_a_browser_another_site_s_page_puts_nothing_into_the_queue(
    browser: Browser,
    pages: tuple[httpx.Client, ReviewPages],
    foreign_site: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client, reviews = pages
    own = str(client.base_url).rstrip("/")
    context = browser.new_context(base_url=own)
    page = context.new_page()
    page.goto(reviews.entry)
    page.goto(foreign_site)
    sent = """async (url) => {
      const options = {method: "POST", mode: "no-cors", body: "It rained, the mayor of the town said.",
                       headers: {"Content-Type": "text/plain"}, credentials: "include"};
      await fetch(url, options).catch(() => {});
    }"""
    with caplog.at_level(logging.INFO, "pullquote.audit"):
        page.evaluate(sent, f"{own}/v1/analyses?review=true")
        page.evaluate(sent, f"{own}/review/new")
    assert [json.loads(line)["path"] for line in caplog.messages if "other-origin" in line] == [
        "/v1/analyses",
        "/review/new",
    ]
    page.goto(f"{own}/review?tab=all")
    assert page.locator("#error").count() == 0
    assert page.locator("a[href^='/review/items/']").count() == 0
    context.close()
