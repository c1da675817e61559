"""The product as the tests of evaluation run it: over the shared pipeline, each article analysed once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval import runs
from eval.datasets.load import CORPUS, load
from eval.systems.product import Product
from eval.tasks import TASKS
from service.domain import Analysis, Article, Quote, Span
from service.ingest import Door


class InProcess(Product):
    """The product over the pipeline that the tests share."""

    def __init__(self, pipeline) -> None:
        self._door, self._pipeline = Door(max_chars=1_000_000), pipeline


class Worsened:
    """A copy of the product that loses the last word of every second quote and every other speaker."""

    def __init__(self, product: Remembering) -> None:
        self._product = product

    def analyse(self, article: Article) -> Analysis:
        analysis = self._product.analyse(article)
        return replace(analysis, quotes=tuple(map(self._worse, range(len(analysis.quotes)), analysis.quotes)))

    @staticmethod
    def _worse(at: int, quote: Quote) -> Quote:
        if at % 2:
            return replace(quote, speaker=None)
        *first, last = quote.parts
        return replace(quote, parts=(*first, Span(last.start, max(last.start + 1, last.end - 9))))


class Remembering:
    """The product in this process; what it said of an article isn't worked out again for the next test."""

    def __init__(self, pipeline) -> None:
        self._product = InProcess(pipeline)
        self._said: dict[Article, Analysis] = {}

    def analyse(self, article: Article) -> Analysis:
        if article not in self._said:
            self._said[article] = self._product.analyse(article)
        return self._said[article]


@pytest.fixture(scope="session")
def product(pipeline) -> Remembering:
    """The product, which remembers its analyses for all tests."""
    return Remembering(pipeline)


@pytest.fixture(scope="session")
def pair(product):
    """Runs of task ``quotes`` on the corpus, by the product and by a worsened copy of it."""
    data = load(str(CORPUS))
    task = TASKS["quotes"]()
    return (
        runs.run(task, product, "pullquote", data),
        runs.run(task, Worsened(product), "worsened", data),
    )
