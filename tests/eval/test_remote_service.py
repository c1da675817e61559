"""The product through a running service: its answers and its errors come back whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from support.api_server import running
from support.fake_pipeline import FakePipeline
from support.quick_store import QUICK
from support.rivals import BRIDGE, CONTEXT, FERRY

from eval.systems.registry import build
from eval.systems.shape import System
from service import wire
from service.access.scopes import Scope
from service.api.admission.wiring import build_admission
from service.bootstrap import build_door
from service.domain import Article
from service.errors import ArticleTooLong, InvalidArticle, ModelFailed, Overloaded, PullquoteError
from service.ingest import Declared
from service.pipeline import Pipeline
from service.settings import Settings
from service.store import Store
from service.store.accounts.records import KeyTerms


def test_the_contract_comes_back_as_it_was(pipeline: Pipeline) -> None:
    settings = Settings()
    surrogate = Article("lone", f"{FERRY.text} 🌧 It rained \ud83d all day.", title="A “title” 🌧")
    with running(settings, lambda: pipeline) as url:
        made = build(f"url:{url}", CONTEXT)
        assert isinstance(made, System)
        for article in (FERRY, BRIDGE, surrogate):
            declared = Declared(id=article.id, title=article.title, language="en")
            expected = pipeline.analyse(build_door(settings).from_text(article.text, declared))
            analysis = made.analyse(article)
            assert wire.dumps(analysis) == wire.dumps(expected)
            assert analysis.article.text == expected.article.text
            assert len(analysis.quotes) == len(expected.quotes)


def test_problems_come_back_as_errors(pipeline: Pipeline) -> None:
    with running(Settings(max_chars=400), lambda: pipeline) as url:
        made = build(f"url:{url}", CONTEXT)
        assert isinstance(made, System)
        with pytest.raises(ArticleTooLong, match=r"400") as caught:
            made.analyse(FERRY)
        assert caught.value.code == "article-too-long"
        with pytest.raises(InvalidArticle):
            made.analyse(Article("x", "… !"))
        assert made.analyse(BRIDGE).topics is not None


def test_a_service_that_asks_for_a_key_gets_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(api_keys="required", store=str(tmp_path / "store.db"))
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}", QUICK) as store:
        key = store.add_key("eval", KeyTerms(frozenset((Scope.ANALYSE,))), datetime.now(UTC))
        with running(settings, FakePipeline, None, build_admission(settings, store)) as url:
            with pytest.raises(PullquoteError, match="API key"):
                build(f"url:{url}", CONTEXT).analyse(FERRY)
            monkeypatch.setenv("PULLQUOTE_API_KEY", key)
            assert build(f"url:{url}", CONTEXT).analyse(FERRY).article.text == FERRY.text


def test_every_problem_document_finds_its_error() -> None:
    from eval.systems.remote import problem

    def answer(status: int, slug: str) -> PullquoteError:
        document = {"type": f"urn:pullquote:problem:{slug}", "detail": "why.", "code": "narrow"}
        request = httpx.Request("POST", "http://x/v1/analyses")
        return problem(httpx.Response(status, json=document, headers={"Retry-After": "7"}, request=request))

    full = answer(429, "overloaded")
    assert isinstance(full, Overloaded)
    assert full.retry_after_s == 7
    broken = answer(500, "model-failed")
    assert isinstance(broken, ModelFailed)
    assert (broken.detail, broken.code) == ("why.", "narrow")
    assert type(answer(404, "not-found")) is PullquoteError
    page = httpx.Response(502, text="<html>Bad gateway", request=httpx.Request("POST", "http://x/"))
    assert "502" in problem(page).detail


def test_a_service_that_is_not_there_or_not_ready_is_said_so() -> None:
    with pytest.raises(ValueError, match=r"no service answers at http://127.0.0.1:9"):
        build("url:http://127.0.0.1:9", CONTEXT)
    with pytest.raises(ValueError, match="no address"):
        build("url:localhost:8000", CONTEXT)

    def broken() -> Pipeline:
        raise ModelFailed("The weights are gone.")

    with running(Settings(), broken) as url, pytest.raises(ValueError, match=r"is not ready: .*"):
        build(f"url:{url}", CONTEXT)
