"""Task ``speakers``: of what stands in quotation marks, who said it: right, wrong or null, and how surely.

Gold are articles marked by reading, and what editors corrected. The figures are those that a desk cares for:
a wrong speaker is worse than none, and worst with confidence.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import numpy as np

from eval.datasets import Sample
from eval.datasets.samples import GoldQuotation
from eval.metrics.measures import (
    Better,
    Measure,
    calibration,
    calibration_error,
    mean,
    outcomes_by_least,
    recall,
)
from eval.metrics.speakers import Judgement, Outcome, judge
from eval.systems.shape import System, quoting
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, QuoteKind, Span

SURE = 0.9
"""From this confidence on a speaker counts as given with confidence."""
_TOLD = (Outcome.RIGHT, Outcome.WRONG, Outcome.NULL)


class SpeakersTask(Task):
    """The speakers of quotations in marks."""

    name = "speakers"
    about = "Who said what stands in quotation marks: right, wrong or null, and with what confidence."
    measures = (
        Measure("right", "speakers right", "right", mean),
        Measure("wrong", "speakers wrong", "wrong", mean, better=Better.LOWER),
        Measure("null", "speakers null", "null", mean, better=Better.LOWER),
        Measure("sure_right", f"right of those with confidence {SURE} or more", "sure", mean),
        Measure("sure_share", f"confidence {SURE} or more", "sure_share", mean, better=Better.NEITHER),
        Measure("direct_found", "direct quotations found", "direct", recall),
        Measure("mixed_found", "mixed quotations found", "mixed", recall),
        Measure("untold_named", "named, though the text doesn't tell", "untold", mean, better=Better.LOWER),
        Measure("calibration_error", "confidence, calibration error", "calibration", calibration_error,
                better=Better.LOWER),
    )  # fmt: skip
    headline = ("right", "wrong", "null", "sure_right", "direct_found", "mixed_found", "calibration_error")
    curves = MappingProxyType({"calibration": "reliability", "settings": "settings"})

    def takes(self, sample: Sample) -> bool:
        """Return whether the article's quotations in marks have speakers."""
        return sample.gold.quotations is not None

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis without quotes."""
        return quoting(sample.article, (), "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return how many quotations have which outcome, and the confidence of those that are named."""
        gold = sample.gold.quotations or ()
        judged = judge(sample.article.text, gold, answer.quotes)
        told = [one for one in judged if one.outcome in _TOLD]
        named = [one for one in told if one.outcome is not Outcome.NULL]
        right = np.array([one.outcome is Outcome.RIGHT for one in named], dtype=bool)
        confidences = np.array([_confidence(one) for one in named], dtype=np.float64)
        sure = confidences >= SURE
        untold = [one for one in judged if one.outcome is Outcome.UNTOLD]
        tallies: dict[str, Any] = {
            outcome.value: (sum(one.outcome is outcome for one in told), len(told)) for outcome in _TOLD
        }
        tallies["sure"] = (int((right & sure).sum()), int(sure.sum()))
        tallies["sure_share"] = (int(sure.sum()), len(told))
        tallies["untold"] = (sum(one.quote is not None and one.quote.speaker is not None for one in untold),
                             len(untold))  # fmt: skip
        tallies["calibration"] = calibration(confidences, right).tolist()
        tallies["settings"] = outcomes_by_least(confidences, right, len(told)).tolist()
        for kind in (QuoteKind.DIRECT, QuoteKind.MIXED):
            of_kind = [one for one in judged if one.gold.kind is kind]
            found = sum(one.outcome is not Outcome.MISSED for one in of_kind)
            tallies[kind.value] = (found, found, len(of_kind))
        return ArticleScore(
            tallies=tallies,
            quality=tallies["right"][0] / len(told) if told else 1.0,
            gold=[_plain(one) for one in gold],
            prediction=[_answer(one) for one in judged],
            highlights=(
                *(Highlight(Span(*part), "gold", "content", " or ".join(one.names)) for one in gold
                  for part in one.parts),
                *(Highlight(quote.speaker.mention, "predicted", "source", quote.speaker.name)
                  for quote in answer.quotes if quote.speaker and quote.kind is not QuoteKind.INDIRECT),
            ),
        )  # fmt: skip


def _confidence(one: Judgement) -> float:
    """Return how sure the speaker is; a system that doesn't say is taken at the quote's word."""
    speaker = one.quote.speaker if one.quote else None
    if speaker and speaker.confidence is not None:
        return speaker.confidence
    return one.quote.confidence if one.quote else 0.0


def _plain(gold: GoldQuotation) -> dict[str, Any]:
    return {"kind": gold.kind.value, "parts": gold.parts, "names": gold.names}


def _answer(one: Judgement) -> dict[str, Any]:
    speaker = one.quote.speaker if one.quote else None
    return {
        "outcome": one.outcome.value,
        "name": speaker.name if speaker else None,
        "confidence": _confidence(one),
    }
