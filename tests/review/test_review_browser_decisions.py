"""Each decision on a piece, made on the page in a real browser, and what becomes of it in the store."""

from __future__ import annotations

import re

from support.review_pages import expect, lit, piece, press, saved, select, words_of
from support.review_server import ARTICLE, Site
from support.servers import Visit


def test_a_piece_is_accepted_and_the_next_open_one_is_current(site: Site, visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Accept sentence 2").click()
    saved(page, 1)
    expect(piece(page, "s2").locator(".verdict")).to_have_text("accepted by ada")
    expect(piece(page, "s3")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Saved: version 1.")
    assert site.reviews.item(1).reviewed.piece("s2").verdict == "accepted"


def test_a_sentence_is_edited_while_the_page_checks_it_and_shows_the_change(site: Site, visit: Visit) -> None:
    page = visit()
    press(page, "e")
    area = piece(page, "s1").locator("textarea")
    expect(area).to_be_focused()
    checked = piece(page, "s1").locator(".checked")
    expect(checked).to_contain_text("support 100%")
    area.fill("Port Ellery will close its swing bridge for twelve months, wrote Zed.")
    expect(checked.locator("del")).to_contain_text(["eleven"])
    expect(checked.locator("ins").first).to_contain_text("twelve")
    expect(checked.locator(".faults")).to_contain_text("Zed")
    area.fill("Port Ellery will shut its swing bridge for eleven months.")
    expect(checked.locator("ins")).to_have_text(["shut"])
    press(page, "Control+Enter")
    saved(page, 1)
    expect(piece(page, "s1").locator(".diff").first).to_contain_text("closeshut")
    assert words_of(site, "s1") == "Port Ellery will shut its swing bridge for eleven months."


def test_an_altered_quotation_in_a_summary_is_refused_and_what_was_typed_is_kept(
    site: Site, visit: Visit
) -> None:
    page = visit()
    press(page, "e")
    area = piece(page, "s1").locator("textarea")
    typed = "“We have painted this bridge for thirty years,” the mayor said."
    area.fill(typed)
    expect(piece(page, "s1").locator(".faults")).to_contain_text("The article doesn’t read")
    piece(page, "s1").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved. The article doesn’t read “We have painted")
    press(page, "Escape")
    expect(page.locator("#notice")).to_be_empty()
    expect(piece(page, "s1").get_by_role("button", name="Save")).to_be_focused()
    expect(area).to_have_value(typed)
    assert site.reviews.item(1).record.version == 0
    area.fill(typed.replace("painted", "patched"))
    press(page, "Control+Enter")
    saved(page, 1)
    assert "patched" in words_of(site, "s1")


def test_words_being_written_elsewhere_outlive_a_save(site: Site, visit: Visit) -> None:
    page = visit()
    press(page, "e")
    piece(page, "s1").locator("textarea").fill("Half a thought")
    page.get_by_role("button", name="Accept quote 2").click()
    saved(page, 1)
    expect(piece(page, "s1").locator("textarea")).to_have_value("Half a thought")
    expect(piece(page, "s1").locator("textarea")).to_be_visible()
    page.get_by_role("button", name="Accept the rest").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved yet: what you are writing in s1.")
    press(page, "Escape")
    piece(page, "s1").get_by_role("button", name="Save").click()
    saved(page, 2)
    expect(page.locator("details.edit[open]")).to_have_count(0)


def test_a_quotes_limits_move_by_a_word_and_to_a_selection(site: Site, visit: Visit) -> None:
    page = visit()
    page.locator(".stretch", has_text="My whole week").click()
    press(page, "e")
    quote = piece(page, "q2")
    area = quote.locator("textarea")
    quote.get_by_role("button", name="Start a word later").click()
    expect(area).to_have_value("whole week is on the other side of that water,")
    quote.get_by_role("button", name="End a word earlier").click()
    expect(area).to_have_value("whole week is on the other side of that")
    quote.get_by_role("button", name="End a word later").click()
    quote.get_by_role("button", name="Start a word earlier").click()
    expect(area).to_have_value("My whole week is on the other side of that water,")
    quote.get_by_role("button", name="Start a word later").click()
    quote.get_by_role("button", name="Save").click()
    saved(page, 1)
    assert words_of(site, "q2") == "whole week is on the other side of that water,"
    press(page, "k", "e")
    select(page, "the other side")
    quote.get_by_role("button", name="Use the selection").click()
    quote.get_by_role("button", name="Save").click()
    saved(page, 2)
    part = site.reviews.item(1).reviewed.piece("q2").value.parts[0]
    assert (part.of(ARTICLE), part.start) == ("the other side", ARTICLE.index("the other side"))


def test_a_quotes_words_cant_be_changed(site: Site, visit: Visit) -> None:
    page = visit()
    page.locator(".stretch", has_text="Nobody asked us").click()
    press(page, "e")
    piece(page, "q3").locator("textarea").fill("Everybody asked us")
    piece(page, "q3").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("its words can’t be changed")
    assert site.reviews.item(1).record.version == 0
    expect(piece(page, "q3").locator("textarea")).to_have_value("Everybody asked us")


def test_a_speaker_is_chosen_from_the_people_of_the_article(site: Site, visit: Visit) -> None:
    page = visit()
    people = page.locator("#people option").evaluate_all("options => options.map((one) => one.value)")
    assert {"Dolores Quintana", "Tom Beller", "Ines Okafor"} <= set(people)
    page.locator(".stretch", has_text="Nobody asked us").click()
    press(page, "e")
    piece(page, "q3").get_by_label("Speaker").fill("Ines Okafor")
    piece(page, "q3").get_by_label("Role").fill("ferry captain")
    press(page, "Enter")
    saved(page, 1)
    expect(piece(page, "q3")).to_contain_text("— Ines Okafor, ferry captain")
    speaker = site.reviews.item(1).reviewed.piece("q3").value.speaker
    assert speaker.mention.of(ARTICLE) == "Ines Okafor"


def test_a_piece_is_rejected_with_a_reason_by_mouse_by_key_and_in_own_words(site: Site, visit: Visit) -> None:
    page = visit()
    piece(page, "s1").locator("summary", has_text="Reject").click()
    piece(page, "s1").get_by_role("button", name="misleading").click()
    saved(page, 1)
    expect(piece(page, "s1").locator(".verdict")).to_have_text("rejected by ada: misleading")
    press(page, "r", "1")
    saved(page, 2)
    expect(piece(page, "s2").locator(".verdict")).to_contain_text("not supported")
    press(page, "r")
    piece(page, "s3").get_by_label("Another reason").fill("from last year")
    press(page, "Enter")
    saved(page, 3)
    assert site.reviews.item(1).reviewed.piece("s3").decision.reason == "from last year"  # type: ignore[union-attr]


def test_quotes_are_reordered_by_keys_and_by_dragging(site: Site, visit: Visit) -> None:
    def order() -> list[str]:
        return [one.id for one in site.reviews.item(1).reviewed.quotes]

    page = visit()
    page.locator(".stretch", has_text="Nobody asked us").click()
    press(page, "Alt+ArrowUp")
    saved(page, 1)
    assert order() == ["q1", "q3", "q2", "q4"]
    expect(piece(page, "q3")).to_be_focused()
    press(page, "Alt+ArrowDown")
    saved(page, 2)
    assert order() == ["q1", "q2", "q3", "q4"]
    piece(page, "q3").locator(".piece-head").drag_to(piece(page, "q2").locator(".words"))
    saved(page, 3)
    assert order() == ["q1", "q3", "q2", "q4"]
    page.get_by_role("button", name="Move quote 1 down").click()
    saved(page, 4)
    assert order() == ["q3", "q1", "q2", "q4"]


def test_a_missed_quote_is_added_by_selecting_it(site: Site, visit: Visit) -> None:
    page = visit()
    select(page, "“It is the only way to the school,”")
    page.get_by_role("button", name="Add as a quote").click()
    form = page.locator("#add-quote")
    expect(form.get_by_label("Speaker")).to_be_focused()
    form.get_by_label("Speaker").fill("Carla Mendes")
    press(page, "Enter")
    saved(page, 1)
    expect(piece(page, "q+1")).to_be_focused()
    expect(piece(page, "q+1").locator(".verdict")).to_contain_text("added by ada")
    assert lit(page) == "It is the only way to the school, Carla Mendes"
    added = site.reviews.item(1).reviewed.piece("q+1").value
    assert (added.kind, added.speaker.name) == ("direct", "Carla Mendes")


def test_a_topic_of_the_taxonomy_is_added_and_any_other_refused(site: Site, visit: Visit) -> None:
    page = visit()
    page.get_by_text("Add a topic").click()
    page.get_by_label("Media Topic").fill("bridges")
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("is no topic of mediatopics")
    press(page, "Escape")
    page.get_by_label("Media Topic").fill("weather")
    press(page, "Enter")
    saved(page, 1)
    expect(piece(page, "t+1")).to_be_focused()
    assert words_of(site, "t+1") == "weather"


def test_undo_goes_back_step_by_step_to_the_beginning(site: Site, visit: Visit) -> None:
    page = visit()
    press(page, "a", "a", "r", "2")
    saved(page, 3)
    for version, name in ((4, "s3"), (5, "s2"), (6, "s1")):
        press(page, "u")
        saved(page, version)
        expect(piece(page, name)).to_be_focused()
        expect(piece(page, name).locator(".verdict")).to_have_text("open")
    assert not site.reviews.item(1).reviewed.review.decisions
    page.get_by_role("link", name=re.compile("history")).click()
    expect(page.locator("tbody tr")).to_have_count(6)
    page.get_by_role("button", name="Go back to this, version 3").click()
    saved(page, 7)
    assert site.reviews.item(1).reviewed.piece("s3").verdict == "rejected"
