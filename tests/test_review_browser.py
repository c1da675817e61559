"""The editors' page in a real browser: headless Chromium, a real server, store and desk."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from review_payloads import PAYLOADS, sentence
from review_site import ARTICLE, PASSWORD, Site, running

from service.review.forms import Form
from service.review.sheet import InvalidDecision

pytest.importorskip("playwright", reason="no playwright (pip install playwright)")
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH (apt-get install chromium)")

# A refused save is an answer, though Chromium calls it an error.
_ANSWERS = re.compile(r"Failed to load resource: the server responded with a status of (401|409|412|422)\b")
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each has windows of its own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A service with accounts and one article, item 1."""
    with running(tmp_path / "reviews.db") as site:
        site.submit(id="bridge", title="Harbour bridge to close")
        yield site


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens a window for a signed-in user. Afterwards, no window may have had anything to complain of."""
    problems: list[str] = []
    contexts = []

    def visit(
        path: str = "/review/items/1", name: str | None = "ada", role: Any = "editor", **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=site.url, **{"viewport": {"width": 1280, "height": 850}, **options}
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
        if name:
            context.add_cookies([site.session(name, role)])  # type: ignore[list-item]
        page = context.new_page()
        watch(page, problems)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not problems


def watch(page: Page, problems: list[str]) -> None:
    """Note every error, every violation of the Content-Security-Policy, and every dialog."""

    def noted(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _ANSWERS.match(message.text):
            problems.append(f"{page.url}: {message.text}")

    page.on("console", noted)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page, version: int) -> None:
    """Wait until the page shows that version."""
    expect(page.locator("#workspace")).to_have_attribute("data-version", str(version))


def piece(page: Page, name: str) -> Locator:
    return page.locator(f"[id='{name}']")


def lit(page: Page) -> str:
    """The article's words that are lit, as one string."""
    return " ".join(page.locator(".stretch.lit").all_inner_texts())


