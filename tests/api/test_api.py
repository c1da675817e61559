"""The HTTP service's requests and answers, over real sockets with a fake pipeline; at last the real one."""

from __future__ import annotations

import contextlib
import http.client
import json
import select
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from support.api_server import PLAIN, RAIN, assert_problem, post
from support.fake_pipeline import FakePipeline
from support.servers import Serve

from service import wire
from service.api.examples.article import RECORD, TEXT, example_response
from service.bootstrap import build_door
from service.errors import ERRORS
from service.pipeline import Pipeline
from service.settings import Settings


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


def test_every_query_parameter_is_listed_where_one_is_unknown(client: httpx.Client) -> None:
    detail = assert_problem(post(client, RECORD, lenght="short"), 422, "invalid-request", "unknown-parameter")
    _, _, listed = detail.partition("Known are ")
    schema = client.get("/openapi.json").json()
    parameters = schema["paths"]["/v1/analyses"]["post"]["parameters"]
    declared = [parameter["name"] for parameter in parameters if parameter["in"] == "query"]
    assert "strict" in declared
    assert listed.rstrip(".").replace(" and ", ", ").split(", ") == declared


def test_paths_and_methods_that_are_not_there_are_problems_too(client: httpx.Client) -> None:
    assert_problem(client.get("/nowhere"), 404, "not-found")
    assert_problem(client.get("/redoc"), 404, "not-found")
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


def test_openapi_describes_bodies_examples_and_every_problem(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    operation = document["paths"]["/v1/analyses"]["post"]
    assert set(operation["requestBody"]["content"]) == {"application/json", "text/plain", "text/html"}
    assert all("example" in content for content in operation["requestBody"]["content"].values())
    answers = operation["responses"]
    assert set(answers) == {"200", "202", "401", "403", "406", "408", "409", "415"} | {
        str(error.problem.status) for error in ERRORS
    }
    wire.AnalysisModel.model_validate(answers["200"]["content"]["application/json"]["example"])
    for status, answer in answers.items():
        if not status.startswith("2"):
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


def test_the_real_pipeline_answers_byte_for_byte_like_a_direct_call(
    serve: Serve, fresh_pipeline: Pipeline
) -> None:
    direct = wire.dumps(fresh_pipeline.analyse(build_door(Settings()).from_text(TEXT)))
    client = serve(fresh_pipeline)
    with ThreadPoolExecutor(3) as pool:
        bodies = pool.map(
            lambda _: client.post("/v1/analyses", content=TEXT.encode(), headers=PLAIN), range(3)
        )
        assert {body.content for body in bodies} == {direct.encode()}
    quote = json.loads(direct)["quotes"][0]
    assert quote["speaker"]["name"] == "Ruth Adeyemi"
