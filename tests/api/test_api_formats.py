"""The formats of an answer: what ``Accept`` chooses, and what it can't have."""

from __future__ import annotations

import json

import httpx
import pytest
from support.api_server import assert_problem
from support.fake_pipeline import FakePipeline

from service.api.examples.article import RECORD, TEXT
from service.api.negotiation import choose_format
from service.api.problems import NotAcceptable
from service.bootstrap import build_door
from service.ingest import Declared
from service.settings import Settings
from service.wire.formats import AnalysisFormat, write

J, N, L, M = AnalysisFormat


def ask(client: httpx.Client, accept: str, **params: str) -> httpx.Response:
    return client.post("/v1/analyses", json=RECORD, params=params, headers={"Accept": accept})


@pytest.mark.parametrize("format_", AnalysisFormat)
def test_each_format_comes_under_its_type_with_the_same_bytes_as_from_the_function(
    client: httpx.Client, format_: AnalysisFormat
) -> None:
    response = ask(client, format_.media_type)
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == format_.media_type
    assert response.headers["vary"] == "Accept"
    declared = Declared(id=RECORD["id"], title=RECORD["title"])
    article = build_door(Settings()).from_text(TEXT, declared)
    assert response.text == write(FakePipeline().analyse(article), format_)


def test_markdown_names_its_character_set(client: httpx.Client) -> None:
    assert ask(client, "text/markdown").headers["content-type"] == "text/markdown; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        (None, J),
        ("", J),
        ("*/*", J),
        ("application/*", J),
        ("text/*", M),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", J),
        ("application/ld+json;q=0.5, text/markdown;q=0.7", M),
        ("text/markdown; q=0.7, application/ld+json; Q=0.9", L),
        ("application/json;q=0, */*", N),
        ("*/*, application/json;q=0.1", N),
        ("application/*;q=0.2, application/ld+json", L),
        ('application/ld+json;profile="http://www.w3.org/ns/anno.jsonld, x"', L),
        ("Application/VND.IPTC.ninjs+JSON", N),
        ("application/json, application/ld+json", J),
        ("nonsense, text/markdown;q=0.001", M),
        ("text/markdown;q=2, application/ld+json;q=.5, application/json;q=0.1", J),
    ],
)
def test_what_is_wanted_most_is_taken(accept: str | None, format_: AnalysisFormat) -> None:
    assert choose_format(accept) is format_


@pytest.mark.parametrize("accept", ["application/xml", "text/html", "*/*;q=0", "a", ",", "text/markdown;q=0"])
def test_what_is_not_known_is_refused(accept: str) -> None:
    with pytest.raises(NotAcceptable, match="text/markdown"):
        choose_format(accept)


def test_a_refusal_is_a_problem_and_comes_before_the_analysis(client: httpx.Client) -> None:
    detail = assert_problem(ask(client, "application/xml"), 406, "not-acceptable")
    assert "'application/xml'" in detail
    assert "application/vnd.iptc.ninjs+json" in detail


def test_utf16_offsets_are_refused_where_annotations_count_code_points(client: httpx.Client) -> None:
    response = ask(client, L.media_type, offset_unit="utf16")
    assert "utf16" in assert_problem(response, 422, "invalid-request", "offset-unit")
    assert ask(client, M.media_type, offset_unit="utf16").status_code == 200


def test_the_text_comes_where_it_is_asked_for(client: httpx.Client) -> None:
    article = ask(client, L.media_type, with_text="true").json()["@graph"][0]
    assert article["articleBody"] == TEXT
    assert "articleBody" not in ask(client, L.media_type).json()["@graph"][0]


def test_openapi_shows_every_format(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    content = document["paths"]["/v1/analyses"]["post"]["responses"]["200"]["content"]
    assert set(content) == {format_.media_type for format_ in AnalysisFormat}
    assert content[N.media_type]["example"]["standard"]["name"] == "ninjs"
    assert json.dumps(content[L.media_type]["example"]).count("Quotation") == 1
    assert content[M.media_type]["example"].startswith("# Linden to reopen its library\n")