def in_view(page: Page, element: Locator, pane: str = "#article") -> bool:
    """Tell whether an element is within what its pane shows."""
    inner, outer = element.bounding_box(), page.locator(pane).bounding_box()
    assert inner is not None
    assert outer is not None
    return inner["y"] >= outer["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def scrolled_to(page: Page, element: Locator) -> None:
    """Wait until the article shows an element."""
    deadline = time.monotonic() + 5
    while not in_view(page, element):
        assert time.monotonic() < deadline, "it is not scrolled into view"
        page.wait_for_timeout(20)


def select(page: Page, words: str) -> None:
    """Select words of the article with the mouse's own selection."""
    page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector("#article"), NodeFilter.SHOW_TEXT);
          for (let node; (node = walker.nextNode()); ) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            return;
          }
          throw new Error("not in the article: " + words);
        }""",
        words,
    )


def words_of(site: Site, name: str, key: int = 1) -> str:
    return site.desk.item(key).sheet.piece(name).words


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
    page.get_by_label("Source").select_option("city")
    page.get_by_role("button", name="Filter").click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Otters return")
    page.get_by_role("link", name="Clear").click()
    page.get_by_role("link", name=re.compile("Unknown speaker 1")).click()
    expect(rows).to_contain_text("Harbour bridge to close")
    rows.get_by_role("link").click()
    expect(page.locator("#workspace")).to_be_visible()


# --- evidence --------------------------------------------------------------------------------------


def test_pointing_at_a_piece_lights_its_evidence_and_scrolls_to_it(visit: Visit) -> None:
    page = visit()
    last = page.locator(".stretch[data-pieces~='s3']")
    assert not in_view(page, last)
    page.mouse.move(600, 5)
    piece(page, "s3").locator(".words").hover()
    expect(last).to_have_class(re.compile(r"\blit\b"))
    scrolled_to(page, last)
    assert lit(page) == "About 21,000 vehicles cross the bridge on a working day."


def test_stepping_to_a_piece_lights_parts_cue_and_speaker(visit: Visit) -> None:
    page = visit()
    press(page, "j", "j", "j")
    expect(piece(page, "q1")).to_be_focused()
    expect(piece(page, "q1")).to_have_attribute("aria-current", "true")
    assert lit(page) == (
        "We have patched this bridge for thirty years, said Dolores Quintana "
        "Either we mend it now, or one winter it will close itself."
    )
    press(page, "j", "j", "j")
    scrolled_to(page, page.locator(".stretch.lit").first)
    press(page, "k", "k", "k", "k", "k", "k", "k")
    expect(piece(page, "s1")).to_be_focused()
    assert lit(page) == "Port Ellery will close its swing bridge for eleven months."


def test_clicking_lit_words_goes_round_the_pieces_that_rest_on_them(visit: Visit) -> None:
    page = visit()
    page.locator(".stretch", has_text="Nobody asked us").click()
    expect(piece(page, "q3")).to_have_class(re.compile("current"))
    lead = page.locator(".stretch", has_text="Port Ellery will close")
    for name in ("s1", "t1", "t2", "s1"):
        lead.click()
        expect(piece(page, name)).to_have_class(re.compile("current"))
    page.get_by_role("link", name="quote 2").first.click()
    expect(piece(page, "q2")).to_be_focused()


# --- decisions -------------------------------------------------------------------------------------


def test_a_piece_is_accepted_and_the_next_open_one_is_current(site: Site, visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Accept sentence 2").click()
    saved(page, 1)
    expect(piece(page, "s2").locator(".verdict")).to_have_text("accepted by ada")
    expect(piece(page, "s3")).to_be_focused()
    expect(page.locator("#said")).to_have_text("Saved: version 1.")
    assert site.desk.item(1).sheet.piece("s2").verdict == "accepted"


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
    assert site.desk.item(1).kept.version == 0
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
    part = site.desk.item(1).sheet.piece("q2").value.parts[0]
    assert (part.text, part.start) == ("the other side", ARTICLE.index("the other side"))


def test_a_quotes_words_cant_be_changed(site: Site, visit: Visit) -> None:
    page = visit()
    page.locator(".stretch", has_text="Nobody asked us").click()
    press(page, "e")
    piece(page, "q3").locator("textarea").fill("Everybody asked us")
    piece(page, "q3").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("its words can’t be changed")
    assert site.desk.item(1).kept.version == 0
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
    speaker = site.desk.item(1).sheet.piece("q3").value.speaker
    assert speaker.mention.text == "Ines Okafor"


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
    assert site.desk.item(1).sheet.piece("s3").decision.reason == "from last year"  # type: ignore[union-attr]


def test_quotes_are_reordered_by_keys_and_by_dragging(site: Site, visit: Visit) -> None:
    def order() -> list[str]:
        return [one.id for one in site.desk.item(1).sheet.quotes]

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
    added = site.desk.item(1).sheet.piece("q+1").value
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
    assert not site.desk.item(1).sheet.review.decisions
    page.get_by_role("link", name=re.compile("history")).click()
    expect(page.locator("tbody tr")).to_have_count(6)
    page.get_by_role("button", name="Go back to this, version 3").click()
    saved(page, 7)
    assert site.desk.item(1).sheet.piece("s3").verdict == "rejected"


def test_a_review_is_finished_by_keyboard_alone(site: Site, visit: Visit) -> None:
    second = site.submit("The lighthouse was sold for one crown. Islanders bought it.", title="Lighthouse")
    page = visit(f"/review/items/{second}")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "a", "Escape")  # in the dialog no key decides anything
    expect(page.get_by_role("dialog")).to_be_hidden()
    press(page, "n")
    expect(page).to_have_url(f"{site.url}/review/items/1")
    press(page, "a", "e")
    expect(piece(page, "s2").locator("textarea")).to_be_focused()
    page.keyboard.type("In short: ")
    press(page, "Control+Enter")
    saved(page, 2)
    press(page, "r", "3")
    saved(page, 3)
    press(page, "u", "j", "k", "a", "j", "Shift+A")
    expect(page).to_have_url(f"{site.url}/review/items/{second}")
    item = site.desk.item(1)
    assert item.kept.state == "done"
    assert item.sheet.review.finished_by == "ada"
    assert not item.sheet.open


def test_keys_typed_faster_than_the_server_answers_are_all_done(site: Site, visit: Visit) -> None:
    page = visit()
    press(page, *"aaaaaaaaa")
    saved(page, 9)
    assert not site.desk.item(1).sheet.open


def test_caps_lock_doesnt_finish_a_review_and_shortcuts_can_be_turned_off(site: Site, visit: Visit) -> None:
    page = visit()
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'A', bubbles: true}))")
    saved(page, 1)
    assert site.desk.item(1).kept.state == "open"
    page.goto("/review/help")
    page.get_by_label("single-key shortcuts are on").uncheck()
    page.goto("/review/items/1")
    press(page, "a", "j", "Alt+ArrowUp")
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog", name="Keys").get_by_role("checkbox")).not_to_be_checked()
    assert site.desk.item(1).kept.version == 1


# --- others ----------------------------------------------------------------------------------------


def test_the_slower_of_two_editors_is_told_what_happened_and_keeps_their_words(
    site: Site, visit: Visit
) -> None:
    ada, grace = visit(), visit(name="Grace")
    press(ada, "e")
    typed = "Port Ellery will shut its swing bridge for eleven months."
    piece(ada, "s1").locator("textarea").fill(typed)
    piece(grace, "s1").locator("summary", has_text="Reject").click()
    piece(grace, "s1").get_by_role("button", name="misleading").click()
    saved(grace, 1)
    with ada.expect_response("**/review/items/1") as answer:
        press(ada, "Control+Enter")
    assert answer.value.status == 412
    notice = ada.get_by_role("alert")
    expect(notice).to_contain_text("Grace rejected sentence 1")
    expect(notice).to_contain_text("misleading")
    expect(notice.get_by_label("Your words")).to_have_value(typed)
    assert site.desk.item(1).kept.version == 1
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
    page = visit()
    press(page, "a", "a")
    saved(page, 2)
    page.get_by_role("button", name="Accept quote 2").click()
    saved(page, 3)
    corrected = ARTICLE.replace("voted 7 to 2", "voted 8 to 1")
    assert site.submit(corrected, id="bridge", title="Harbour bridge to close") == 1
    press(page, "a")
    expect(page.get_by_role("alert")).to_contain_text("the article was corrected")
    page.get_by_role("link", name="Leave it and look").click()
    expect(page.locator(".flag.stale")).to_be_visible()
    expect(piece(page, "s1").locator(".verdict")).to_have_text("accepted by ada")
    expect(piece(page, "s2").locator(".verdict")).to_have_text("open")
    expect(piece(page, "q2").locator(".verdict")).to_have_text("accepted by ada")
    page.goto("/review?tab=stale")
    expect(page.locator("tbody tr .flag.stale")).to_be_visible()


def test_the_export_holds_what_was_clicked(site: Site, visit: Visit) -> None:
    page = visit(role="chief")
    press(page, "e")
    piece(page, "s1").locator("textarea").fill("Port Ellery will shut its swing bridge.")
    press(page, "Control+Enter")
    saved(page, 1)
    press(page, "r", "1")
    saved(page, 2)
    press(page, "Shift+A")
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


def test_a_result_is_copied_for_the_cms(visit: Visit) -> None:
    page = visit()
    page.get_by_role("link", name="HTML").click()
    expect(page.locator("#said")).to_have_text("Copied as HTML.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "<blockquote><p>“Nobody asked us,”</p>" in copied
    assert "AI assistance" in copied


def test_an_editor_whose_session_has_ended_loses_no_words(site: Site, visit: Visit) -> None:
    page = visit()
    press(page, "e")
    piece(page, "s1").locator("textarea").fill("The bridge will close.")
    site.desk.store.close_sessions("ada")
    press(page, "Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("you have been signed out")
    page.context.add_cookies([site.session("ada")])  # type: ignore[list-item]
    press(page, "Escape")
    piece(page, "s1").get_by_role("button", name="Save").click()
    saved(page, 1)
    assert words_of(site, "s1") == "The bridge will close."


# --- without a script, on a phone, at night --------------------------------------------------------


def test_the_basics_work_without_javascript(site: Site, visit: Visit) -> None:
    page = visit("/review/new", java_script_enabled=False)
    page.get_by_label("Text").fill(ARTICLE)
    page.get_by_label("Headline").fill("Bridge closes")
    page.get_by_role("button", name="Analyse").click()
    expect(page).to_have_url(f"{site.url}/review/items/2")
    page.get_by_role("button", name="Accept sentence 1").click()
    expect(piece(page, "s1").locator(".verdict")).to_have_text("accepted by ada")
    piece(page, "s2").locator("summary", has_text="Edit").click()
    piece(page, "s2").get_by_label("The sentence in other words").fill("“Nobody was asked,” they said.")
    piece(page, "s2").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved. The article doesn’t read “Nobody was asked")
    area = piece(page, "s2").get_by_label("The sentence in other words")
    expect(area).to_have_value("“Nobody was asked,” they said.")
    area.fill("The council voted 7 to 2.")
    piece(page, "s2").get_by_role("button", name="Save").click()
    expect(piece(page, "s2").locator(".verdict")).to_contain_text("edited")
    piece(page, "s3").locator("summary", has_text="Reject").click()
    piece(page, "s3").get_by_role("button", name="not supported").click()
    expect(piece(page, "s3").locator(".verdict")).to_contain_text("rejected")
    page.get_by_role("button", name="Undo").click()
    expect(piece(page, "s3").locator(".verdict")).to_have_text("open")
    grace = visit("/review/items/2", name="Grace")
    press(grace, "a")
    saved(grace, 5)
    piece(page, "s3").locator("summary", has_text="Edit").click()
    piece(page, "s3").get_by_label("The sentence in other words").fill("Some 21,000 vehicles cross it.")
    piece(page, "s3").get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Grace accepted sentence 3")
    page.get_by_role("button", name="Do it all the same").click()
    assert words_of(site, "s3", 2) == "Some 21,000 vehicles cross it."
    page.get_by_role("button", name="Accept the rest").click()
    expect(page).to_have_url(f"{site.url}/review/items/1")


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_on_a_phone(width: int, site: Site, visit: Visit) -> None:
    site.submit(id="x" * 100, title="Unbreakable" * 12, source="y" * 60)
    page = visit("/review", role="admin", viewport={"width": width, "height": 844}, has_touch=True)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto("/review/items/1")
    for kind in ("edit", "reject", "add"):
        page.evaluate(
            "kind => document.querySelectorAll('details.' + kind).forEach((one) => one.open = true)", kind
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
    small = page.evaluate(
        """[...document.querySelectorAll("button, summary, input:not([type=hidden]), select, .button")]
          .filter((one) => one.checkVisibility() && !one.closest("dialog"))
          .map((one) => [one.textContent || one.name, one.getBoundingClientRect()])
          .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
    )
    assert not small
    tapped = page.locator(".stretch", has_text="The council voted")
    tapped.tap()
    expect(piece(page, "s2")).to_have_class(re.compile("current"))
    scrolled_to(page, tapped)


