"""Offsets in the HTML that was sent: the right place, decoded the span's words, or none at all."""

from __future__ import annotations

import html
import json
import re
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.api_server import assert_problem, post
from support.fake_pipeline import FakePipeline

from service import wire
from service.domain import Article
from service.errors import InvalidArticle
from service.ingest import Door
from service.wire.markup import MarkupPlaces

EXAMPLES = Path(__file__).parents[2] / "examples"
DOOR = Door(max_chars=200_000)
LEAD = "The harbour bridge will close for eleven weeks from Monday, the council of the town said."
END = "Buses will go round by the mill until the bridge is open to traffic again in the spring."


def page(*paragraphs: str, before: str = "", title: str = "Bridge to close") -> str:
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f"<html><head><title>{title}</title></head><body>{before}<article>{body}</article></body></html>"


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def decoded(markup: str, runs: list[tuple[int, int]]) -> str:
    return "".join(html.unescape(markup[start:end]) for start, end in runs)


def found(markup: str, words: str, article: Article | None = None) -> list[str] | None:
    """Where ``words`` of a page's article stand in its markup."""
    article = article or DOOR.from_html(markup)
    assert article.markup is not None
    start = article.text.index(words)
    runs = MarkupPlaces(article.markup, article.text).runs(start, start + len(words))
    return None if runs is None else [markup[start:end] for start, end in runs]


@pytest.mark.parametrize(
    ("sent", "words", "runs"),
    [
        ("The <b>mayor</b> said so of her town.", "The mayor said", ["The", "mayor", "said"]),
        ("The may<i>or</i> said so of her town.", "mayor", ["may", "or"]),
        ("She said &ldquo;wait&rdquo; to her town.", "“wait”", ["&ldquo;wait&rdquo;"]),
        ("She said &#147;wait&#x201d; to her town.", "“wait”", ["&#147;wait&#x201d;"]),
        ("Marks &amp Spencer paid &pound5 to her town.", "& Spencer paid £5", ["&amp Spencer paid &pound5"]),
        ("At the\n   old&nbsp;mill of her town.", "the old mill", ["the\n   old&nbsp;mill"]),
        ("The cafe&#769; of her own town.", "cafe\u0301", ["cafe&#769;"]),
        ("The caf&eacute; of her own town.", "café", ["caf&eacute;"]),
        ("A 😀 face from her own town.", "😀 face", ["😀 face"]),
        ("It isnâ€™t the end of her own town.", "isn’t", ["isnâ€™t"]),
        ("It was &amp;rsquo;90 in her own town.", "’90", ["&amp;rsquo;90"]),
        ("See <!-- not > this --> here in her own town.", "See here", ["See", "here"]),
        ('See <a title="a > b" href=x>here</a> in town.', "See here in", ["See", "here", "in"]),
        ("So 3 < 4 in her own old town.", "3 < 4 in", ["3 < 4 in"]),
    ],
)
def test_the_runs_are_the_words_without_the_tags(sent: str, words: str, runs: list[str]) -> None:
    assert found(page(LEAD, sent, END), words) == runs


def test_a_span_over_paragraphs_has_a_run_in_each() -> None:
    markup = page(LEAD, "“Yes.”", END)
    text = DOOR.from_html(markup).text
    assert found(markup, text) == [LEAD, "“Yes.”", END]


def test_of_two_places_it_is_the_one_in_the_article() -> None:
    teaser = f"<nav><p>{LEAD}</p><p>{END}</p></nav><!-- {END} --><script>var lead = '{LEAD}'</script>"
    markup = page(LEAD, "Nobody can say how long the work on it will take.", END, before=teaser)
    article = DOOR.from_html(markup)
    assert markup.count(LEAD) == 3
    runs = MarkupPlaces(markup, article.text).runs(0, len(article.text))
    assert runs is not None
    assert min(start for start, _ in runs) > markup.index("<article>")


def test_a_word_that_could_stand_at_two_places_stands_nowhere() -> None:
    # Whole paragraphs, repeated in no order that tells which of the page's is which.
    markup = f"<p>{LEAD}</p><p>{END}</p><p>{LEAD}</p><p>{END}</p><p>{LEAD}</p>"
    places = MarkupPlaces(markup, LEAD)
    assert places.runs(0, len(LEAD)) is None
    assert places.runs(0, 3) is None


