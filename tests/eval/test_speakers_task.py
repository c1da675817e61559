"""Who said what stands in marks: the outcomes of quotations, and the figures read off them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from eval.datasets.adapters import to_sample
from eval.metrics.speakers import Outcome, is_same, judge
from eval.systems.shape import quoting
from eval.tasks import TASKS
from eval.tasks.base import ArticleScore
from service.domain import Quote, QuoteKind, Span, Speaker

TEXT = "“The pier is shut,” said Ana Ruiz. “Nobody told us,” a baker said. He called it “a mess”."
NAMES = {"The pier is shut,": "Ana Ruiz", "Nobody told us,": "a baker", "a mess": None}


def span(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def row() -> dict[str, Any]:
    quotes = [
        {
            "kind": "mixed" if words == "a mess" else "direct",
            "parts": [[span(words).start, span(words).end]],
            "speaker": name,
            "also": ["the mayor"] if name == "Ana Ruiz" else [],
        }
        for words, name in NAMES.items()
    ]
    return {"id": "m", "text": TEXT, "marks": {"quotes": quotes, "topics": ["medtop:11000000"]}}


def quote(words: str, name: str | None, confidence: float = 0.95) -> Quote:
    speaker = Speaker(name, None, span("Ana Ruiz")) if name else None
    return Quote(QuoteKind.DIRECT, (span(words),), None, speaker, confidence, rank=1)


def figures(*quotes: Quote) -> dict[str, float]:
    sample = to_sample(row())
    task = TASKS["speakers"]()
    assert task.takes(sample)
    ranked = tuple(replace(one, rank=rank) for rank, one in enumerate(quotes, start=1))
    score: ArticleScore = task.score(sample, quoting(sample.article, ranked, "test"))
    weights = np.ones((1, 1))
    return {
        measure.name: float(measure.read(weights, np.array([score.tallies[measure.tally]], np.float64))[0])
        for measure in task.measures
    }


@pytest.mark.parametrize(
    ("name", "gold", "same"),
    [
        ("Ana Ruiz", "Ruiz", True),
        ("Ruiz", "Ana Ruiz", True),
        ("Mayor Ana Ruiz", "Ana Ruiz", True),
        ("Ana", "Ana Ruiz", True),
        ("Ben Ruiz", "Ana Ruiz", True),  # the last name decides, as in the reference
        ("Ana Ruiz", "Tom Hale", False),
        ("a baker", "the baker", True),
        ("the local baker from Hill Road", "a baker from Hill Road", True),
        ("the", "a baker", False),
        ("authority", "the port authority of Hill Town", False),
    ],
)
def test_names_are_the_same_by_last_name_or_most_words(name: str, gold: str, same: bool) -> None:
    assert is_same(name, gold) is same


def test_outcomes() -> None:
    gold = to_sample(row()).gold.quotations
    assert gold is not None
    told = [
        quote("The pier is shut,", "the mayor"),
        quote("Nobody told us,", "Ana Ruiz"),
        quote("a mess", "Ana Ruiz"),
    ]
    found = [Outcome.RIGHT, Outcome.WRONG, Outcome.UNTOLD]
    assert [one.outcome for one in judge(TEXT, gold, told)] == found
    assert [one.outcome for one in judge(TEXT, gold, [quote("The pier is shut,", None)])] == [
        Outcome.NULL,
        Outcome.MISSED,
        Outcome.MISSED,
    ]


def test_a_quotation_is_found_by_four_fifths_of_its_characters() -> None:
    gold = to_sample(row()).gold.quotations
    assert gold is not None
    part = quote("The pier is", "Ana Ruiz")
    assert judge(TEXT, gold, [part])[0].outcome is Outcome.MISSED
    assert judge(TEXT, gold, [quote("The pier is shu", "Ana Ruiz")])[0].outcome is Outcome.RIGHT
    reported = Quote(QuoteKind.INDIRECT, (span("The pier is shut,"),), None, None, 0.9, rank=1)
    assert judge(TEXT, gold, [reported])[0].outcome is Outcome.MISSED


def test_figures() -> None:
    found = figures(quote("The pier is shut,", "Ana Ruiz"), quote("Nobody told us,", "Ana Ruiz", 0.6))
    assert found["right"] == found["wrong"] == 0.5
    assert found["null"] == 0
    assert found["sure_right"] == 1
    assert found["sure_share"] == 0.5
    assert found["direct_found"] == 1
    assert found["mixed_found"] == 0
    assert found["calibration_error"] == pytest.approx((0.05 + 0.6) / 2)
    assert figures(quote("a mess", "Ana Ruiz"))["untold_named"] == 1


def test_an_editors_export_is_gold_too() -> None:
    part = {"start": 1, "end": 18, "text": TEXT[1:18]}
    mention = {"start": span("Ana Ruiz").start, "end": span("Ana Ruiz").end, "text": "Ana Ruiz"}
    speaker = {"name": "Ana Ruiz", "role": None, "mention": mention}
    exported = {
        "article": {"id": "a", "text": TEXT},
        "quotes": [{"kind": "direct", "parts": [part], "cue": None, "speaker": speaker}],
        "summary": {"sentences": []},
        "topics": [],
    }
    gold = to_sample(exported).gold.quotations
    assert gold is not None
    assert [one.names for one in gold] == [("Ana Ruiz",)]
