"""Each decision on a piece, made on the page in a real browser, and what becomes of it in the store."""

from __future__ import annotations

import re

from support.review_pages import decided, dock, expect, lit, piece, press, saved, select, words_of
from support.review_server import ARTICLE, Site
from support.servers import Visit


def test_a_piece_is_accepted_and_the_next_open_one_is_current(site: Site, visit: Visit) -> None:
    page = visit()
    dock(page, "s2").get_by_role("button", name="Accept sentence 2").click()
    saved(page, 1)
    decided(page, "s2", "accepted")
    expect(piece(page, "s2").locator(".mark")).to_have_attribute("aria-label", "Sentence 2: accepted")
    expect(piece(page, "s3")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Saved: version 1.")
    expect(dock(page, "s2")).to_contain_text("accepted by ada")
    assert site.reviews.item(1).reviewed.piece("s2").verdict == "accepted"


def test_a_sentence_is_edited_while_the_page_checks_it_and_the_clean_text_is_shown(
    site: Site, visit: Visit
) -> None:
    page = visit()
    area = dock(page, "s1").locator("textarea")
    press(page, "e")
    expect(area).to_be_focused()
    checked = page.locator("#dock .checked")
    expect(checked).to_contain_text("The article supports this")
    area.fill("Port Ellery will close its swing bridge for twelve months, wrote Zed.")
    expect(checked).to_contain_text("hardly supports")
    expect(checked.locator(".faults")).to_contain_text("Zed")
    area.fill("Port Ellery will shut its swing bridge for eleven months.")
    expect(checked.locator("ins")).to_have_text(["shut"])
    press(page, "Control+Enter")
    saved(page, 1)
    decided(page, "s1", "edited")
    words = "Port Ellery will shut its swing bridge for eleven months."
    assert words_of(site, "s1") == words
    expect(piece(page, "s1").locator(".words")).to_have_text(words)
    details = dock(page, "s1").locator(".details")
    expect(details.locator("ins")).to_be_hidden()
    details.locator("summary").click()
    expect(details.locator("ins")).to_have_text("shut")


def test_a_sentence_that_the_article_hardly_supports_is_saved_only_on_purpose(
    site: Site, visit: Visit
) -> None:
    page = visit()
    dock(page, "s1")
    press(page, "e")
    page.locator("#dock textarea").fill("Nine ferries sank off Dunmore.")
    press(page, "Control+Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The article hardly supports this")
    expect(alert).to_contain_text("Dunmore")
    assert site.reviews.item(1).record.version == 0
    alert.get_by_role("button", name="Save it all the same").click()
    saved(page, 1)
    expect(page.locator("#notice")).to_be_empty()
    assert words_of(site, "s1") == "Nine ferries sank off Dunmore."
    expect(dock(page, "s1").locator(".faults")).to_contain_text("Dunmore")
    page.goto("/review/items/1/history")
    expect(page.locator("tbody tr")).to_contain_text("saved although the article hardly supports it")


def test_an_altered_quotation_in_a_summary_is_refused_and_what_was_typed_is_kept(
    site: Site, visit: Visit
) -> None:
    page = visit()
    dock(page, "s1")
    press(page, "e")
    area = page.locator("#dock textarea")
    typed = "“We have painted this bridge for thirty years,” Dolores Quintana said."
    area.fill(typed)
    expect(page.locator("#dock .faults")).to_contain_text("The article doesn’t read")
    page.locator("#dock").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved. The article doesn’t read “We have painted")
    press(page, "Escape")
    expect(page.locator("#notice")).to_be_empty()
    expect(page.locator("#dock").get_by_role("button", name="Save")).to_be_focused()
    expect(area).to_have_value(typed)
    assert site.reviews.item(1).record.version == 0
    area.fill(typed.replace("painted", "patched"))
    press(page, "Control+Enter")
    saved(page, 1)
    assert "patched" in words_of(site, "s1")


def test_words_being_written_outlive_saves_and_looks_elsewhere(site: Site, visit: Visit) -> None:
    page = visit()
    dock(page, "s1")
    press(page, "e")
    page.locator("#dock textarea").fill("Half a thought")
    dock(page, "q2").get_by_role("button", name="Accept quote 2").click()
    saved(page, 1)
    expect(dock(page, "s1").locator("textarea")).to_have_value("Half a thought")
    expect(page.locator("#dock textarea")).to_be_visible()
    dock(page, "s3").get_by_role("button", name="Accept sentence 3").click()
    saved(page, 2)
    dock(page, "q3").get_by_role("button", name="Accept quote 3").click()
    saved(page, 3)
    page.get_by_role("button", name="Accept the rest").click()
    saved(page, 4)
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved yet: what you are writing in s1.")
    press(page, "Escape")
    dock(page, "s1").locator("textarea").fill("Port Ellery will close its swing bridge.")
    page.locator("#dock").get_by_role("button", name="Save").click()
    saved(page, 5)
    expect(page.locator("details.edit[open]")).to_have_count(0)


def test_a_quotes_limits_move_by_a_word_and_to_a_selection(site: Site, visit: Visit) -> None:
    page = visit()
    quote = dock(page, "q2")
    press(page, "e")
    area = quote.locator("textarea")
    quote.get_by_role("button", name="Start a word later").click()
    expect(area).to_have_value("whole week is on the other side of that water,")
    quote.get_by_role("button", name="End a word earlier").click()
    expect(area).to_have_value("whole week is on the other side of that")
    area.focus()
    press(page, "Alt+Shift+ArrowRight", "Alt+ArrowLeft")
    expect(area).to_have_value("My whole week is on the other side of that water,")
    press(page, "Alt+ArrowRight", "Control+Enter")
    saved(page, 1)
    assert words_of(site, "q2") == "whole week is on the other side of that water,"
    quote = dock(page, "q2")
    press(page, "e")
    select(page, "the other side")
    quote.get_by_role("button", name="Use the selection").click()
    quote.get_by_role("button", name="Save").click()
    saved(page, 2)
    part = site.reviews.item(1).reviewed.piece("q2").value.parts[0]
    assert (part.of(ARTICLE), part.start) == ("the other side", ARTICLE.index("the other side"))


def test_limits_cross_a_closing_mark_only_when_asked_twice(visit: Visit) -> None:
    page = visit()
    dock(page, "q2")
    press(page, "e")
    area = page.locator("#dock textarea")
    area.focus()
    press(page, "Alt+Shift+ArrowRight")
    expect(page.locator("#said")).to_have_text("The quotation ends here. Once more goes across.")
    expect(area).to_have_value("My whole week is on the other side of that water,")
    press(page, "Alt+Shift+ArrowRight")
    expect(area).to_have_value("My whole week is on the other side of that water,” said")


def test_a_quotes_words_cant_be_changed(site: Site, visit: Visit) -> None:
    page = visit()
    dock(page, "q3")
    press(page, "e")
    page.locator("#dock textarea").fill("Everybody asked us")
    page.locator("#dock").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("its words can’t be changed")
    assert site.reviews.item(1).record.version == 0
    expect(page.locator("#dock textarea")).to_have_value("Everybody asked us")


def test_a_piece_is_rejected_with_a_reason_by_mouse_by_key_and_in_own_words(site: Site, visit: Visit) -> None:
    page = visit()
    dock(page, "s1").locator("summary", has_text="Reject").click()
    page.locator("#dock").get_by_role("button", name="misleading").click()
    saved(page, 1)
    decided(page, "s1", "rejected")
    press(page, "r", "1")
    saved(page, 2)
    expect(dock(page, "s2")).to_contain_text("rejected by ada: not supported")
    dock(page, "s3")
    press(page, "r")
    page.locator("#dock").get_by_label("Another reason").fill("from last year")
    press(page, "Enter")
    saved(page, 3)
    assert site.reviews.item(1).reviewed.piece("s3").decision.reason == "from last year"  # type: ignore[union-attr]


def test_quotes_are_reordered_by_keys_and_by_dragging(site: Site, visit: Visit) -> None:
    def order() -> list[str]:
        return [one.id for one in site.reviews.item(1).reviewed.quotes]

    page = visit()
    dock(page, "q4")
    press(page, "Alt+ArrowUp")
    saved(page, 1)
    assert order() == ["q1", "q2", "q4", "q3"]
    expect(piece(page, "q4")).to_be_focused()
    press(page, "Alt+ArrowDown")
    saved(page, 2)
    press(page, "l")
    saved(page, 3)
    assert order() == ["q4", "q1", "q2", "q3"], "one key makes it the lead"
    piece(page, "q2").locator(".mark").drag_to(piece(page, "q4").locator(".words"))
    saved(page, 4)
    assert order() == ["q2", "q4", "q1", "q3"]
    dock(page, "q2").get_by_role("button", name="Move quote 2 down").click()
    saved(page, 5)
    assert order() == ["q4", "q2", "q1", "q3"]


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
    decided(page, "q+1", "added")
    assert lit(page) == "It is the only way to the school, Carla Mendes"
    added = site.reviews.item(1).reviewed.piece("q+1").value
    assert (added.kind, added.speaker.name) == ("direct", "Carla Mendes")


def test_a_topic_of_the_taxonomy_is_added_and_any_other_refused(site: Site, visit: Visit) -> None:
    page = visit()
    press(page, "t")
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
    dock(page, "s1")
    press(page, "a", "a", "r", "2")
    saved(page, 3)
    for version, name in ((4, "s3"), (5, "s2"), (6, "s1")):
        press(page, "u")
        saved(page, version)
        expect(piece(page, name)).to_be_focused()
        decided(page, name, "open")
    assert not site.reviews.item(1).reviewed.review.decisions
    page.get_by_role("link", name=re.compile("history")).click()
    expect(page.locator("tbody tr")).to_have_count(6)
    page.get_by_role("button", name="Go back to this, version 3").click()
    saved(page, 7)
    assert site.reviews.item(1).reviewed.piece("s3").verdict == "rejected"
