"""What the store's tests are made of: articles, submissions, changes, and a clock."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from service.domain import Article
from service.store.records import (
    Facets,
    ItemRecord,
    LogEntry,
    PieceOutcome,
    RebasedReview,
    ReviewChange,
    Submission,
)

NOW = datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PLAIN = Facets(low_support=False, unknown_speaker=False, topics=(), pieces=4, decided=0)


def submission(article_id: str = "a1", text: str = "Rain fell on the city.", **changes: Any) -> Submission:
    """A submission; ``title``, ``published``, ``analysis``, ``source`` and the facets may be given."""
    article = Article(
        article_id, text, title=changes.pop("title", "Rain"), published=changes.pop("published", None)
    )
    analysis = changes.pop("analysis", json.dumps({"text": text}))
    source, model = changes.pop("source", "desk"), changes.pop("model", "sha256:m1")
    return Submission(article, analysis, model, "0.1.0", source, replace(PLAIN, **changes))


def change(editor: str = "ada", review: str = '{"r": 1}', **changes: Any) -> ReviewChange:
    """A change; its ``state``, ``parent``, ``outcomes``, ``facets``, ``stale`` and entry may be given."""
    parts = {
        "parent": changes.pop("parent", 0),
        "state": changes.pop("state", "open"),
        "facets": changes.pop("facets", replace(PLAIN, decided=1)),
        "outcomes": changes.pop("outcomes", ()),
        "stale": changes.pop("stale", False),
    }
    entry = LogEntry(editor, changes.pop("action", "accept"), **changes)
    return ReviewChange(review=review, entry=entry, **parts)


def outcome(piece: str, verdict: str, kind: str = "quote", **changes: Any) -> PieceOutcome:
    """A verdict of ada's."""
    return PieceOutcome(piece, kind, verdict, changes.get("edit_distance"), changes.get("editor", "ada"))


def no_carry(_old: ItemRecord, _new: Submission) -> RebasedReview:
    """For articles that nobody has reviewed: it must not be asked."""
    raise AssertionError("carry was called without a review")


def carry(old: ItemRecord, new: Submission) -> RebasedReview:
    """Keep the review, marked, with the new submission's facets and one decision."""
    review = f"{old.review} carried over from {old.text_sha256[:8]}"
    facets = replace(new.facets, decided=1)
    return RebasedReview(
        review, facets, LogEntry("", "correct", note="the article changed"), (outcome("q1", "accepted"),)
    )
