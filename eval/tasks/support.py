"""Task ``support``: does a claim's support score agree with people who judged it against the article?"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from eval.datasets import Sample
from eval.metrics.measures import Measure, auroc, balanced_accuracy
from eval.systems.shape import Judge
from eval.tasks.base import ArticleScore, Task

THRESHOLD = 0.5


class SupportTask(Task):
    """Support scores against human judgements; a summary is true if people found all of it supported."""

    name = "support"
    about = "Support scores of claims against human judgements of faithfulness."
    measures = (
        Measure("auroc", "AUROC within sources", "judgement", auroc),
        Measure("balanced_accuracy", f"balanced accuracy at {THRESHOLD}", "accuracy", balanced_accuracy),
    )
    headline = ("auroc", "balanced_accuracy")

    def takes(self, sample: Sample) -> bool:
        """Return whether people judged claims about the article."""
        return bool(sample.gold.claims) and sample.gold.supported is not None

    def ask(self, system: Judge, sample: Sample) -> tuple[float, ...]:
        """Return the system's support of each claim."""
        return system.judge(sample.article, sample.gold.claims or ())

    def nothing(self, sample: Sample) -> tuple[float, ...]:
        """Return no support for any claim."""
        return (0.0,) * len(sample.gold.claims or ())

    def score(self, sample: Sample, answer: Sequence[float]) -> ArticleScore:
        """Return the score of the whole: the mean over its claims."""
        claims, true = sample.gold.claims or (), (sample.gold.supported or 0.0) >= 1.0
        score = sum(answer) / len(answer)
        said = score >= THRESHOLD
        group = crc32(sample.slices.get("publisher", "").encode())
        return ArticleScore(
            tallies={
                "judgement": (score, true, group),
                "accuracy": (said and true, true, not said and not true, not true),
            },
            quality=1 - abs(score - true),
            gold=sample.gold.supported,
            prediction=list(answer),
            notes=tuple((f"{value:.2f}", claim) for claim, value in zip(claims, answer, strict=True)),
        )