def test_what_the_page_does_not_show_stands_nowhere() -> None:
    places = MarkupPlaces(page(LEAD, END), f"{LEAD}\n\nSomebody else wrote this line.\n\n{END}")
    start = len(LEAD) + 2
    assert places.runs(start, start + 13) is None
    assert places.runs(start + 32, start + 40) is not None
    assert places.runs(len(LEAD), len(LEAD) + 2) is None, "white space alone"


def test_the_dash_of_a_list_is_left_out() -> None:
    markup = page(LEAD).replace(
        "</article>", f"<ul><li>The first way is by the mill.</li></ul><p>{END}</p></article>"
    )
    assert found(markup, "- The first way is by the mill.") == ["The first way is by the mill."]


def test_furniture_between_paragraphs_is_no_part_of_them() -> None:
    first, last = "He said that it was “the end.”", "“The end,” she said in the town."
    markup = page(LEAD, first, END).replace(
        f"<p>{END}", f"<aside>“More: the end.”</aside><p>{last}</p><p>{END}"
    )
    article = DOOR.from_html(markup)
    assert found(markup, first) == [first]
    assert found(markup, last, article) == [last]


_WORD = st.sampled_from(
    "the town bridge mayor said “yes” no. &amp; &ldquo;so&rdquo; <b>very</b> caf&eacute; &#8212; it’s "
    "<i>o</i>ld "
    "<a href='/x'>here</a> 5&nbsp;pm <!-- x --> &hellip; council, river 🌉 <br> closed again".split(" ")
)
_PARAGRAPH = st.lists(_WORD, min_size=1, max_size=25).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PARAGRAPH, min_size=1, max_size=8), st.lists(_PARAGRAPH, max_size=3), st.data())
def test_a_place_is_the_right_one_or_none(
    paragraphs: list[str], others: list[str], data: st.DataObject
) -> None:
    # Furniture may repeat the article's own paragraphs.
    teasers = [*others, *data.draw(st.lists(st.sampled_from(paragraphs), max_size=2))]
    aside = "".join(f"<aside><p>{teaser}</p></aside>" for teaser in teasers)
    markup = page(LEAD, *paragraphs, END, before=f"<nav>{aside}</nav>")
    try:
        article = DOOR.from_html(markup)
    except InvalidArticle:
        return
    text, places = article.text, MarkupPlaces(markup, article.text)
    spans = [match.span() for match in re.finditer(r"\S+", text)]
    start = data.draw(st.integers(0, len(text) - 1))
    spans.append((start, data.draw(st.integers(start + 1, len(text)))))
    sure = text.startswith(LEAD)
    for start, end in spans:
        runs = places.runs(start, end)
        if runs is None:
            continue
        assert squeezed(decoded(markup, runs)) == squeezed(text[start:end])
        assert all("<" not in markup[first:last] for first, last in runs)
        assert sorted(runs) == runs
        assert not sure or runs[0][0] > markup.index("<article>")


@given(st.text(alphabet="<>&;=\"'-!/ abp\n#x39", max_size=80))
def test_no_markup_breaks_it(markup: str) -> None:
    places = MarkupPlaces(markup, "a b pa p a9")
    for start in range(11):
        runs = places.runs(start, 11)
        assert runs is None or all(0 <= first < last <= len(markup) for first, last in runs)


@pytest.mark.parametrize(
    "unit",
    ['<a title="', "<!-- ", "<p>“Yes,” he said.</p>", "&", "<a b='>", "< ", "<p>aaaaaaaa", "<script>"],
)
def test_the_time_is_linear(unit: str) -> None:
    def seconds(size: int) -> float:
        markup = f"{unit * (size // len(unit))}<p>{LEAD}</p>"
        started = time.thread_time()  # whatever else the machine does
        MarkupPlaces(markup, f"{'“Yes,” he said.' * 200}\n{LEAD}")
        return time.thread_time() - started

    # Four times the length: with the square it would take sixteen times as long.
    assert seconds(160_000) < 9 * max(seconds(40_000), 0.02)


