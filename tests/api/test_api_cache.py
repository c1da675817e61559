"""Answers out of the service's memory: the same bytes, without the model; and the rule alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from support.api_server import PLAIN, RAIN, post
from support.fake_pipeline import PROVENANCE, FakePipeline, Gate
from support.servers import Serve

from service.api.answers.options import AnalysisOptions
from service.api.answers.result_cache import CachedAnswer, ResultCache, article_digest, result_key
from service.api.examples.article import RECORD, TEXT
from service.bootstrap import build_door
from service.domain import Article, Notice, Span, SummaryLength
from service.settings import Settings
from service.warning_codes import WarningCode

HIT, MISS = "Pullquote; hit", "Pullquote; fwd=miss"


def status_of(response: httpx.Response) -> str:
    assert response.status_code == 200
    return response.headers["cache-status"]


def test_the_second_answer_is_the_first_without_the_model(serve: Serve) -> None:
    pipeline = FakePipeline()
    client = serve(pipeline)
    first, second = post(client, RECORD), post(client, RECORD)
    assert (status_of(first), status_of(second)) == (MISS, HIT)
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert len(pipeline.seen) == 1


def test_a_hit_does_not_wait_for_the_model_s_thread(serve: Serve) -> None:
    gate = Gate()
    client = serve(FakePipeline(lambda article: gate(article) if article.id == "slow" else None))
    post(client, RECORD)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(post, client, {"id": "slow", "text": RAIN})
        assert gate.entered.wait(10)
        assert status_of(post(client, RECORD)) == HIT
        assert not slow.done()
        gate.open()
        assert status_of(slow.result()) == MISS


def test_a_hit_is_given_also_where_the_queue_is_full(serve: Serve) -> None:
    gate = Gate()
    pipeline = FakePipeline(lambda article: gate(article) if article.id == "slow" else None)
    client = serve(pipeline, queue_limit=1)
    post(client, RECORD)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(post, client, {"id": "slow", "text": RAIN})
        assert gate.entered.wait(10)
        assert status_of(post(client, RECORD)) == HIT
        assert post(client, {"text": RAIN}).status_code == 429
        gate.open()


def test_another_choice_or_another_article_is_another_answer(serve: Serve) -> None:
    pipeline = FakePipeline()
    client = serve(pipeline)
    asked = [
        post(client, RECORD, **params)
        for params in (
            {},
            {"length": "short"},
            {"format": "bullets"},
            {"offset_unit": "utf16"},
            {"strict": "1"},
        )
    ]
    others = [post(client, RECORD | change) for change in ({"id": "x"}, {"title": "x"}, {"text": RAIN})]
    assert {status_of(response) for response in (*asked, *others)} == {MISS}
    assert len(pipeline.seen) == 8
    assert post(client, RECORD, length="short").content == asked[1].content


def test_the_same_article_in_other_bytes_is_recognised(serve: Serve) -> None:
    pipeline = FakePipeline()
    client = serve(pipeline)
    first = post(client, {"text": TEXT})
    for response in (
        client.post("/v1/analyses", content=TEXT.encode(), headers=PLAIN),
        post(client, {"text": TEXT, "title": None}),
        client.post("/v1/analyses:batch", json={"articles": [{"text": TEXT}]}),
    ):
        assert first.content in response.content
    assert len(pipeline.seen) == 1


def test_many_who_ask_at_once_are_answered_by_one_analysis(serve: Serve) -> None:
    gate = Gate()
    pipeline = FakePipeline(gate)
    client = serve(pipeline)
    with ThreadPoolExecutor(6) as pool:
        answers = [pool.submit(post, client, RECORD) for _ in range(6)]
        assert gate.entered.wait(10)
        gate.open()
        assert len({answer.result().content for answer in answers}) == 1
    assert len(pipeline.seen) == 1


@pytest.mark.parametrize("values", [{"cache_mb": 0}, {"summarizer": "openai:x"}])
def test_without_a_cache_each_request_is_analysed(serve: Serve, values: dict[str, object]) -> None:
    pipeline = FakePipeline()
    client = serve(pipeline, **values)
    for _ in range(2):
        assert "cache-status" not in post(client, RECORD).headers
    assert len(pipeline.seen) == 2


def test_a_failure_is_not_held(serve: Serve) -> None:
    failures = iter([True, False])

    def fail_once(article: Article) -> None:
        if next(failures, False):
            raise RuntimeError

    client = serve(FakePipeline(fail_once))
    assert post(client, RECORD).status_code == 500
    assert status_of(post(client, RECORD)) == MISS


def test_an_answer_carries_a_strong_tag_and_is_nobody_s_to_store(client: httpx.Client) -> None:
    answers = [post(client, RECORD, offset_unit=unit) for unit in ("codepoint", "utf16")]
    for answer in answers:
        assert answer.headers["cache-control"] == "private, no-store"
        assert len(answer.headers["etag"].strip('"')) == 32
    if answers[0].content != answers[1].content:
        assert answers[0].headers["etag"] != answers[1].headers["etag"]


# The rule alone


def test_the_least_recently_used_make_room() -> None:
    cache = ResultCache(3 * 1400)
    for name in (b"a", b"b", b"c"):
        cache.put(name, CachedAnswer(b"x" * 1000, name.decode()))
    assert cache.get(b"a")
    cache.put(b"d", CachedAnswer(b"x" * 1000, "d"))
    assert [cache.get(name) is not None for name in (b"a", b"b", b"c", b"d")] == [True, False, True, True]
    assert cache.held_bytes == 3 * 1400
    cache.put(b"e", CachedAnswer(b"x" * 4000, "e"))
    assert cache.get(b"e") is None, "larger than all"
    cache.put(b"a", CachedAnswer(b"y", "a"))
    assert cache.get(b"a") == CachedAnswer(b"y", "a")
    assert cache.held_bytes == 2 * 1400 + 401
    cache.forget("c")
    assert cache.get(b"c") is None
    assert cache.held_bytes == 1400 + 401


def test_threads_leave_the_count_of_bytes_right() -> None:
    cache = ResultCache(50_000)

    def use(thread: int) -> None:
        for number in range(500):
            name = f"{(thread * number) % 97}".encode()
            cache.put(name, CachedAnswer(b"x" * (number % 300), name.decode()))
            cache.note_source(name, b"y" * 32)
            cache.get(name)
            if number % 50 == 0:
                cache.forget(name.decode())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(use, range(1, 7)))
    assert 0 < cache.held_bytes <= 50_000
    for number in range(97):
        cache.forget(str(number))
    assert cache.held_bytes % 432 == 0, "what is left are sources alone"


def test_whatever_of_an_article_may_show_in_an_answer_makes_another_digest() -> None:
    article = build_door(Settings()).from_text(TEXT)
    notice = Notice(WarningCode.OPINION, "It is one.")
    changes: list[dict[str, object]] = [
        {"id": "x"},
        {"text": TEXT + "."},
        {"title": "x"},
        {"language": "en-GB"},
        {"published": "2026-11-30"},
        {"furniture": (Span(0, 3),)},
        {"text_is_derived": True},
        {"markup": "<p>Rain</p>"},
        {"warnings": (notice,)},
    ]
    digests = {article_digest(replace(article, **change)) for change in changes}  # type: ignore[arg-type]
    assert len(digests | {article_digest(article)}) == len(changes) + 1
    assert {name for change in changes for name in change} == set(Article.__dataclass_fields__)


def test_other_versions_and_other_choices_make_other_keys() -> None:
    plain = AnalysisOptions()
    keys = {
        result_key(b"a", PROVENANCE, plain),
        result_key(b"b", PROVENANCE, plain),
        result_key(b"a", PROVENANCE, AnalysisOptions(length=SummaryLength.LONG)),
        *(
            result_key(b"a", replace(PROVENANCE, **{name: "x"}), plain)  # type: ignore[arg-type]
            for name in ("service", "encoder", "heads", "taxonomy", "settings")
        ),
        result_key(b"a", replace(PROVENANCE, prompts={"summarize@1": "x"}), plain),
    }
    assert len(keys) == 9
