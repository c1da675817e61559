"""What the tests of the review are made of: an article, its analysis, a review service with a still clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.bootstrap import load_segmenter
from service.domain import (
    Analysis,
    Article,
    Quote,
    QuoteKind,
    Span,
    Speaker,
    Summary,
    SummaryFormat,
    SummaryLength,
    SummarySentence,
    Topic,
)
from service.grounding.grounder import ground
from service.review.review_service import ReviewService
from service.review.rules.actions import ACTION
from service.review.rules.applying import ActionResult, EditingContext, apply_action
from service.review.rules.pieces import Review, ReviewedAnalysis
from service.store import Store
from service.text.document import Document
from service.topics.taxonomy import LEVEL_1
from support.fake_pipeline import PROVENANCE
from support.quick_store import QUICK

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TEXT = """\
The council voted 7 to 2 on Tuesday to close the bridge for repairs.
“We have patched it for years,” said Dolores Quintana. “Either we mend it now, or it will close itself.”
Tom Beller said that the ferry was too slow for his taxi.
“Nobody asked us,” read a sign.
“It is the only way to the school,” wrote Carla Mendes.
"""
PATCHED, EITHER = "We have patched it for years,", "Either we mend it now, or it will close itself."
SLOW, NOBODY, SCHOOL = (
    "that the ferry was too slow for his taxi",
    "Nobody asked us,",
    "It is the only way to the school,",
)


def span(words: str, text: str = TEXT) -> Span:
    """Where words stand in the article."""
    start = text.index(words)
    return Span(start, start + len(words))


def analysis(article_id: str = "a1", text: str = TEXT, **changes: Any) -> Analysis:
    """The model's analysis: two sentences, three quotes (the last of nobody), one topic."""
    first, second = (SummarySentence(words, (span(words, text),), 1.0) for words in text.splitlines()[:3:2])
    quotes = changes.pop("quotes", None)
    if quotes is None:
        quotes = _quotes(text)
    parts: dict[str, Any] = {
        "summary": Summary((first, second), SummaryFormat.PARAGRAPH, SummaryLength.SHORT, "extractive"),
        "quotes": quotes,
        "topics": (Topic("medtop:11000000", "politics and government", ("medtop:11000000",), 0.9, ()),),
    }
    article = Article(article_id, text, title=changes.pop("title", None))
    return Analysis(article=article, warnings=(), provenance=PROVENANCE, **(parts | changes))


def _quotes(text: str) -> tuple[Quote, ...]:
    return (
        _quote(1, QuoteKind.DIRECT, (PATCHED, EITHER), "said", ("Dolores Quintana", None), text),
        _quote(2, QuoteKind.INDIRECT, (SLOW,), "said that", ("Tom Beller", "driver"), text),
        _quote(3, QuoteKind.DIRECT, (NOBODY,), "read", None, text),
    )


def _quote(
    rank: int,
    kind: QuoteKind,
    parts: tuple[str, ...],
    cue: str,
    speaker: tuple[str, str | None] | None,
    text: str,
) -> Quote:
    said_by = Speaker(*speaker, span(speaker[0], text)) if speaker else None
    return Quote(kind, tuple(span(part, text) for part in parts), span(cue, text), said_by, 0.9, rank)


def fresh(review: Review | None = None, of: Analysis | None = None) -> ReviewedAnalysis:
    """The article with its analysis, and nothing decided."""
    made = of or analysis()
    return ReviewedAnalysis(made, review or Review())


def do(before: ReviewedAnalysis, do: str, editor: str = "ada", **fields: Any) -> ReviewedAnalysis:
    """The reviewed analysis after an action."""
    return ReviewedAnalysis(before.analysis, acted(before, do, editor, **fields).review)


def acted(before: ReviewedAnalysis, do: str, editor: str = "ada", **fields: Any) -> ActionResult:
    """What an action makes of a reviewed analysis."""
    article = Article("a1", before.text)
    document = Document(article, load_segmenter().segment(article))
    context = EditingContext(editor, lambda written: ground(written, document), LEVEL_1)
    return apply_action(before, action(do, **fields), context)


def action(do: str, **fields: Any) -> Any:
    """An action, as a form gives it."""
    return ACTION.validate_python({"do": do, **fields})


@contextmanager
def open_review_service(folder: Path) -> Iterator[ReviewService]:
    """A review service over a new SQLite store."""
    with Store.open(f"sqlite:///{folder / 'store.db'}", QUICK) as store:
        yield ReviewService(store, lambda article: load_segmenter().segment(article), LEVEL_1, lambda: NOW)
