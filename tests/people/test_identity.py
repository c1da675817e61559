"""Which mentions are one person's: couples, namesakes, nicknames, sons and fathers. All texts are our own."""

from __future__ import annotations

import time

import pytest
from support.reading import quotes_in

from service.domain import Article, Sentence, Span
from service.people.entity_index import find_people
from service.people.grouping.nicknames import may_be_one
from service.people.mention_index import index_mentions
from service.text.document import Document


def names_of(text: str) -> list[str | None]:
    """The speakers' names of the quotes of ``text``, in its order."""
    article = Article(id="t", text=text)
    quotes = quotes_in(article)
    return [quote.speaker.name if quote.speaker else None for quote in quotes]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Ray and Lucille Ortiz sold the farm. “We cried all day,” Mr. Ortiz said.\n\n"
            "“He cried, and I drove,” Ms. Ortiz said.",
            ["Ray Ortiz", "Lucille Ortiz"],
        ),
        (
            "Frank Delgado and his wife, Nina, run the diner. “We open at five,” Mr. Delgado said.\n\n"
            "“He opens at five,” Mrs. Delgado said.",
            ["Frank Delgado", "Nina Delgado"],
        ),
        (
            "Gerald Whitlow was found guilty. “He is innocent of this,” Mrs. Whitlow said.\n\n"
            "“I will appeal,” Mr. Whitlow said.",
            ["Mrs. Whitlow", "Gerald Whitlow"],
        ),
        (
            "Harriet Lowe won. The Lowes went home on Monday. “It is over for us now,” she said.",
            ["Harriet Lowe"],
        ),
        (
            "Shri Anand Kulkarni and Smt Vidya Kulkarni filed papers. “We are two,” Smt Kulkarni said.",
            ["Vidya Kulkarni"],
        ),
    ],
)
def test_an_honorific_chooses_in_a_couple(text: str, names: list[str]) -> None:
    assert names_of(text) == names


def test_a_family_is_nobody_whom_she_means() -> None:
    assert names_of("The Lowes moved here in May. “Nobody asked us to come,” she said.") == [None]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("“The warrant was void,” Judge Voss said.", "Carla Voss"),
        ("“The warrant was void,” Sheriff Voss said.", "Owen Voss"),
        ("“The warrant was void,” Voss said of her brother’s claim.", "Carla Voss"),
        ("“The warrant was void,” Owen said.", "Owen Voss"),
    ],
)
def test_a_title_a_given_name_or_kin_chooses_among_namesakes(said: str, name: str) -> None:
    assert names_of(f"Carla Voss, a judge, met her brother, Sheriff Owen Voss, in court.\n\n{said}") == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Robert Dunmore will retire in May. “I am tired now,” said Bob Dunmore.", "Robert Dunmore"),
        ("Robert Dunmore will retire in May. “I am tired now,” Bob said.", "Robert Dunmore"),
        ("William “Billy” Tran won. “I will take it,” Billy Tran said.", "William Tran"),
        ("Margaret (Peggy) Lunt ran it. “I knew every dog,” Peggy said.", "Margaret Lunt"),
        ("Robert Dunn and Bob Dunn both ran. “I am the tall one,” Bob Dunn said.", "Bob Dunn"),
        ("Alexander Wren met Alexandra Wren. “I teach here,” Alex Wren said.", "Alex Wren"),
        ("His son, Robert Dunn, met Bob Dunn. “I built it all,” Bob Dunn said.", "Bob Dunn"),
    ],
)
def test_a_short_form_is_the_one_person_of_the_full_name(text: str, name: str) -> None:
    assert names_of(text) == [name]


def test_short_forms_go_both_ways_and_through_a_third() -> None:
    assert may_be_one("Bob", "Robert")
    assert may_be_one("Robert", "Bob")
    assert may_be_one("Bob", "Rob")
    assert may_be_one("José", "Pepe")
    assert not may_be_one("Bob", "Bill")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Leon Cole Jr. won. “I owe it to her,” Leon Cole said.", "Leon Cole Jr."),
        ("Leon Cole met his son, Leon Cole Jr. Outside, “It is late,” Leon Cole said.", "Leon Cole"),
        ("María Ruiz Prado won. “The sea is our road,” Ms. Ruiz said.", "María Ruiz Prado"),
        ("Howard Dean spoke. Don Trump left. “He sniffed all night,” Dean said.", "Howard Dean"),
        ("JOAN ESTES denied it. “I never met the man,” Estes said.", "Joan Estes"),
        ("Brave Doris Platt heard it. “I gave him the bird,” laughed Doris.", "Doris Platt"),
        ("Martin Sayle KC rose. “It is a small point,” Mr Sayle said.", "Martin Sayle"),
        ("Ann Moss died. Ann Ruth Cole was born in Leeds. “It rained,” she wrote.", "Ann Moss"),
        ("Judge Kelly met John Kelly, a clerk. “It is late,” John Kelly said.", "John Kelly"),
    ],
)
def test_suffixes_inner_surnames_capitals_and_epithets(text: str, name: str) -> None:
    assert names_of(text) == [name]


def test_a_role_is_no_clause_and_no_kinship_where_there_is_another() -> None:
    text = "Ann Moss, the mayor when the bridge fell, met her brother, Tom Moss, a farmer."
    people = {person.name: person.role for person in index_mentions(text).people}
    assert people == {"Ann Moss": "mayor", "Tom Moss": "farmer"}


def _one_sentence(text: str) -> Document:
    return Document(Article(id="t", text=text), (Sentence(Span(0, len(text)), 0),))


def test_many_namesakes_take_no_quadratic_time() -> None:
    for line in ("His wife, Ann, and Mr. Moss met Bob Moss. ", "Robert Moss saw Bob Moss. Ann said so. "):
        short, long = line * 1000, line * 8000
        started = time.process_time()
        find_people(_one_sentence(short))
        between = time.process_time()
        find_people(_one_sentence(long))
        assert time.process_time() - between < 24 * (between - started) + 0.5
