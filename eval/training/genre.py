"""Train the genre head: ``python -m eval.training.genre --data ../shared/data``. About five minutes.

Articles whose genre was marked by reading: ``eval/gold/genres.jsonl`` (ids and labels; the articles are in
the data folder) and the marks. A softmax regression with a ridge, doubtful marks at half weight, rare genres
raised to the square root of their share. The strength of the ridge is chosen, and the probabilities are
calibrated by one temperature, on predictions out of five folds. Prints precision and recall by genre out of
fold and on marks_dev, publishes ``genre.safetensors`` and writes its card. Seeded.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch.nn import functional

from eval.datasets import Row, digest, read_rows
from eval.training.weights import load_encoder, publish, trunk_digest
from service.bootstrap import build_door, load_segmenter
from service.domain import GenreLabel
from service.ingest import Declared
from service.models.heads.genre import FEATURES, GENRES, layout, meanings
from service.settings import Settings
from service.text.document import Document

MARKS = Path(__file__).parents[1] / "gold" / "genres.jsonl"
SEED, FOLDS = 20261130, 5
RIDGES = (0.3, 1.0, 3.0, 10.0)
_DOUBTFUL_WEIGHT, _STEPS = 0.5, 60
# The vectors hold most numbers and least that is sure; the layout is shrunk less.
_VECTOR_SCALE = 6.0
_FOLDERS = ("quotes", "summaries", "topics")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class GenreExamples:
    """N articles: layout (N, F), vectors (N, 2 D), genres (N,), weights (N,)."""

    layout: Floats
    vectors: Floats
    genres: NDArray[np.int64]
    weights: Floats

    def only(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> GenreExamples:
        """Return some of the examples."""
        return GenreExamples(self.layout[which], self.vectors[which], self.genres[which], self.weights[which])


@dataclass(frozen=True, slots=True)
class GenreRegression:
    """The parameters as they are published; ``weight`` (F + 2 D, G), ``bias`` (G,)."""

    mean: Floats
    scale: Floats
    weight: Floats
    bias: Floats

    def logits(self, examples: GenreExamples) -> Floats:
        """Return the logits (N, G)."""
        inputs = np.concatenate([(examples.layout - self.mean) / self.scale, examples.vectors], axis=1)
        logits: Floats = inputs @ self.weight + self.bias
        return logits


def main() -> None:
    """Fit, report, publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds marks/ and the rest")
    data = parser.parse_args().data
    train = read_examples(list(_marked(data)), "train")
    dev = read_examples([(row, row["marks"]["genre"], True) for row in _marks(data, "dev")], "marks_dev")
    folds = np.random.default_rng(SEED).permutation(np.arange(len(train.genres)) % FOLDS)
    by_ridge = {ridge: out_of_fold(train, folds, ridge) for ridge in RIDGES}
    losses = {ridge: _loss(logits, train.genres, 1.0) for ridge, logits in by_ridge.items()}
    ridge = min(losses, key=losses.__getitem__)
    print("loss out of fold by ridge: " + ", ".join(f"{key:g}: {loss:.3f}" for key, loss in losses.items()))
    temperatures = np.arange(0.5, 2.01, 0.05)
    temperature = float(min(temperatures, key=lambda t: _loss(by_ridge[ridge], train.genres, t)))
    model = fit(train, ridge)
    figures = [
        f"Ridge {ridge:g}, temperature {temperature:.2f}.",
        "Out of fold:\n\n" + "\n".join(report(by_ridge[ridge] / temperature, train.genres)),
        "marks_dev:\n\n" + "\n".join(report(model.logits(dev) / temperature, dev.genres)),
    ]
    print("\n\n".join(figures))
    tensors = {
        "feature_mean": model.mean,
        "feature_scale": model.scale,
        "weight": model.weight / np.float32(temperature),
        "bias": model.bias / np.float32(temperature),
    }
    paths = [MARKS, *(data / "marks" / f"marks_{part}.jsonl.gz" for part in ("train", "dev"))]
    card = _CARD.format(
        figures="\n\n".join(figures),
        articles=len(train.genres),
        seed=SEED,
        trunk=trunk_digest(),
        files="\n".join(f"| {path.name} | {digest(path)} |" for path in paths),
    )
    publish({"genre": tensors}, {"genre": card})


def read_examples(marked: Sequence[tuple[Row, str, bool]], name: str) -> GenreExamples:
    """Read ``marked`` articles (row, genre, whether the reader was sure) as the service does."""
    door, encoder, segmenter = build_door(Settings()), load_encoder(), load_segmenter()
    layouts, vectors = [], []
    for row, _, _ in track(marked, f"{name:<10}"):
        declared = Declared(id=row["id"], title=row.get("title"), language="en")
        article = door.from_text(row["text"], declared)
        document = Document(article, segmenter.segment(article))
        layouts.append(layout(document))
        vectors.append(meanings(document, encoder.encode(document)))
    return GenreExamples(
        np.stack(layouts),
        np.stack(vectors),
        np.array([GENRES.index(GenreLabel(genre)) for _, genre, _ in marked]),
        np.array([1.0 if sure else _DOUBTFUL_WEIGHT for _, _, sure in marked], dtype=np.float32),
    )