def test_nothing_moves_when_a_step_is_saved_or_refused(visit: Visit) -> None:
    page = visit()
    page.evaluate(
        """() => {
          window.shifts = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shifts += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
        }"""
    )
    before = page.locator(".columns").bounding_box()
    press(page, "a", "a")
    saved(page, 2)
    page.get_by_role("button", name="Finish", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("7 pieces are undecided")
    assert page.locator(".columns").bounding_box() == before
    assert page.evaluate("window.shifts") < 0.05
    # On a desk only the two panes scroll, whatever is open in them.
    page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_dark_mode_is_dark(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    ground, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert max(map(int, re.findall(r"\d+", ground)[:3])) < 60
    assert min(map(int, re.findall(r"\d+", ink)[:3])) > 200


PAGES = (
    "/review",
    "/review/items/1",
    "/review/items/2",
    "/review/items/1/history",
    "/review/dashboard",
    "/review/new",
    "/review/help",
    "/review/sign-in",
    "/review?q=nothing-like-it",
)


# --- accessibility ---------------------------------------------------------------------------------


def _axe() -> Path | None:
    """axe-core, a tool from npm: where PULLQUOTE_TEST_AXE says, or among npm's global packages."""
    if given := os.environ.get("PULLQUOTE_TEST_AXE"):
        return Path(given)
    npm = shutil.which("npm")
    if npm is None:
        return None
    root = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, check=False)
    found = Path(root.stdout.strip()) / "axe-core" / "axe.min.js"
    return found if found.is_file() else None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme: str, site: Site, visit: Visit) -> None:
    axe = _axe()
    if axe is None:
        pytest.skip("no axe-core (npm install --global axe-core, or PULLQUOTE_TEST_AXE=…/axe.min.js)")
    source, found = axe.read_text("utf-8"), []
    site.submit("Otters are back in the River Wend. A warden saw six of them.", title="Otters return")

    def examine(what: str) -> None:
        page.evaluate(source)
        result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        for violation in result["violations"]:
            if violation["impact"] in {"serious", "critical"}:
                nodes = [node["html"][:120] for node in violation["nodes"]]
                found.append(f"{what}: {violation['id']}: {violation['help']}: {nodes[:4]}")

    page = visit(role="admin", color_scheme=scheme)
    press(page, "a", "e")
    piece(page, "s2").locator("textarea").fill("The council voted on Tuesday, said Zed.")
    expect(piece(page, "s2").locator(".faults")).to_be_visible()
    examine("sentence editor")
    press(page, "Control+Enter")
    saved(page, 2)
    press(page, "r", "1", "e")
    saved(page, 3)
    page.get_by_text("Add a topic").click()
    page.get_by_text("Add a quote that was missed").click()
    examine("quote editor")
    page.get_by_role("button", name="Finish", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    examine("refusal")
    press(page, "Escape")
    page.evaluate("document.activeElement.blur()")
    press(page, "?")
    examine("keys")
    for path in PAGES[3:]:
        page.goto(path)
        examine(path)
    page.goto("/review?tab=all")
    examine("queue")
    # The page that tells of a conflict, as it is without the script.
    page.goto("/review/items/1")
    page.evaluate(
        """() => {
          const form = document.querySelector("#s1 .editor");
          form.elements.version.value = "1";
          form.submit();
        }"""
    )
    expect(page.locator("#conflict")).to_be_visible()
    examine("conflict")
    assert not found, "\n".join(found)


# --- hostile words ---------------------------------------------------------------------------------


def test_of_200_script_payloads_in_every_field_none_runs_and_none_breaks_a_page(
    site: Site, visit: Visit
) -> None:
    """Ten payloads an article; ``test_review_safety`` says each by itself, in each field, to no browser."""
    dialogs: list[str] = []
    page = visit("/review", role="admin")
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def show(path: str, what: str = "#main", status: int = 200) -> None:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status
        expect(page.locator(what)).to_be_visible()
        assert page.evaluate("[window.ran, document.title.length > 0]") == [None, True]

    for number in range(0, len(PAYLOADS), 10):
        batch = PAYLOADS[number : number + 10]
        first = batch[number // 10 % 10]
        text = "\n\n".join(map(sentence, batch))
        key = site.submit(text, _typed(first)[:200], id=f"{first} {number}", title=first, language="en")
        version = 0
        for place, payload in enumerate(batch):
            given = {"part": "The mayor held", "speaker": payload, "role": payload, "mention": "Ada Hale"}
            for action in (
                {"do": "reject", "piece": f"q{place + 1}", "reason": payload},
                {"do": "edit-sentence", "piece": f"s{place % 3 + 1}", "text": payload},
                {"do": "edit-quote", "piece": f"q{place + 1}", **given, "part": "Ada Hale"},
            ):
                form = Form({name: [_typed(value)] for name, value in action.items()})
                try:
                    version = site.desk.act(key, version, form.action(), payload[:60]).kept.version
                except InvalidDecision:
                    assert action["do"] != "reject"
        show(f"/review/items/{key}", "#workspace")
        assert len(page.locator(".piece").all()) == len(site.desk.item(key).sheet.pieces)
        press(page, "j", "j", "j", "j", "e")
        show(f"/review/items/{key}/history", ".log")
        if number % 20:
            continue
        page.goto("/review/new")
        for label, value in zip(("Headline", "Id", "Source"), batch, strict=False):
            page.get_by_label(label).fill(_typed(value))
        page.get_by_label("Text").fill("?!")
        page.get_by_role("button", name="Analyse").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.goto("/review")
        page.get_by_label("Search").fill(_typed(batch[-1]))
        press(page, "Enter")
        expect(page.locator("table.queue, p.empty")).to_be_visible()
        assert page.evaluate("window.ran") is None
    show("/review?tab=all", "table.queue")
    show("/review/dashboard", ".figures")
    assert not dialogs


def _typed(payload: str) -> str:
    """What of a payload a browser's field takes."""
    return payload.encode("utf-8", "replace").decode()
