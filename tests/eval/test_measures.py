"""Measures, intervals and differences: by hand, against libraries, and what must always hold."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval import gate, runs, tables
from eval.compare import compare
from eval.datasets.load import CORPUS, load
from eval.metrics.measures import (
    BINS,
    LEASTS,
    Better,
    Interval,
    Measure,
    auroc,
    balanced_accuracy,
    calibration,
    calibration_error,
    difference,
    f1,
    histogram,
    interval,
    macro_f1,
    mean,
    micro_f1,
    outcomes_by_least,
    paired_difference,
    precision,
    recall,
)
from eval.report import write
from eval.systems.summaries.baselines import LeadBaseline
from eval.tasks import TASKS


def _read(reader, rows) -> float:
    rows = np.array(rows, dtype=float)
    return float(reader(np.ones((1, len(rows))), rows)[0])


def test_ratios_are_read_off_summed_counts():
    rows = [(1, 2, 4), (1, 2, 0)]
    assert _read(precision, rows) == 0.5
    assert _read(recall, rows) == 0.5
    assert _read(f1, rows) == pytest.approx(4 / 8)
    assert _read(mean, [(3, 1), (1, 3)]) == 1.0
    assert _read(precision, [(0, 0, 5)]) == 0.0


def test_macro_f1_counts_classes_alike_and_micro_f1_decisions():
    # Class one: found 1 of 1 and 1 gold; class two: nothing found of 1 gold; class three only predicted.
    rows = [(1, 1, 1, 0, 0, 1, 0, 1, 0)]
    assert _read(macro_f1, rows) == 0.5
    assert _read(micro_f1, rows) == pytest.approx(2 / 4)


def test_calibration_error_by_hand():
    tally = calibration(np.array([0.95, 0.95, 0.15]), np.array([True, False, False]))
    assert tally.shape == (BINS * 3,)
    # Two at .95 of which half is right (gap 0.9), one at .15 that is wrong (gap 0.15): (0.9 + 0.15) / 3.
    assert _read(calibration_error, [tally]) == pytest.approx(0.35)
    assert histogram(np.array([0.0, 1.0, 0.95])).tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]


def test_settings_by_hand():
    tally = outcomes_by_least(np.array([0.95, 0.72]), np.array([True, False]), 4).reshape(-1, 3)
    assert len(tally) == len(LEASTS)
    assert tally[LEASTS.index(0.0)].tolist() == [1, 1, 2]
    assert tally[LEASTS.index(0.7)].tolist() == [1, 1, 2]
    assert tally[LEASTS.index(0.75)].tolist() == [1, 0, 3]
    assert tally[LEASTS.index(0.95)].tolist() == [1, 0, 3]


def test_auroc_by_hand_with_ties_and_groups():
    assert _read(auroc, [(0.9, 1, 0), (0.5, 1, 0), (0.5, 0, 0), (0.1, 0, 0)]) == pytest.approx(3.5 / 4)
    # Within each group the order is wrong; pooled it would look right.
    apart = [(0.8, 1, 7), (0.9, 0, 7), (0.1, 1, 8), (0.2, 0, 8)]
    assert _read(auroc, apart) == 0.0
    assert _read(auroc, [(0.3, 1, 0), (0.1, 1, 0)]) == 0.5


def test_auroc_agrees_with_scikit_learn():
    metrics = pytest.importorskip("sklearn.metrics")
    generator = np.random.default_rng(3)
    scores, truth = generator.integers(0, 9, 80) / 8, generator.integers(0, 2, 80)
    rows = np.column_stack([scores, truth, np.zeros(80)])
    assert _read(auroc, rows) == pytest.approx(metrics.roc_auc_score(truth, scores))


def test_balanced_accuracy_is_the_mean_of_both_sides():
    assert _read(balanced_accuracy, [(1, 1, 0, 0), (0, 1, 0, 0), (0, 0, 1, 1)]) == 0.75


_SCORE = Measure("score", "score", "score", mean)


def test_intervals_hold_the_figure_and_are_seeded():
    tallies = np.column_stack([np.random.default_rng(1).random(50), np.ones(50)])
    first = interval(_SCORE, tallies)
    assert first == interval(_SCORE, tallies)
    assert first.low < first.value < first.high
    assert first.value == pytest.approx(tallies[:, 0].mean())
    assert interval(_SCORE, tallies, seed=5) != first
    assert Interval(0.5, 0.4, 0.6).scaled(100) == Interval(50, 40, 60)


def test_an_interval_covers_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(11)
    covered = 0
    for _ in range(200):
        draw = np.column_stack([generator.normal(size=60), np.ones(60)])
        found = interval(_SCORE, draw, draws=400)
        covered += found.low <= 0 <= found.high
    assert 0.89 <= covered / 200 <= 0.99


def test_pairing_shows_what_lies_within_the_noise_of_the_articles():
    hard = np.random.default_rng(2).random(80)
    change = paired_difference((hard + 0.01).tolist(), hard.tolist())
    assert change.low > 0
    assert change.value == pytest.approx(0.01)


def test_unpaired_or_empty_scores_are_refused():
    with pytest.raises(ValueError, match="equal lengths"):
        difference(_SCORE, np.ones((2, 2)), np.ones((3, 2)))
    with pytest.raises(ValueError, match="at least one"):
        interval(_SCORE, np.ones((0, 2)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)), min_size=1), st.randoms())
def test_the_order_of_samples_does_not_matter(rows, shuffler: random.Random):
    rows = [(min(row), row[1], row[2]) for row in rows]
    mixed = rows[:]
    shuffler.shuffle(mixed)
    for reader in (precision, recall, f1):
        assert _read(reader, rows) == pytest.approx(_read(reader, mixed))


def test_measures_say_which_direction_is_better():
    assert Measure("e", "error", "t", mean, better=Better.LOWER).better is Better.LOWER


def test_an_interval_is_scipys_percentile_bootstrap():
    bootstrap = pytest.importorskip("scipy.stats").bootstrap
    generator = np.random.default_rng(4)
    found, gold = generator.integers(0, 4, 40), generator.integers(4, 9, 40)
    ours = interval(Measure("r", "r", "r", recall), np.column_stack([found, found, gold]), draws=500, seed=7)
    theirs = bootstrap(
        (found, gold),
        lambda x, y, axis: x.sum(axis=axis) / y.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=500,
        method="percentile",
        rng=np.random.default_rng(7),
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_a_measure_is_added_in_its_task_alone(monkeypatch, tmp_path):
    class WithQuestions(TASKS["summaries"]):
        measures = (*TASKS["summaries"].measures, Measure("questions", "questions asked", "questions", mean))
        headline = ("questions", *TASKS["summaries"].headline)

        def score(self, sample, answer):
            score = super().score(sample, answer)
            asked = sum(sentence.text.endswith("?") for sentence in answer.summary.sentences)
            tally = (asked, len(answer.summary.sentences))
            return replace(score, tallies={**score.tallies, "questions": tally})

    monkeypatch.setitem(TASKS, "summaries", WithQuestions)
    done = runs.run(WithQuestions(), LeadBaseline(), "lead-3", load(str(CORPUS), 4))
    assert "questions" in runs.metrics(done)["measures"]
    assert "questions" in {row.measure.name for row in compare(done, done)}
    assert "questions asked" in {str(column.header) for column in tables.systems([done]).columns}
    floor = gate.measured("summaries", "eval/corpus", ["questions"])
    assert floor.measures == {"questions": 0.0}
    write([done], tmp_path / "report.html")
    assert "questions asked" in (tmp_path / "report.html").read_text("utf-8")
