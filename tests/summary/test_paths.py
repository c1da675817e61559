"""The best way through a sentence's words, against all ways."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.summary.paths import best_path, log_total


def ways(steps: np.ndarray, most: int) -> list[tuple[float, tuple[int, ...]]]:
    places = range(1, len(steps) - 1)
    found = []
    for count in range(1, most + 1):
        for path in combinations(places, count):
            whole = (0, *path, len(steps) - 1)
            found.append((sum(float(steps[a, b]) for a, b in pairwise(whole)), path))
    return found


@given(st.integers(1, 6), st.integers(1, 7), st.integers(0, 10_000))
def test_best_and_total_are_those_of_all_ways(words: int, most: int, seed: int) -> None:
    steps = np.random.default_rng(seed).normal(size=(words + 2, words + 2)).astype(np.float32)
    steps[np.tril_indices(words + 2)] = -np.inf
    every = ways(steps, most)
    path, score = best_path(steps, most)
    assert score == pytest.approx(max(every)[0], abs=1e-4)
    assert tuple(path) == max(every)[1]
    assert log_total(steps, most) == pytest.approx(np.logaddexp.reduce([one for one, _ in every]), abs=1e-4)


def test_no_way_is_an_error() -> None:
    with pytest.raises(ValueError, match="no word"):
        best_path(np.full((3, 3), -np.inf, dtype=np.float32), 3)
