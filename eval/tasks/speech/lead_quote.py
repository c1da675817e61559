"""Task ``lead-quote``: is the quote ranked first the one that an editor would pull?"""

from __future__ import annotations

from eval.datasets import Sample
from eval.metrics.measures import Measure, mean
from eval.systems.shape import System, quoting
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, Quote, Span


class LeadQuoteTask(Task):
    """The quote to pull, over articles in which a reader marked one and a quote was found."""

    name = "lead-quote"
    about = "Whether the quote that a reader would pull is ranked first, or among the first three."
    measures = (
        Measure("hit_at_1", "ranked first", "hit_at_1", mean),
        Measure("hit_at_3", "among the first three", "hit_at_3", mean),
    )
    headline = ("hit_at_1", "hit_at_3")

    def takes(self, sample: Sample) -> bool:
        """Return whether a quotation to pull is marked."""
        return sample.gold.lead_quote is not None

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis, with its quotes ranked."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis without quotes."""
        return quoting(sample.article, (), "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return whether a quote that overlaps the marked one is ranked first, or in the first three."""
        wanted = sample.gold.lead_quote or ()
        ranked = sorted(answer.quotes, key=lambda quote: quote.rank)
        hits = [_overlaps(quote, wanted) for quote in ranked]
        counted = int(bool(ranked))
        place = hits.index(True) + 1 if any(hits) else None
        return ArticleScore(
            tallies={"hit_at_1": (any(hits[:1]), counted), "hit_at_3": (any(hits[:3]), counted)},
            quality=1 / place if place else 0.0,
            gold=list(wanted),
            prediction=[[(part.start, part.end) for part in quote.parts] for quote in ranked[:3]],
            highlights=(
                *(Highlight(Span(*part), "gold", "content", "to pull") for part in wanted),
                *(Highlight(part, "predicted", "content", f"rank {quote.rank}")
                  for quote in ranked[:3] for part in quote.parts),
            ),
            notes=(("rank of the marked quote", str(place or "not found")),),
        )  # fmt: skip


def _overlaps(quote: Quote, wanted: tuple[tuple[int, int], ...]) -> bool:
    return any(part.start < end and start < part.end for part in quote.parts for start, end in wanted)
