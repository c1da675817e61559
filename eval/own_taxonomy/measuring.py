"""Figures of a taxonomy: zero-shot on all articles, and after fits to a few examples, on those left over."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.own_taxonomy.articles import LabelledArticle
from service.models.heads.own_fitting import logits
from service.models.heads.own_topics import OwnTopicWeights
from service.topics.own.fitting import fit_topics
from service.topics.own.labeller import choose_own_topics
from service.topics.own.taxonomy import OwnTaxonomy

BBC = Path(__file__).with_name("bbc.yaml")
"""The five desks of BBC news; ``reuters.yaml`` beside it has topics of Reuters-21578."""


@dataclass(frozen=True, slots=True)
class TaxonomyFigures:
    """Figures on ``articles`` that nothing was fitted to; ``fit_s`` are seconds, without reading.

    ``likeliest`` is macro F1 of the likeliest label alone, ``shown_macro`` and ``shown_micro`` those of what
    is shown. ``covered`` is the share of articles with a label shown.
    """

    system: str
    articles: int
    likeliest: float
    shown_macro: float
    shown_micro: float
    covered: float
    fit_s: float = 0.0


def zero_shot(
    taxonomy: OwnTaxonomy, articles: Sequence[LabelledArticle], by_words: OwnTopicWeights,
    idf: NDArray[np.float32],
) -> TaxonomyFigures:  # fmt: skip
    """Return the figures without examples, on all articles."""
    return _figures("zero-shot", taxonomy, articles, by_words, idf)


def few_shot(
    taxonomy: OwnTaxonomy, articles: Sequence[LabelledArticle], by_words: OwnTopicWeights,
    idf: NDArray[np.float32], each: int, draws: int,
) -> Iterator[TaxonomyFigures]:  # fmt: skip
    """Yield the figures after a fit to ``each`` examples a label, drawn anew each time, on the rest."""
    for draw in range(draws):
        taken = _draw(taxonomy, articles, each, draw)
        yield _fitted(f"{each} a label, draw {draw}", taxonomy, articles, taken, (by_words, idf))


def many(
    taxonomy: OwnTaxonomy, articles: Sequence[LabelledArticle], by_words: OwnTopicWeights,
    idf: NDArray[np.float32], share: float,
) -> TaxonomyFigures:  # fmt: skip
    """Return the figures after a fit to a share of the articles, on the rest."""
    order = np.random.default_rng(0).permutation(len(articles))
    taken = {int(row) for row in order[: int(share * len(articles))]}
    return _fitted(f"{len(taken)} articles", taxonomy, articles, taken, (by_words, idf))


def _draw(taxonomy: OwnTaxonomy, articles: Sequence[LabelledArticle], each: int, seed: int) -> set[int]:
    order = np.random.default_rng(seed).permutation(len(articles))
    taken: set[int] = set()
    for label in taxonomy.labels:
        having = [int(row) for row in order if label.id in articles[row].example.labels]
        taken.update(having[:each])
    return taken


def _fitted(
    system: str, taxonomy: OwnTaxonomy, articles: Sequence[LabelledArticle], taken: set[int],
    words: tuple[OwnTopicWeights, NDArray[np.float32]],
) -> TaxonomyFigures:  # fmt: skip
    by_words, idf = words
    given = [(articles[row].example, articles[row].features) for row in sorted(taken)]
    started_s = time.perf_counter()
    fitted = fit_topics(taxonomy, given, by_words, idf)
    fit_s = time.perf_counter() - started_s
    rest = [article for row, article in enumerate(articles) if row not in taken]
    return _figures(system, taxonomy, rest, fitted.weights, idf, fit_s)


def _figures(
    system: str, taxonomy: OwnTaxonomy, articles: Sequence[LabelledArticle], weights: OwnTopicWeights,
    idf: NDArray[np.float32], fit_s: float = 0.0,
) -> TaxonomyFigures:  # fmt: skip
    gold = np.zeros((len(articles), len(taxonomy.labels)), dtype=np.bool_)
    shown, likeliest = np.zeros_like(gold), np.zeros_like(gold)
    found = logits(weights, [article.features for article in articles], idf)
    for row, article in enumerate(articles):
        gold[row, [taxonomy.position[label] for label in article.example.labels]] = True
        shown[row, list(choose_own_topics(1 / (1 + np.exp(-found[row])), taxonomy))] = True
        likeliest[row, int(found[row].argmax())] = True
    return TaxonomyFigures(
        system=system,
        articles=len(articles),
        likeliest=_macro(likeliest, gold),
        shown_macro=_macro(shown, gold),
        shown_micro=_f1(shown, gold),
        covered=float(shown.any(axis=1).mean()),
        fit_s=fit_s,
    )


def _macro(answered: NDArray[np.bool_], gold: NDArray[np.bool_]) -> float:
    present = np.flatnonzero(gold.any(axis=0))
    return float(np.mean([_f1(answered[:, label], gold[:, label]) for label in present]))


def _f1(answered: NDArray[np.bool_], gold: NDArray[np.bool_]) -> float:
    total = int(answered.sum() + gold.sum())
    return 2 * int((answered & gold).sum()) / total if total else 1.0
