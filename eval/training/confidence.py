"""Count how often a quote's confidence is right: ``python -m eval.training.confidence --data FILE``.

Prints, by kind and by confidence to one tenth, the number of quotes, their mean confidence, and the share
that stands in a gold attribution with the right source mention (for quotes without a speaker: that stands in
one at all). The constants of ``service.quotes.quote_building`` are such shares of reported speech on
polnear_dev, on which the attribution head was not trained.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

from eval.datasets.load import load
from eval.metrics.quotes import stands
from service.bootstrap import build_door, build_pipeline
from service.ingest import Declared
from service.settings import Settings


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Count how often a quote's confidence is right.")
    parser.add_argument("--data", required=True, help="polnear_train.jsonl.gz or polnear_dev.jsonl.gz")
    settings = Settings()
    door, pipeline = build_door(settings), build_pipeline(settings)
    table: dict[tuple[str, float], list[tuple[float, bool]]] = defaultdict(list)
    for sample in load(parser.parse_args().data).samples:
        article = door.from_text(sample.article.text, Declared(id=sample.article.id, language="en"))
        for quote in pipeline.analyse(article).quotes:
            right = stands(sample.article.text, sample.gold.attributions or (), quote)
            table[quote.kind.value, round(quote.confidence, 1)].append((quote.confidence, right))
    for (kind, tenth), quotes in sorted(table.items()):
        given, share = (sum(column) / len(quotes) for column in zip(*quotes, strict=True))
        print(f"{kind:<9}{tenth:.1f}  mean {given:.3f}  right {share:.3f} of {len(quotes)}")


if __name__ == "__main__":
    main()
