"""Who a description means, what it is in full, and first mentions after the quote. All texts are our own."""

from __future__ import annotations

import pytest
from support.reading import quotes_in

from service.domain import Article, Speaker


def speaker_of(text: str) -> Speaker | None:
    """The speaker of the first quote of ``text``."""
    article = Article(id="t", text=text)
    return quotes_in(article)[0].speaker


def name_of(text: str) -> str | None:
    """That speaker's name."""
    speaker = speaker_of(text)
    return speaker.name if speaker else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Officials in Brussels said: “The vote stays on Monday.”", "Officials in Brussels"),
        ("Supporters of Elena Marsh chanted, “Four more years!”", "Supporters of Elena Marsh"),
        ("Sources close to Ben Ryder said: “He will not run again.”", "Sources close to Ben Ryder"),
        ("Critics said “she has done nothing for the valley.”", "Critics"),
        ("Police said: “Two men were held at the scene.”", "Police"),
        ("“We ran out of beds at noon,” a nurse said.\n\nLena Ford, a nurse, was there.", "a nurse"),
    ],
)
def test_a_description_is_kept_whole(text: str, name: str) -> None:
    assert name_of(text) == name


def test_the_mention_of_officials_holds_what_they_are_of() -> None:
    text = "Officials in Brussels said: “The vote stays on Monday.”"
    speaker = speaker_of(text)
    assert speaker is not None
    assert speaker.mention.of(text) == "Officials in Brussels"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("President: “The army stays out.”\n\nPresident Ivo Marr told the nation so.", "Ivo Marr"),
        (
            "Minister: “We were not told.”\n\nFinance Minister Ida Sorn and Health Minister Al Crewe.",
            "Minister",
        ),
        ("Chief Minister Raghav Menon came. “It is open now,” the Chief Minister said.", "Raghav Menon"),
        ("President Joan Hart left. “There is no deal,” the French president said.", "the French president"),
        ("The governor’s aide, Al Crewe, came. “There is no deal,” the governor said.", "the governor"),
        ("Dr. Omar Nasser came. “The wound was deep,” the doctor said.", "Omar Nasser"),
        ("Dr. Omar Nasser came. “The wound was deep,” the surgeon said.", "Omar Nasser"),
        ("Dr. Omar Nasser met Dr. Eva Lund. “It was deep,” the surgeon said.", "the surgeon"),
    ],
)
def test_a_role_is_held_by_who_is_given_it(text: str, name: str) -> None:
    assert name_of(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Evening Gazette ran it. “We stand by it,” the newspaper said.", "Evening Gazette"),
        ("Norvik Systems Inc. will close. “Nobody will suffer,” the company said.", "Norvik Systems Inc."),
        ("Tallgrass, a battery company, will close. “Nobody will suffer,” the company said.", "Tallgrass"),
        ("The Health Ministry met. “Hands should be washed,” the ministry said.", "Health Ministry"),
        ("Norvik Inc. met Baltic Corp. in May. “Nobody will suffer,” the company said.", "the company"),
        ("“Nobody will suffer,” the company said.\n\nNorvik Systems Inc. will close.", "the company"),
        ("Ann Moss met the Harbor Bank. “Nobody will suffer,” the union said.", "the union"),
    ],
)
def test_a_body_is_the_one_of_its_kind_named_before(text: str, name: str) -> None:
    assert name_of(text) == name


_SHE_SAID = "“It felt like a truck had hit us,” she said.\n\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{_SHE_SAID}Maria Estevez, 34, was on the third floor.", "Maria Estevez"),
        (f"{_SHE_SAID}Daniel Okafor, 51, was asleep. Ana Petrov was not.", None),
        (f"{_SHE_SAID}The house belonged to Maria Estevez, 34.", None),
        (f"Ann Moss came home.\n\n{_SHE_SAID}Maria Estevez, 34, was on the third floor.", "Ann Moss"),
        (f"{_SHE_SAID}It rained.\n\nIt poured.\n\nIt froze.\n\nMaria Estevez, 34, was there.", None),
    ],
)
def test_who_is_named_only_after_the_quote(text: str, name: str | None) -> None:
    assert name_of(text) == name
