"""Counting how often a quote's confidence is right: ``python -m eval.training.confidence --data FILE``.

Prints, for each kind and each confidence that the quote rules give, how many quotes got it, and which share
of them stands in a gold attribution with the right source mention (for quotes without a speaker: stands in
one at all). The shares on polnear_train are the constants of ``service.extract.quotes``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

from eval.datasets.load import load
from eval.metrics.counts import Counts
from eval.metrics.quotes import stands
from service.extract.quotes import extract_quotes
from service.segment import Segmenter


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Count how often a quote's confidence is right.")
    parser.add_argument("--data", required=True, help="polnear_train.jsonl.gz")
    segmenter = Segmenter.load()
    table: dict[tuple[str, float], Counts] = defaultdict(Counts)
    for sample in load(parser.parse_args().data).samples:
        for quote in extract_quotes(sample.article, segmenter.segment(sample.article)):
            right = stands(sample.article.text, sample.gold.attributions or (), quote)
            table[quote.kind.value, quote.confidence] += Counts(right, 1, 1)
    for (kind, confidence), counts in sorted(table.items()):
        print(f"{kind:<7}{confidence:.2f}  right {counts.precision:.3f} of {counts.predicted}")


if __name__ == "__main__":
    main()
