"""Bodies: names with "of", short names, and whom their documents speak for. All texts are our own."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from support.reading import read

from service.domain import Article, Span
from service.people.entity_index import find_people


def meant(text: str, phrase: str) -> str | None:
    """The name of whom the last occurrence of ``phrase`` in ``text`` means."""
    start = text.rindex(phrase)
    people = find_people(read(Article(id="t", text=text)))
    referent = people.resolve(Span(start, start + len(phrase)))
    return referent.name if referent else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The University of Leeds said so.", "University of Leeds"),
        (
            "The Department of Health and Human Services said so.",
            "Department of Health and Human Services",
        ),
        ("The Commission on Public Debates and Ann Moss said so.", "Commission on Public Debates"),
        ("It was the Bank of Veldt Governor Ann Moss who said so.", "Ann Moss"),
    ],
)
def test_a_body_with_of_in_its_name_is_one_name(text: str, name: str) -> None:
    people = find_people(read(Article(id="t", text=text)))
    assert name in [one.name for one in people.people]


@pytest.mark.parametrize(
    ("text", "phrase", "name"),
    [
        ("The Veldt Herring Council (VHC) met. The VHC said so.", "VHC", "Veldt Herring Council"),
        ("The VHC (Veldt Herring Council) met. The VHC said so.", "VHC", "Veldt Herring Council"),
        ("The Herring Federation of Veldt (HFV) met. HFV said so.", "HFV", "Herring Federation of Veldt"),
        ("The Water Health Office (WHO) met. The WHO said so.", "The WHO", "Water Health Office"),
        ("The Veldt Board of Herring met. The Board said so.", "The Board", "Veldt Board of Herring"),
        ("The Veldt Herring Council met. The Board said so.", "The Board", "Board"),
        ("A rival council met. The VHC said so.", "VHC", "VHC"),
        ("The World Herring Office met. It is late, says WHO.", "WHO", "World Herring Office"),
    ],
)
def test_a_short_name_means_the_body_of_the_full_one(text: str, phrase: str, name: str) -> None:
    assert meant(text, phrase) == name


@pytest.mark.parametrize(
    ("text", "phrase", "name"),
    [
        ("Ann Moss died. Ann Moss’s statement said so.", "Ann Moss’s statement", "Ann Moss"),
        (
            "A press release from the Veldt Herring Council came. The release said so.",
            "The release",
            "Veldt Herring Council",
        ),
        (
            "The Veldt Herring Council issued a statement on Monday. The statement said so.",
            "The statement",
            "Veldt Herring Council",
        ),
        ("In a letter, Ann Moss said no. The letter went on.", "The letter", "Ann Moss"),
        ("Ann Moss and Carl Fenn said no in a letter. The letter went on.", "The letter", "The letter"),
        ("It rained. The letter went on.", "The letter", "The letter"),
        (
            "Ann Moss sent a letter. Ivo Marr and Carl Fenn wrote a letter. The letter went on.",
            "The letter",
            "The letter",
        ),
        (
            "The Church of Veldt was sued. It is wrong, according to a church statement.",
            "a church statement",
            "Church of Veldt",
        ),
    ],
)
def test_a_document_speaks_for_who_brought_it_out(text: str, phrase: str, name: str) -> None:
    assert meant(text, phrase) == name


@pytest.mark.parametrize(
    ("text", "phrase", "name"),
    [
        ("Joe Marr ran. The Marr campaign said so.", "Marr", "The Marr campaign"),
        ("Dr. Steven Wolf at Saint Francis said so.", "Dr. Steven Wolf at Saint Francis", "Steven Wolf"),
        (
            "One of its authors, herpetologist David Black, said so.",
            "One of its authors, herpetologist David Black",
            "David Black",
        ),
        (
            "According to police and county officials, Ivo Marr drove. The police and county officials left.",
            "police and county officials",
            "police and county officials",
        ),
    ],
)
def test_a_phrase_is_whom_its_head_names(text: str, phrase: str, name: str) -> None:
    assert meant(text, phrase) == name


@pytest.mark.parametrize(
    ("phrase", "name"), [("The Constitution", "Constitution"), ("The Briton", "Ivo Marr")]
)
def test_an_epithet_is_a_nationality_and_no_other_name(phrase: str, name: str) -> None:
    text = f"Ivo Marr lost. {phrase} said so."

    def kinds(names: Sequence[Span]) -> NDArray[np.float32]:
        return np.array(
            [np.eye(5)[0 if "Marr" in one.of(text) or "Ivo" in one.of(text) else 3] for one in names]
        )

    people = find_people(read(Article(id="t", text=text)), kinds)
    referent = people.resolve(Span(text.index(phrase), text.index(phrase) + len(phrase)))
    assert referent is not None
    assert referent.name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“It rained,” the Veldt Herring Council said.\n\n“It was late,” it added.", "Veldt Herring Council"),
        ("Ann Moss took “a walk”, the Veldt Board said.\n\n“It was late,” it added.", "Veldt Board"),
        (
            "On Monday the Veldt Commission on Free Herring met. “It was late,” it added.",
            "Commission on Free Herring",
        ),
    ],
)
def test_it_is_the_body_that_spoke_or_acted_last(text: str, name: str) -> None:
    found = meant(text, "it")
    assert found is not None
    assert found.endswith(name)


def test_many_documents_and_bodies_take_no_quadratic_time() -> None:
    def seconds(times: int) -> float:
        text = (
            "The Veldt Board of Herring issued a statement. The Board (VBH) left. The statement said so. "
            * times
        )
        people = find_people(read(Article(id="t", text=text)))
        started = time.process_time()
        for start in range(text.index("The statement"), len(text), len(text) // times):
            people.resolve(Span(start, start + len("The statement")))
        return time.process_time() - started

    seconds(20)
    assert seconds(400) < 8 * max(seconds(100), 0.02)
