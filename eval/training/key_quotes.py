"""Fitting the ranking of quotes: ``python -m eval.training.key_quotes --data ../shared/data``.

Lessons are pairs of quotes of one article, of which a human summary used one and not the other (definitions
in ``eval.metrics.key_quotes``); the model is a logistic regression on the difference of their features, every
article weighing the same. Prints weights for ``service.extract.ranking`` and the cross-validated mean AUC.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.datasets.load import load
from eval.metrics.key_quotes import auc, candidates, counts, ranks, used
from service.bootstrap import build_door
from service.domain import Quote
from service.extract import ranking
from service.extract.quoted import read_quoted
from service.extract.quotes import extract_quotes
from service.ingest import Declared
from service.segment import Segmenter
from service.settings import Settings

FILES = ("summaries/cnndm_train.jsonl.gz", "summaries/newssum_train.jsonl.gz")
FOLDS, SEED, RIDGE = 5, 1, 2.0
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Lesson:
    """An article's Q quotes with features (Q, F), and its candidates."""

    quotes: tuple[Quote, ...]
    features: NDArray[np.float64]
    found: tuple[tuple[int, int], ...]
    wanted: tuple[bool, ...]

    def pairs(self) -> NDArray[np.float64]:
        """Return the differences of used and unused quotes (P, F)."""
        is_used: list[NDArray[np.float64]] = []
        is_unused: list[NDArray[np.float64]] = []
        for row, quote in zip(self.features, self.quotes, strict=True):
            alone = replace(quote, rank=1)
            places = ranks(self.found, [alone])
            hits = [want for place, want in zip(places, self.wanted, strict=True) if place == 1]
            if hits:
                (is_used if any(hits) else is_unused).append(row)
        differences = [mine - other for mine in is_used for other in is_unused]
        return np.array(differences, dtype=np.float64).reshape(-1, self.features.shape[1])

    def auc(self, weights: NDArray[np.float64]) -> float:
        """Return the AUC of the candidates when quotes are ranked by ``weights``."""
        order = np.argsort(-self.features @ weights, kind="stable")
        ranked = [replace(self.quotes[index], rank=place) for place, index in enumerate(order, start=1)]
        return auc(ranks(self.found, ranked), self.wanted)


def main() -> None:
    """Print cross-validated figures and the weights of all lessons."""
    parser = argparse.ArgumentParser(description="Fit the ranking of quotes.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    lessons = [one for file in FILES for one in _lessons(str(parser.parse_args().data / file))]
    folds = np.array_split(np.random.default_rng(SEED).permutation(len(lessons)), FOLDS)
    figures = []
    for fold in folds:
        out = set(fold.tolist())
        weights = _fit([one for at, one in enumerate(lessons) if at not in out])
        figures += [lessons[at].auc(weights) for at in fold]
    print(f"{len(lessons)} articles, mean AUC {np.mean(figures):.3f} in {FOLDS}-fold cross-validation")
    for name, weight in zip(ranking.WEIGHTS, _fit(lessons), strict=True):
        print(f"{name:<12}{weight:+.3f}")


def _fit(lessons: Sequence[Lesson]) -> NDArray[np.float64]:
    """Newton's method on the ridge-penalised loss, over features in units of their spread: (F,)."""
    every = [(one.pairs(), one) for one in lessons]
    rows = np.concatenate([pairs for pairs, _ in every])
    share = np.concatenate([np.full(len(pairs), 1 / max(1, len(pairs))) for pairs, _ in every])
    spread = np.concatenate([one.features for one in lessons]).std(axis=0) + 1e-9
    rows = rows / spread
    weights: NDArray[np.float64] = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        wrong = 1 / (1 + np.exp(rows @ weights))
        slope = -(rows * (share * wrong)[:, None]).sum(axis=0) + RIDGE * weights
        bend = (rows * (share * wrong * (1 - wrong))[:, None]).T @ rows + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    fitted: NDArray[np.float64] = weights / spread
    return fitted


def _lessons(file: str) -> list[Lesson]:
    door, segmenter = build_door(Settings()), Segmenter.load()
    lessons = []
    for sample in load(file).samples:
        if not counts(sample.article.text, sample.gold.reference):
            continue
        article = door.from_text(sample.article.text, Declared(id=sample.article.id, language="en"))
        sentences = segmenter.segment(article)
        quotes = extract_quotes(article, sentences)
        if not quotes:
            continue
        roster, context = read_quoted(article, sentences)[1], ranking.Context.of(article, sentences)
        table = [list(ranking.features(article, context, quote, roster).values()) for quote in quotes]
        found = candidates(article.text)
        wanted = tuple(used(article.text, candidate, sample.gold.reference or ()) for candidate in found)
        lessons.append(Lesson(quotes, np.array(table), found, wanted))
    return lessons


if __name__ == "__main__":
    main()
