"""Scoring the product's quotes on annotated articles: the whole pipeline, from the door to the wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from eval.datasets import Row
from eval.metrics.counts import Counts
from eval.metrics.quotes import PredictedQuote, QuoteScore, score
from service.domain import Quote
from service.ingest import Declared, Door
from service.pipeline import Pipeline
from service.wire import AnalysisModel, SpanModel, to_wire


@dataclass(frozen=True, slots=True)
class QuoteReport:
    """Scores over ``articles``; ``verbatim`` counts spans on the wire that slice back exactly."""

    articles: int = 0
    score: QuoteScore = field(default_factory=QuoteScore)
    verbatim: Counts = field(default_factory=Counts)

    def __add__(self, other: QuoteReport) -> QuoteReport:
        return QuoteReport(
            self.articles + other.articles, self.score + other.score, self.verbatim + other.verbatim
        )


def score_article(pipeline: Pipeline, door: Door, row: Row) -> QuoteReport:
    """Analyse and score one row with ``id``, ``text`` and ``attributions``."""
    article = door.from_text(row["text"], Declared(id=row["id"], title=row.get("title"), language="en"))
    analysis = pipeline.analyse(article)
    predicted = [_predicted(quote) for quote in analysis.quotes]
    spans = list(_spans(to_wire(analysis)))
    exact = sum(row["text"][span.start : span.end] == span.text for span in spans)
    return QuoteReport(
        1, score(row["text"], row["attributions"], predicted), Counts(exact, len(spans), len(spans))
    )


def _predicted(quote: Quote) -> PredictedQuote:
    mention = quote.speaker.mention if quote.speaker else None
    return PredictedQuote(
        content=tuple((part.start, part.end) for part in quote.parts),
        speaker=(mention.start, mention.end) if mention else None,
    )


def _spans(model: AnalysisModel) -> Iterator[SpanModel]:
    for sentence in model.summary.sentences:
        yield from sentence.evidence
    for quote in model.quotes:
        yield from quote.parts
        yield from [quote.cue] if quote.cue else []
        yield from [quote.speaker.mention] if quote.speaker else []
    for topic in model.topics:
        yield from topic.evidence
