"""Task ``topics``: IPTC Media Topics, level 1."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np

from eval.datasets import Sample
from eval.metrics.measures import (
    Better,
    Measure,
    calibration,
    calibration_error,
    macro_f1,
    mean,
    micro_f1,
)
from eval.systems.shape import System, labelling
from eval.tasks.base import ArticleScore, Task
from service.domain import Analysis
from service.topics.taxonomy import LEVEL_1

_TOPICS = tuple(topic.id for topic in LEVEL_1.topics)
_LABELS = {topic.id: topic.label for topic in LEVEL_1.topics}


class TopicsTask(Task):
    """Topic labels of level 1."""

    name = "topics"
    about = "Media topics of level 1 against labels mapped to IPTC's taxonomy."
    measures = (
        Measure("macro_f1", "macro F1 of shown topics", "shown", macro_f1),
        Measure("micro_f1", "micro F1 of shown topics", "shown", micro_f1),
        Measure("likeliest_macro_f1", "macro F1 of the likeliest", "likeliest", macro_f1),
        Measure("coverage", "articles with a topic", "coverage", mean),
        Measure("calibration_error", "calibration error", "calibration", calibration_error,
                better=Better.LOWER),
    )  # fmt: skip
    headline = tuple(measure.name for measure in measures)
    curves = MappingProxyType({"calibration": "reliability"})

    def takes(self, sample: Sample) -> bool:
        """Return whether the article has gold topics."""
        return bool(sample.gold.topics)

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis, with its topics."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis without topics."""
        return labelling(sample.article, (), "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return how the shown topics, and the likeliest alone, compare with the gold ones."""
        gold = sample.gold.topics or frozenset()
        shown = sorted(answer.topics, key=lambda topic: -topic.confidence)
        ids = {topic.id for topic in shown}
        right = np.array([topic.id in gold for topic in shown], dtype=bool)
        confidences = np.array([topic.confidence for topic in shown], dtype=np.float64)
        tallies: dict[str, Any] = {
            "shown": _counts(ids, gold),
            "likeliest": _counts({topic.id for topic in shown[:1]}, gold),
            "coverage": (bool(shown), 1),
            "calibration": calibration(confidences, right).tolist(),
        }
        return ArticleScore(
            tallies=tallies,
            quality=2 * len(ids & gold) / (len(ids) + len(gold)),
            gold=sorted(gold),
            prediction=[{"id": topic.id, "confidence": topic.confidence} for topic in shown],
            notes=(
                ("gold", ", ".join(_LABELS.get(id_, id_) for id_ in sorted(gold))),
                ("predicted", ", ".join(f"{topic.label} {topic.confidence:.2f}" for topic in shown)),
            ),
        )


def _counts(predicted: set[str], gold: frozenset[str]) -> list[int]:
    """Return found, predicted and gold (0 or 1) for each of the K topics: K * 3 numbers."""
    return [n for id_ in _TOPICS for n in (id_ in predicted & gold, id_ in predicted, id_ in gold)]
