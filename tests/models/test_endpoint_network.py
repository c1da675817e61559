"""Where a question to an endpoint goes, and where it doesn't: network, environment, key and settings."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest
from support.endpoint_questions import QUESTION, TEXT, Sleeps, fail, opened
from support.scripted_endpoint import (
    answer,
    down,
    scripted,
    status,
)

from service.errors import ModelFailed
from service.models.generating.backend import Cause, Unanswered, Usage


def test_an_endpoint_that_is_down_is_tried_again_and_then_named() -> None:
    sleeps = Sleeps()
    with pytest.raises(Unanswered) as raised:
        opened(url := down(), sleeps).ask(QUESTION)
    assert raised.value.cause is Cause.DOWN
    assert len(sleeps) == 2
    assert f"{url} can't be reached" in raised.value.detail
    assert raised.value.usage == Usage(3, 0, 0)


def test_an_endpoint_that_does_not_prove_who_it_is_gets_nothing() -> None:
    with scripted([answer(TEXT)]) as server, pytest.raises(Unanswered) as raised:
        opened(server.url.replace("http://", "https://"), endpoint_retries=0).ask(QUESTION)
    assert raised.value.cause is Cause.DOWN
    assert "SSL" in raised.value.detail
    assert server.requests == []


def test_a_host_that_can_not_be_looked_up_is_no_answer() -> None:
    with pytest.raises(Unanswered):
        opened(f"http://{'a' * 70}.example/v1", endpoint_retries=0).ask(QUESTION)


def test_a_redirect_takes_neither_article_nor_key_elsewhere() -> None:
    with scripted([answer(TEXT)]) as other:
        error, _ = fail(status(307, headers={"Location": f"{other.url}/chat/completions"}))
    assert other.requests == []
    assert "PULLQUOTE_ENDPOINT" in error.detail


def test_the_environment_has_no_say_in_where_it_goes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login evil password evil\n")
    (tmp_path / ".netrc").chmod(0o600)
    with scripted([answer("elsewhere")]) as other, scripted([answer(TEXT)]) as server:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, other.url)
            monkeypatch.setenv(name.lower(), other.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {
            "NETRC": str(tmp_path / ".netrc"),
            "HOME": str(tmp_path),
            "OPENAI_BASE_URL": other.url,
            "OPENAI_API_KEY": "evil",
            "OPENAI_ADMIN_KEY": "evil",
            "OPENAI_ORG_ID": "evil",
            "OPENAI_PROJECT_ID": "evil",
            "OPENAI_CUSTOM_HEADERS": "X-Evil: evil\nAuthorization: evil\nHost: evil\nUser-Agent: evil",
        }.items():
            monkeypatch.setenv(name, value)
        assert opened(server.url, endpoint_key="").ask(QUESTION).content == TEXT
    assert other.requests == []
    headers = server.requests[0].headers
    assert "evil" not in " ".join((*headers, *headers.values()))
    assert headers["authorization"] == "Bearer none"
    assert headers["host"] in server.url


def test_a_password_in_the_url_is_sent_and_never_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with scripted([status(401, "no")]) as server:
        url = server.url.replace("http://", "http://desk:pass-word@")
        with pytest.raises(Unanswered) as raised:
            opened(url, endpoint_key="").ask(QUESTION)
    assert server.requests[0].headers["authorization"] == "Basic ZGVzazpwYXNzLXdvcmQ="
    assert "pass-word" not in raised.value.detail + caplog.text
    assert server.url in raised.value.detail


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"endpoint_key": "sk-\nx"}, "PULLQUOTE_ENDPOINT_KEY"),
        ({"endpoint_key": "sk-ü"}, "PULLQUOTE_ENDPOINT_KEY"),
        ({"url": "http://host/v1?key=1"}, "PULLQUOTE_ENDPOINT "),
        ({"url": "http://[bad/v1"}, "PULLQUOTE_ENDPOINT "),
        ({"url": "http://host:port/v1"}, "PULLQUOTE_ENDPOINT "),
        ({"url": "http:///v1"}, "PULLQUOTE_ENDPOINT "),
        ({"endpoint_tokenizer": "/nowhere/tokenizer.json"}, "PULLQUOTE_ENDPOINT_TOKENIZER"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(settings: dict[str, str], named: str) -> None:
    url = settings.pop("url", "http://127.0.0.1:1/v1")
    with pytest.raises(ModelFailed, match=named):
        opened(url, **settings)


def test_without_the_client_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ModelFailed, match=r"pip install 'pullquote\[endpoint\]'"):
        opened("http://127.0.0.1:1/v1")
