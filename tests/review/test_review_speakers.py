"""What the editors' page says of why a speaker is the speaker."""

from __future__ import annotations

from dataclasses import replace

import httpx
import lxml.html
import pytest
from support.review_server import Site, Standin

from service.domain import Article, Quote, QuoteKind, Span, Speaker, SpeakerBasis
from service.review.pages.template_filters import why_speaker

TEXT = "Ines Okafor came late. She said: “The ferry runs on.”"
_WHY = "//p[contains(@class, 'why')]"


def _span(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def _page(site: Site, speaker: Speaker) -> lxml.html.HtmlElement:
    said = Quote(QuoteKind.DIRECT, (_span("The ferry runs on."),), _span("said"), speaker, 0.9, 1)
    given = replace(Standin().analyse(Article(id="why", text=TEXT)), quotes=(said,))
    key = site.reviews.submit(given, "wire").key
    cookie = site.session("Grace")
    answer = httpx.get(f"{site.url}/review/items/{key}?piece=q1", cookies={cookie["name"]: cookie["value"]})
    return lxml.html.fromstring(answer.raise_for_status().text)


def test_a_pronoun_leads_to_the_name_that_it_stands_for(empty_site: Site) -> None:
    name = _span("Ines Okafor")
    page = _page(
        empty_site,
        Speaker("Ines Okafor", None, _span("She"), None, SpeakerBasis.PRONOUN, name, 0.93),
    )
    (why,) = page.xpath(_WHY)
    assert why.text_content() == ("Why this speaker? “She”: a pronoun, taken for Ines Okafor · likely")
    (details,) = page.xpath("//details[contains(@class, 'details')]")
    assert "speaker 93%" in details.text_content(), "figures stand behind a fold"
    linked = [page.get_element_by_id(link.get("href")[1:]).text_content() for link in why.iterfind("a")]
    assert linked == ["She", "Ines Okafor"]


def test_an_editor_s_speaker_needs_no_reason(empty_site: Site) -> None:
    assert not _page(empty_site, Speaker("Ines Okafor", None, _span("She"))).xpath(_WHY)


@pytest.mark.parametrize("basis", SpeakerBasis)
def test_every_basis_has_its_words(basis: SpeakerBasis) -> None:
    assert why_speaker(Speaker("Ines Okafor", None, _span("She"), basis=basis))