def spans(value: object) -> list[dict[str, Any]]:
    """Every span anywhere in an answer."""
    if isinstance(value, list):
        return [span for inner in value for span in spans(inner)]
    if not isinstance(value, dict):
        return []
    own = [value] if {"start", "end", "text"} <= value.keys() else []
    return own + [span for inner in value.values() for span in spans(inner)]


@pytest.mark.parametrize("way", ["record", "body", "ninjs"])
def test_the_api_says_where_in_the_html(client: httpx.Client, way: str) -> None:
    quote = "She said “The mayor is <b>right</b> &amp; the town knows.”"
    markup = page(LEAD, quote, END) if way != "ninjs" else f"<p>{LEAD}</p><p>{quote}</p><p>{END}</p>"
    if way == "body":
        headers = {"Content-Type": "text/html; charset=utf-8"}
        response = client.post(
            "/v1/analyses", content=markup.encode(), headers=headers, params={"offset_unit": "html"}
        )
    else:
        ninjs = {"uri": "urn:x", "headline": "Bridge", "body_html": markup, "language": "en"}
        record: dict[str, object] = {"html": markup} if way == "record" else {"ninjs": ninjs}
        response = post(client, record, offset_unit="html")
    assert response.status_code == 200, response.text
    answer = response.json()
    text, every = answer["article"]["text"], spans(answer)
    assert len(every) >= 4
    for span in every:
        assert text[span["start"] : span["end"]] == span["text"]
        assert squeezed(decoded(markup, span["html"])) == squeezed(span["text"])
    part = answer["quotes"][0]["parts"][0]
    assert [markup[start:end] for start, end in part["html"]] == [
        "The mayor is", "right", "&amp; the town knows.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "record", [{"text": LEAD}, {"ninjs": {"uri": "a", "body_text": LEAD}}], ids=["text", "ninjs"]
)
def test_plain_text_has_no_place_in_html(client: httpx.Client, record: dict[str, object]) -> None:
    detail = assert_problem(post(client, record, offset_unit="html"), 422, "invalid-article", "no-markup")
    assert "was not sent as HTML" in detail


def test_without_the_unit_the_answer_is_what_it_was(client: httpx.Client) -> None:
    for unit in ("codepoint", "utf16"):
        answer = post(client, {"html": page(LEAD, "“Yes,” she said.", END)}, offset_unit=unit).json()
        assert {frozenset(span) for span in spans(answer)} == {frozenset({"start", "end", "text"})}


def test_what_is_written_reads_back_and_is_written_again() -> None:
    markup = page(LEAD, "“Yes, it <b>is</b>,” she said of the bridge.", END)
    before = FakePipeline().analyse(DOOR.from_html(markup))
    line = wire.dumps(before, wire.OffsetUnit.HTML)
    after = wire.loads(line, "", wire.OffsetUnit.HTML, markup)
    assert wire.dumps(after, wire.OffsetUnit.HTML) == line
    assert wire.dumps(after) == wire.dumps(before)
    with pytest.raises(InvalidArticle, match="was not sent as HTML"):
        wire.dumps(wire.loads(line, "", wire.OffsetUnit.HTML), wire.OffsetUnit.HTML)


def test_a_span_without_a_certain_place_says_so() -> None:
    markup = page(LEAD, "“Yes,” she said of the bridge.", END)
    before = FakePipeline().analyse(DOOR.from_html(markup))
    elsewhere = wire.loads(wire.dumps(before), "", markup="<p>Another page altogether.</p>")
    answer = json.loads(wire.dumps(elsewhere, wire.OffsetUnit.HTML))
    assert {span["html"] for span in spans(answer)} == {None}


@pytest.mark.parametrize("name", ["lighthouse-museum.html"])
def test_every_word_of_the_examples_has_its_place(name: str) -> None:
    markup = (EXAMPLES / name).read_text("utf-8")
    text = DOOR.from_html(markup).text
    places = MarkupPlaces(markup, text)
    for word in re.finditer(r"\S+", text):
        runs = places.runs(*word.span())
        assert runs is not None
        assert decoded(markup, runs) == word[0]
