"""Words: what joins letters to one, and the older reading that the ranking of quotes rests on."""

from __future__ import annotations

import pytest

from service.domain import Span
from service.text.fitted_readings import crude_stems, ranking_stems
from service.text.words import STOP_WORDS, count_words, find_words, word_spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She won’t, he can't.", ["She", "won’t", "he", "can't"]),
        ("A one-year deal of 3.5 million", ["A", "one-year", "deal", "of", "3.5", "million"]),
        ("The U.S. left.", ["The", "U.S", "left"]),
        ("snake_case – 12:30", ["snake", "case", "12", "30"]),
        ("“…” — !", []),
    ],
)
def test_apostrophes_hyphens_and_inner_stops_join_words(text: str, words: list[str]) -> None:
    assert find_words(text) == words
    assert count_words(text) == len(words)


def test_words_within_a_stretch_have_offsets_of_the_whole_text() -> None:
    text = "No bridge holds."
    assert [span.of(text) for span in word_spans(text, Span(3, 16))] == ["bridge", "holds"]
    assert word_spans(text, Span(3, 9)) == (Span(3, 9),)


def test_stop_words_are_in_lower_case() -> None:
    assert {"the", "said"} <= STOP_WORDS
    assert all(word == word.lower() for word in STOP_WORDS)


def test_the_ranking_keeps_its_older_reading() -> None:
    assert crude_stems(["elects", "election", "the"], frozenset({"the"})) == {"elects", "electi"}
    assert ranking_stems("The U.S. elections of Odde") == {"electi", "odde"}
