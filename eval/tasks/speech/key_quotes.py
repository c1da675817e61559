"""Task ``key-quotes``: does the ranking put the quotes first that a human summary used?"""

from __future__ import annotations

from eval.datasets import Sample
from eval.metrics.key_quotes import auc, candidates, is_scorable, ranks, used
from eval.metrics.measures import Measure, mean
from eval.systems.shape import System, quoting
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, Span


class KeyQuotesTask(Task):
    """The ranking of quotes, over articles whose human summary uses some of them and not others."""

    name = "key-quotes"
    about = "Whether the quotes that a human summary used are ranked first."
    measures = (
        Measure("auc", "mean AUC per article", "auc", mean),
        Measure("hit_at_1", "first quote is used", "hit_at_1", mean),
    )
    headline = ("auc", "hit_at_1")

    def takes(self, sample: Sample) -> bool:
        """Return whether the human summary uses some of the article's quotes and not others."""
        return is_scorable(sample.article.text, sample.gold.reference)

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis, with its quotes ranked."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis without quotes, in which every candidate is tied."""
        return quoting(sample.article, (), "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return the score of the candidates' ranks."""
        text, reference = sample.article.text, sample.gold.reference or ()
        found = candidates(text)
        wanted = [used(text, candidate, reference) for candidate in found]
        ranking = ranks(found, answer.quotes)
        first = min(answer.quotes, key=lambda quote: quote.rank, default=None)
        hit = first is not None and any(
            want and ranks([candidate], [first])[0] == first.rank
            for candidate, want in zip(found, wanted, strict=True)
        )
        area = auc(ranking, wanted)
        return ArticleScore(
            tallies={"auc": (area, 1), "hit_at_1": (hit, 1)},
            quality=area,
            gold=[candidate for candidate, want in zip(found, wanted, strict=True) if want],
            prediction=[
                {"rank": rank, "start": start, "end": end}
                for rank, (start, end) in sorted(zip(ranking, found, strict=True))
            ],
            highlights=(
                *(Highlight(Span(*c), "gold", "used") for c, want in zip(found, wanted, strict=True) if want),
                *(Highlight(part, "predicted", "content", f"rank {quote.rank}")
                  for quote in answer.quotes for part in quote.parts),
            ),
            notes=(("reference", " ".join(reference)),),
        )  # fmt: skip
