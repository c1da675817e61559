"""Fit the ranking of quotes: ``python -m eval.training.lead_quotes --data ../shared/data``.

Articles in which a reader marked the quotation to pull: the train part of the marks, and
``eval/gold/points.jsonl`` (the sentence that holds it; the articles are in the data folder). A linear score,
fitted listwise within each article by L-BFGS with a ridge, beside the judgements of
``service.quotes.ranking``, which stay as they are. Prints hits at 1 and 3 out of five folds and on marks_dev,
for the weights of before and the new ones, and the new weights for ``service.quotes.ranking``. Seeded.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track

from eval.datasets import Offsets, read_rows
from service.bootstrap import build_door, build_pipeline
from service.domain import Quote
from service.ingest import Declared
from service.people.entity_index import find_people
from service.quotes import ranking
from service.quotes.decoding import read_tags
from service.quotes.extraction import extract_quotes
from service.settings import Settings
from service.text.document import Document

SEED, FOLDS, RIDGE = 20261130, 5, 5.0
POINTS = Path(__file__).parents[1] / "gold" / "points.jsonl"
_FOLDERS = {
    "cnndm_train": "summaries", "newssum_train": "summaries", "bbc_train": "summaries",
    "polnear_train": "quotes",
}  # fmt: skip
_STEPS = 100

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeadExample:
    """An article's Q quotes: features (Q, F), judgements (Q,), and which overlap the one to pull (Q,)."""

    features: Floats
    judgements: Floats
    wanted: NDArray[np.bool_]

    def hits(self, weights: Floats) -> tuple[bool, bool]:
        """Return whether a wanted quote is ranked first, and whether among the first three."""
        order = np.argsort(-(self.features @ weights + self.judgements), kind="stable")
        return bool(self.wanted[order[0]]), bool(self.wanted[order[:3]].any())


def main() -> None:
    """Print the figures and the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds marks/ and the rest")
    data = parser.parse_args().data
    train = list(_examples("train", [*_marks(data, "train"), *_pointed(data)]))
    dev = list(_examples("marks_dev", list(_marks(data, "dev"))))
    before = np.array(list(ranking.WEIGHTS.values()))
    print(f"{len(train)} articles to train, {len(dev)} of marks_dev")
    print(f"before      train {_hits([one.hits(before) for one in train])}, "
          f"marks_dev {_hits([one.hits(before) for one in dev])}")  # fmt: skip
    weights = fit(train)
    print(f"now         by folds {_hits(out_of_fold(train))}, "
          f"marks_dev {_hits([one.hits(weights) for one in dev])}\n")  # fmt: skip
    for name, weight in zip(ranking.WEIGHTS, weights, strict=True):
        print(f"{name:<14}{weight:+.3f}")


def out_of_fold(examples: Sequence[LeadExample]) -> list[tuple[bool, bool]]:
    """Return the hits of each example by weights fitted without its fold."""
    folds = np.random.default_rng(SEED).permutation(np.arange(len(examples)) % FOLDS)
    hits: dict[int, tuple[bool, bool]] = {}
    for fold in range(FOLDS):
        weights = fit([one for one, place in zip(examples, folds, strict=True) if place != fold])
        hits |= {at: examples[at].hits(weights) for at in np.flatnonzero(folds == fold).tolist()}
    return [hits[at] for at in range(len(examples))]


def fit(examples: Sequence[LeadExample]) -> Floats:
    """Return the likeliest weights (F,) for a wanted quote to be the one that is pulled."""
    spread = np.concatenate([one.features for one in examples]).std(axis=0) + 1e-6
    usable = [one for one in examples if one.wanted.any() and not one.wanted.all()]
    owners = torch.from_numpy(np.repeat(np.arange(len(usable)), [len(one.wanted) for one in usable]))
    rows = torch.from_numpy(np.concatenate([one.features for one in usable]) / spread).float()
    judged = torch.from_numpy(np.concatenate([one.judgements for one in usable])).float()
    wanted = torch.from_numpy(np.concatenate([one.wanted for one in usable]))
    weights = torch.zeros(rows.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        raised = torch.exp((rows @ weights + judged).clamp(max=40))
        every = torch.zeros(len(usable)).index_add(0, owners, raised)
        pulled = torch.zeros(len(usable)).index_add(0, owners[wanted], raised[wanted])
        total = (torch.log(every) - torch.log(pulled)).sum() + RIDGE * weights.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    fitted: Floats = weights.detach().numpy() / spread
    return fitted


def _hits(hits: Sequence[tuple[bool, bool]]) -> str:
    first, third = np.mean(np.array(hits), axis=0)
    return f"{first:.1%} at 1, {third:.1%} at 3"


def _examples(
    name: str, marked: Sequence[tuple[str, str | None, str, tuple[Offsets, ...]]]
) -> Iterator[LeadExample]:
    settings = Settings()
    door, pipeline = build_door(settings), build_pipeline(settings)
    for text, title, id_, wanted in track(marked, f"{name:<10}"):
        article = door.from_text(text, Declared(id=id_, title=title, language="en"))
        if article.text != text:
            continue
        document = Document(article, pipeline.segmenter.segment(article))
        encoding = pipeline.encoder.encode(document)
        people = find_people(document, partial(pipeline.names.score, encoding=encoding))
        tags = read_tags(pipeline.attribution.score(text, encoding))
        quotes = extract_quotes(document, people, tags)
        if not quotes:
            continue
        context = ranking.RankingContext.of(document)
        rows = [list(ranking.features(text, context, quote, people).values()) for quote in quotes]
        overlaps = [_overlaps(quote, wanted) for quote in quotes]
        yield LeadExample(
            np.array(rows), np.array(ranking.judgements(document, quotes)), np.array(overlaps, dtype=np.bool_)
        )


def _overlaps(quote: Quote, wanted: Sequence[Offsets]) -> bool:
    return any(part.start < end and start < part.end for part in quote.parts for start, end in wanted)


def _marks(data: Path, part: str) -> Iterator[tuple[str, str | None, str, tuple[Offsets, ...]]]:
    for row in read_rows(data / "marks" / f"marks_{part}.jsonl.gz"):
        if (lead := row["marks"].get("lead_quote")) is not None:
            parts = tuple((start, end) for start, end in row["marks"]["quotes"][lead]["parts"])
            yield row["text"], row.get("title"), row["id"], parts


def _pointed(data: Path) -> Iterator[tuple[str, str | None, str, tuple[Offsets, ...]]]:
    pulled = {(mark["set"], mark["id"]): mark["pull"] for mark in read_rows(POINTS) if mark["pull"]}
    for name, folder in _FOLDERS.items():
        for row in read_rows(data / folder / f"{name}.jsonl.gz"):
            if (name, row["id"]) in pulled:
                start, end = pulled[name, row["id"]]
                yield row["text"], row.get("title"), row["id"], ((start, end),)


if __name__ == "__main__":
    main()
