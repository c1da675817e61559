"""Task ``segmentation``: sentence ends within hand-marked passages.

The project's own gold (``eval/gold/segmentation.jsonl``: offsets and ids, no text) was drawn at random with
fixed seeds, in two rounds, and marked by reading before our segmenter was run on it. First tries: F1 98.96 on
round one (435 sentences; its errors led to two repairs), 99.08 on round two (163; two more repairs).

Conventions: a line break ends a sentence (not a wrapped line); sentences within a quotation count one by
one; a quotation and its attribution are one sentence ("Why?" he asked); a colon or semicolon ends nothing;
a list number belongs to its item; lines that were glued together without a mark are still two.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.datasets import Sample
from eval.metrics.counts import MatchCounts
from eval.metrics.measures import Measure, f1, precision, recall
from eval.systems.shape import Splitter
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Span


class SegmentationTask(Task):
    """Sentence ends within a passage."""

    name = "segmentation"
    about = "Sentence ends within hand-marked passages."
    measures = (
        Measure("f1", "F1", "ends", f1),
        Measure("precision", "precision", "ends", precision),
        Measure("recall", "recall", "ends", recall),
    )
    headline = ("f1", "precision", "recall")

    def takes(self, sample: Sample) -> bool:
        """Return whether the article has a passage with marked sentence ends."""
        return sample.gold.sentence_ends is not None

    def ask(self, system: Splitter, sample: Sample) -> tuple[int, ...]:
        """Return the system's sentence ends of the whole article."""
        return system.sentence_ends(sample.article)

    def nothing(self, sample: Sample) -> tuple[int, ...]:
        """Return no sentence end."""
        return ()

    def score(self, sample: Sample, answer: Sequence[int]) -> ArticleScore:
        """Return how the ends within the passage compare with the marked ones."""
        start, end = sample.gold.passage or (0, len(sample.article.text))
        true = {offset for offset in sample.gold.sentence_ends or () if start < offset <= end}
        said = {offset for offset in answer if start < offset <= end}
        counts = MatchCounts(len(true & said), len(said), len(true))
        highlights = [Highlight(Span(at - 1, at), "gold", "missed end") for at in sorted(true - said)]
        highlights += [Highlight(Span(at - 1, at), "predicted", "spurious end") for at in sorted(said - true)]
        return ArticleScore(
            tallies={"ends": counts.tally},
            quality=counts.f1,
            gold=sorted(true),
            prediction=sorted(said),
            highlights=tuple(highlights),
        )
