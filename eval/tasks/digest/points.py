"""Task ``points``: how many of an article's main points its summary conveys."""

from __future__ import annotations

from typing import Any

from eval.datasets import Sample
from eval.metrics.measures import Better, Measure, mean
from eval.metrics.points import best_conveyed, conveyed
from eval.systems.shape import System, blank
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, Span
from service.text.segment import Segmenter

_LEAD = 3


class PointsTask(Task):
    """Main points conveyed, beside what the first sentences and the best choice of sentences would."""

    name = "points"
    about = "Main points that the summary conveys, beside Lead-3 and the best choice of as many sentences."
    measures = (
        Measure("conveyed", "main points conveyed", "points", mean),
        Measure("first", "the first point", "first", mean),
        Measure("second", "the second", "second", mean),
        Measure("third", "the third", "third", mean),
        Measure("lead", "by the first three sentences", "lead", mean, better=Better.NEITHER),
        Measure("best", "by the best of as many", "best", mean, better=Better.NEITHER),
        Measure("sentences", "sentences", "sentences", mean, scale=1, better=Better.NEITHER),
    )
    headline = ("conveyed", "first", "lead", "best", "sentences")

    def __init__(self) -> None:
        self._segmenter = Segmenter.load()

    def takes(self, sample: Sample) -> bool:
        """Return whether the article's main points are marked."""
        return bool(sample.gold.points)

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis, with its summary."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis with an empty summary."""
        return blank(sample.article, "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return how many points are conveyed, and which."""
        points = sample.gold.points or ()
        chosen = [span for sentence in answer.summary.sentences for span in sentence.evidence]
        hits = conveyed(points, chosen)
        lead = [sentence.span for sentence in self._segmenter.segment(sample.article)[:_LEAD]]
        count = len(answer.summary.sentences)
        ranked = dict(zip(("first", "second", "third"), hits, strict=False))
        tallies: dict[str, Any] = {
            "points": (sum(hits), len(hits)),
            **{name: (ranked.get(name, 0), int(name in ranked)) for name in ("first", "second", "third")},
            "lead": (sum(conveyed(points, lead)), len(points)),
            "best": (best_conveyed(points, count), len(points)),
            "sentences": (count, 1),
        }
        return ArticleScore(
            tallies=tallies,
            quality=sum(hits) / len(hits),
            gold=[sorted(point) for point in points],
            prediction=[sentence.text for sentence in answer.summary.sentences],
            highlights=(
                *(Highlight(Span(start, start + 1), "gold", "evidence", f"point {rank}")
                  for rank, point in enumerate(points, start=1) for start in sorted(point)),
                *(Highlight(span, "predicted", "evidence") for span in chosen
                  if len(span) < len(sample.article.text)),
            ),
            notes=(("summary", " ".join(sentence.text for sentence in answer.summary.sentences)),),
        )  # fmt: skip
