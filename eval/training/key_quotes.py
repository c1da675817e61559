"""Fit the ranking of quotes: ``python -m eval.training.key_quotes --data ../shared/data``.

Examples are pairs of quotes of one article, of which a human summary used one and not the other (definitions
in ``eval.metrics.key_quotes``). The model is a logistic regression on the difference of their features, in
which every article has the same weight. Articles whose summary uses no quote, or every one, are left out.

Prints AUC and hit at 1, and the paired differences to rankings by position and by length: first out of fold
over train and dev together, then on dev with weights fitted to train alone. Prints those weights, too, for
``service.quotes.ranking``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from eval.datasets import Offsets
from eval.datasets.load import load
from eval.metrics.key_quotes import auc, candidates, is_scorable, ranks, used
from eval.metrics.measures import paired_difference
from service.bootstrap import build_door, build_pipeline
from service.domain import Quote
from service.ingest import Declared
from service.people.entity_index import find_people
from service.quotes import ranking
from service.quotes.decoding import read_tags
from service.quotes.extraction import extract_quotes
from service.settings import Settings
from service.text.document import Document

_SETS = ("cnndm", "newssum")
FOLDS, SEED, RIDGE = 5, 1, 2.0
_STEPS = 30

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankingExample:
    """An article's Q quotes with features (Q, F) and judgements (Q,), and its C candidates.

    ``covers`` (C, Q) tells which quotes cover which candidates, ``wanted`` (C,) which ones the summary used.
    """

    quotes: tuple[Quote, ...]
    features: Floats
    judgements: Floats
    found: tuple[Offsets, ...]
    covers: NDArray[np.bool_]
    wanted: NDArray[np.bool_]

    def pairs(self) -> Floats:
        """Return the differences of used and unused quotes (P, F)."""
        counted = self.covers.any(axis=0)  # (Q,)
        is_used = (self.covers & self.wanted[:, None]).any(axis=0)  # (Q,)
        differences = self.features[is_used][:, None] - self.features[counted & ~is_used][None]
        return differences.reshape(-1, self.features.shape[1])

    def score(self, places: Sequence[int]) -> tuple[float, float]:
        """Return AUC and hit at 1 when the candidates rank as in ``places``."""
        first = [want for place, want in zip(places, self.wanted, strict=True) if place == 1]
        return auc(places, self.wanted.tolist()), float(any(first))

    def places(self, scores: Sequence[float] | Floats) -> list[int]:
        """Return the candidates' ranks when quotes are ranked by their ``scores`` (Q,)."""
        order = np.argsort(-np.asarray(scores), kind="stable")
        ranked = [replace(self.quotes[index], rank=place) for place, index in enumerate(order, start=1)]
        return ranks(self.found, ranked)


Baseline = Callable[[RankingExample], Sequence[int]]
BASELINES: dict[str, Baseline] = {
    "position of quotes": lambda example: example.places([-quote.parts[0].start for quote in example.quotes]),
    "length of quotes": lambda example: example.places(
        [sum(map(len, quote.parts)) for quote in example.quotes]
    ),
    # These rank everything in quotation marks, speech or not.
    "position of all marks": lambda example: range(1, len(example.found) + 1),
    "length of all marks": lambda example: _ranked([start - end for start, end in example.found]),
}


def main() -> None:
    """Print the figures and the weights."""
    parser = argparse.ArgumentParser(description="Fit the ranking of quotes.")
    parser.add_argument("--data", type=Path, required=True, help="folder of the shared data")
    folder = parser.parse_args().data / "summaries"
    train, dev = (
        [one for name in _SETS for one in _examples(str(folder / f"{name}_{part}.jsonl.gz"))]
        for part in ("train", "dev")
    )
    pooled = [*train, *dev]
    print(f"\n{len(pooled)} articles of train and dev, {FOLDS}-fold cross-validation")
    _report(pooled, _out_of_fold(pooled))
    weights = _fit(train)
    print(f"\n{len(dev)} articles of dev, weights of the {len(train)} of train")
    _report(dev, [one.score(one.places(one.features @ weights + one.judgements)) for one in dev])
    print()
    for name, weight in zip(ranking.WEIGHTS, weights, strict=True):
        print(f"{name:<12}{weight:+.3f}")


