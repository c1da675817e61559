"""The editors' page in a real browser (headless Chromium): ways in and out, evidence, other editors."""

from __future__ import annotations

import json
import re
from pathlib import Path

from support.review_pages import (
    decided,
    dock,
    expect,
    in_view,
    lit,
    piece,
    press,
    saved,
    scrolled_to,
    words_of,
)
from support.review_server import ARTICLE, PASSWORD, Site
from support.servers import Visit

# --- coming and going ------------------------------------------------------------------------------


def test_an_editor_signs_in_goes_where_they_wanted_and_signs_out(site: Site, visit: Visit) -> None:
    site.session("Grace")
    page = visit("/review/items/1", name=None)
    expect(page).to_have_url(re.compile("/review/sign-in"))
    page.get_by_label("Name").fill("grace")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{site.url}/review/items/1")
    expect(page.locator(".who")).to_contain_text("Grace (editor)")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/review/sign-in"))
    page.goto("/review")
    expect(page).to_have_url(re.compile("/review/sign-in"))


def test_after_five_wrong_passwords_the_right_one_opens_nothing_and_the_page_says_so(
    site: Site, visit: Visit
) -> None:
    site.session("Grace")
    page = visit("/review/sign-in", name=None)
    for password in ["wrong password"] * 5 + [PASSWORD]:
        page.get_by_label("Name").fill("Grace")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("closed for a while after repeated failures")
    expect(page.get_by_label("Name")).to_have_value("Grace")


def test_an_article_is_found_by_words_by_tab_and_by_source(site: Site, visit: Visit) -> None:
    site.submit("Otters are back in the River Wend. A warden saw six of them.", "city", title="Otters return")
    page = visit("/review")
    rows = page.locator("table.queue tbody tr")
    expect(rows).to_have_count(2)
    page.get_by_label("Search").fill("swing bri*")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Harbour bridge to close")
    page.get_by_role("link", name="Clear").click()
    page.get_by_text("Filters").click()
    page.get_by_label("Source").select_option("city")
    page.get_by_role("button", name="Filter").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Otters return")
    page.get_by_role("link", name="Clear").click()
    page.get_by_role("link", name=re.compile("Who said it. 1")).click()
    expect(rows).to_contain_text("Harbour bridge to close")
    rows.get_by_role("link").click()
    expect(page.locator("#workspace")).to_be_visible()


# --- evidence --------------------------------------------------------------------------------------


def test_pointing_at_a_piece_lights_its_evidence_and_scrolls_to_it(visit: Visit) -> None:
    page = visit("/review/items/1?piece=s1", reduced_motion="no-preference")
    last = page.locator(".stretch[data-pieces~='s3']")
    assert not in_view(page, last)
    page.mouse.move(600, 5)
    piece(page, "s3").locator(".words").hover()
    expect(last).to_have_class(re.compile(r"\blit\b"))
    scrolled_to(page, last)
    assert lit(page) == "About 21,000 vehicles cross the bridge on a working day."


def test_stepping_to_a_piece_lights_parts_cue_and_speaker(visit: Visit) -> None:
    page = visit("/review/items/1?piece=s1")
    press(page, "j", "j", "j")
    expect(piece(page, "q1")).to_be_focused()
    expect(piece(page, "q1")).to_have_attribute("aria-current", "true")
    assert lit(page) == (
        "We have patched this bridge for thirty years, said Dolores Quintana "
        "Either we mend it now, or one winter it will close itself."
    )
    press(page, "j", "j")
    expect(piece(page, "q4")).to_be_focused()
    scrolled_to(page, page.locator(".stretch.lit").first)
    press(page, "k", "k", "k", "k", "k", "k", "k")
    expect(piece(page, "s1")).to_be_focused()
    assert lit(page) == "Port Ellery will close its swing bridge for eleven months."


def test_clicking_evidence_goes_round_the_pieces_that_rest_on_it(visit: Visit) -> None:
    page = visit()
    page.locator(".stretch", has_text="Nobody asked us").click()
    expect(piece(page, "q3")).to_have_class(re.compile("current"))
    lead = page.locator(".stretch", has_text="Port Ellery will close")
    for name in ("s1", "t1", "t2", "s1"):
        lead.click()
        expect(piece(page, name)).to_have_class(re.compile("current"))


# --- others ----------------------------------------------------------------------------------------


def test_the_slower_of_two_editors_is_told_what_happened_and_keeps_their_words(
    site: Site, visit: Visit
) -> None:
    ada, grace = visit("/review/items/1?piece=s1"), visit("/review/items/1?piece=s1", name="Grace")
    press(ada, "e")
    typed = "Port Ellery will shut its swing bridge for eleven months."
    ada.locator("#dock textarea").fill(typed)
    press(grace, "r", "2")
    saved(grace, 1)
    with ada.expect_response("**/review/items/1") as answer:
        press(ada, "Control+Enter")
    assert answer.value.status == 412
    notice = ada.get_by_role("alert")
    expect(notice).to_contain_text("Grace rejected sentence 1")
    expect(notice).to_contain_text("misleading")
    expect(notice).to_contain_text("You: rewrote sentence 1")
    expect(notice.get_by_label("Your words")).to_have_value(typed)
    assert site.reviews.item(1).record.version == 1
    ada.get_by_role("button", name="Do it all the same").click()
    saved(ada, 2)
    assert words_of(site, "s1") == typed
    expect(ada.locator("#notice")).to_be_empty()
    expect(ada.locator("details.edit[open]")).to_have_count(0)


