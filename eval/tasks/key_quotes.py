"""Task ``key-quotes``: does the ranking put the quotes first that a human summary used?"""

from __future__ import annotations

from eval.datasets import Sample
from eval.metrics.key_quotes import auc, candidates, is_scorable, ranks, used
from eval.metrics.measures import Measure, mean
from eval.systems.shape import System, quoting
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, Span


class KeyQuotesTask(Task):
    """Ranking of quotes, over articles whose reference uses at least one of them and not all."""

    name = "key-quotes"
    about = "Whether the quotes that a human summary used are ranked first."
    measures = (
        Measure("auc", "mean AUC per article", "auc", mean),
        Measure("hit_at_1", "first quote is used", "hit_at_1", mean),
    )
    headline = ("auc", "hit_at_1")

    def takes(self, sample: Sample) -> bool:
        """Articles whose human summary uses some of several quotes."""
        return is_scorable(sample.article.text, sample.gold.reference)

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Let the system find and rank the quotes."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """No quotes: every candidate is tied."""
        return quoting(sample.article, (), "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Score the ranks of the article's candidates."""
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
            marks=(
                *(Highlight(Span(*c), "gold", "used") for c, want in zip(found, wanted, strict=True) if want),
                *(Highlight(part, "predicted", "content", f"rank {quote.rank}")
                  for quote in answer.quotes for part in quote.parts),
            ),
            notes=(("reference", " ".join(reference)),),
        )  # fmt: skip