def _out_of_fold(examples: Sequence[RankingExample]) -> list[tuple[float, float]]:
    """Score each example with weights fitted without its fold."""
    scores: dict[int, tuple[float, float]] = {}
    for fold in np.array_split(np.random.default_rng(SEED).permutation(len(examples)), FOLDS):
        out = set(fold.tolist())
        weights = _fit([one for at, one in enumerate(examples) if at not in out])
        for at in out:
            one = examples[at]
            scores[at] = one.score(one.places(one.features @ weights + one.judgements))
    return [scores[at] for at in range(len(examples))]


def _report(examples: Sequence[RankingExample], scores: Sequence[tuple[float, float]]) -> None:
    ours = np.array(scores)  # (N, 2)
    print(f"{'':<24}{'AUC':<8}{'hit at 1':<10}ranking minus this, AUC; hit at 1 (95 %)")
    print(f"{'ranking':<24}{ours[:, 0].mean():<8.3f}{ours[:, 1].mean():<10.3f}")
    for name, baseline in BASELINES.items():
        theirs = np.array([one.score(baseline(one)) for one in examples])  # (N, 2)
        both = [paired_difference(ours[:, column], theirs[:, column]) for column in (0, 1)]
        ahead = "; ".join(f"{gap.value:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]" for gap in both)
        print(f"{name:<24}{theirs[:, 0].mean():<8.3f}{theirs[:, 1].mean():<10.3f}{ahead}")


def _fit(examples: Sequence[RankingExample]) -> Floats:
    """Return weights (F,) by Newton's method on the ridge-penalised loss, features scaled by their spread."""
    every = [one.pairs() for one in examples]
    rows = np.concatenate(every)
    share = np.concatenate([np.full(len(pairs), 1 / max(1, len(pairs))) for pairs in every])
    spread = np.concatenate([one.features for one in examples]).std(axis=0) + 1e-9
    rows = rows / spread
    weights: Floats = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        wrong = 1 / (1 + np.exp(rows @ weights))
        slope = -(rows * (share * wrong)[:, None]).sum(axis=0) + RIDGE * weights
        bend = (rows * (share * wrong * (1 - wrong))[:, None]).T @ rows + RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    fitted: Floats = weights / spread
    return fitted


def _examples(file: str) -> Iterator[RankingExample]:
    settings = Settings()
    door, pipeline = build_door(settings), build_pipeline(settings)
    samples = [one for one in load(file).samples if is_scorable(one.article.text, one.gold.reference)]
    for sample in track(samples, Path(file).name):
        reference = sample.gold.reference or ()
        declared = Declared(id=sample.article.id, title=sample.article.title, language="en")
        article = door.from_text(sample.article.text, declared)
        document = Document(article, pipeline.segmenter.segment(article))
        entities = find_people(document)
        encoding = pipeline.encoder.encode(document)
        tags = read_tags(pipeline.attribution.score(article.text, encoding))
        quotes = extract_quotes(document, entities, tags)
        if not quotes:
            continue
        context = ranking.RankingContext.of(document)
        table = [list(ranking.features(article.text, context, one, entities).values()) for one in quotes]
        found = candidates(article.text)
        covered = [[place == 1 for place in ranks(found, [replace(quote, rank=1)])] for quote in quotes]
        yield RankingExample(
            quotes=quotes,
            features=np.array(table),
            judgements=np.array(ranking.judgements(document, quotes)),
            found=found,
            covers=np.array(covered).T,
            wanted=np.array([used(article.text, candidate, reference) for candidate in found]),
        )


def _ranked(keys: Sequence[int]) -> list[int]:
    """Return each key's place in ascending order."""
    order = sorted(range(len(keys)), key=lambda index: keys[index])
    places = {index: place for place, index in enumerate(order, start=1)}
    return [places[index] for index in range(len(keys))]


if __name__ == "__main__":
    main()
