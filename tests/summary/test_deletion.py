"""What can be left out of a sentence: every rule's example, and what must stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import Article, Sentence, Span
from service.summary.deletion import deletables, reads, shorten
from service.summary.deletion_rules import PRICES, RULES
from service.text.document import Document


def document(text: str) -> Document:
    return Document(Article("a", text), (Sentence(Span(0, len(text)), 0),))


def whole(text: str) -> Span:
    return Span(0, len(text))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
def test_each_rule_proposes_its_example(rule) -> None:
    before, gone, _ = rule.example.split("/")
    text = rule.example.replace("/", "")
    wanted = Span(len(before), len(before) + len(gone))
    found = [one.span for one in deletables(document(text), whole(text)) if one.kind == rule.kind]
    assert wanted in found


def test_kinds_are_named_once() -> None:
    assert len(PRICES) == len(RULES)


@pytest.mark.parametrize(
    "text",
    [
        "Ships, trains, the buses, and planes stood still.",  # a list
        "The mill, the mayor said, was sold.",  # who says it
        "The mill was sold, according to the mayor.",
        "He called it “a shame, which we regret, for us all” and left.",  # within marks
    ],
)
def test_these_stay_whole(text: str) -> None:
    kinds = {"apposition", "relative clause", "trailing relative", "inner phrase", "trailing apposition"}
    assert not [one for one in deletables(document(text), whole(text)) if one.kind in kinds]


def test_the_cheapest_set_that_is_short_enough_goes() -> None:
    text = "Meanwhile, Ruth Moss, the mayor of Linden, sold the mill on Monday, after it had been empty."
    shortened = shorten(document(text), whole(text), 6)
    assert shortened is not None
    assert shortened.text == "Ruth Moss sold the mill"
    assert [span.of(text) for span in shortened.kept] == ["Ruth Moss", " sold the mill"]


def test_none_where_it_cant_be_had() -> None:
    text = "Moss sold the old mill to nobody whom anybody in Linden knows."
    assert shorten(document(text), whole(text), 4) is None


@pytest.mark.parametrize(
    ("text", "is_good"),
    [
        ("The mayor sold the mill", True),
        ("After the debate, the mayor left", True),
        ("After the debate in the hall", False),
        ("He sold the mill", False),
        ("The mayor sold the mill to the", False),
        ("The mayor of Linden", False),
        ("The mayor “sold the mill", False),
    ],
)
def test_what_reads_as_a_sentence(text: str, is_good: bool) -> None:
    assert reads(text) is is_good


@given(st.text(alphabet="ab, .()—;“”whichMonday", max_size=80))
def test_what_is_kept_is_the_article_s_in_order(text: str) -> None:
    if not text.strip():
        return
    shortened = shorten(document(text), whole(text), 12)
    if shortened is not None:
        assert list(shortened.kept) == sorted(shortened.kept)
        assert "".join(shortened.text.split()) == "".join("".join(s.of(text) for s in shortened.kept).split())
