"""The front page and the API reference in a browser: by mouse, by keyboard, at night, on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from support.axe import find_axe, serious_violations
from support.fake_pipeline import FakePipeline, Gate
from support.servers import Serve

Open = Callable[..., Page]
ARTICLE = "Rain fell on Linden 🌧 all day, the mayor told the town.\n\nShe said: “Bring a coat to the fair.”"
HOSTILE = (
    "Rain fell on <img src=x onerror=alert(1)> the town of Linden all day long.\n\n"
    "She said: “Bring <script>alert(2)</script> a coat.” </textarea><script>alert(3)</script>"
)


@pytest.fixture
def open_page(browser: Browser, client: httpx.Client) -> Iterator[Open]:
    """Open a page of the service; afterwards, it may have had nothing to complain of."""
    contexts, complaints = [], []

    def open_(path: str = "/", base: httpx.Client = client, expected: str = "", **options: Any) -> Page:
        usual = {"viewport": {"width": 1280, "height": 850}, "reduced_motion": "reduce"}
        context = browser.new_context(base_url=str(base.base_url), **{**usual, **options})
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text)
                if message.type in {"error", "warning"} and not (expected and expected in message.text)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append("a dialog"), dialog.dismiss()))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not complaints


def analyse(page: Page, article: str = ARTICLE) -> None:
    page.get_by_label("Text, or the HTML of a page").fill(article)
    page.get_by_role("button", name="Analyse the article").click()
    expect(page.locator(".piece").first).to_be_visible()


def lit(page: Page) -> list[tuple[str, str]]:
    """The words that are lit up, each with what it is."""
    return [
        (stretch.inner_text(), str(stretch.get_attribute("class")).split()[-1])
        for stretch in page.locator(".stretch.lit").all()
    ]


def test_an_article_is_pasted_and_each_piece_lights_its_words(open_page: Open) -> None:
    page = open_page()
    analyse(page)
    quote = page.get_by_role("button", name="Bring a coat to the fair.")
    expect(quote).to_contain_text("Ada Hale, Mayor")
    quote.click()
    expect(quote).to_have_attribute("aria-pressed", "true")
    assert ("Bring a coat to the fair.", "part") in lit(page)
    page.locator(".topics .piece").click()
    expect(quote).to_have_attribute("aria-pressed", "false")
    assert lit(page) == [(ARTICLE.split("\n")[0], "evidence")]
    page.locator("#article .stretch", has_text="Bring a coat").click()
    expect(quote).to_have_attribute("aria-pressed", "true")
    quote.click()
    assert lit(page) == []
    page.get_by_role("button", name="Change the article").click()
    expect(page.get_by_label("Text, or the HTML of a page")).to_be_focused()


def test_an_example_is_chosen_and_a_page_of_html_is_read_as_one(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("link", name="A lighthouse, as a web page").click()
    field = page.get_by_label("Text, or the HTML of a page")
    expect(field).not_to_have_value("")
    field.evaluate("field => field.value = field.value.slice(0, 900) + '</article></body></html>'")
    page.get_by_role("button", name="Analyse the article").click()
    expect(page.locator("#article p").first).to_contain_text("The 214 people of Skerry island")
    assert "<p>" not in page.locator("#article").inner_text()


def test_all_of_it_works_by_keyboard(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("Text, or the HTML of a page").focus()
    page.keyboard.insert_text(ARTICLE)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="The analysis")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert lit(page) == [(ARTICLE.split("\n")[0], "evidence")]
    page.keyboard.press("ArrowDown")
    assert ("Bring a coat to the fair.", "part") in lit(page)
    page.keyboard.press("Escape")
    assert lit(page) == []


def test_markup_in_an_article_stays_text(open_page: Open) -> None:
    page = open_page()
    analyse(page, HOSTILE)
    assert "<img src=x onerror=alert(1)>" in page.locator("#article").inner_text()
    assert "<script>alert(2)</script>" in page.locator("#analysis").inner_text()
    assert page.locator("#article img, #analysis img, #article script, #analysis script").count() == 0


def test_a_refusal_is_told_with_its_remedy(open_page: Open) -> None:
    page = open_page(expected="status of 422")
    page.get_by_label("Text, or the HTML of a page").fill("...")
    page.get_by_role("button", name="Analyse the article").click()
    expect(page.get_by_role("alert")).to_contain_text("no letter or digit. Send the article's text.")
    expect(page.get_by_role("button", name="Analyse the article")).to_be_enabled()
    analyse(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_whoever_comes_while_the_service_starts_waits(open_page: Open, serve: Serve) -> None:
    gate = Gate()

    def load() -> FakePipeline:
        gate(None)  # type: ignore[arg-type]
        return FakePipeline()

    page = open_page(base=serve(load=load), expected="status of 503")
    page.get_by_label("Text, or the HTML of a page").fill(ARTICLE)
    page.get_by_role("button", name="Analyse the article").click()
    expect(page.get_by_role("status")).to_contain_text("The service is starting")
    gate.open()
    expect(page.locator(".piece").first).to_be_visible()


def test_a_service_that_asks_for_a_key_is_given_it(open_page: Open) -> None:
    page = open_page(expected="status of 401")

    def answer(route: Any) -> None:
        if route.request.headers.get("authorization") == "Bearer pq_1":
            route.continue_()
        else:
            problem = {"title": "Not signed in", "detail": "Send a key.", "status": 401}
            route.fulfill(status=401, json=problem, content_type="application/problem+json")

    page.route("**/v1/analyses*", answer)
    page.get_by_label("Text, or the HTML of a page").fill(ARTICLE)
    page.get_by_role("button", name="Analyse the article").click()
    expect(page.get_by_label("API key")).to_be_focused()
    page.keyboard.type("pq_1")
    page.get_by_role("button", name="Analyse the article").click()
    expect(page.locator(".piece").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(open_page: Open, scheme: str) -> None:
    axe = find_axe()
    if axe is None:
        pytest.skip("no axe-core (npm install --global axe-core, or PULLQUOTE_TEST_AXE=…/axe.min.js)")
    page = open_page(color_scheme=scheme, expected="status of 422")
    found = serious_violations(page, axe, "empty")
    page.get_by_label("Text, or the HTML of a page").fill("...")
    page.get_by_role("button", name="Analyse the article").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += serious_violations(page, axe, "refused")
    analyse(page)
    page.locator(".piece").nth(1).click()
    page.get_by_text("The answer as JSON").click()
    found += serious_violations(page, axe, "analysed")
    page.goto("/docs")
    for summary in page.locator(".operation summary").all():
        summary.click()
    found += serious_violations(page, axe, "reference")
    assert found == []


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_nothing_is_wider_than_a_phone(open_page: Open, path: str) -> None:
    page = open_page(path, viewport={"width": 360, "height": 740}, has_touch=True)
    if path == "/":
        analyse(page)
        page.locator(".piece").last.tap()
        expect(page.locator("#article")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_reference_shows_one_language_and_copies_it(open_page: Open) -> None:
    page = open_page("/docs")
    first = page.locator("#post-v1-analyses")
    expect(first.locator("figure:visible")).to_have_count(1)
    page.get_by_role("button", name="Python", exact=True).click()
    first.get_by_role("button", name="Copy the example in Python").click()
    expect(first.get_by_role("button", name="Copy the example in Python")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("from service.client import Pullquote")
    page.reload()
    expect(first.locator("figure:visible figcaption")).to_have_text("Python")


def test_the_reference_is_read_without_its_script(open_page: Open) -> None:
    page = open_page("/docs", java_script_enabled=False)
    expect(page.locator("#post-v1-analyses figure:visible")).to_have_count(3)
    page.locator("#post-v1-analyses summary", has_text="422").click()
    expect(page.locator("#post-v1-analyses").get_by_text("empty-article").first).to_be_visible()
