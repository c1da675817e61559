"""Task ``unattributed``: with its attribution deleted, does a quote still get a speaker's name?

A synthetic test, made from any articles with marked attributions: for each direct quote whose source and cue
stand beside it in a sentence or clause of their own, a copy of the article without these is analysed. Nothing
in the copy says who speaks, so any name is a guess. Each copy has one deletion.
"""

from __future__ import annotations

from dataclasses import replace

from eval.datasets import Sample
from eval.metrics import unattributed as metric
from eval.metrics.measures import Better, Measure, mean
from eval.systems.shape import System, quoting
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, Span


class UnattributedTask(Task):
    """Direct quotes whose attribution was deleted."""

    name = "unattributed"
    about = "Whether a quote whose attribution is deleted from the text still gets a speaker."
    measures = (
        Measure("named", "still named", "named", mean, better=Better.LOWER),
        Measure("named_alone", "still named, no such speaker beside", "alone", mean, better=Better.LOWER),
        Measure(
            "named_beside", "still named, same speaker perhaps beside", "beside", mean, better=Better.LOWER
        ),
        Measure("quoted", "still a quote", "quoted", mean),
    )
    headline = ("named", "named_alone", "named_beside", "quoted")

    def takes(self, sample: Sample) -> bool:
        """Return whether the article has an attribution that can be deleted."""
        return bool(_deletions(sample))

    def ask(self, system: System, sample: Sample) -> tuple[Analysis, ...]:
        """Return the system's analysis of a copy of the article for each deletion."""
        article = sample.article
        return tuple(
            system.analyse(replace(article, text=deletion.apply(article.text)))
            for deletion in _deletions(sample)
        )

    def nothing(self, sample: Sample) -> tuple[Analysis, ...]:
        """Return an analysis without quotes for each copy."""
        return tuple(quoting(sample.article, (), "nothing") for _ in _deletions(sample))

    def score(self, sample: Sample, answer: tuple[Analysis, ...]) -> ArticleScore:
        """Return how many quotes still get a speaker."""
        text, found = sample.article.text, _deletions(sample)
        outcomes = [
            metric.answer(text, deletion, analysis.quotes)
            for deletion, analysis in zip(found, answer, strict=True)
        ]
        named = [speaker is not None for _, speaker in outcomes]
        tallies = {
            "named": (sum(named), len(named)),
            "quoted": (sum(quoted for quoted, _ in outcomes), len(named)),
        }
        for tally, beside in (("alone", False), ("beside", True)):
            group = [name for name, deletion in zip(named, found, strict=True) if deletion.beside is beside]
            tallies[tally] = (sum(group), len(group))
        return ArticleScore(
            tallies=tallies,
            quality=1 - sum(named) / len(named),
            gold=[{"content": d.content, "cut": d.cut, "beside": d.beside} for d in found],
            prediction=[speaker.name if speaker else None for _, speaker in outcomes],
            highlights=(
                *(Highlight(Span(*deletion.cut), "gold", "deleted") for deletion in found),
                *(Highlight(Span(*span), "gold", "content") for d in found for span in d.content),
                *(Highlight(deletion.in_whole(speaker.mention), "predicted", "source", speaker.name)
                  for deletion, (_, speaker) in zip(found, outcomes, strict=True) if speaker),
            ),
        )  # fmt: skip


def _deletions(sample: Sample) -> tuple[metric.AttributionDeletion, ...]:
    return metric.deletions(sample.article.text, sample.gold.attributions or ())
