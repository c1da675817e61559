"""Who said it, and who that is: attributions and the names behind mentions. All sentences are our own."""

from __future__ import annotations

import pytest

from service.domain import Article, Span, Speaker
from service.extract.quoted import read_quoted
from service.extract.quotes import extract_quotes
from service.segment import Segmenter

_SEGMENTER = Segmenter.load()


def speaker_of(text: str) -> str | None:
    """The speaker's name of the last quote of ``text``."""
    article = Article(id="t", text=text)
    quote = extract_quotes(article, _SEGMENTER.segment(article))[-1]
    return quote.speaker.name if quote.speaker else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("In a talk with Ann Moss on Monday, Omar Reyes smiled and said, “It is late.”", "Omar Reyes"),
        ("Omar Reyes told Ann Moss that the boat “leaks,” adding, “It always has.”", "Omar Reyes"),
        ("The film has footage of Ann Moss saying, “It is far too late now.”", "Ann Moss"),
        ("“Is it late?” Ann Moss pressed.", "Ann Moss"),
        ("Omar Reyes said that the chairman had told him “it is too late” on Monday.", "the chairman"),
        ("Ann Moss agreed. “It is far too late for that now.”", "Ann Moss"),
        ("“It is far too late for that now.”\n\n- Ann Moss.", "Ann Moss"),
        ("“We will see about that,” aides to Ann Moss said.", "aides"),
        ("Ann Moss filed a request with the town. “It is far too late for that now.”", None),
        ("Protesters marching through the streets chanted, “No more toll roads here!”", "Protesters"),
    ],
)
def test_the_source_is_the_subject_of_the_verb(text: str, name: str | None) -> None:
    assert speaker_of(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Eastgate Rovers lost at home. Their coach, Ilse Brandt, left. “A shame,” she said.", "Ilse Brandt"),
        ("Ann Moss said Lea Stone was away. “She may be back soon,” she added.", "Ann Moss"),
        ("Several researchers met in Leeds. “The ice is thin,” they said.", "Several researchers"),
        ("The report came out on Monday. “The ice is thin,” it said.", "The report"),
        ("The note came at noon. “The drill is over for now,” they said.", None),
        ("Ann Moss was late. “The drill is over for now,” it said.", None),
        ("Boss Val Hooper wept. “They bought us all new clogs,” Val said.", "Val Hooper"),
        ("A young diplomat arrived. “It was the friendly part,” the diplomat said.", "A young diplomat"),
    ],
)
def test_a_mention_is_resolved_to_the_fullest_name_or_to_nobody(text: str, name: str | None) -> None:
    assert speaker_of(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "“The tide is high,” Ann Moss said.\n\n“The gate stays shut for now,”\n\nRain fell on the town.",
        "“The tide is high.” — Ann Moss\n“The gate stays shut for now.”",
        "The town has many questions in the coming years. “The gate stays shut for now.” Rain fell.",
    ],
)
def test_a_quote_whose_attribution_is_lost_has_no_speaker(text: str) -> None:
    assert speaker_of(text) is None


def test_paragraphs_of_two_speakers_are_two_quotes_though_a_closing_mark_is_missing() -> None:
    text = "“The tide is high,” Ann Moss said. “It rises.\n“The gate stays shut,” said Omar Reyes."
    assert speaker_of(text) == "Omar Reyes"


def test_i_inside_a_quotation_is_its_speaker() -> None:
    text = "“I told them it was late,” said Ann Moss."
    article = Article(id="t", text=text)
    _, roster = read_quoted(article, _SEGMENTER.segment(article))
    mention = Span(1, 2)
    enclosing = Speaker("Ann Moss", "mayor", Span(32, 40))
    assert roster.resolve(mention, enclosing) == Speaker("Ann Moss", "mayor", mention)
    assert roster.resolve(mention) is None
