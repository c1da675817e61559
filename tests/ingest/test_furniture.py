"""Furniture is found where it stands, and prose that looks like it is left alone."""

from __future__ import annotations

import gzip
import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.ingest.furniture import find_furniture, label_furniture
from service.ingest.furniture_table import RULES, Rule, Where

SHARED = Path(__file__).parents[3] / "shared" / "data"
PROSE = "The bridge will open in the spring, the mayor said."


def furniture_of(text: str, title: str | None = None) -> list[str]:
    return [span.of(text) for span in find_furniture(text, title)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_finds_its_example(rule: Rule) -> None:
    text = f"{rule.example} {PROSE}" if rule.where is Where.OPENING else rule.example
    matches = [rule.pattern.search(text), rule.pattern.search(f"{rule.example} Next")]
    assert any(matches)
    if rule.where is Where.LINE:
        assert rule.pattern.fullmatch(rule.example)


@pytest.mark.parametrize(
    "prose",
    [
        "By the time police arrived, the crowd had gone.",
        "By Monday the river had fallen again.",
        "By Monday",
        "Read the letter, he said.",
        "Read: the verb has two pronunciations. It is irregular.",
        "Follow the money, the inspector said.",
        "Share prices fell on Tuesday.",
        "Watch out for ice, drivers were told.",
        "Print is not dead, the publisher said.",
        "Advertisement spending rose by a tenth.",
        "Photo finishes are rare in marathons.",
        "Updated figures show that 30 firms closed.",
        "Published in 1920, the novel sold well.",
        "More: that is what he wanted. He never got it.",
        "Home is where the heart is.",
        "She asked readers to sign up for the march.",
        "The photograph, by Jane Doe, won a prize.",
        "Smoking contributed to his death.",
        "— Jane Doe (@janedoe) August 9, 2016",
        "I think (and CNN agreed) that it was late.",
        "The views expressed by members were mixed.",
        "He arrived at 6.50pm BST and left at once.",
        "“Click here to win” was the subject of the e-mail.",
    ],
)
def test_prose_is_left_alone(prose: str) -> None:
    assert furniture_of(f"A headline of some length here\n\n{prose}\n\n{PROSE}") == []
    assert furniture_of(f"{PROSE} {prose} {PROSE}") == []


def test_a_byline_glued_to_the_repeated_title_and_the_breadcrumbs_at_the_end_are_furniture() -> None:
    title = "Oldfield and Newfield Agree: One Bridge for Two Towns"
    text = f"{title}\n\nBy TheExample Desk{title}\n\n{PROSE}\n\nHome/region/Article7"
    assert furniture_of(text) == [f"By TheExample Desk{title}", "Home/region/Article7"]


def test_a_headline_is_furniture_only_when_it_comes_again() -> None:
    title = "One Bridge for Two Towns"
    assert furniture_of(f"{title}\n\n{PROSE}") == []
    assert furniture_of(f"{title}\n\n{title}\n\n{PROSE}") == [title]
    assert furniture_of(f"{PROSE}\n\n{title}", title) == [title]


@pytest.mark.parametrize(
    "dateline",
    [
        "(CNN)",
        "(CNN) --",
        "London (CNN)",
        "OLDFIELD, Ohio (CNN) --",
        "OLDFIELD, June 10 (UPI) —",
        "(Reuters) -",
        "NEW DELHI (PTI) —",
        "New Delhi, Jul 30 (PTI)",
        "From Jane Doe London, Dec 31 (PTI)",
        "OLDFIELD, Ill. —",
        "Reuters -",
    ],
)
def test_only_the_dateline_of_the_first_sentence_is_furniture(dateline: str) -> None:
    assert furniture_of(f"{dateline} {PROSE}") == [dateline]
    assert furniture_of(f"One Bridge for Two Towns\n\n{dateline} {PROSE}") == [dateline]


def test_a_byline_and_time_stamps_run_into_the_text_are_furniture() -> None:
    published = "PUBLISHED: . 08:29 EST, 24 October 2013 . | . UPDATED: . 09:10 EST, 25 October 2013 ."
    stamp = f"By . Jane Doe . {published}"
    assert " ".join(furniture_of(f"{stamp} {PROSE}")) == stamp


def test_furniture_between_sentences_is_cut_out_exactly() -> None:
    for run in ("Scroll down for video.", "E-mail to a friend .", "Follow @example for more", "(HT Photo)"):
        assert furniture_of(f"{PROSE} {run} {PROSE}") == [run]
    text = f"{PROSE} pic.twitter.com/Ab3dE6gH1j{PROSE}"
    assert furniture_of(text) == ["pic.twitter.com/Ab3dE6gH1j"]


def test_a_link_to_another_article_reaches_to_the_end_of_its_line_but_never_over_prose() -> None:
    assert furniture_of(f"{PROSE} ALSO READ: Towns agree at last\n{PROSE}") == [
        "ALSO READ: Towns agree at last"
    ]
    assert furniture_of(f"{PROSE} ALSO READ: Towns agree at last. {PROSE}") == []


@pytest.mark.parametrize(
    "unit", ["A", "Aa ", "Aa, ", "By. Aa ", "By Aa\n", "READ: ", "CNN's Aa and ", "a\n", "- "]
)
def test_two_hundred_thousand_characters_are_searched_quickly(unit: str) -> None:
    text = (unit * (200_000 // len(unit) + 1))[:200_000]
    start = time.perf_counter()
    find_furniture(text)
    assert time.perf_counter() - start < 8  # 0.7 s at most when measured; a quadratic search takes minutes


@given(st.text(alphabet=st.characters(), max_size=300), st.one_of(st.none(), st.text(max_size=40)))
def test_spans_are_disjoint_ordered_and_trimmed_over_all_of_unicode(text: str, title: str | None) -> None:
    spans = find_furniture(text, title)
    assert all(a.end < b.start for a, b in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() for span in spans)


@pytest.mark.shared
def test_furniture_of_annotated_articles_never_touches_reported_speech() -> None:
    if not SHARED.exists():
        pytest.skip("the development data (../shared) are not here")
    with gzip.open(SHARED / "quotes" / "polnear_train.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    touched = set()
    for article in articles:
        contents = [span for attribution in article["attributions"] for span in attribution["content"]]
        for name, span in label_furniture(article["text"], article["title"]):
            if any(start < span.end and span.start < end for start, end in contents):
                touched.add(name)
    # An editor's note may itself report speech; it stays out of the summary all the same.
    assert touched <= {"editor's note"}
