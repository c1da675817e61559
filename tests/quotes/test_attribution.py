"""Which cue and which source a quotation has, where the nearest name is not who spoke. Our own sentences."""

from __future__ import annotations

import pytest
from support.reading import quotes_in

from service.domain import Article, Quote


def quotes_of(text: str) -> tuple[Quote, ...]:
    article = Article(id="t", text=text)
    return quotes_in(article)


def speakers_of(text: str) -> list[str | None]:
    return [quote.speaker.name if quote.speaker else None for quote in quotes_of(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The plan was called “reckless and cruel” by Peter Lund, a budget chief.", "Peter Lund"),
        ("The plan, described as “a mess” by Dr. Ann Moss, passed on Monday.", "Ann Moss"),
        ("Ann Moss was told by Omar Reyes: “You will have to leave the room.”", "Omar Reyes"),
        ("Ann Moss was told “You will have to leave the room.”", None),
        ("Ann Moss criticised Omar Reyes for saying “women should stay at home.”", "Omar Reyes"),
        ("Ann Moss accused Omar Reyes of saying “women should stay at home.”", "Omar Reyes"),
        ("Omar Reyes was criticised by Ann Moss for saying “women should stay at home.”", "Omar Reyes"),
        ("The Gazette quoted an unnamed officer as saying “we will not move.”", "an unnamed officer"),
        ("“We will not move,” the Gazette quoted Ann Moss as saying.", "Ann Moss"),
        ("Ann Moss was quoted by the Gazette as saying: “We will not move.”", "Ann Moss"),
        ("Ann Moss held a banner saying “We will not move from here.”", "a banner"),
        ("A letter signed by Ann Moss said it was “a bomb waiting for a match.”", "A letter"),
        ("An email from Ann Moss to Omar Reyes reads: “I quit, and I mean it.”", "An email"),
        ("The hornet, says Prof Ed Laidlaw, “is a question of when, not if.”", "Ed Laidlaw"),
        ("Ann Moss left the room. Another wrote: “We will not move from here.”", "Another"),
        ("His aides were calm: “We will not move,” one said.", "one"),
        ("Island opener Vik Joshi took aim at the board: “They know nothing at all.”", "Vik Joshi"),
        ("Omar Reyes (Lab, Thornley) said: “We will not move from here.”", "Omar Reyes"),
        (
            "Ann Moss met Omar Reyes in June. “We will not move,” Moss and Reyes said.",
            "Ann Moss and Omar Reyes",
        ),
        ("In talks with Moss and Reyes, Lou Hill said: “We will not move.”", "Lou Hill"),
        ("The group, led by Ann Moss, said: “We will not move from here.”", "The group"),
        (
            "The nonpartisan Commission on Public Debates said: “We will not move.”",
            "Commission on Public Debates",
        ),
    ],
)
def test_the_one_who_spoke_is_not_always_the_nearest_name(text: str, name: str | None) -> None:
    assert speakers_of(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Ann Moss never said “I will leave the room today.”",
        "Ann Moss did not say “I am sorry for it all.”",
        "Ann Moss denied saying “I am sorry for it all.”",
        "Ann Moss refused to say “I am sorry for it all.”",
        "Ann Moss’s “it is fine by me” remark angered Omar Reyes in the hall.",
    ],
)
def test_words_that_were_not_spoken_are_no_quote_by_rule(text: str) -> None:
    assert quotes_of(text) == ()


@pytest.mark.parametrize(
    "adverb", ["Afterward", "Separately", "Tearfully", "Outside", "In Paris", "At Davos"]
)
def test_what_fronts_a_sentence_is_no_person(adverb: str) -> None:
    text = f"Omar Reyes was asked to leave. {adverb}, he told reporters: “It was fun while it lasted.”"
    assert speakers_of(text) == ["Omar Reyes"]


def test_a_place_is_not_who_holds_the_office_named_after_it() -> None:
    assert speakers_of("In Moscow, the president said, “We will send the ships.”") == ["the president"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("“It is late,” Ann Moss, told by her aides that the train had left “early,” said.", None),
        ("“It is late,” said Ann Moss, told by her aides that the train had left.", None),
        ("“It is late,” said Ann Moss, the mayor when the bridge fell.", "mayor"),
        ("“It is late,” said Ann Moss, the mayor of the town.", "mayor of the town"),
    ],
)
def test_a_clause_is_no_role(text: str, role: str | None) -> None:
    speakers = [quote.speaker for quote in quotes_of(text)]
    assert speakers
    assert {(speaker.name, speaker.role) for speaker in speakers if speaker} == {("Ann Moss", role)}
    assert None not in speakers
