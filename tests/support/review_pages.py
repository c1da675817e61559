"""What the tests in a browser do with a page and look for on it. Skips them all without Playwright."""

from __future__ import annotations

import time

import pytest

from support.review_server import Site

pytest.importorskip("playwright", reason="no playwright (pip install playwright)")
from playwright.sync_api import Locator, Page, expect

from service.review.rules import pieces

# Longer than by default: other work on the machine must fail no test.
expect.set_options(timeout=15_000)

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
"""Every page there is, given two items."""


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page, version: int) -> None:
    """Wait until the page shows that version."""
    expect(page.locator("#workspace")).to_have_attribute("data-version", str(version))


def piece(page: Page, name: str) -> Locator:
    return page.locator(f"[id='{name}']")


def dock(page: Page, name: str) -> Locator:
    """What can be done with a piece, which becomes the current one if it isn't."""
    found = page.locator(f"#dock[data-for='{name}']:not([inert])")
    if page.locator(".piece.current").get_attribute("id") != name:
        one = piece(page, name)
        if not one.is_visible():
            page.locator("details.fold", has=one).locator("summary").first.click()
        one.locator(".mark").click()
    expect(found).to_be_visible()
    return found


def decided(page: Page, name: str, verdict: str) -> None:
    """Wait until the page shows that verdict on a piece."""
    expect(piece(page, name)).to_have_attribute("data-verdict", verdict)


def lit(page: Page) -> str:
    """The article's words that are lit, as one string."""
    return " ".join(page.locator(".stretch.lit").all_inner_texts())


def in_view(page: Page, element: Locator, pane: str = "#article") -> bool:
    """Return whether an element is within what its pane shows."""
    inner, outer = element.bounding_box(), page.locator(pane).bounding_box()
    assert inner is not None
    assert outer is not None
    return inner["y"] >= outer["y"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"]


def scrolled_to(page: Page, element: Locator) -> None:
    """Wait until the article shows an element."""
    deadline = time.monotonic() + 10
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
    reviewed = site.reviews.item(key).reviewed
    return pieces.words_of(reviewed.piece(name).value, reviewed.text)
