"""The table of quotation marks: every convention is read where it stands in an example of its own."""

from __future__ import annotations

import re

import pytest

from service.text import marks
from service.text.mark_runs import read_marks
from service.text.marks import Convention

_PRIMARY = [one for one in marks.DOUBLE + marks.SINGLE if one.is_primary]


@pytest.mark.parametrize("convention", _PRIMARY, ids=lambda one: f"{one.name} {one.opening}")
def test_the_words_of_an_example_are_read_out_of_its_marks(convention: Convention) -> None:
    text = convention.example
    (run,) = read_marks(text)
    start = text.index(convention.opening)
    end = text.rindex(convention.closing)
    assert run.outer.of(text) == text[start : end + len(convention.closing)]
    assert run.inner.of(text) == text[start + len(convention.opening) : end].strip()


def test_every_sign_of_the_table_is_known() -> None:
    for one in marks.DOUBLE:
        assert re.fullmatch(marks.DOUBLE_PATTERN, one.opening)
        assert re.fullmatch(marks.DOUBLE_PATTERN, one.closing)
    for one in marks.DOUBLE + marks.SINGLE:
        assert set(one.opening + one.closing + one.nested) <= set(marks.CHARACTERS)


_WIRE = ("“", "‘‘", "``", "''", '"'), ("”", "’’", "''", '"')


@pytest.mark.parametrize("opening", _WIRE[0])
@pytest.mark.parametrize("closing", _WIRE[1])
@pytest.mark.parametrize("between", [" ", "\n\n"])
def test_whatever_marks_are_mixed_no_quotation_holds_who_said_it(
    opening: str, closing: str, between: str
) -> None:
    text = between.join(
        [
            f"{opening}It did rain,{closing} he said.",
            "The river rose in the night and nobody was hurt.",
            f"“We have questions,{closing} a spokeswoman added.",
            f"{opening}It is over,” Bo Moss told reporters.",
        ]
    )
    said = [run.inner.of(text) for run in read_marks(text)]
    assert not any(verb in words for words in said for verb in ("said", "added", "told"))
    assert {"It did rain,", "We have questions,", "It is over,"} <= set(said)
