"""The figures that the topic head's training prints, against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from eval.training.topics.held_out import (
    expected_calibration_error,
    likeliest,
    macro_f1,
    micro_f1,
    precision_recall,
)

GOLD = np.array([[1, 0], [1, 0], [0, 1]], dtype=bool)


def test_macro_f1_counts_each_class_alike_and_micro_f1_each_label():
    predicted = np.array([[1, 0], [1, 0], [1, 0]], dtype=bool)
    assert macro_f1(GOLD, predicted) == pytest.approx((0.8 + 0) / 2)
    assert micro_f1(GOLD, predicted) == pytest.approx(2 / 3)
    assert precision_recall(GOLD, predicted) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_macro_f1_leaves_out_classes_that_never_occur():
    gold = np.array([[1, 0], [1, 0]], dtype=bool)
    assert macro_f1(gold, gold) == 1.0


def test_the_likeliest_class_is_the_first_of_equals():
    assert likeliest(np.array([[0.2, 0.2], [0.1, 0.3]])).tolist() == [[True, False], [False, True]]


def test_calibration_error_is_the_distance_between_confidence_and_truth():
    confident = np.array([0.85, 0.85, 0.85, 0.85])
    assert expected_calibration_error(confident, np.array([1, 1, 1, 0], dtype=bool)) == pytest.approx(0.1)
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0.0
    assert expected_calibration_error(np.zeros(0), np.zeros(0, dtype=bool)) == 0.0
