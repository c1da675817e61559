"""Main points conveyed, and the best that as many sentences could do."""

from __future__ import annotations

from eval.datasets.adapters import to_sample
from eval.metrics.points import best_conveyed, conveyed
from eval.systems.shape import extractive
from eval.tasks import TASKS
from service.domain import Span

TEXT = "Rain fell in Linden. The mayor left on Monday. Nobody knows why he left. It is dry again."
STARTS = [TEXT.index(words) for words in ("Rain", "The mayor", "Nobody", "It is")]
POINTS = [frozenset({STARTS[0]}), frozenset({STARTS[1], STARTS[2]}), frozenset({STARTS[2]})]


def test_a_point_is_conveyed_by_any_of_its_sentences() -> None:
    assert conveyed(POINTS, [Span(STARTS[2], STARTS[3] - 1)]) == [False, True, True]
    assert conveyed(POINTS, []) == [False, False, False]


def test_the_best_choice_takes_what_adds_most() -> None:
    assert [best_conveyed(POINTS, count) for count in (0, 1, 2, 3)] == [0, 2, 3, 3]


def row() -> dict[str, object]:
    return {
        "id": "a",
        "text": TEXT,
        "marks": {
            "quotes": [{"kind": "direct", "parts": [[0, 4]], "speaker": None}],
            "lead_quote": 0,
            "topics": [],
            "main_points": [{"sentences": sorted(point)} for point in POINTS],
            "genre": "news",
        },
    }


def test_the_task_counts_points_by_rank_beside_lead_and_best() -> None:
    sample = to_sample(row())
    task = TASKS["points"]()
    score = task.score(sample, extractive(sample.article, [Span(STARTS[2], STARTS[3] - 1)], "test"))
    assert task.takes(sample)
    assert score.tallies["points"] == (2, 3)
    assert [score.tallies[name] for name in ("first", "second", "third")] == [(0, 1), (1, 1), (1, 1)]
    assert score.tallies["lead"] == (3, 3)
    assert score.tallies["best"] == (2, 3)


def test_the_marks_say_which_quote_to_pull_and_which_genre_it_is() -> None:
    gold = to_sample(row()).gold
    assert gold.lead_quote == ((0, 4),)
    assert gold.genre == "news"
