"""The quotes to set in large type."""

from __future__ import annotations

import pytest

from service.domain import Quote, QuoteKind, Span, Speaker, pull_quotes

TEXT = "“We will not sell the mill, not ever,” said Moss. “It is\nours.” Moss nodded twice."
MOSS = Speaker("Moss", None, Span(TEXT.index("Moss"), TEXT.index("Moss") + 4))


def quote(*words: str, kind: QuoteKind = QuoteKind.DIRECT, rank: int = 1, known: bool = True) -> Quote:
    parts = tuple(Span(TEXT.index(part), TEXT.index(part) + len(part)) for part in words)
    return Quote(kind, parts, None, MOSS if known else None, 0.9, rank)


def test_parts_are_joined_without_their_closing_comma_and_nothing_else_changes() -> None:
    pulled = pull_quotes(TEXT, [quote("We will not sell the mill, not ever,", "It is\nours.")])
    assert [one.display for one in pulled] == ["We will not sell the mill, not ever … It is ours."]


@pytest.mark.parametrize(
    "left_out",
    [
        quote("We will not sell the mill", kind=QuoteKind.INDIRECT),
        quote("We will not sell the mill", kind=QuoteKind.MIXED),
        quote("We will not sell the mill", known=False),
        quote("not ever,"),
    ],
)
def test_only_direct_quotes_of_a_known_speaker_that_are_a_thought(left_out: Quote) -> None:
    assert pull_quotes(TEXT, [left_out]) == ()


def test_at_most_three_and_the_best_first() -> None:
    quotes = [quote("We will not sell the mill", rank=rank) for rank in (4, 2, 3, 1)]
    assert [one.rank for one in pull_quotes(TEXT, quotes)] == [1, 2, 3]
