"""The result of a review: the analysis as editors left it, the gold for ``eval``, and the record. Pure.

A corrected analysis holds what was not rejected; whether all of it was decided on is in the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from service.domain import Analysis, Quote
from service.review.rules.people_edits import corrected_people, is_named
from service.review.rules.pieces import Piece, PieceKind, PieceVerdict, ReviewedAnalysis, words_of
from service.review.rules.speech import in_marks, pulled
from service.review.rules.stored_review import value_to_dict
from service.store.records import LogLine
from service.wire import provenance_to_wire, to_dict, to_wire


@dataclass(frozen=True, slots=True)
class ReviewStatus:
    """What the store knows of a review beside its content."""

    version: int
    state: str
    stale: bool
    reviewed_at: datetime | None


def corrected(reviewed: ReviewedAnalysis) -> Analysis:
    """Return the analysis with the editors' decisions applied. Written out, it holds its article's text."""
    analysis = reviewed.analysis
    edited = any(piece.verdict in {PieceVerdict.EDITED, PieceVerdict.REJECTED} for piece in reviewed.summary)
    quotes = [piece.value for piece in reviewed.quotes if piece.stands]
    return replace(
        analysis,
        article=replace(analysis.article, text_is_derived=True),
        summary=replace(
            analysis.summary,
            sentences=tuple(piece.value for piece in reviewed.summary if piece.stands),
            method=f"{analysis.summary.method}, edited" if edited else analysis.summary.method,
        ),
        quotes=tuple(replace(quote, rank=rank) for rank, quote in enumerate(quotes, start=1)),
        topics=tuple(piece.value for piece in reviewed.topics if piece.stands),
        people=corrected_people(analysis, reviewed.review),
    )


def review_record(
    reviewed: ReviewedAnalysis, status: ReviewStatus, log: Sequence[LogLine] = ()
) -> dict[str, Any]:
    """Return the record of the review, as article 50 of the AI Act asks for it.

    What a model made, who reviewed what, who answers for it, and the digest of the text. With the item's
    ``log``, also when each piece was decided.
    """
    made_by, article = reviewed.analysis.provenance, reviewed.analysis.article
    verdicts = Counter((piece.kind, piece.verdict) for piece in reviewed.pieces)
    editors = {decision.by for decision in reviewed.review.decisions.values()}
    at = status.reviewed_at
    return {
        "article": {"id": article.id, "title": article.title, "text_sha256": article.text_sha256},
        "ai_assisted": True,
        "model": provenance_to_wire(made_by).model_dump(mode="json", exclude_none=True),
        "state": status.state,
        "stale": status.stale,
        "version": status.version,
        "finished_by": reviewed.review.finished_by,
        "reviewed_by": sorted(editors),
        "reviewed_at": at.isoformat() if at else None,
        "verdicts": {
            kind.value: {verdict.value: verdicts[kind, verdict] for verdict in PieceVerdict}
            for kind in PieceKind
        },
        **_work(reviewed, log),
        "disclosure": disclosure(reviewed, at),
    }


def _work(reviewed: ReviewedAnalysis, log: Sequence[LogLine]) -> dict[str, Any]:
    """Return what a model made and what editors did about it, piece by piece."""
    times = {line.piece: line.at for line in log if line.piece}
    return {
        "made_by_model": _made_by_model(reviewed),
        "warnings_seen": list(reviewed.review.seen),
        "people_changed": {
            person: {"name": change.name, "role": change.role, "same_as": change.same_as}
            for person, change in sorted(reviewed.review.people.items())
        },
        "pull_quotes": [
            {"piece": piece, "display": in_marks(reviewed.piece(piece).value, reviewed.text)}
            for piece in pulled(reviewed)
        ],
        "decisions": [
            {
                "piece": piece.id,
                "verdict": piece.verdict.value,
                "by": piece.decision.by,
                "at": times[piece.id].isoformat() if piece.id in times else None,
            }
            for piece in reviewed.pieces
            if piece.decision
        ],
    }


def _made_by_model(reviewed: ReviewedAnalysis) -> dict[str, str]:
    """Return which parts a model wrote, and which it chose from the article's own words."""
    analysis = reviewed.analysis
    wrote = "written" if analysis.provenance.generator else "chosen"
    summary = "chosen" if analysis.summary.method == "extractive" else wrote
    parts = {"summary": summary, "quotes": "chosen", "topics": "chosen"}
    heads = {"headline": analysis.headline, "standfirst": analysis.standfirst}
    return {**parts, **{name: wrote for name, value in heads.items() if value}}


def disclosure(reviewed: ReviewedAnalysis, reviewed_at: datetime | None) -> str:
    """Return the line for readers: what a model did, and who answers for it."""
    made_by, method = reviewed.analysis.provenance, reviewed.analysis.summary.method
    tools = f"Pullquote {made_by.service}"
    what = "Summary and quotes selected"
    if made_by.generator:
        tools += f", {made_by.generator.model}"
        if method != "extractive":
            what = "Summary written and quotes selected"
    made = f"{what} with AI assistance ({tools})"
    if not reviewed.review.finished_by or reviewed_at is None:
        return f"{made}; not yet reviewed by an editor."
    return f"{made}; reviewed by {reviewed.review.finished_by} on {reviewed_at:%Y-%m-%d}."


def gold(reviewed: ReviewedAnalysis, status: ReviewStatus) -> dict[str, Any]:
    """Return the export's line: the corrected contract, and under ``review`` the record and what changed."""
    changes = [
        {
            "piece": piece.id,
            "kind": piece.kind.value,
            "verdict": piece.verdict.value,
            "by": piece.decision.by if piece.decision else None,
            "reason": piece.decision.reason if piece.decision else None,
            # What the model said; null for what it did not say. The value that stands is in the contract.
            "model": value_to_dict(piece.model, reviewed.text) if piece.model else None,
            **_speaker_named(piece, reviewed.text),
        }
        for piece in reviewed.pieces
    ]
    return {
        **to_dict(to_wire(corrected(reviewed))),
        "review": {**review_record(reviewed, status), "pieces": changes},
    }


def _speaker_named(piece: Piece, text: str) -> dict[str, bool]:
    """Say of a quote with a speaker whether the article names them."""
    value = piece.value
    if not isinstance(value, Quote) or value.speaker is None:
        return {}
    return {"speaker_named": is_named(value.speaker.name, text)}


def edit_distance(reviewed: ReviewedAnalysis, piece_id: str) -> float | None:
    """Return how far an edited piece is from the model's, 0 to 1 by words; None if nothing was edited."""
    piece = reviewed.piece(piece_id)
    if piece.verdict is not PieceVerdict.EDITED:
        return None
    if piece.model is None:
        return 1.0
    before, after = (words_of(value, reviewed.text).split() for value in (piece.model, piece.value))
    return round(1 - SequenceMatcher(None, before, after, autojunk=False).ratio(), 4)
