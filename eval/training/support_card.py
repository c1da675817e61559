"""What the support scorers reach, with intervals, and the card that says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from eval.metrics.measures import auroc, calibration_error
from eval.training.support_data import Lessons
from eval.training.support_weak import WeakLessons
from eval.training.weights import WEIGHTS

FIGURES = (
    "| source | summaries (articles) | people's share | AUROC | balanced accuracy, own threshold | at 0.5 "
    "| ECE | ECE if calibrated |",
    "|---|---|---|---|---|---|---|---|",
)
_DRAWS, _SEED = 1_000, 7
_FOLDS, _BINS = 10, 10
_KINDS = ("| kind | get less than 0.5 |", "|---|---|")

Floats = NDArray[np.float64]

_CARD = """# Support head

Written by the training; do not edit. How likely an English news article bears out a sentence written about
it, in 0..1: `service.models.heads.support` (words and MiniLM vectors), and the lexical scorer in
`service.grounding.lexical`, whose weights the same command prints.

    python -m eval.training.support --data ../shared/data

{sentences:,} sentences of {summaries:,} summaries: frank_dev, qags, summedits_news_dev; and, weighing a
quarter of these, {weak:,} weak lessons of {weak_articles} articles of cnndm_train and newssum_train:
reference sentences as 85 % true (without those that name what the article doesn't), corruptions of them as
3 % true. A logistic regression, whose weights go over from one value to another between copied and freely
worded sentences. Calibrated on the judged sets by a slope on the logit (Platt's scaling without shift).

## On articles it was not fitted to

The shipped weights have seen all three sets, so `python -m eval run support` on
them flatters; these figures don't. Ten folds of articles, those that share text in one fold; calibration from
the other folds. A summary scores the mean of its sentences, and is true where people found all of it
supported. 95 % intervals by bootstrap over articles. The own threshold is chosen for each source on
the other folds; ECE in ten bins against the share that people found supported. Rules for copies (1.0) and
named faults (0.45 at most) are in the figures. "ECE if calibrated" is what scores
like these would get if every one were exactly right: with so few summaries in ten bins it is far from 0.

{tables}

## Weak lessons, on articles it was not fitted to

{rates}

## Known weaknesses

- FRANK's and QAGS's judges disagree about XSum's summaries (9 and 49 % true), so no one calibration fits
  both, and QAGS's XSum stays little above chance.
- SummEdits has four articles here: its figures mean little, and its small edits of freely worded summaries
  pass unless they change a number, name or negation.
- Strict with sentences in words of their own, as the table of weak lessons shows. Words and MiniLM's vectors
  can't tell a good paraphrase from a slightly wrong one well; a lower threshold for them would let
  corruptions pass in the same measure.
- The settings (ridge, source weights, the limits of the gate, the limit for faults) were chosen on the same
  folds, so the figures flatter a little.
- Trained on summaries of 2015 to 2020, half of them lower-cased and tokenised; in good prose the rules for
  names see more than these sets can show.
- Says nothing about truth, only about what the article says; a sentence that puts the article's words
  together wrongly may pass.

## Data

FRANK (MIT), QAGS and SummEdits (no licence stated); articles are the publishers'. No sentence of theirs is in
the weights.
"""


def figures(lessons: Lessons, supports: Floats) -> list[str]:
    """Return a row of the table for each source, and one for the calibration of all together."""
    _, first, index = np.unique(lessons.summaries, return_index=True, return_inverse=True)
    count = np.bincount(index)
    scores = np.bincount(index, supports) / count  # (M,)
    shares, sources = lessons.labels[first], lessons.sources[first]
    articles = lessons.articles[first]
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


def write_card(
    tables: Sequence[tuple[str, Sequence[str]]],
    rates: Sequence[tuple[str, Sequence[str]]],
    lessons: Lessons,
    weak: WeakLessons,
) -> None:
    """Write ``weights/support.md``."""
    card = _CARD.format(
        tables=_sections(tables, FIGURES),
        rates=_sections(rates, _KINDS),
        sentences=len(lessons.labels),
        summaries=len(np.unique(lessons.summaries)),
        weak=len(weak.labels),
        weak_articles=len(np.unique(weak.articles)),
    )
    (WEIGHTS / "support.md").write_text(card, encoding="utf-8")


def _sections(tables: Sequence[tuple[str, Sequence[str]]], heads: Sequence[str]) -> str:
    return "\n\n".join("\n".join([f"### {title}", "", *heads, *rows]) for title, rows in tables)


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
    """Return 1.0 where a score passes the threshold that is best for the articles of the other folds."""
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
    """Return low, value and high of a figure; whole articles are drawn."""
    chance = np.random.default_rng(_SEED)
    members = [np.flatnonzero(articles == one) for one in np.unique(articles)]
    drawn = []
    for _ in range(_DRAWS):
        rows = np.concatenate([members[at] for at in chance.integers(len(members), size=len(members))])
        drawn.append(read(scores[rows], shares[rows]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return float(low), read(scores, shares), float(high)


def _if_calibrated(scores: Floats) -> str:
    """The calibration error of judgements drawn with the scores as their probabilities."""
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
