"""Train the salience head: ``python -m eval.training.salience --data ../shared/data``.

Two views are trained, each listwise within an article, one hidden layer each: ``reference``, on the sentences
that a greedy oracle picks to match the human summaries of cnndm and newssum; ``points``, on those that alone
convey a main point, as marked by reading (marks_train, and ``eval/gold/points.jsonl`` for articles of cnndm,
newssum, bbc and PolNeAR). Encodes each article once, prints ROUGE on both dev sets against Lead-3 and the
main points conveyed on marks_dev, publishes the weights and writes their card. Seeded; one process. With
``--view`` the other view stays as published.

Not here: the features (``service.models.heads.salience``) and the choice (``service.summary.selection``),
which are the service's own, so that training can't drift from serving.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from safetensors.numpy import load_file

from eval.datasets import Row, read_rows
from eval.training.salience.card import DEVELOPMENT, POINTED, POINTS, render_card
from eval.training.salience.examples import ArticleEncoder, EncodedArticle, SalienceExample, make_examples
from eval.training.salience.fitting import train
from eval.training.salience.report import report
from eval.training.weights import WEIGHTS, publish
from service.models.heads.salience import FILE_NAME, VIEWS, SalienceHead

# A training article that shares this much of its word 8-grams with a development article is left out.
_LEAK_SHARE, _SHINGLE_WORDS = 0.1, 8


def main() -> None:
    """Train, report, publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder that holds summaries/ and marks/"
    )
    parser.add_argument("--view", choices=tuple(VIEWS), help="train this view alone")
    parser.add_argument("--limit", type=int, help="at most this many rows of each set of human summaries")
    parser.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "pullquote-salience", help="for vectors"
    )
    arguments = parser.parse_args()
    data, encoder = arguments.data, ArticleEncoder(arguments.cache)
    development = {
        name: list(encoder.encode(read_rows(data / folder / f"{name}.jsonl.gz")))
        for name, folder in DEVELOPMENT.items()
    }
    print(f"encoded {', '.join(f'{len(items)} {name}' for name, items in development.items())}", flush=True)
    examples = {
        "reference": lambda: list(_reference_examples(data, encoder, development, arguments.limit)),
        "points": lambda: list(make_examples(encoder.encode(_pointed(data)))),
    }
    tensors = dict(load_file(WEIGHTS / FILE_NAME))
    counts = {}
    for view in [arguments.view] if arguments.view else VIEWS:
        made = examples[view]()
        counts[view] = len(made)
        print(f"{view}: {len(made)} articles", flush=True)
        tensors |= {f"{view}.{name}": tensor for name, tensor in train(made).items()}
    figures = list(report(SalienceHead(tensors), development))
    print("\n".join(figures), flush=True)
    options = [f" --{name} {value}" for name in ("view", "limit") if (value := getattr(arguments, name))]
    command = f"python -m eval.training.salience --data ../shared/data{''.join(options)}"
    size = sum(tensor.nbytes for tensor in tensors.values())
    publish({"salience": tensors}, {"salience": render_card(size, data, command, counts, figures)})
    print("published")


def _reference_examples(
    data: Path,
    encoder: ArticleEncoder,
    development: Mapping[str, Sequence[EncodedArticle]],
    limit: int | None,
) -> Iterator[SalienceExample]:
    """Yield the examples of articles with human summaries that share no text with a development article."""
    seen = {
        shingle
        for items in development.values()
        for item in items
        for shingle in _shingles(item.article.text)
    }
    for name in ("cnndm_train", "newssum_train"):
        rows = itertools.islice(read_rows(data / "summaries" / f"{name}.jsonl.gz"), limit)
        yield from make_examples(encoder.encode(row for row in rows if not _leaks(row["text"], seen)))


def _pointed(data: Path) -> Iterator[Row]:
    """Yield the articles whose main points are marked, in the shape of the marks."""
    yield from read_rows(data / "marks" / "marks_train.jsonl.gz")
    points = {(mark["set"], mark["id"]): mark["points"] for mark in read_rows(POINTS)}
    for name, folder in POINTED.items():
        for row in read_rows(data / folder / f"{name}.jsonl.gz"):
            if marked := points.get((name, row["id"])):
                yield {**row, "summary": (), "marks": {"main_points": [{"sentences": p} for p in marked]}}


def _leaks(text: str, seen: set[str]) -> bool:
    shingles = _shingles(text)
    return len(shingles & seen) > _LEAK_SHARE * max(len(shingles), 1)


def _shingles(text: str) -> set[str]:
    words = text.lower().split()
    return {" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1)}


if __name__ == "__main__":
    main()