def out_of_fold(examples: GenreExamples, folds: NDArray[np.int64], ridge: float) -> Floats:
    """Return the logits (N, G) of each example by a model that hasn't seen its fold."""
    logits = np.zeros((len(folds), len(GENRES)), dtype=np.float32)
    for fold in range(FOLDS):
        logits[folds == fold] = fit(examples.only(folds != fold), ridge).logits(examples.only(folds == fold))
    return logits


def fit(examples: GenreExamples, ridge: float) -> GenreRegression:
    """Fit the regression by L-BFGS."""
    torch.manual_seed(SEED)
    mean, scale = examples.layout.mean(axis=0), examples.layout.std(axis=0) + 1e-3
    inputs = torch.from_numpy(
        np.concatenate([(examples.layout - mean) / scale, examples.vectors * _VECTOR_SCALE], axis=1)
    )
    genres = torch.from_numpy(examples.genres)
    counts = np.bincount(examples.genres, minlength=len(GENRES)) + 1
    rarity = torch.from_numpy((counts.max() / counts)[examples.genres] ** 0.5).float()
    weights = torch.from_numpy(examples.weights) * rarity
    weights = weights / weights.mean()
    weight = torch.zeros(inputs.shape[1], len(GENRES), requires_grad=True)
    bias = torch.zeros(len(GENRES), requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        each = functional.cross_entropy(inputs @ weight + bias, genres, reduction="none")
        total = (each * weights).sum() + ridge * weight.square().sum()
        total.backward()  # type: ignore[no-untyped-call]
        return total

    optimiser.step(loss)  # type: ignore[no-untyped-call]
    fitted = weight.detach().numpy().copy()
    fitted[len(FEATURES) :] *= _VECTOR_SCALE
    return GenreRegression(mean, scale, fitted, bias.detach().numpy())


def report(logits: Floats, genres: NDArray[np.int64]) -> Iterator[str]:
    """Yield the rows of a table: precision and recall of each genre; then accuracy and calibration."""
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = raised / raised.sum(axis=1, keepdims=True)
    chosen, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    yield "| genre | marked | given | right | F1 |"
    yield "|---|---|---|---|---|"
    for index, genre in enumerate(GENRES):
        marked, given = int((genres == index).sum()), int((chosen == index).sum())
        right = int(((genres == index) & (chosen == index)).sum())
        share = 2 * right / (marked + given) if marked + given else 0.0
        yield f"| {genre} | {marked} | {given} | {right} | {share:.2f} |"
    right_shares = chosen == genres
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        (bins == b).sum() * abs(right_shares[bins == b].mean() - sure[bins == b].mean())
        for b in range(10)
        if (bins == b).any()
    ]
    yield ""
    yield f"Right: {right_shares.mean():.1%}; expected calibration error {sum(gaps) / len(genres):.3f}."


def _loss(logits: Floats, genres: NDArray[np.int64], temperature: float) -> float:
    scaled = torch.from_numpy(logits / np.float32(temperature))
    return float(functional.cross_entropy(scaled, torch.from_numpy(genres)))


def _marked(data: Path) -> Iterator[tuple[Row, str, bool]]:
    """Yield the training articles: those of the marks, and those marked by genre alone."""
    for row in _marks(data, "train"):
        yield row, row["marks"]["genre"], True
    wanted: dict[str, dict[str, Row]] = {}
    for mark in read_rows(MARKS):
        wanted.setdefault(mark["set"], {})[mark["id"]] = mark
    for name, marks in wanted.items():
        path = next(p for folder in _FOLDERS if (p := data / folder / f"{name}.jsonl.gz").exists())
        for row in read_rows(path):
            if row["id"] in marks:
                yield row, marks[row["id"]]["genre"], marks[row["id"]]["sure"]


def _marks(data: Path, part: str) -> Iterator[Row]:
    yield from read_rows(data / "marks" / f"marks_{part}.jsonl.gz")


_CARD = """# Genre head

Which kind of article it is. A softmax regression over features of layout and wording and the mean sentence
vectors of the article and of its first three sentences (`service/models/heads/genre.py`).

- **Trained by** `python -m eval.training.genre --data ../shared/data`, seed {seed}, on the trunk of SHA-256
  `{trunk}`.
- **Data**: {articles} articles marked by reading, one reader an article: the train part of the marks, and
  `eval/gold/genres.jsonl`, a sample in which other things than news were sought out, so their share is higher
  than in a newsroom's intake.
- **Known weaknesses**: live blogs, reviews and round-ups rest on a dozen marks or fewer; where a news report
  ends and a feature begins readers doubt, too (a quarter of the
  marks by genre alone are marked as doubtful).

## Development figures

{figures}

## Files

| file | sha256 |
|---|---|
{files}
"""

if __name__ == "__main__":
    main()
