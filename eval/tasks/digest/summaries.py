"""Task ``summaries``: ROUGE against a human summary, and what kind of summary it is."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from eval.datasets import Sample
from eval.metrics.measures import Better, Measure, histogram, mean
from eval.metrics.rouge import ngrams, rouge
from eval.systems.shape import System, blank
from eval.tasks.base import ArticleScore, Highlight, Task
from service.domain import Analysis, Summary
from service.text.segment import Segmenter


class SummariesTask(Task):
    """Summaries, against human ones."""

    name = "summaries"
    about = "ROUGE against human summaries; length, novelty, redundancy, position."
    measures = (
        Measure("rouge1", "ROUGE-1", "rouge1", mean),
        Measure("rouge2", "ROUGE-2", "rouge2", mean),
        Measure("rouge_lsum", "ROUGE-Lsum", "rouge_lsum", mean),
        Measure("words", "words", "words", mean, scale=1, better=Better.NEITHER),
        Measure("novelty", "new bigrams", "novelty", mean, better=Better.NEITHER),
        Measure("redundancy", "repeated bigrams", "redundancy", mean, better=Better.LOWER),
        Measure("is_lead", "simply the lead", "is_lead", mean, better=Better.NEITHER),
    )
    headline = ("rouge1", "rouge2", "rouge_lsum", "words", "novelty", "is_lead")
    curves = MappingProxyType({"positions": "histogram"})

    def __init__(self) -> None:
        self._segmenter = Segmenter.load()

    def takes(self, sample: Sample) -> bool:
        """Return whether the article has a human summary."""
        return sample.gold.reference is not None

    def ask(self, system: System, sample: Sample) -> Analysis:
        """Return the system's analysis, with its summary."""
        return system.analyse(sample.article)

    def nothing(self, sample: Sample) -> Analysis:
        """Return an analysis with an empty summary."""
        return blank(sample.article, "nothing")

    def score(self, sample: Sample, answer: Analysis) -> ArticleScore:
        """Return ROUGE against the reference, and the summary's length, novelty, repetition and positions."""
        reference = sample.gold.reference or ()
        sentences = [sentence.text for sentence in answer.summary.sentences]
        scores = rouge(reference, sentences)
        starts = [s.span.start for s in self._segmenter.segment(sample.article)]
        bigrams = [pair for sentence in sentences for pair in ngrams(sentence, 2)]
        known = set(ngrams(sample.article.text, 2))
        tallies: dict[str, Any] = {
            "rouge1": (scores.rouge1, 1),
            "rouge2": (scores.rouge2, 1),
            "rouge_lsum": (scores.rouge_lsum, 1),
            "words": (sum(len(sentence.split()) for sentence in sentences), 1),
            "novelty": (sum(pair not in known for pair in bigrams), len(bigrams)),
            "redundancy": (len(bigrams) - len(Counter(bigrams)), len(bigrams)),
            "is_lead": (_is_lead(answer.summary, starts), 1),
            "positions": histogram(_positions(answer.summary, starts)).tolist(),
        }
        return ArticleScore(
            tallies=tallies,
            quality=scores.rouge1,
            gold=list(reference),
            prediction=sentences,
            highlights=tuple(
                Highlight(span, "predicted", "evidence")
                for sentence in answer.summary.sentences
                for span in sentence.evidence
                if len(span) < len(sample.article.text)
            ),
            notes=(("reference", " ".join(reference)), ("summary", " ".join(sentences))),
        )


def _chosen(summary: Summary, starts: Sequence[int]) -> list[int]:
    """Return the article's sentence in which the evidence of each summary sentence begins."""
    begins = [sentence.evidence[0].start for sentence in summary.sentences]
    return [max(bisect_right(starts, begin) - 1, 0) for begin in begins]


def _is_lead(summary: Summary, starts: Sequence[int]) -> bool:
    chosen = _chosen(summary, starts)
    return bool(chosen) and chosen == list(range(len(chosen)))


def _positions(summary: Summary, starts: Sequence[int]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the evidence's places among the article's sentences, from 0 (first) to 1 (last)."""
    return np.array(_chosen(summary, starts), dtype=np.float64) / max(len(starts) - 1, 1)