def test_a_claimed_item_is_left_alone_until_it_is_let_go_or_taken_over(site: Site, visit: Visit) -> None:
    ada = visit()
    ada.get_by_role("button", name="Claim for 15 minutes").click()
    expect(ada.locator(".claim")).to_contain_text("You have this item until")
    grace = visit(name="Grace")
    expect(grace.locator(".claim")).to_contain_text("ada has this item until")
    expect(grace.get_by_role("button", name="Take it over")).to_have_count(0)
    press(grace, "a")
    expect(grace.get_by_role("alert")).to_contain_text("ada is at this item until")
    press(ada, "a")
    saved(ada, 1)
    chief = visit(name="Iris", role="chief")
    chief.get_by_role("button", name="Take it over").click()
    expect(chief.locator(".claim")).to_contain_text("You have this item")
    press(ada, "a")
    expect(ada.get_by_role("alert")).to_contain_text("Iris is at this item until")
    chief.get_by_role("button", name="Let it go").click()
    chief.goto("/review?tab=open")
    expect(chief.locator("tbody tr")).to_contain_text("ada")


def test_a_corrected_article_is_stale_and_keeps_the_decisions_that_still_fit(
    site: Site, visit: Visit
) -> None:
    page = visit("/review/items/1?piece=s1")
    press(page, "a", "a")
    saved(page, 2)
    dock(page, "q2").get_by_role("button", name="Accept quote 2").click()
    saved(page, 3)
    corrected = ARTICLE.replace("voted 7 to 2", "voted 8 to 1")
    assert site.submit(corrected, id="bridge", title="Harbour bridge to close") == 1
    press(page, "a")
    expect(page.get_by_role("alert")).to_contain_text("the article was corrected")
    page.get_by_role("link", name="Leave it and look").click()
    expect(page.locator(".flag.stale")).to_be_visible()
    for name, verdict in (("s1", "accepted"), ("s2", "open"), ("q2", "accepted")):
        decided(page, name, verdict)
    page.goto("/review/items/1/history")
    expect(page.locator("tbody tr")).to_have_count(4)
    expect(page.get_by_role("button", name="Go back to this")).to_have_count(0)  # all about another text
    page.goto("/review?tab=stale")
    expect(page.locator("tbody tr .flag.stale")).to_be_visible()


def test_the_export_holds_what_was_clicked(site: Site, visit: Visit) -> None:
    page = visit("/review/items/1?piece=s1", role="chief")
    press(page, "e")
    page.locator("#dock textarea").fill("Port Ellery will shut its swing bridge.")
    press(page, "Control+Enter")
    saved(page, 1)
    press(page, "r", "1")
    saved(page, 2)
    press(page, "f", "a", "f", "a", "Shift+A")
    saved(page, 5)
    press(page, "Shift+F")
    expect(page).to_have_url(re.compile(r"/review\?tab=new"))
    page.goto("/review/dashboard")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export finished reviews").click()
    [line] = Path(download.value.path()).read_text("utf-8").splitlines()
    gold = json.loads(line)
    lines = [sentence["text"] for sentence in gold["summary"]["sentences"]]
    assert lines == [
        "Port Ellery will shut its swing bridge.",
        "About 21,000 vehicles cross the bridge on a working day.",
    ]
    assert gold["review"]["finished_by"] == "ada"
    verdicts = {entry["piece"]: entry["verdict"] for entry in gold["review"]["pieces"]}
    assert verdicts["s1"] == "edited"
    assert verdicts["s2"] == "rejected"
    for quote in gold["quotes"]:
        for part in quote["parts"]:
            assert gold["article"]["text"][part["start"] : part["end"]] == part["text"]


def test_one_key_puts_the_result_on_the_clipboard_formatted_and_plain(visit: Visit) -> None:
    page = visit()
    press(page, "c")
    expect(page.locator("#said")).to_have_text("Copied.")
    html, plain = page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          const read = async (type) => (await item.getType(type)).text();
          return Promise.all(["text/html", "text/plain"].map(read));
        }"""
    )
    assert "My whole week is on the other side of that water”" in html
    assert "<blockquote" in html
    assert "“My whole week is on the other side of that water”\n— Tom Beller" in plain
    assert "AI assistance" in plain
    page.get_by_text("Copy and record").click()
    page.get_by_role("link", name="HTML", exact=True).click()
    expect(page.locator("#said")).to_have_text("Copied: html.")
    assert "</p><footer>— Tom Beller</footer>" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="Line for readers").click()
    expect(page.locator("#said")).to_have_text("Copied: line for readers.")
    assert page.evaluate("navigator.clipboard.readText()").endswith("not yet reviewed by an editor.")


def test_an_editor_whose_session_has_ended_loses_no_words(site: Site, visit: Visit) -> None:
    page = visit("/review/items/1?piece=s1")
    press(page, "e")
    page.locator("#dock textarea").fill("The bridge will close.")
    site.reviews.store.set_password("ada", PASSWORD)  # ends every session of hers
    press(page, "Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("you have been signed out")
    page.context.add_cookies([site.session("ada")])  # type: ignore[list-item]
    press(page, "Escape")
    page.locator("#dock").get_by_role("button", name="Save").click()
    saved(page, 1)
    assert words_of(site, "s1") == "The bridge will close."
