"""The editors' page shows headline, standfirst and genre where the analysis has them."""

from __future__ import annotations

from dataclasses import replace

import httpx
import lxml.html
from support.review_server import Site, Standin

from service.domain import Analysis, Article, Genre, GenreLabel, Span, SummarySentence

TEXT = "Ines Okafor came late. She said: “The ferry runs on.”"


def _page(site: Site, given: Analysis) -> lxml.html.HtmlElement:
    key = site.reviews.submit(given, "wire").key
    cookie = site.session("Grace")
    answer = httpx.get(f"{site.url}/review/items/{key}", cookies={cookie["name"]: cookie["value"]})
    return lxml.html.fromstring(answer.raise_for_status().text)


def test_they_stand_above_the_summary(empty_site: Site) -> None:
    given = replace(
        Standin().analyse(Article(id="headed", text=TEXT)),
        headline=SummarySentence("Ines Okafor came <late>", (Span(0, 21),), 1.0),
        standfirst=SummarySentence("Ines Okafor came late.", (Span(0, 22),), 1.0),
        genre=Genre(GenreLabel.LIVE_BLOG, 0.9),
    )
    page = _page(empty_site, given)
    assert [line.text_content() for line in page.find_class("headline")] == ["Ines Okafor came <late>"]
    assert [line.text_content() for line in page.find_class("standfirst")] == ["Ines Okafor came late."]
    assert "live blog" in page.find_class("meta")[0].text_content()


def test_nothing_is_said_where_there_is_none(empty_site: Site) -> None:
    page = _page(empty_site, Standin().analyse(Article(id="bare", text=TEXT)))
    assert not page.find_class("headline")
    assert "Headline" not in page.get_element_by_id("analysis").text_content()
