"""Words that try to be more than words, in a real browser."""

from __future__ import annotations

from support.review_pages import expect, press
from support.review_server import Site
from support.script_payloads import PAYLOADS, sentence
from support.servers import Visit

from service.review.pages.forms import ReviewForm
from service.review.rules.pieces import InvalidDecision


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
            given = {
                "part": "The mayor held",
                "speaker": payload,
                "role": payload,
                "mention": "Ada Hale",
                "confirmed": "true",
            }
            for action in (
                {"do": "reject", "piece": f"q{place + 1}", "reason": payload},
                {"do": "edit-sentence", "piece": f"s{place % 3 + 1}", "text": payload, "confirmed": "true"},
                {"do": "edit-quote", "piece": f"q{place + 1}", **given, "part": "Ada Hale"},
            ):
                form = ReviewForm({name: [_typed(value)] for name, value in action.items()})
                try:
                    version = site.reviews.act(key, version, form.action(), payload[:60]).record.version
                except InvalidDecision:
                    assert action["do"] != "reject"
        show(f"/review/items/{key}", "#workspace")
        assert len(page.locator(".piece").all()) == len(site.reviews.item(key).reviewed.pieces)
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
