"""Task ``genre``: which kind of article it is, and whether those that want no summary are noticed."""

from __future__ import annotations

from types import MappingProxyType

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
    precision,
)
from eval.systems.shape import System, blank
from eval.tasks.base import ArticleScore, Task
from service.domain import Analysis, GenreLabel

UNSUITABLE = frozenset({GenreLabel.OPINION, GenreLabel.LIVE_BLOG, GenreLabel.LISTICLE})
_CODES = frozenset({"opinion", "live_blog", "listicle"})


class GenreTask(Task):
    """The genre of an article, and the warnings that rest on it."""

    name = "genre"
    about = "The genre against marks by reading; opinion, live blogs and listicles warned of."
    measures = (
        Measure("right", "genre is right", "right", mean),
        Measure("macro_f1", "macro F1", "genres", macro_f1),
        Measure("micro_f1", "micro F1", "genres", micro_f1),
        Measure("unsuitable_found", "unsuitable found", "unsuitable", mean),
        Measure("falsely_warned", "others warned of", "suitable", mean, better=Better.LOWER),
        Measure("warnings_right", "warnings that are right", "warned", precision),
        Measure("calibration_error", "calibration error", "calibration", calibration_error,
                better=Better.LOWER),
    )  # fmt: skip
    headline = ("right", "macro_f1", "unsuitable_found", "falsely_warned", "calibration_error")
    curves = MappingProxyType({"calibration": "reliability"})

    def takes(self, sample: Sample) -> bool:
        """Return whether the article's genre is marked."""
        return sample.gold.genre is not None

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis, with its genre."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis without a genre."""
        return blank(sample.article, "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return whether the genre is right, and whether what is warned of deserves it."""
        gold = GenreLabel(sample.gold.genre or "other")
        given = answer.genre.label if answer.genre else None
        confidence = [answer.genre.confidence] if answer.genre else []
        warned = any(notice.code.value in _CODES for notice in answer.warnings)
        unsuitable = gold in UNSUITABLE
        right = given is gold
        sure = calibration(np.array(confidence), np.array([right] * len(confidence)))
        return ArticleScore(
            tallies={
                "right": (right, 1),
                "genres": [n for label in GenreLabel for n in (right and label is gold, label is given,
                                                               label is gold)],
                "unsuitable": (warned and unsuitable, int(unsuitable)),
                "suitable": (warned and not unsuitable, int(not unsuitable)),
                "warned": (warned and unsuitable, int(warned), int(unsuitable)),
                "calibration": sure.tolist(),
            },
            quality=float(right),
            gold=gold.value,
            prediction=given.value if given else None,
            notes=(("marked", gold.value), ("given", given.value if given else "none")),
        )  # fmt: skip
