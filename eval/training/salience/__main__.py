"""Train the salience head: ``python -m eval.training.salience --data ../shared/data``.

Reads cnndm and newssum (train and dev), encodes each article once, marks the sentences that a greedy oracle
picks to match the human summary, trains one hidden layer listwise within each article, prints ROUGE on both
dev sets against Lead-3, publishes the weights and writes their model card. Seeded; one process.

Not here: the features (``service.models.heads.salience``) and the choice (``service.summary.selection``),
which are the service's own, so that training can't drift from serving.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from pathlib import Path

from eval.datasets import read_rows
from eval.training.salience.card import SETS, render_card
from eval.training.salience.examples import ArticleEncoder, SalienceExample, make_examples
from eval.training.salience.fitting import train
from eval.training.salience.report import report
from eval.training.weights import publish
from service.models.heads.salience import SalienceHead

# A training article that shares this much of its word 8-grams with a development article is left out.
_LEAK_SHARE, _SHINGLE_WORDS = 0.1, 8


def main() -> None:
    """Train, report, publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder that holds summaries/")
    parser.add_argument("--limit", type=int, help="at most this many rows of each training set")
    parser.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "pullquote-salience", help="for vectors"
    )
    arguments = parser.parse_args()
    folder = arguments.data / "summaries"
    encoder = ArticleEncoder(arguments.cache)
    development = {
        f"{name}_dev": list(encoder.encode(read_rows(folder / f"{name}_dev.jsonl.gz"))) for name in SETS
    }
    print(f"encoded {', '.join(f'{len(items)} {name}' for name, items in development.items())}", flush=True)
    seen = {
        shingle
        for items in development.values()
        for item in items
        for shingle in _shingles(item.article.text)
    }
    examples: list[SalienceExample] = []
    left_out = 0
    for name in SETS:
        rows = list(itertools.islice(read_rows(folder / f"{name}_train.jsonl.gz"), arguments.limit))
        fresh = [row for row in rows if not _leaks(row["text"], seen)]
        left_out += len(rows) - len(fresh)
        examples.extend(make_examples(encoder.encode(fresh)))
        print(f"prepared {name}_train: {len(examples)} examples so far", flush=True)
    tensors = train(examples)
    figures = list(report(SalienceHead(tensors), development))
    print("\n".join(figures), flush=True)
    limit = f" --limit {arguments.limit}" if arguments.limit else ""
    command = f"python -m eval.training.salience --data ../shared/data{limit}"
    size = sum(tensor.nbytes for tensor in tensors.values())
    card = render_card(size, folder, command, len(examples), left_out, figures)
    publish({"salience": tensors}, {"salience": card})
    print("published")


def _leaks(text: str, seen: set[str]) -> bool:
    shingles = _shingles(text)
    return len(shingles & seen) > _LEAK_SHARE * max(len(shingles), 1)


def _shingles(text: str) -> set[str]:
    words = text.lower().split()
    return {" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1)}


if __name__ == "__main__":
    main()
