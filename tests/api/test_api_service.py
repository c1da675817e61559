"""The HTTP service as a program that runs: logs, models that load or don't, load, and its end."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from support.api_server import PLAIN, RAIN, assert_problem, post, wait_until
from support.fake_pipeline import Failing, FakePipeline, Gate
from support.servers import Serve

from service import wire
from service.api.examples.article import RECORD, TEXT
from service.domain import Article
from service.errors import ModelFailed


def test_a_request_is_logged_in_one_line_without_its_text(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/analyses?length=short", content=TEXT.encode(), headers=PLAIN)
        client.post(
            "/v1/analyses", content=b'{"text": "Adeyemi', headers={"Content-Type": "application/json"}
        )
        wait_until(lambda: len([r for r in caplog.records if "path=/v1" in r.getMessage()]) == 2)
    said = [record.getMessage() for record in caplog.records if record.name == "service.api.logs"]
    # The fixture's own question, whether the service is ready, may still be logged here.
    lines = [line for line in said if "path=/readyz" not in line]
    assert [line.rsplit(" ms=")[0] for line in lines] == [
        "method=POST path=/v1/analyses status=200",
        "method=POST path=/v1/analyses status=422",
    ]
    assert "Adeyemi" not in caplog.text


def test_every_log_line_of_a_request_carries_its_id(
    serve: Serve, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def speak(article: Article) -> None:
        logging.getLogger("service.models").warning("from the model's thread")
        raise KeyError("the article's own words")

    from service.api import logs

    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.configure("info")
        serve(FakePipeline(speak)).post("/v1/analyses", json=RECORD, headers={"X-Request-ID": "r-7"})
        written = list[str]()

        def has_ended() -> bool:
            """Return whether the access line is out: it may follow the answer."""
            written.append(capsys.readouterr().err)
            return "status=500" in "".join(written)

        wait_until(has_ended)
        lines = "".join(written).splitlines()
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    about = [line for line in lines if "request_id=r-7" in line]
    assert any("from the model's thread" in line for line in about)
    assert any("the analysis broke: KeyError" in line for line in about)
    assert any("status=500" in line for line in about)
    assert not any("own words" in line for line in lines), "an exception's message can quote the article"


def test_a_failed_model_is_logged_with_the_request_on_one_line_and_cut(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client = serve(Failing("No summary by openai:x (down:\n\x1b[2Jnothing. " + "word " * 60 + "secret)"))
    with caplog.at_level(logging.WARNING):
        assert post(client, RECORD | {"text": RAIN}).status_code == 200
        assert post(client, RECORD | {"text": RAIN.replace("rain", "snow")}).status_code == 200
    [line] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert line.getMessage().startswith("model_failed: No summary by openai:x (down: \ufffd[2Jnothing. word")
    assert "secret" not in caplog.text
    assert RAIN not in caplog.text


def test_a_model_that_failed_under_strict_is_logged_as_well(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(article: Article) -> None:
        raise ModelFailed("No summary by openai:x (down).")

    with caplog.at_level(logging.WARNING):
        assert_problem(post(serve(FakePipeline(fail)), RECORD, strict="true"), 500, "model-failed")
    assert "model_failed: No summary by openai:x (down)." in caplog.messages


def test_what_writes_the_summary_is_told_with_the_rest(serve: Serve) -> None:
    assert serve(FakePipeline()).get("/readyz").json()["summarizer"] == "extractive"
    assert serve(FakePipeline(), summarizer="openai:x").get("/readyz").json()["summarizer"] == "openai:x"


def test_nothing_is_analysed_before_the_models_are_loaded(serve: Serve) -> None:
    loaded = threading.Event()

    def load() -> FakePipeline:
        assert loaded.wait(30)
        return FakePipeline()

    client = serve(load=load)
    assert client.get("/livez").status_code == 200
    for response in (client.get("/readyz"), post(client, RECORD)):
        assert_problem(response, 503, "not-ready")
        assert int(response.headers["retry-after"]) >= 1
    loaded.set()
    wait_until(lambda: client.get("/readyz").status_code == 200)
    assert client.get("/readyz").json()["encoder"] == "sha256:e"
    assert post(client, RECORD).status_code == 200


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ModelFailed("encoder file x has SHA-256 1, the manifest says 2. Reinstall pullquote."), "SHA-256"),
        (ImportError("/secret/path"), "log says why"),
    ],
)
def test_models_that_cannot_be_loaded_are_a_lasting_problem(
    serve: Serve, error: Exception, says: str
) -> None:
    def load() -> FakePipeline:
        raise error

    client = serve(load=load)
    wait_until(lambda: client.get("/readyz").status_code != 503)
    for response in (client.get("/readyz"), post(client, RECORD)):
        detail = assert_problem(response, 500, "model-failed")
        assert says in detail
        assert "secret" not in detail
    assert client.get("/livez").status_code == 200


def test_an_analysis_that_breaks_leaks_nothing_and_the_next_one_works(serve: Serve) -> None:
    def break_on_request(article: Article) -> None:
        if article.id == "bad":
            raise RuntimeError("secret internals")

    client = serve(FakePipeline(break_on_request))
    response = post(client, {"id": "bad", "text": RAIN})
    assert "secret" not in response.text
    assert_problem(response, 500, "model-failed")
    assert post(client, {"id": "good", "text": RAIN}).status_code == 200


def test_a_defect_outside_the_models_is_a_problem_without_internals(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def defect() -> None:
        raise RuntimeError("secret internals")

    monkeypatch.setattr(wire, "json_schema", defect)
    response = client.get("/v1/schema")
    assert "secret" not in response.text + caplog.text
    assert_problem(response, 500, "internal-error")


def test_the_event_loop_answers_while_the_model_works(serve: Serve) -> None:
    gate = Gate()
    client = serve(FakePipeline(gate))
    with ThreadPoolExecutor(1) as pool:
        analysis = pool.submit(post, client, RECORD)
        assert gate.entered.wait(10)
        started_s = time.perf_counter()
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 200
        assert time.perf_counter() - started_s < 2
        assert not analysis.done()
        gate.open()
        assert analysis.result().status_code == 200


def test_more_than_the_queue_takes_is_refused_and_later_taken(serve: Serve) -> None:
    gate = Gate()
    client = serve(FakePipeline(gate), queue_limit=2)
    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(post, client, RECORD) for _ in range(6)]
        wait_until(lambda: sum(answer.done() for answer in answers) == 4)
        gate.open()
        responses = [answer.result() for answer in answers]
    refused = [response for response in responses if response.status_code != 200]
    assert len(refused) == 4
    for response in refused:
        assert "limit is 2" in assert_problem(response, 429, "overloaded")
        assert 1 <= int(response.headers["retry-after"]) <= 60
    assert post(client, RECORD).status_code == 200, "there is room again"


def test_a_client_that_leaves_the_queue_is_not_analysed(serve: Serve) -> None:
    gate, pipeline = Gate(), FakePipeline()
    pipeline.before = gate
    client = serve(pipeline, queue_limit=2, max_chars=1000)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(post, client, {"id": "first", "text": RAIN})
        assert gate.entered.wait(10)
        with pytest.raises(httpx.ReadTimeout):
            client.post("/v1/analyses", json={"id": "impatient", "text": RAIN}, timeout=0.3)
        # Its place in the queue is free again, so this one is taken rather than refused.
        wait_until(lambda: has_room(client))
        last = pool.submit(post, client, {"id": "last", "text": RAIN})
        wait_until(lambda: not has_room(client))
        gate.open()
        assert first.result().status_code == last.result().status_code == 200
    assert pipeline.seen == ["first", "last"]


def has_room(client: httpx.Client) -> bool:
    """Return whether another article could come in, by one that is too large: 413 with room, 429 without."""
    answer = client.post("/v1/analyses", content=b"a" * 200_000, headers=PLAIN)
    assert answer.status_code in {413, 429}
    return answer.status_code == 413


def test_the_same_article_gives_the_same_bytes_under_load(serve: Serve) -> None:
    client = serve()
    alone = post(client, RECORD).content
    with ThreadPoolExecutor(8) as pool:
        assert {response.content for response in pool.map(lambda _: post(client, RECORD), range(24))} == {
            alone
        }
