"""Quotation marks that became "?" or U+FFFD are read where they are plain, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Article
from service.text.lost_marks import restore_marks
from service.text.mark_runs import read_marks
from service.text.segment import Segmenter


@pytest.mark.parametrize(
    ("damaged", "read"),
    [
        ("He said, ?We are done.? Then she left.", "He said, “We are done.” Then she left."),
        ("the ?wasting? of children rose.", "the “wasting” of children rose."),
        ("?Is it over?? he asked. ?Yes,? she said.", "“Is it over?” he asked. “Yes,” she said."),
        ("The child?s act ?was cruel?, he said.", "The child’s act “was cruel”, he said."),
        ("\ufffdWe can\ufffdt move,\ufffd said Tully.", "“We can’t move,” said Tully."),
    ],
)
def test_plain_losses_are_read(damaged: str, read: str) -> None:
    assert restore_marks(damaged) == read


@pytest.mark.parametrize(
    "text",
    [
        "Why? Because it rained. Who knew?",
        "The fine was ?28.8 crore.",
        "“Fine,” he said. What ?else.",
        "Was it a slip? he asked.",
    ],
)
def test_question_marks_stay(text: str) -> None:
    assert restore_marks(text) == text


@given(st.text(alphabet="ab ?\ufffd.,!\n“”'’s", max_size=60))
def test_every_offset_holds(text: str) -> None:
    read = restore_marks(text)
    assert len(read) == len(text)
    assert all(new == old or old in "?\ufffd" for old, new in zip(text, read, strict=True))


def test_runs_and_sentences_are_those_of_the_undamaged_text() -> None:
    whole = "Moss spoke. “We are done.” Then he left. “Is it over?” she asked."
    damaged = whole.replace("“", "?").replace("”", "?")
    assert [run.inner for run in read_marks(damaged)] == [run.inner for run in read_marks(whole)]
    segment = Segmenter.load().segment
    assert [s.span for s in segment(Article("a", damaged))] == [s.span for s in segment(Article("b", whole))]
