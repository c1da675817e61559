"""The figures of the support scorers by source, with intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from eval.metrics.measures import auroc, calibration_error
from eval.training.support.claims import JudgedClaims

COLUMNS = (
    "| source | summaries (articles) | people's share | AUROC | balanced accuracy, own threshold | at 0.5 "
    "| ECE | ECE if calibrated |",
    "|---|---|---|---|---|---|---|---|",
)
_DRAWS, _SEED = 1_000, 7
_FOLDS, _BINS = 10, 10

Floats = NDArray[np.float64]


def figures(judged: JudgedClaims, supports: Floats) -> list[str]:
    """Return a table row for each source, and one for the calibration of all together."""
    _, first, index = np.unique(judged.summaries, return_index=True, return_inverse=True)
    count = np.bincount(index)
    scores = np.bincount(index, supports) / count  # (M,)
    shares, sources = judged.labels[first], judged.sources[first]
    articles = judged.articles[first]
    rows = []
    for name in dict.fromkeys(sources):
        of = sources == name
        rows.append(_row(str(name), scores[of], shares[of], articles[of]))
    low, value, high = _interval(scores, shares, articles, _ece)
    rows.append(
        f"| all | {len(scores)} ({len(np.unique(articles))}) | | | | | {value:.3f} [{low:.3f}, {high:.3f}] "
        f"| {_if_calibrated(scores)} |"
    )
    return rows


def _row(name: str, scores: Floats, shares: Floats, articles: NDArray[np.int64]) -> str:
    own = _own_threshold(scores, shares >= 1, articles)
    cells = [
        _interval(scores, shares, articles, _auroc),
        _interval(own, shares, articles, _balanced),
        _interval((scores >= 0.5).astype(np.float64), shares, articles, _balanced),
        _interval(scores, shares, articles, _ece),
    ]
    shown = " | ".join(f"{value:.3f} [{low:.3f}, {high:.3f}]" for low, value, high in cells)
    return (
        f"| {name} | {len(scores)} ({len(np.unique(articles))}) | {shares.mean():.2f} | {shown} "
        f"| {_if_calibrated(scores)} |"
    )


def _own_threshold(scores: Floats, true: NDArray[np.bool_], articles: NDArray[np.int64]) -> Floats:
    """Return 1.0 where a score reaches the threshold that is best on the articles of the other folds."""
    said = np.zeros(len(scores))
    order = np.random.default_rng(_SEED).permutation(np.unique(articles))
    for part in np.array_split(order, min(_FOLDS, len(order))):
        out = np.isin(articles, part)
        tried = np.unique(scores[~out])
        best = max(
            tried,
            key=lambda limit: _balanced((scores[~out] >= limit).astype(float), true[~out].astype(float)),
        )
        said[out] = scores[out] >= best
    return said


def _interval(
    scores: Floats, shares: Floats, articles: NDArray[np.int64], read: Callable[[Floats, Floats], float]
) -> tuple[float, float, float]:
    """Return low end, value and high end of a figure, by a bootstrap over whole articles."""
    chance = np.random.default_rng(_SEED)
    members = [np.flatnonzero(articles == one) for one in np.unique(articles)]
    drawn = []
    for _ in range(_DRAWS):
        rows = np.concatenate([members[at] for at in chance.integers(len(members), size=len(members))])
        drawn.append(read(scores[rows], shares[rows]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), read(scores, shares), float(high)


def _if_calibrated(scores: Floats) -> str:
    """Return the calibration error that scores like these have when each is exactly right."""
    chance = np.random.default_rng(_SEED)
    drawn = [_ece(scores, (chance.random(len(scores)) < scores).astype(np.float64)) for _ in range(_DRAWS)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{np.mean(drawn):.3f} [{low:.3f}, {high:.3f}]"


def _auroc(scores: Floats, shares: Floats) -> float:
    tallies = np.stack([scores, shares >= 1, np.zeros_like(scores)], axis=1)
    return float(auroc(np.ones((1, len(scores))), tallies)[0])


def _balanced(said: Floats, shares: Floats) -> float:
    true = shares >= 1
    if true.all() or not true.any():
        return float("nan")
    return float((said[true].mean() + 1 - said[~true].mean()) / 2)


def _ece(scores: Floats, shares: Floats) -> float:
    part = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    sums = [np.bincount(part, column, _BINS) for column in (np.ones_like(scores), scores, shares)]
    tally = np.stack(sums, axis=1).reshape(1, -1).astype(np.float64)
    return float(calibration_error(np.ones((1, 1)), tally)[0])
