"""ninjs and JSON-LD of an analysis: their shape, and annotations that find their place in the text again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fake_pipeline import FakePipeline
from support.trade_samples import BRIDGE, bridge_analysis, place, written_by_a_model

from service.domain import Analysis, Article, Span
from service.ingest.ninjs import read_ninjs
from service.wire import OffsetUnit
from service.wire.formats import AnalysisFormat, write
from service.wire.formats.names import article_uri
from service.wire.formats.selectors import select

SCHEMA = json.loads((Path(__file__).parents[1] / "support" / "ninjs_schema.json").read_text("utf-8"))
TRADE = (AnalysisFormat.NINJS, AnalysisFormat.JSON_LD)


def ninjs(analysis: Analysis, *, with_text: bool = False) -> dict[str, Any]:
    item: dict[str, Any] = json.loads(write(analysis, AnalysisFormat.NINJS, with_text=with_text))
    jsonschema.validate(item, SCHEMA, format_checker=jsonschema.FormatChecker())
    return item


def graph(analysis: Analysis, *, with_text: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    document = json.loads(write(analysis, AnalysisFormat.JSON_LD, with_text=with_text))
    article, page = document["@graph"]
    return article, page


def by_quotation(text: str, selector: dict[str, str]) -> list[Span]:
    """Every place that a TextQuoteSelector fits, as a reader of annotations finds it."""
    whole = selector["prefix"] + selector["exact"] + selector["suffix"]
    found, at = [], text.find(whole)
    while at >= 0:
        start = at + len(selector["prefix"])
        found.append(Span(start, start + len(selector["exact"])))
        at = text.find(whole, at + 1)
    return found


def by_position(selector: dict[str, int]) -> Span:
    return Span(selector["start"], selector["end"])


# --- places


@given(
    st.lists(st.sampled_from(["a", "ab ", "🌧", "👷🏽‍♀️", "e\u0301", "said. ", "\n"]), min_size=1, max_size=80),
    st.data(),
)
def test_both_selectors_find_the_span_also_among_repeats_and_emoji(pieces: list[str], data: Any) -> None:
    text = "".join(pieces)
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    quotation, position = select(text, span)
    assert quotation["exact"] == span.of(text)
    assert by_position(position) == span
    assert by_quotation(text, quotation) == [span]


def test_a_passage_that_repeats_for_long_gets_as_much_context_as_it_takes() -> None:
    text = "He said: yes. " * 60
    span = place("yes", 30, text)
    quotation, _ = select(text, span)
    assert by_quotation(text, quotation) == [span]
    assert len(quotation["prefix"]) > 200


def test_context_has_a_limit_where_nothing_tells_the_places_apart() -> None:
    text = "yes. " * 20_000
    quotation, position = select(text, Span(50_000, 50_003))
    assert len(quotation["prefix"]) <= 2_048
    assert by_position(position) == Span(50_000, 50_003)


def test_every_annotation_finds_its_place_again() -> None:
    analysis = bridge_analysis()
    _, page = graph(analysis)
    spans = []
    for annotation in page["items"]:
        for target in annotation["target"]:
            assert target["source"] == article_uri(analysis.article)
            quotation, position = target["selector"]
            spans.append(by_position(position))
            assert by_quotation(BRIDGE, quotation) == [spans[-1]]
    quoted = [part for quote in analysis.quotes for part in quote.parts]
    evidence = [span for topic in analysis.topics for span in topic.evidence]
    assert spans[: len(quoted)] == quoted
    assert set(evidence) <= set(spans)


# --- JSON-LD


def test_quotations_are_verbatim_and_point_at_their_speaker() -> None:
    article, _ = graph(bridge_analysis())
    first, second = article["hasPart"]
    assert first["text"] == "We had no choice, … none at all."
    assert first["spokenByCharacter"]["@type"] == "Person"
    [speaker] = [one for one in article["mentions"] if one["@id"] == first["spokenByCharacter"]["@id"]]
    assert (speaker["name"], speaker["jobTitle"]) == ("Ada Hale", "mayor")
    assert "spokenByCharacter" not in second, "nobody is a guess"
    assert [one["@type"] for one in article["mentions"]] == ["Person", "Organization"]


def test_ids_are_unique_and_each_node_has_its_context() -> None:
    article, page = graph(bridge_analysis())
    ids = [one["id"] for one in page["items"]]
    assert len(ids) == len(set(ids))
    assert article["@context"] == "https://schema.org"
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    assert all(one["motivation"] and one["body"] and one["target"] for one in page["items"])


def test_topics_are_terms_with_iptcs_uri_where_they_are_iptcs() -> None:
    article, _ = graph(bridge_analysis())
    media, own = article["about"]
    assert media["@id"] == "http://cv.iptc.org/newscodes/mediatopic/11000000"
    assert (own["name"], own["termCode"], "@id" in own) == ("transport", "desk-7", False)


def test_json_ld_can_stand_in_a_page() -> None:
    analysis = bridge_analysis(Article("a", BRIDGE, title="</script><script>alert(1)</script>"))
    document = write(analysis, AnalysisFormat.JSON_LD)
    assert "<" not in document
    assert json.loads(document)["@graph"][0]["headline"] == analysis.article.title


# --- ninjs


def test_an_item_has_what_a_cms_takes_in() -> None:
    item = ninjs(bridge_analysis())
    assert item["uri"] == "urn:pullquote:article:desk/bridge.txt"
    assert (item["type"], item["language"], item["title"]) == ("text", "en", "Bridge *closed*")
    assert [(one["role"], one["value"]) for one in item["headlines"]] == [
        ("main", "Bridge *closed*"),
        ("suggested", "Council closes the bridge"),
    ]
    assert [one["role"] for one in item["descriptions"]] == ["summary", "standfirst"]
    assert item["subjects"] == [
        {
            "name": "politics and government",
            "uri": "http://cv.iptc.org/newscodes/mediatopic/11000000",
            "literal": "medtop:11000000",
            "relevance": 100,
            "confidence": 91,
        },
        {"name": "transport", "literal": "desk-7", "relevance": 46, "confidence": 42},
    ]
    assert item["people"] == [{"name": "Ada Hale"}]
    assert item["organisations"] == [{"name": "the Roads Agency"}]
    assert item["genres"] == [{"name": "round up"}]
    assert "digitalSourceType" not in item


def test_quotes_and_roles_travel_in_the_body_of_annotations() -> None:
    [body] = ninjs(bridge_analysis())["bodies"]
    assert (body["role"], body["contentType"]) == ("annotations", "application/ld+json")
    _, page = graph(bridge_analysis())
    assert json.loads(body["value"]) == page
    assert [one["value"] for one in page["items"][0]["body"]] == ["direct quote", "Ada Hale", "mayor"]


def test_the_text_comes_only_where_it_is_asked_for_and_can_be_analysed_again() -> None:
    item = ninjs(bridge_analysis(), with_text=True)
    assert item["bodies"][0]["value"] == BRIDGE
    read = read_ninjs(item)
    assert (read.body, read.title, read.is_html) == (BRIDGE, "Bridge *closed*", False)


def test_an_item_without_its_text_has_no_text_to_analyse() -> None:
    with pytest.raises(Exception, match="no text"):
        read_ninjs(ninjs(bridge_analysis()))


def test_what_a_model_wrote_is_declared() -> None:
    written = written_by_a_model()
    kind = "http://cv.iptc.org/newscodes/digitalsourcetype/"
    assert ninjs(written)["digitalSourceType"]["uri"] == kind + "trainedAlgorithmicMedia"
    both = ninjs(written, with_text=True)["digitalSourceType"]["uri"]
    assert both == kind + "compositeWithTrainedAlgorithmicMedia"
    article, page = graph(written)
    assert "abstract" not in article
    assert article["hasPart"][0]["digitalSourceType"].endswith("/TrainedAlgorithmicMediaDigitalSource")
    creators = [one["body"][0].get("creator") for one in page["items"] if "#summary-" in one["id"]]
    assert creators == [{"type": "Software", "name": "tiny_model"}] * 2


@pytest.mark.parametrize(
    ("id_", "uri"),
    [
        ("https://example.com/a?b=1", "https://example.com/a?b=1"),
        ("urn:example:1", "urn:example:1"),
        ("feed.jsonl:12", "urn:pullquote:article:feed.jsonl:12"),
        ("https://example.com/a b", "urn:pullquote:article:https://example.com/a%20b"),
        ("Straße 🌧#1", "urn:pullquote:article:Stra%C3%9Fe%20%F0%9F%8C%A7%231"),
    ],
)
def test_an_articles_id_becomes_a_uri(id_: str, uri: str) -> None:
    assert article_uri(Article(id_, "Rain.")) == uri


# --- all


@pytest.mark.parametrize("format_", AnalysisFormat)
def test_the_same_analysis_gives_the_same_text(format_: AnalysisFormat) -> None:
    assert write(bridge_analysis(), format_) == write(bridge_analysis(), format_)


@pytest.mark.parametrize("format_", AnalysisFormat)
def test_an_analysis_with_little_in_it_can_be_written(format_: AnalysisFormat) -> None:
    bare = replace(FakePipeline().analyse(Article("a", "Rain.")), topics=())
    assert write(bare, format_)
    if format_ is AnalysisFormat.NINJS:
        ninjs(bare)


@pytest.mark.parametrize("format_", TRADE)
def test_another_unit_is_refused_where_the_w3c_counts(format_: AnalysisFormat) -> None:
    with pytest.raises(ValueError, match="offset_unit is utf16"):
        write(bridge_analysis(), format_, OffsetUnit.UTF16)
