"""Fits a taxonomy to examples, and tells by cross-validation how well each label is found.

Each example is predicted by weights that were fitted to the others; from these predictions come the
calibration and the figures. Not here: the regressions (``service.models.heads.own_fitting``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.models.heads.own_fitting import Examples, OwnFit, calibrate
from service.models.heads.own_topics import ArticleFeatures, OwnTopicWeights
from service.topics.own.examples import LabelledExample
from service.topics.own.labeller import choose_own_topics
from service.topics.own.taxonomy import OwnTaxonomy

_FOLDS = 5


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How a label is found among examples that were not fitted to: counts of articles."""

    id: str
    examples: int
    right: int
    shown: int

    @property
    def precision(self) -> float | None:
        """Share of the articles shown under the label that have it; None where none is shown."""
        return self.right / self.shown if self.shown else None

    @property
    def recall(self) -> float | None:
        """Share of the label's articles that are shown under it; None where there is none."""
        return self.right / self.examples if self.examples else None


@dataclass(frozen=True, slots=True)
class FittedTopics:
    """The weights, and what cross-validation says of them; ``examples`` is how many were fitted to."""

    weights: OwnTopicWeights
    figures: tuple[LabelFigures, ...]
    examples: int

    @property
    def micro_f1(self) -> float:
        """F1 over all decisions, in cross-validation."""
        right = sum(one.right for one in self.figures)
        total = sum(one.shown + one.examples for one in self.figures)
        return 2 * right / total if total else 0.0


def fit_topics(
    taxonomy: OwnTaxonomy,
    examples: Sequence[tuple[LabelledExample, ArticleFeatures]],
    by_words: OwnTopicWeights,
    idf: NDArray[np.float32],
) -> FittedTopics:
    """Fit ``taxonomy`` to examples with their features; an example of a label is one of all above it.

    Deterministic. Takes seconds for a thousand examples.
    """
    every = _gold(taxonomy, examples)
    predicted = np.zeros(every.labels.shape, dtype=np.float64)
    folds = _folds(every.labels)
    fitting = OwnFit(every, by_words, idf)
    for fold in range(_FOLDS):
        held_out = np.flatnonzero(folds == fold)
        if 0 < len(held_out) < len(folds):
            predicted[held_out] = fitting.predict(np.flatnonzero(folds != fold), held_out)
    known = every.known
    scale, offset = calibrate(predicted[:, known], every.labels[:, known])
    calibrated = fitting.fit().calibrated(scale, offset)
    probabilities = 1 / (1 + np.exp(-(predicted * scale + offset)))
    return FittedTopics(calibrated, _figures(taxonomy, examples, probabilities), len(examples))


def _gold(taxonomy: OwnTaxonomy, examples: Sequence[tuple[LabelledExample, ArticleFeatures]]) -> Examples:
    gold = np.zeros((len(examples), len(taxonomy.labels)), dtype=np.bool_)
    for row, (example, _) in enumerate(examples):
        gold[row, sorted(taxonomy.with_ancestors(example.labels))] = True
    return Examples(tuple(features for _, features in examples), gold)


def _folds(labels: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the fold (N,) of each article, so that every label is spread over all of them."""
    rarest = np.where(
        labels.any(axis=1), np.where(labels, labels.sum(axis=0), len(labels) + 1).argmin(axis=1), -1
    )
    folds = np.empty(len(labels), dtype=np.int64)
    order = np.argsort(rarest, kind="stable")
    folds[order] = np.arange(len(labels)) % _FOLDS
    return folds


def _figures(
    taxonomy: OwnTaxonomy,
    examples: Sequence[tuple[LabelledExample, ArticleFeatures]],
    probabilities: NDArray[np.float64],
) -> tuple[LabelFigures, ...]:
    """Count what would be shown, label by label, those above a shown one included."""
    found = np.zeros((3, len(taxonomy.labels)), dtype=np.int64)
    for (example, _), row in zip(examples, probabilities, strict=True):
        ids = [taxonomy.labels[index].id for index in choose_own_topics(row, taxonomy)]
        gold, shown = taxonomy.with_ancestors(example.labels), taxonomy.with_ancestors(ids)
        found[0, sorted(gold)] += 1
        found[1, sorted(gold & shown)] += 1
        found[2, sorted(shown)] += 1
    return tuple(LabelFigures(label.id, *map(int, found[:, at])) for at, label in enumerate(taxonomy.labels))
