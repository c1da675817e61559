"""Fixtures that serve: the HTTP service; the editors' page, emptied before each test; a browser.

A plugin of ``conftest.py``. What it takes is imported where it is used: most test modules need none of it.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Browser, ConsoleMessage, Page

    from support.review_server import Site

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# What a test doesn't look at costs half of what a new window does: the graphics processor and extensions.
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-extensions", "--renderer-process-limit=1"]
# A refused save is an answer, though Chromium calls it an error.
_ANSWERS = re.compile(r"Failed to load resource: the server responded with a status of (401|409|412|422)\b")
Serve = Callable[..., "httpx.Client"]
Visit = Callable[..., "Page"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start the service with a pipeline (ready), or with a function that loads one (perhaps not)."""
    from service.settings import Settings
    from support.api_server import asking, ready, running
    from support.fake_pipeline import FakePipeline

    with contextlib.ExitStack() as stack:

        def start(
            pipeline: Any = None, *, load: Callable[[], Any] | None = None, **values: Any
        ) -> httpx.Client:
            if load is not None:
                return stack.enter_context(asking(stack.enter_context(running(Settings(**values), load))))
            made = pipeline or FakePipeline()
            return stack.enter_context(ready(Settings(**values), lambda: made))

        yield start


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """One service with a fake pipeline for the tests that leave no trace in it."""
    from service.settings import Settings
    from support.api_server import ready
    from support.fake_pipeline import FakePipeline

    with ready(Settings(max_chars=1000), FakePipeline) as client:
        yield client


@pytest.fixture(scope="session")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service with accounts."""
    from service.bootstrap import load_segmenter
    from support.review_server import running

    load_segmenter()  # takes seconds, and the first page that needs it would be waited for in vain
    with running(tmp_path_factory.mktemp("site") / "reviews.db") as site:
        yield site


@pytest.fixture
def empty_site(_served: Site) -> Site:
    """A service with accounts and nothing in its store."""
    _served.clear()
    return _served


@pytest.fixture
def site(empty_site: Site) -> Site:
    """A service with accounts and one article, item 1."""
    empty_site.submit(id="bridge", title="Harbour bridge to close")
    return empty_site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a module's tests; each has windows of its own in it."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Opens a window for a signed-in user. Afterwards, no window may have had anything to complain of."""
    problems: list[str] = []
    contexts = []

    def visit(
        path: str = "/review/items/1", name: str | None = "ada", role: Any = "editor", **options: Any
    ) -> Page:
        # Smooth scrolling is for the test of it: elsewhere it would be waited for.
        usual = {"viewport": {"width": 1280, "height": 850}, "reduced_motion": "reduce"}
        context = browser.new_context(base_url=site.url, **{**usual, **options})
        contexts.append(context)
        context.set_default_timeout(20_000)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
        if name:
            context.add_cookies([site.session(name, role)])  # type: ignore[list-item]
        page = context.new_page()
        _watch(page, problems)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert not problems


def _watch(page: Page, problems: list[str]) -> None:
    """Note every error, every violation of the Content-Security-Policy, and every dialog."""

    def noted(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _ANSWERS.match(message.text):
            problems.append(f"{page.url}: {message.text}")

    page.on("console", noted)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
