"""The page by keyboard, without its script, on a phone, at night and for whoever can't see it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route
from support.axe import find_axe, serious_violations
from support.review_pages import PAGES, decided, dock, expect, piece, press, saved, scrolled_to, words_of
from support.review_server import ARTICLE, Site
from support.servers import Visit

# --- by keyboard -----------------------------------------------------------------------------------


def test_a_review_is_finished_by_keyboard_alone(site: Site, visit: Visit) -> None:
    second = site.submit("The lighthouse was sold for one crown. Islanders bought it.", title="Lighthouse")
    page = visit(f"/review/items/{second}")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    press(page, "a", "Escape")  # in the dialog no key decides anything
    expect(page.get_by_role("dialog")).to_be_hidden()
    press(page, "n")
    expect(page).to_have_url(f"{site.url}/review/items/1")
    page.wait_for_load_state()  # before that no key is listened to
    expect(piece(page, "q3")).to_have_class(re.compile("current"))  # what needs a look first
    press(page, *"kkkkkk", "a", "e")
    expect(page.locator("#dock[data-for=s2] textarea")).to_be_focused()
    press(page, "End")
    page.keyboard.type(" Port Ellery will close its swing bridge.")
    press(page, "Control+Enter")
    saved(page, 2)
    press(page, "r", "3")
    saved(page, 3)
    for version, keys in ((4, ["u"]), (5, ["Shift+A"]), (6, ["f", "a"]), (7, ["f", "a"])):
        press(page, *keys)
        saved(page, version)
    press(page, "Shift+F")
    expect(page).to_have_url(f"{site.url}/review/items/{second}")
    item = site.reviews.item(1)
    assert item.record.state == "done"
    assert item.reviewed.review.finished_by == "ada"
    assert not item.reviewed.open


def test_keys_typed_faster_than_the_server_answers_are_all_done(site: Site, visit: Visit) -> None:
    page = visit("/review/items/1?piece=s1")
    press(page, *"aaaaaaaa")
    saved(page, 8)
    assert [one.id for one in site.reviews.item(1).reviewed.open] == ["q3"], "which stands behind a fold"


def test_a_key_acts_on_the_piece_that_was_selected_when_it_was_pressed(site: Site, visit: Visit) -> None:
    page = visit("/review/items/1?piece=s1")

    def slow(route: Route) -> None:
        if route.request.method == "POST":
            page.wait_for_timeout(600)
        route.continue_()

    page.route("**/review/items/1", slow)
    press(page, "a")
    piece(page, "q4").locator(".mark").click()
    press(page, "r", "1")
    saved(page, 2)
    reviewed = site.reviews.item(1).reviewed
    verdicts = {one.id: str(one.verdict) for one in reviewed.pieces if one.decision}
    assert verdicts == {"s1": "accepted", "q4": "rejected"}


def test_caps_lock_doesnt_finish_a_review_and_shortcuts_can_be_turned_off(site: Site, visit: Visit) -> None:
    page = visit()
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'A', bubbles: true}))")
    saved(page, 1)
    assert site.reviews.item(1).record.state == "open"
    page.goto("/review/help")
    page.get_by_label("single-key shortcuts are on").uncheck()
    page.goto("/review/items/1")
    press(page, "a", "j")
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog", name="Keys").get_by_role("checkbox")).not_to_be_checked()
    assert site.reviews.item(1).record.version == 1


# --- without a script, on a phone, at night --------------------------------------------------------


def test_the_basics_work_without_javascript(site: Site, visit: Visit) -> None:
    page = visit("/review/new", java_script_enabled=False)
    page.get_by_label("Text").fill(ARTICLE)
    page.get_by_label("Headline").fill("Bridge closes")
    page.get_by_role("button", name="Analyse").click()
    expect(page).to_have_url(f"{site.url}/review/items/2")

    def to(name: str) -> None:
        piece(page, name).locator(".mark").click()

    def edit(words: str) -> None:
        page.locator("#dock summary", has_text="Edit").click()
        page.get_by_label("The sentence in other words").fill(words)
        page.locator("#dock").get_by_role("button", name="Save").click()

    to("s1")
    page.get_by_role("button", name="Accept sentence 1").click()
    decided(page, "s1", "accepted")
    to("s2")
    edit("“Nobody was asked,” they said.")
    expect(page.get_by_role("alert")).to_contain_text("Not saved. The article doesn’t read “Nobody was asked")
    area = page.get_by_label("The sentence in other words")
    expect(area).to_have_value("“Nobody was asked,” they said.")
    area.fill("The council voted 9 to 2.")
    page.locator("#dock").get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Save it all the same").click()
    decided(page, "s2", "edited")
    to("s3")
    page.locator("#dock summary", has_text="Reject").click()
    page.locator("#dock").get_by_role("button", name="not supported").click()
    decided(page, "s3", "rejected")
    page.get_by_role("button", name="Undo").click()
    decided(page, "s3", "open")
    grace = visit("/review/items/2?piece=s3", name="Grace")
    press(grace, "a")
    saved(grace, 5)
    to("s3")
    page.go_back()
    page.goto("/review/items/2?piece=s3")
    page.evaluate("document.querySelector('#dock .editor').elements.version.value = '4'")
    edit("Some 21,000 vehicles cross it.")
    expect(page.get_by_role("alert")).to_contain_text("Grace accepted sentence 3")
    page.get_by_role("button", name="Do it all the same").click()
    assert words_of(site, "s3", 2) == "Some 21,000 vehicles cross it."
    page.get_by_role("button", name="Accept the rest").click()
    page.locator(".attention a").first.click()
    page.get_by_role("button", name="Accept quote 3").click()
    page.get_by_role("button", name="Finish").click()
    expect(page).to_have_url(f"{site.url}/review/items/1")


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_scrolls_sideways_on_a_phone(width: int, site: Site, visit: Visit) -> None:
    site.submit(id="x" * 100, title="Unbreakable" * 12, source="y" * 60)
    page = visit("/review", role="admin", viewport={"width": width, "height": 844}, has_touch=True)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto("/review/items/1?piece=q2")
    for kind in ("edit", "reject", "speaker", "add", "fold", "edit-person"):
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
    # The article is a drawer.
    page.goto("/review/items/1?piece=s2")
    expect(page.locator("#article")).to_be_hidden()
    page.get_by_role("button", name="Article").tap()
    tapped = page.locator(".stretch", has_text="My whole week")
    tapped.scroll_into_view_if_needed()
    tapped.tap()
    expect(piece(page, "q2")).to_have_class(re.compile("current"))
    scrolled_to(page, tapped)
    page.get_by_role("button", name="Article").tap()
    expect(page.locator("#article")).to_be_hidden()
    page.goto("/review")
    expect(page.get_by_label("Search")).to_be_visible()
    expect(page.get_by_label("Source")).to_be_hidden()


def test_at_a_zoom_of_400_percent_there_is_room_for_the_pieces(visit: Visit) -> None:
    page = visit("/review/items/1", viewport={"width": 320, "height": 212})
    fixed = page.evaluate(
        """[...document.querySelectorAll("body *")].filter((one) =>
          one.checkVisibility() && ["fixed", "sticky"].includes(getComputedStyle(one).position)).length"""
    )
    assert fixed == 0
    piece(page, "q1").scroll_into_view_if_needed()
    box = piece(page, "q1").bounding_box()
    assert box is not None
    assert box["y"] < 212


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
    page.get_by_role("button", name="Accept the rest").click()
    saved(page, 3)
    page.locator("#dock summary", has_text="Reject").click()
    page.locator("#dock").get_by_label("Another reason").fill(" ")
    page.locator("#dock .other").first.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_contain_text("A rejection needs a reason")
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


# --- accessibility ---------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(scheme: str, site: Site, visit: Visit) -> None:
    axe = find_axe()
    if axe is None:
        pytest.skip("no axe-core (npm install --global axe-core, or PULLQUOTE_TEST_AXE=…/axe.min.js)")
    found: list[str] = []
    site.submit("Otters are back in the River Wend. A warden saw six of them.", title="Otters return")

    def examine(what: str) -> None:
        found.extend(serious_violations(page, axe, what))

    page = visit(role="admin", color_scheme=scheme)
    examine("item")
    dock(page, "s1")
    press(page, "a", "e")
    page.locator("#dock textarea").fill("The council voted on Tuesday, said Zed.")
    expect(page.locator("#dock .faults")).to_be_visible()
    examine("sentence editor")
    page.locator("#dock textarea").fill("The council voted 7 to 2 on Tuesday.")
    press(page, "Control+Enter")
    saved(page, 2)
    press(page, "r", "1")
    saved(page, 3)
    dock(page, "q1")
    press(page, "e")
    page.get_by_text("Add a topic").click()
    page.get_by_text("Add a quote that was missed").click()
    page.evaluate("document.querySelectorAll('#pieces details').forEach((one) => (one.open = true))")
    examine("quote editor")
    page.locator("#dock summary", has_text="Speaker").click()
    examine("speakers")
    page.locator("#add-topic input[name=topic]").fill("gossip")
    press(page, "Enter")
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
    page.goto("/review/items/1?piece=s1")
    page.evaluate(
        """() => {
          const form = document.querySelector("#dock .editor");
          form.elements.version.value = "1";
          form.submit();
        }"""
    )
    expect(page.locator("#conflict")).to_be_visible()
    examine("conflict")
    assert not found, "\n".join(found)
