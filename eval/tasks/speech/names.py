"""Task ``names``: are pronouns and bare surnames resolved to the right name?

The project's own gold (``eval/gold/names.jsonl``: ids and offsets, no text) names 173 sources of polnear_dev:
202 were drawn at random with a fixed seed, at most three of a kind from an article, and decided by reading,
before the product or the silver names were looked at. The other 29 are left out: sources whom the article
doesn't name (groups, things, several people at once), and surnames that are all the name it gives.

Conventions: the name is the fullest the article gives, without titles; a body is named for "it" and "they"
where the article has its name, and all its names are right (IMF); who speaks inside a quotation counts, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.datasets import Sample
from eval.datasets.samples import NamedSource
from eval.metrics import names as metric
from eval.metrics.measures import Better, Measure, mean, precision, recall
from eval.systems.shape import System, quoting
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, Span

_READS = (("end_to_end", "end to end", recall), ("precision", "precision", precision))


class NamesTask(Task):
    """The resolution of sources that are a pronoun or a bare surname."""

    name = "names"
    about = "Whether pronouns and bare surnames are resolved to the right name."
    measures = (
        *(
            Measure(f"{tally}_{short}", f"{label}, {word}", tally, read)
            for tally, label in (
                ("name", "name"),
                ("pronoun", "pronoun"),
                ("surname", "surname"),
                ("direct", "of direct quotes"),
                ("full", "first and last name"),
                ("silver", "silver name"),
                ("silver_pronoun", "silver, pronoun"),
                ("silver_surname", "silver, surname"),
            )
            for short, word, read in _READS
        ),
        Measure("silver_right", "silver names that are right", "agreement", mean, better=Better.NEITHER),
    )
    headline = ("name_end_to_end", "name_precision", "pronoun_end_to_end", "pronoun_precision",
                "surname_end_to_end", "surname_precision", "silver_end_to_end",
                "silver_precision")  # fmt: skip

    def takes(self, sample: Sample) -> bool:
        """Return whether the article has a source with a known name, by hand or by coreference."""
        return bool(_gold(sample) or _silver(sample))

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis without quotes."""
        return quoting(sample.article, (), "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return how each source's name compares with the gold made by hand and with silver names."""
        text, attributions = sample.article.text, sample.gold.attributions or ()
        gold, silver = _gold(sample), _silver(sample)
        ours = metric.count(text, attributions, gold, answer.quotes)
        theirs = metric.count(text, attributions, silver, answer.quotes)
        judged = (ours if gold else theirs)["name"]
        shown = gold or silver
        return ArticleScore(
            tallies={
                **{name: counted.tally for name, counted in ours.items()},
                "silver": theirs["name"].tally,
                **{f"silver_{kind}": theirs[kind].tally for kind in metric.KINDS},
                "agreement": metric.agreement(gold, silver),
            },
            quality=judged.recall,
            gold=[{"source": source.source, "names": source.names} for source in shown],
            prediction=[_plain(source, answer) for source in shown],
            highlights=(
                *(Highlight(Span(*s.source), "gold", "source", " or ".join(s.names)) for s in shown),
                *(Highlight(quote.speaker.mention, "predicted", "source", quote.speaker.name)
                  for quote in answer.quotes if quote.speaker),
            ),
        )  # fmt: skip


def _gold(sample: Sample) -> Sequence[NamedSource]:
    """Return the names made by hand, or else those that annotators gave."""
    if sample.gold.named is not None:
        return sample.gold.named
    return metric.annotated(sample.article.text, sample.gold.attributions or ())


def _silver(sample: Sample) -> Sequence[NamedSource]:
    if sample.gold.silver is None:
        return ()
    return metric.silver(sample.article.text, sample.gold.attributions or (), sample.gold.silver)


def _plain(source: NamedSource, answer: Analysis) -> dict[str, Any]:
    speaker = metric.resolved(source.source, answer.quotes)
    return {"source": source.source, "name": speaker.name if speaker else None}
