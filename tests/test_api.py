"""The HTTP service, over real sockets with a fake pipeline; the last tests use the real one."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest
import uvicorn
from databases import QUICK
from fakes import FakePipeline, Gate

from service import wire
from service.api.app import Analyses, Reviews, create_app
from service.api.example import RECORD, TEXT, example_response
from service.bootstrap import build_door
from service.domain import Article
from service.errors import ERRORS, ModelFailed
from service.pipeline import Pipeline
from service.review.wiring import build_reviews
from service.settings import Settings
from service.store import Store

Serve = Callable[..., httpx.Client]
PLAIN = {"Content-Type": "text/plain"}
RAIN = "The mayor of the town said that it was raining, and that it would rain again."


@contextlib.contextmanager
def running(
    settings: Settings, load: Callable[[], Analyses], reviews: Reviews | None = None
) -> Iterator[str]:
    app = create_app(settings, load, build_door(settings), reviews)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
    assert not thread.is_alive(), "the server did not stop"


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.01)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start the service with a pipeline (ready), or with a function that loads one (perhaps not)."""
    with contextlib.ExitStack() as stack:

        def start(
            pipeline: Analyses | None = None, *, load: Callable[[], Analyses] | None = None, **values: object
        ) -> httpx.Client:
            made = pipeline or FakePipeline()
            url = stack.enter_context(running(Settings(**values), load or (lambda: made)))  # type: ignore[arg-type]
            client = stack.enter_context(httpx.Client(base_url=url, timeout=30))
            if load is None:
                wait_until(lambda: client.get("/readyz").status_code == 200)
            return client

        yield start


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """One service with a fake pipeline for the tests that leave no trace in it."""
    with (
        running(Settings(max_chars=1000), FakePipeline) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        wait_until(lambda: client.get("/readyz").status_code == 200)
        yield client


@contextlib.contextmanager
def reviewing(folder: Path, **values: str) -> Iterator[tuple[httpx.Client, Store]]:
    """A service with the editors' queue, in a store of its own."""
    settings = Settings(store=str(folder / "store.db"), **values)  # type: ignore[arg-type]
    reviews = build_reviews(settings, build_door(settings))
    with (
        Store.open(f"sqlite:///{folder / 'store.db'}", QUICK) as store,
        running(settings, FakePipeline, reviews) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        wait_until(lambda: client.get("/readyz").status_code == 200)
        yield client, store


def assert_problem(response: httpx.Response, status: int, slug: str, code: str | None = None) -> str:
    """Check every field of a problem document and return its detail."""
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "request_id"}
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"urn:pullquote:problem:{slug}"
    assert problem["code"] == (code or slug)
    assert problem["instance"] == response.request.url.raw_path.decode().split("?")[0]
    assert problem["request_id"] == response.headers["x-request-id"]
    assert problem["title"]
    assert problem["detail"].endswith((".", "log says why."))
    return str(problem["detail"])


def post(client: httpx.Client, record: object, **params: str) -> httpx.Response:
    return client.post("/v1/analyses", json=record, params=params)


def test_an_article_comes_back_analysed_in_the_shape_of_the_contract(client: httpx.Client) -> None:
    response = post(client, RECORD)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    analysis = wire.AnalysisModel.model_validate(response.json())
    assert analysis.article.id == RECORD["id"]
    assert "text" not in response.json()["article"], "the caller has the text already"
    quote = analysis.quotes[0].parts[0]
    assert TEXT[quote.start : quote.end] == quote.text


def test_the_body_is_the_canonical_serialisation_byte_for_byte(client: httpx.Client) -> None:
    article = build_door(Settings()).from_text(TEXT)
    expected = wire.dumps(FakePipeline().analyse(article))
    assert client.post("/v1/analyses", content=TEXT.encode(), headers=PLAIN).content == expected.encode()
    assert post(client, {"text": TEXT}).content == expected.encode()


def test_length_and_format_reach_the_pipeline(client: httpx.Client) -> None:
    summary = post(client, RECORD, length="short", format="bullets").json()["summary"]
    assert (summary["length"], summary["format"]) == ("short", "bullets")
    assert summary["text"].startswith("- ")


def test_utf16_offsets_slice_a_javascript_string(client: httpx.Client) -> None:
    text = "Rain 🌧🌧 fell on the town, and the mayor of it said: “It is 🌧 wet.” Nobody disagreed with her."
    quote = post(client, {"text": text}, offset_unit="utf16").json()["quotes"][0]["parts"][0]
    units = text.encode("utf-16-le")
    assert units[2 * quote["start"] : 2 * quote["end"]].decode("utf-16-le") == quote["text"] == "It is 🌧 wet."
    assert text[quote["start"] : quote["end"]] != quote["text"], "the units must differ, or nothing is tested"


def test_html_comes_back_with_the_text_that_offsets_refer_to(client: httpx.Client) -> None:
    page = f"<html><head><title>Rain</title></head><body><article><p>{TEXT}</p></article></body></html>"
    for response in (
        client.post(
            "/v1/analyses", content=page.encode(), headers={"Content-Type": "text/html; charset=utf-8"}
        ),
        post(client, {"html": page}),
    ):
        content = response.json()
        quote = content["quotes"][0]["parts"][0]
        assert content["article"]["text"][quote["start"] : quote["end"]] == quote["text"]


def test_a_ninjs_item_is_taken_with_its_own_id(client: httpx.Client) -> None:
    item = {"uri": "urn:example:1", "headline": "Rain", "body_text": RAIN}
    article = post(client, {"ninjs": item}).json()["article"]
    assert (article["id"], article["title"], article["text"]) == ("urn:example:1", "Rain", RAIN)


def test_nulls_count_as_absent(client: httpx.Client) -> None:
    assert post(client, {"id": None, "title": None, "text": RAIN, "html": None}).status_code == 200


@pytest.mark.parametrize(
    ("body", "code", "says"),
    [
        (b"", "malformed-json", "empty"),
        (b"{", "malformed-json", "line 1 column 2"),
        (b'{"text": "\xff"}', "malformed-json", "byte 0xff at offset 10"),
        ('{"text": "rain"}'.encode("utf-16"), "malformed-json", "UTF-8"),
        (b'{"text": NaN}', "malformed-json", "NaN"),
        (b'{"text": ' + b"1" * 5000 + b"}", "malformed-json", "5000 digits"),
        (b'{"text": "a", "text": "b"}', "malformed-json", "'text' stands twice"),
        (b"[" * 50_000, "malformed-json", "too deeply"),
        (b'{"ninjs":' * 5_000, "malformed-json", "too deeply"),
        (b"[1]", "wrong-type", "an array, not an object"),
        (b"null", "wrong-type", "null"),
        (b'{"text": 5}', "wrong-type", "'text' is a number, not a string"),
        (b'{"text": true}', "wrong-type", "'text' is a boolean"),
        (b'{"ninjs": "x"}', "wrong-type", "'ninjs' is a string, not an object"),
        (b'{"text": "a", "id": ["x"]}', "wrong-type", "'id' is an array"),
        (b'{"txet": "a"}', "unknown-field", "'txet'"),
        (b'{"\\ud800": "a"}', "unknown-field", "ud800"),
        (b'{"text": "a", "html": "b"}', "content-count", "'text' and 'html'"),
        (b"{}", "content-count", "none of them"),
        (b'{"text": "\\u0000 \\n"}', "empty-article", "no letter or digit"),
        (b'{"text": "x", "language": "fr"}', "unsupported-language", "fr"),
        (b'{"ninjs": {"uri": "x"}}', "malformed-ninjs", "no text"),
    ],
)
def test_a_bad_record_is_refused_by_name(client: httpx.Client, body: bytes, code: str, says: str) -> None:
    response = client.post("/v1/analyses", content=body, headers={"Content-Type": "application/json"})
    assert says in assert_problem(response, 422, "invalid-article", code)


@pytest.mark.parametrize("field", ["text", "title", "id", "published"])
@pytest.mark.parametrize(
    "odd", ["\\ud800", "\\udc00\\ud800", "\\u0000", "\\u202e", "e\\u0301", "\\ud83c\\udf27"]
)
def test_odd_characters_never_break_a_request(client: httpx.Client, field: str, odd: str) -> None:
    record = f'{{"text": "{RAIN}", "{field}": "{RAIN} {odd}"}}'.replace(f'"text": "{RAIN}", "text"', '"text"')
    response = client.post("/v1/analyses", content=record, headers={"Content-Type": "application/json"})
    assert response.status_code == 200
    response.json()


def test_an_article_beyond_the_limit_is_refused_with_both_numbers(client: httpx.Client) -> None:
    detail = assert_problem(post(client, {"text": "rain " * 300}), 413, "article-too-long")
    assert "1500 characters" in detail
    assert "limit of 1000" in detail


def test_a_page_beyond_the_limit_is_too_long_as_a_string_as_it_is_as_bytes(client: httpx.Client) -> None:
    page = f"<p>{RAIN}</p>".ljust(26_000)
    as_bytes = client.post("/v1/analyses", content=page, headers={"Content-Type": "text/html"})
    assert "26000 bytes" in assert_problem(as_bytes, 413, "article-too-long")
    assert "26000 characters" in assert_problem(post(client, {"html": page}), 413, "article-too-long")


def test_a_huge_body_is_refused_by_its_declared_length(client: httpx.Client) -> None:
    response = client.post("/v1/analyses", content=b"a" * 20_000_000, headers=PLAIN)
    assert "20000000 bytes" in assert_problem(response, 413, "article-too-long", "body-too-large")


def test_a_huge_body_of_unknown_length_is_refused_while_it_streams(client: httpx.Client) -> None:
    sent, total = 0, 20_000_000
    # Not httpx: it sends all of a body before it looks for the answer.
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", client.base_url.port, 30)) as connection:
        connection.putrequest("POST", "/v1/analyses")
        connection.putheader("Content-Type", "text/plain")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        while sent < total and not select.select([connection.sock], [], [], 0.01)[0]:
            connection.send(b"2710\r\n" + b"a" * 10_000 + b"\r\n")
            sent += 10_000
        answer = connection.getresponse()
        response = httpx.Response(answer.status, headers=answer.getheaders(), content=answer.read())
    response.request = httpx.Request("POST", client.base_url.join("/v1/analyses"))
    assert_problem(response, 413, "article-too-long", "body-too-large")
    assert sent < total / 10


@pytest.mark.parametrize(
    "headers", [{}, {"Content-Type": "application/pdf"}, {"Content-Type": "text/plainer"}]
)
def test_other_content_types_are_refused_with_the_remedy(
    client: httpx.Client, headers: dict[str, str]
) -> None:
    response = client.post("/v1/analyses", content=b"x", headers=headers)
    assert "text/plain" in assert_problem(response, 415, "unsupported-media-type")


def test_a_compressed_body_is_refused(client: httpx.Client) -> None:
    response = client.post("/v1/analyses", content=b"x", headers={**PLAIN, "Content-Encoding": "gzip"})
    assert "uncompressed" in assert_problem(response, 415, "unsupported-media-type")


def test_binary_data_is_refused_whatever_it_is_called(client: httpx.Client) -> None:
    response = client.post("/v1/analyses", content=b"%PDF-1.7 ...", headers=PLAIN)
    assert "PDF" in assert_problem(response, 422, "invalid-article", "not-text")


def test_a_wrong_or_unknown_query_parameter_is_named(client: httpx.Client) -> None:
    detail = assert_problem(post(client, RECORD, length="tiny"), 422, "invalid-request", "invalid-parameter")
    assert "'length' is 'tiny'" in detail
    assert "short" in detail
    detail = assert_problem(post(client, RECORD, lenght="short"), 422, "invalid-request", "unknown-parameter")
    assert "'lenght'" in detail


def test_paths_and_methods_that_are_not_there_are_problems_too(client: httpx.Client) -> None:
    assert_problem(client.get("/nowhere"), 404, "not-found")
    assert_problem(client.get("/docs"), 404, "not-found")
    assert_problem(client.get("/v1/analyses/"), 404, "not-found")
    assert "Use POST" in assert_problem(client.get("/v1/analyses"), 405, "method-not-allowed")


def test_a_sane_request_id_is_echoed_and_any_other_replaced(client: httpx.Client) -> None:
    assert (
        client.get("/livez", headers={"X-Request-ID": "cms-42:a/b"}).headers["x-request-id"] == "cms-42:a/b"
    )
    for insane in ("", "x" * 129, "a b", "a;b", '"', "é".encode()):
        new = client.get("/livez", headers={"X-Request-ID": insane}).headers["x-request-id"]  # type: ignore[dict-item]
        assert len(new) == 32
    first, second = (client.get("/livez").headers["x-request-id"] for _ in range(2))
    assert first != second


def test_a_request_is_logged_in_one_line_without_its_text(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/analyses?length=short", content=TEXT.encode(), headers=PLAIN)
        client.post(
            "/v1/analyses", content=b'{"text": "Adeyemi', headers={"Content-Type": "application/json"}
        )
        wait_until(lambda: len([r for r in caplog.records if "path=/v1" in r.getMessage()]) == 2)
    lines = [record.getMessage() for record in caplog.records if record.name == "service.api.logs"]
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
        lines = capsys.readouterr().err.splitlines()
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    about = [line for line in lines if "request_id=r-7" in line]
    assert any("from the model's thread" in line for line in about)
    assert any("the analysis broke: KeyError" in line for line in about)
    assert any("status=500" in line for line in about)
    assert not any("own words" in line for line in lines), "an exception's message can quote the article"


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
    client = serve(pipeline, queue_limit=2)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(post, client, {"id": "first", "text": RAIN})
        assert gate.entered.wait(10)
        with pytest.raises(httpx.ReadTimeout):
            client.post("/v1/analyses", json={"id": "impatient", "text": RAIN}, timeout=0.3)
        # Its place in the queue is free again, so this one is taken rather than refused.
        last = threading.Thread(target=lambda: results.append(post(client, {"id": "last", "text": RAIN})))
        results: list[httpx.Response] = []
        time.sleep(0.3)
        last.start()
        time.sleep(0.3)
        gate.open()
        last.join(10)
        assert first.result().status_code == results[0].status_code == 200
    assert pipeline.seen == ["first", "last"]


def test_work_in_flight_is_finished_before_the_service_stops() -> None:
    gate = Gate()
    with ThreadPoolExecutor(2) as pool:
        with running(Settings(queue_limit=2, max_chars=1000), lambda: FakePipeline(gate)) as url:
            wait_until(lambda: httpx.get(f"{url}/readyz").status_code == 200)
            answers = [
                pool.submit(httpx.post, f"{url}/v1/analyses", json=RECORD, timeout=30) for _ in range(2)
            ]
            assert gate.entered.wait(10)
            # The second one has come in, too, once there is no room (429) for one that is too large (413).
            large = partial(httpx.post, f"{url}/v1/analyses", content=b"a" * 200_000, headers=PLAIN)
            wait_until(lambda: large().status_code == 429)
            threading.Timer(0.5, gate.open).start()  # by then the server has been told to stop
        assert [answer.result().status_code for answer in answers] == [200, 200]


def test_the_same_article_gives_the_same_bytes_under_load(serve: Serve) -> None:
    client = serve()
    alone = post(client, RECORD).content
    with ThreadPoolExecutor(8) as pool:
        assert {response.content for response in pool.map(lambda _: post(client, RECORD), range(24))} == {
            alone
        }


def test_an_analysis_for_review_is_queued_and_the_answer_says_where(tmp_path: Path) -> None:
    with reviewing(tmp_path) as (client, store):
        plain = post(client, RECORD)
        assert "review-item" not in plain.headers
        queued = post(client, RECORD, review="true", source="cms", offset_unit="utf16", length="short")
        assert (queued.status_code, queued.headers["review-item"]) == (200, "/review/items/1")
        kept = store.item(1)
        assert (kept.article_id, kept.source, kept.text) == (RECORD["id"], "cms", TEXT)
        assert post(client, RECORD, review="true").headers["review-item"] == "/review/items/1"
        assert client.get("/review/items/1").status_code == 200
        assert client.get("/").json()["review"] == "/review"


def test_review_without_a_store_is_refused(client: httpx.Client) -> None:
    detail = assert_problem(post(client, RECORD, review="true"), 422, "invalid-request", "no-store")
    assert "PULLQUOTE_STORE" in detail
    assert client.get("/review").status_code == 404
    assert build_reviews(Settings(store=""), build_door(Settings())) is None


def test_with_accounts_a_program_needs_a_key_to_queue_but_not_to_analyse(tmp_path: Path) -> None:
    with reviewing(tmp_path, sign_in="accounts") as (client, store):
        now = datetime.now(UTC)
        store.add_user("ada", "editor", "correct horse", now)
        key = store.add_key("cms", "ada", now)
        assert post(client, RECORD).status_code == 200
        for authorization in ({}, {"Authorization": "Bearer pq_no"}, {"Authorization": f"Basic {key}"}):
            answer = client.post(
                "/v1/analyses", json=RECORD, params={"review": "true"}, headers=authorization
            )
            assert "review key add" in assert_problem(answer, 401, "not-signed-in", "no-key")
        known = client.post(
            "/v1/analyses",
            json=RECORD,
            params={"review": "true"},
            headers={"Authorization": f"Bearer {key}"},
        )
        assert (known.status_code, known.headers["review-item"]) == (200, "/review/items/1")
        store.revoke_key(1, now)
        assert store.keys()[0].last_used_at is not None


def test_a_source_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with reviewing(tmp_path) as (client, _):
        answer = post(client, RECORD, review="true", source="x" * 201)
        assert_problem(answer, 422, "invalid-request", "invalid-parameter")
        long = post(client, {**RECORD, "id": "x" * 501}, review="true")
        assert "500" in long.json()["detail"]
        assert long.status_code == 422


def test_openapi_describes_bodies_examples_and_every_problem(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/v1/analyses"]["post"]
    assert set(operation["requestBody"]["content"]) == {"application/json", "text/plain", "text/html"}
    assert all("example" in content for content in operation["requestBody"]["content"].values())
    answers = operation["responses"]
    assert set(answers) == {"200", "415"} | {str(error.problem.status) for error in ERRORS}
    wire.AnalysisModel.model_validate(answers["200"]["content"]["application/json"]["example"])
    for status, answer in answers.items():
        if status != "200":
            assert list(answer["content"]) == ["application/problem+json"]
            assert answer["content"]["application/problem+json"]["example"]["status"] == int(status)
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_example_request_is_taken_and_the_example_response_belongs_to_it(client: httpx.Client) -> None:
    assert post(client, RECORD).status_code == 200
    example = example_response()
    spans = [*example["summary"]["sentences"][0]["evidence"], *example["quotes"][0]["parts"]]
    assert all(TEXT[span["start"] : span["end"]] == span["text"] for span in spans)


def test_the_schema_is_published_and_the_root_shows_the_way(client: httpx.Client) -> None:
    assert client.get("/v1/schema").json() == wire.json_schema()
    root = client.get("/").json()
    assert root["openapi"] == "/openapi.json"


def test_the_real_pipeline_answers_byte_for_byte_like_a_direct_call(serve: Serve, pipeline: Pipeline) -> None:
    direct = wire.dumps(pipeline.analyse(build_door(Settings()).from_text(TEXT)))
    client = serve(pipeline)
    with ThreadPoolExecutor(3) as pool:
        bodies = pool.map(
            lambda _: client.post("/v1/analyses", content=TEXT.encode(), headers=PLAIN), range(3)
        )
        assert {body.content for body in bodies} == {direct.encode()}
    quote = json.loads(direct)["quotes"][0]
    assert quote["speaker"]["name"] == "Ruth Adeyemi"
