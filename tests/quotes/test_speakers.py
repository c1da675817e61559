"""Who said it, and who that is: attributions and the names behind mentions. All sentences are our own."""

from __future__ import annotations

import pytest
from support.reading import quotes_in, read

from service.domain import Article, Span
from service.people.entity_index import find_people
from service.people.referent import How, Referent
from service.pipeline import Pipeline


def speaker_of(text: str) -> str | None:
    """The speaker's name of the last quote of ``text``."""
    article = Article(id="t", text=text)
    quote = quotes_in(article)[-1]
    return quote.speaker.name if quote.speaker else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("In a talk with Ann Moss on Monday, Omar Reyes smiled and said, “It is late.”", "Omar Reyes"),
        ("Omar Reyes told Ann Moss that the boat “leaks,” adding, “It always has.”", "Omar Reyes"),
        ("The film has footage of Ann Moss saying, “It is far too late now.”", "Ann Moss"),
        ("“Is it late?” Ann Moss pressed.", "Ann Moss"),
        ("Ann Moss agreed. “It is far too late for that now.”", "Ann Moss"),
        ("“It is far too late for that now.”\n\n- Ann Moss.", "Ann Moss"),
        ("“We will see about that,” aides to Ann Moss said.", "aides to Ann Moss"),
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
        "“The tide is high.” — Ann Moss\n“The gate stays shut for now.”",
        "The town has many questions in the coming years. “The gate stays shut for now.” Rain fell.",
    ],
)
def test_a_quote_whose_attribution_is_lost_has_no_speaker(pipeline: Pipeline, text: str) -> None:
    quotes = pipeline.analyse(Article(id="t", text=text)).quotes
    assert max(quotes, key=lambda quote: quote.parts).speaker is None


def test_paragraphs_of_two_speakers_are_two_quotes_though_a_closing_mark_is_missing() -> None:
    text = "“The tide is high,” Ann Moss said. “It rises.\n“The gate stays shut,” said Omar Reyes."
    assert speaker_of(text) == "Omar Reyes"


def test_i_inside_a_quotation_is_its_speaker() -> None:
    text = "“I told them it was late,” said Ann Moss."
    article = Article(id="t", text=text)
    entities = find_people(read(article))
    mention = Span(1, 2)
    enclosing = Referent("Ann Moss", "mayor", Span(32, 40), How.NAME)
    assert entities.resolve(mention, enclosing) == Referent("Ann Moss", "mayor", mention, How.SPEAKER)
    assert entities.resolve(mention) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mayor Jo Fox sat with the council. “It is late,” the mayor said.", "Jo Fox"),
        ("Tim Orr, the mayor’s lawyer, sat with the council. “It is late,” the mayor said.", "the mayor"),
        ("Tim Orr, an aide to the mayor, sat there. “It is late,” the mayor said.", "the mayor"),
        ("Tim Orr, the deputy mayor, met the mayor. “It is late,” the mayor said.", "the mayor"),
        ("Tim Orr, the former mayor, met the mayor. “It is late,” the mayor said.", "the mayor"),
        ("Former Mayor Tim Orr sat there. “It is late,” the former mayor said.", "Tim Orr"),
        ("Tim Orr, vice president of the bank, ate. “It is late,” the president said.", "the president"),
        ("Judge Ann Moss sat. Tim Orr, son of a judge, stood. “It is late,” the judge said.", "Ann Moss"),
        ("Trade Minister Tim Orr ate. “It is late,” the health minister said.", "the health minister"),
        ("Trade Minister Tim Orr ate. “It is late,” the minister said.", "Tim Orr"),
        ("Police Chief Ron Moss spoke. “It is late,” the police said.", "the police"),
        ("Mayor Jo Fox met Mayor Ann Moss of Wick. “It is late,” the mayor said.", "the mayor"),
        ("Tim Orr, a doctor, ran. Another doctor fell. “It is late,” the doctor said.", "Another doctor"),
        ("Coach Wes Orr won. The losing coach wept. “It is late,” the coach said.", "the coach"),
        ("Her lawyer, Tim Orr, ate. The town’s lawyer slept. “It is late,” the lawyer said.", "the lawyer"),
        ("Home Minister Ravi Rana met Chief Minister Uma Rao. “No,” the Home Minister said.", "Ravi Rana"),
        ("“It is late,” said Chief Minister Uma Rao. “Go home, all of you,” the CM said.", "Uma Rao"),
        ("“It is late,” said Uma Rao. “Go home, all of you,” the CM said.", "the CM"),
        ("“It is late,” said Wick Foods CEO Tim Orr. “Go,” the chief executive said.", "Tim Orr"),
        ("Tim Orr and Wes Reed both lost. “I will be back for more,” said the latter.", None),
    ],
)
def test_who_holds_a_role_is_named_for_it_if_it_can_be_only_one(text: str, name: str | None) -> None:
    assert speaker_of(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Tim Orr swam out.\n\nThe girl’s father wept. “My only child,” he said.", "The girl’s father"),
        ("Ann Moss runs the inn. A woman at the gate slept. “It rains,” she said.", "A woman at the gate"),
        ("Tim Orr left. “It is late,” said a son of the baker. “Go,” he added.", "a son of the baker"),
        ("Ann Moss sat. Her mother died in May. “I miss her every day,” she said.", None),
        ("Ann Moss sued the town. A lawyer disagreed. “It is far too late,” she said.", None),
        ("Ann Moss sat. The boy’s aunt thanked Joan Pike. “It is far too late,” she said.", None),
        ("Ann Moss sat. A reporter asked about the bridge. “It is far too late,” she said.", "Ann Moss"),
        ("Mayor Tim Orr met Wes Reed. The mayor was calm. “It is far too late,” he said.", "Tim Orr"),
    ],
)
def test_a_pronoun_after_somebody_unnamed_is_no_named_bystander(text: str, name: str | None) -> None:
    assert speaker_of(text) == name


@pytest.mark.parametrize(
    ("fronted", "name"),
    [
        ("Asked by Lou Stone of the Post whether he would go", "Tim Orr"),
        ("Pressed by Senator Lou Stone", "Tim Orr"),
        ("In a letter to Senator Lou Stone", "Tim Orr"),
        ("In an interview with Lou Stone, host of the show", "Tim Orr"),
        ("Sitting beside Lou Stone", "Tim Orr"),
        ("When Lou Stone asked whether he would go", "Tim Orr"),
        ("When Lou Stone was asked whether he would go", "Lou Stone"),
        ("As for Lou Stone", "Lou Stone"),
    ],
)
def test_a_name_in_front_of_the_subject_is_not_the_subject(fronted: str, name: str) -> None:
    assert speaker_of(f"Tim Orr was firm on Monday. {fronted}, he said: “It is far too late.”") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Meg Pike praised Ann Moss. “She ran,” she said.\n\nAnn Moss slept. “I hid,” she said.", "Ann Moss"),
        ("“Go,” said Admiral Ramon Cruz.\n\nA survivor, Jun Abad, 24, hid.\n\n“I ran,” he said.", "Jun Abad"),
        ("Justice S. Rao rose. The Advocate-General, P. Nair, sat. “It is late,” he said.", "P. Nair"),
    ],
)
def test_the_only_one_named_in_the_sentence_before_is_meant(text: str, name: str) -> None:
    assert speaker_of(text) == name
