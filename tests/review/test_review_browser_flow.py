"""The editors' day in a real browser: what needs a look, speakers and people, pull quotes, the next item."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.review_pages import decided, dock, expect, piece, press, saved
from support.review_server import ARTICLE, Site, Standin
from support.servers import Visit

from service.domain import Article, Notice, Person, PersonKind, Quote, QuoteKind, Span
from service.review.pages.page_context import STATIC
from service.warning_codes import WarningCode


def _span(words: str) -> Span:
    return Span(ARTICLE.index(words), ARTICLE.index(words) + len(words))


def _peopled(site: Site) -> int:
    """An article whose people are known, with a reported clause and a warning."""
    names = ("Dolores Quintana", "Tom Beller", "Ines Okafor", "Carla Mendes")
    people = tuple(
        Person(f"p{number}", name, None, PersonKind.PERSON, (_span(name),))
        for number, name in enumerate(names, start=1)
    )
    made = Standin().analyse(Article("people", ARTICLE, title="Bridge and people"))
    ids = {person.name: person.id for person in people}
    quotes = [
        replace(quote, speaker=replace(quote.speaker, person=ids[quote.speaker.name]))
        if quote.speaker
        else quote
        for quote in made.quotes
    ]
    said = _span("the steel has carried far more weight")
    quotes.append(Quote(QuoteKind.INDIRECT, (said,), _span("say"), None, 0.9, len(quotes) + 1))
    warning = Notice(WarningCode.OPINION, "It looks like an opinion piece.")
    return site.reviews.submit(
        replace(made, people=people, quotes=tuple(quotes), warnings=(warning,)), "wire"
    ).key


# --- nothing goes out unread -----------------------------------------------------------------------


def test_accept_the_rest_says_how_many_and_leaves_what_needs_a_look(site: Site, visit: Visit) -> None:
    page = visit()
    expect(page.locator("#attention")).to_contain_text("2 to look at")
    expect(page.locator("#attention")).to_contain_text("Who said this? “Nobody asked us,”")
    expect(page.locator("#attention")).to_contain_text("Support is low: About 21,000 vehicles")
    button = page.get_by_role("button", name="Accept the rest (7)")
    expect(button).not_to_have_class(re.compile("primary"))
    button.click()
    saved(page, 1)
    expect(page.locator("#said")).to_have_text("Accepted the rest; 2 need a look.")
    assert {one.id for one in site.reviews.item(1).reviewed.open} == {"q3", "s3"}
    assert site.reviews.item(1).record.state == "open"
    press(page, "Shift+F")
    expect(page.locator("#said")).to_have_text("Not finished: this needs a look first.")
    expect(piece(page, "q3")).to_have_class(re.compile("current"))
    expect(page.locator("#dock")).to_contain_text("Who said this?")
    assert site.reviews.item(1).record.version == 1


def test_one_key_leads_from_one_flag_to_the_next(visit: Visit) -> None:
    page = visit("/review/items/1?piece=s1")
    for name in ("q3", "s3", "q3"):
        press(page, "f")
        expect(piece(page, name)).to_be_focused()
    page.locator("#attention a", has_text="Support is low").click()
    expect(piece(page, "s3")).to_be_focused()


def test_no_key_reopens_a_finished_review(site: Site, visit: Visit) -> None:
    page = visit("/review/items/1?piece=q3")
    press(page, "a")
    saved(page, 1)
    press(page, "f", "a")
    saved(page, 2)
    press(page, "Shift+A")
    saved(page, 3)
    press(page, "Shift+F")
    expect(page).to_have_url(re.compile("tab=new"))
    page.goto("/review/items/1?piece=s1")
    press(page, "r", "1", "u", "e", "p", "l", "Shift+A", "Alt+ArrowDown", "a")
    expect(page.locator("#said")).to_contain_text("This review is finished")
    page.reload()
    assert (site.reviews.item(1).record.state, site.reviews.item(1).record.version) == ("done", 4)
    page.get_by_role("button", name="Take it up again").click()
    saved(page, 5)
    expect(page.locator("#dock").get_by_role("button", name="Reopen")).to_be_visible()


def test_a_warning_about_the_article_stands_on_top_until_somebody_has_looked(
    site: Site, visit: Visit
) -> None:
    page = visit(f"/review/items/{_peopled(site)}")
    first = page.locator("#attention li").first
    expect(first).to_contain_text("This is an opinion piece. Does the summary say whose opinion it is?")
    expect(page.get_by_role("button", name="Accept the rest (6)")).to_be_visible()
    first.get_by_role("button", name="I have looked").click()
    saved(page, 1)
    expect(page.locator("#attention")).not_to_contain_text("opinion")
    expect(page.get_by_role("button", name="Accept the rest (8)")).to_be_visible()


# --- direct and reported, speakers, people ---------------------------------------------------------


def test_reported_speech_and_scraps_are_folded_and_a_direct_quote_is_pulled_by_one_key(
    site: Site, visit: Visit
) -> None:
    key = _peopled(site)
    page = visit(f"/review/items/{key}?piece=q1")
    expect(page.locator("#fold-reported")).to_contain_text("Reported speech 1")
    expect(piece(page, "q5")).to_be_hidden()
    expect(piece(page, "q3")).to_be_hidden()
    expect(piece(page, "q1").locator("blockquote")).to_have_text(
        "“We have patched this bridge for thirty years. Either we mend it now, or one winter it will close "
        "itself.”"
    )
    expect(piece(page, "q1")).to_have_class(re.compile("pulled"))
    press(page, "p")
    saved(page, 1)
    expect(piece(page, "q1")).not_to_have_class(re.compile("pulled"))
    assert site.reviews.item(key).reviewed.review.pulled == ("q2", "q4")
    expect(dock(page, "q5").get_by_role("button", name="Pull quote")).to_be_disabled()


def test_a_wrong_speaker_is_mended_by_two_keys_or_by_the_name_in_the_article(
    site: Site, visit: Visit
) -> None:
    key = _peopled(site)
    page = visit(f"/review/items/{key}?piece=q3")
    press(page, "s", "2")
    saved(page, 1)
    speaker = site.reviews.item(key).reviewed.piece("q3").value.speaker
    assert (speaker.name, speaker.person) == ("Tom Beller", "p2")
    dock(page, "q3")
    page.locator(".stretch.person", has_text="Carla Mendes").click()
    page.get_by_role("button", name="Carla Mendes said this").click()
    saved(page, 2)
    assert site.reviews.item(key).reviewed.piece("q3").value.speaker.person == "p4"


def test_a_typed_speaker_is_matched_or_confirmed_and_marked(site: Site, visit: Visit) -> None:
    key = _peopled(site)
    page = visit(f"/review/items/{key}?piece=q3")

    def type_name(name: str) -> None:
        press(page, "s")
        field = dock(page, "q3").get_by_label("Somebody else")
        field.fill(name)
        press(page, "Enter")

    type_name("mendes")
    saved(page, 1)
    expect(piece(page, "q3").locator(".by")).to_have_text("Carla Mendes")
    dock(page, "q3")
    type_name("Ann Arbor")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The article doesn’t name “Ann Arbor”.")
    assert site.reviews.item(key).record.version == 1
    alert.get_by_role("button", name="Save it all the same").click()
    saved(page, 2)
    expect(piece(page, "q3").locator(".by")).to_have_text("Ann Arbor not named in the article")
    page.goto(f"/review/items/{key}/history")
    expect(page.locator("tbody tr").first).to_contain_text("the article doesn’t name “Ann Arbor”")


def test_a_person_is_renamed_once_for_all_quotes(site: Site, visit: Visit) -> None:
    key = _peopled(site)
    page = visit(f"/review/items/{key}?piece=q2")
    page.locator("#people-panel > summary").click()
    row = page.locator(".people li", has_text="Tom Beller")
    expect(row).to_contain_text("1 quote")
    row.get_by_label("Change Tom Beller").click()
    row.get_by_label("Role").fill("taxi driver")
    row.get_by_role("button", name="Save for all quotes").click()
    saved(page, 1)
    expect(piece(page, "q2").locator(".by")).to_contain_text("Tom Beller, taxi driver")
    decided(page, "q2", "open")
    expect(page.locator("#people-panel")).to_have_attribute("open", "")
    press(page, "Escape")
    page.get_by_role("button", name="Undo").click()
    saved(page, 2)
    expect(piece(page, "q2").locator(".by")).not_to_contain_text("taxi driver")


def test_a_paste_under_the_id_of_another_article_is_no_correction_by_itself(site: Site, visit: Visit) -> None:
    page = visit("/review/new")
    page.get_by_label("Text").fill("Otters are back in the River Wend. A warden saw six of them.")
    page.get_by_label("Id").fill("bridge")
    page.get_by_role("button", name="Analyse").click()
    expect(page.get_by_role("alert")).to_contain_text("The id 'bridge' is that of “Harbour bridge to close”.")
    assert site.reviews.item(1).record.text == ARTICLE
    page.get_by_label("This text corrects that article").check()
    page.get_by_role("button", name="Analyse").click()
    expect(page).to_have_url(f"{site.url}/review/items/1")
    assert site.reviews.item(1).record.text.startswith("Otters")


# --- the next item ---------------------------------------------------------------------------------


def test_next_stays_within_the_filters_and_gives_no_two_editors_the_same_item(
    site: Site, visit: Visit
) -> None:
    site.submit("The mayor of Wend came. It rained all day long in Wend.", "city", title="Wend")
    site.submit("The mayor of Orme came. It rained all day long in Orme.", "city", title="Orme")
    ada = visit("/review?tab=all&source=city")
    ada.get_by_role("link", name="Review the next one").click()
    expect(ada).to_have_url(f"{site.url}/review/items/3?tab=all&source=city")
    grace = visit("/review/next?tab=all&source=city", name="Grace")
    expect(grace).to_have_url(f"{site.url}/review/items/2?tab=all&source=city")
    uma = visit("/review/next?tab=all&source=city", name="Uma")
    expect(uma).to_have_url(f"{site.url}/review?tab=all&source=city")
    press(ada, "Shift+A")
    saved(ada, 1)
    ada.get_by_role("button", name="Finish").click()
    expect(ada).to_have_url(f"{site.url}/review?tab=all&source=city")


# --- the face --------------------------------------------------------------------------------------


def test_the_article_is_set_in_lines_of_65_characters_at_most_and_lit_for_one_piece(visit: Visit) -> None:
    page = visit("/review/items/1?piece=q1", viewport={"width": 1900, "height": 900})
    longest = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll("#article p")].map((one) => {
          const range = document.createRange();
          range.selectNodeContents(one);
          const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size;
          return lines > 2 ? one.textContent.length / lines : 0;
        }))"""
    )
    assert 45 < longest <= 70, "the last line of each paragraph is shorter than the others"
    plain = page.evaluate(
        """() => [...document.querySelectorAll(".stretch:not(.lit)")].filter((one) =>
          getComputedStyle(one).backgroundColor !== "rgba(0, 0, 0, 0)").length"""
    )
    assert plain == 0
    expect(page.locator("#pieces")).not_to_contain_text("%")
    assert page.locator("#dock").count() == 1


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_every_size_of_type_is_of_the_one_scale(path: Path) -> None:
    sizes = re.findall(r"font(?:-size)?:\s*([^;}]+)", path.read_text("utf-8"))
    off = [
        size
        for size in sizes
        if size != "inherit" and "var(--" not in size and not size.startswith(("100%", "1rem"))
    ]
    assert not off
