"""Counting how often a quote's confidence is right: ``python -m eval.training.confidence --data FILE``.

Prints, for each kind and each confidence that the quote rules give, how many quotes got it, and which share
of them stands in a gold attribution with the right source mention (for quotes without a speaker: stands in
one at all). The shares on polnear_train are the constants of ``service.extract.quotes``.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

from eval.datasets import Row, read_rows
from eval.metrics.counts import Counts
from eval.metrics.quotes import same_source, units
from service.domain import Article, Quote
from service.extract.quotes import extract_quotes
from service.segment import Segmenter


def is_right(row: Row, quote: Quote) -> bool:
    """Tell whether ``quote`` stands in a gold attribution, and its speaker, if it has one, is the source."""
    content = units(row["text"], [(part.start, part.end) for part in quote.parts])
    holding = [
        attribution
        for attribution in row["attributions"]
        if any(
            start <= first and last <= end for first, last in content for start, end in attribution["content"]
        )
    ]
    if quote.speaker is None:
        return bool(holding)
    mention = (quote.speaker.mention.start, quote.speaker.mention.end)
    return any(same_source(row["text"], mention, attribution["source"]) for attribution in holding)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Count how often a quote's confidence is right.")
    parser.add_argument("--data", type=Path, required=True, help="polnear_train.jsonl.gz")
    segmenter = Segmenter.load()
    table: dict[tuple[str, float], Counts] = defaultdict(Counts)
    for row in read_rows(parser.parse_args().data):
        article = Article(id=row["id"], text=row["text"])
        for quote in extract_quotes(article, segmenter.segment(article)):
            table[quote.kind.value, quote.confidence] += Counts(is_right(row, quote), 1, 1)
    for (kind, confidence), counts in sorted(table.items()):
        print(f"{kind:<7}{confidence:.2f}  right {counts.precision:.3f} of {counts.predicted}")


if __name__ == "__main__":
    main()
