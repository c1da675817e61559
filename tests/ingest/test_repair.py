"""Wrong decodings are undone where they have one reading; what was lost is warned of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.bootstrap import build_door
from service.ingest import Declared
from service.ingest.repair import repair
from service.settings import Settings


def codes(text: str) -> list[str]:
    return [notice.code.value for notice in repair(text).notices]


@pytest.mark.parametrize(
    ("damaged", "right"),
    [
        ("â€œWe are done,â€\x9d he said.", "“We are done,” he said."),
        ("â€œWe are done,â€ he said. Itâ€™s over.", "“We are done,” he said. It’s over."),
        ("CafÃ© owners paid Â£5m.", "Café owners paid £5m."),
        ("&ldquo;No,&rdquo; she said. It&rsquo;s late.", "“No,” she said. It’s late."),
        ("&ldquo;No,&rdquo; said Thon&amp;rsquo;s son.", "“No,” said Thon’s son."),
    ],
)
def test_one_reading_is_taken(damaged: str, right: str) -> None:
    assert repair(damaged).text == right
    assert codes(damaged) == ["repaired_text"]


@pytest.mark.parametrize(
    "text",
    [
        "Plain text with “marks”, it’s fine: naïve, Ã la carte, AT&T; R&D.",
        "Write &amp; for an ampersand.",
        "French President FranÃ\x83Â§ois".replace("Ã\x83Â§", "ç"),
        "Why? Because. Who? Me.",
    ],
)
def test_a_sound_text_stays(text: str) -> None:
    assert repair(text).text == text
    assert codes(text) == []


@pytest.mark.parametrize("text", ["We can\ufffdt move.", "The child?s act, ?he said?. Amar?s and Delhi?s."])
def test_what_was_lost_is_warned_of_and_left(text: str) -> None:
    assert repair(text).text == text
    assert codes(text) == ["damaged_text"]


@given(st.text(max_size=200))
def test_repairing_twice_changes_nothing_more_in_sound_text(text: str) -> None:
    if not repair(text).notices:
        assert repair(text).text == text


def test_offsets_refer_to_the_returned_text() -> None:
    words = "The council voted on Monday to close the pool in March after the roof was found to leak. "
    article = build_door(Settings()).from_text(f"{words}â€œIt is sad,â€ said Moss. {words}", Declared(id="a"))
    assert article.text_is_derived
    assert "“It is sad,” said Moss." in article.text
    assert [notice.code.value for notice in article.warnings] == ["repaired_text"]
