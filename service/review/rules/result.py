"""The result of a review: the contract as editors left it, the gold that ``eval`` reads, and the record.

Pure. A corrected analysis holds what was not rejected; whether all of it was decided on is in the record.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any

from service import wire
from service.review.rules.pieces import PieceKind, PieceVerdict, Sheet, words_of
from service.wire import AnalysisModel


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the store knows of a review beside its content."""

    version: int
    state: str
    stale: bool
    reviewed_at: datetime | None


def corrected(sheet: Sheet) -> AnalysisModel:
    """Return the analysis with the editors' decisions applied, its article's text included."""
    analysis = sheet.analysis
    sentences = [piece.value for piece in sheet.summary if piece.stands]
    quotes = [piece.value for piece in sheet.quotes if piece.stands]
    edited = any(piece.verdict in {PieceVerdict.EDITED, PieceVerdict.REJECTED} for piece in sheet.summary)
    lines = [sentence.text for sentence in sentences]
    bullets = analysis.summary.format == "bullets"
    summary = analysis.summary.model_copy(
        update={
            "sentences": sentences,
            "text": "\n".join(f"- {line}" for line in lines) if bullets else " ".join(lines),
            "method": f"{analysis.summary.method}, edited" if edited else analysis.summary.method,
        }
    )
    return analysis.model_copy(
        update={
            "article": analysis.article.model_copy(update={"text": sheet.text}),
            "summary": summary,
            "quotes": [quote.model_copy(update={"rank": rank}) for rank, quote in enumerate(quotes, start=1)],
            "topics": [piece.value for piece in sheet.topics if piece.stands],
        }
    )


def record(sheet: Sheet, circumstances: Circumstances) -> dict[str, Any]:
    """Return the disclosure and review record: which model was used, who reviewed, when, what changed."""
    made_by, article = sheet.analysis.provenance, sheet.analysis.article
    verdicts = Counter((piece.kind, piece.verdict) for piece in sheet.pieces)
    editors = {decision.by for decision in sheet.review.decisions.values()}
    at = circumstances.reviewed_at
    return {
        "article": {"id": article.id, "title": article.title, "text_sha256": article.text_sha256},
        "ai_assisted": True,
        "model": made_by.model_dump(mode="json", exclude_none=True),
        "state": circumstances.state,
        "stale": circumstances.stale,
        "version": circumstances.version,
        "finished_by": sheet.review.finished_by,
        "reviewed_by": sorted(editors),
        "reviewed_at": at.isoformat() if at else None,
        "verdicts": {
            kind.value: {verdict.value: verdicts[kind, verdict] for verdict in PieceVerdict}
            for kind in PieceKind
        },
        "disclosure": disclosure(sheet, at),
    }


def disclosure(sheet: Sheet, reviewed_at: datetime | None) -> str:
    """Return the line for readers: what a model did, and who answers for it."""
    made_by, method = sheet.analysis.provenance, sheet.analysis.summary.method
    tools = f"Pullquote {made_by.service}"
    what = "Summary and quotes selected"
    if made_by.generator:
        tools += f", {made_by.generator.model}"
        if method != "extractive":
            what = "Summary written and quotes selected"
    made = f"{what} with AI assistance ({tools})"
    if not sheet.review.finished_by or reviewed_at is None:
        return f"{made}; not yet reviewed by an editor."
    return f"{made}; reviewed by {sheet.review.finished_by} on {reviewed_at:%Y-%m-%d}."


def gold(sheet: Sheet, circumstances: Circumstances) -> dict[str, Any]:
    """Return the export's line: the corrected contract, and under ``review`` the record and what changed."""
    changes = [
        {
            "piece": piece.id,
            "kind": piece.kind.value,
            "verdict": piece.verdict.value,
            "by": piece.decision.by if piece.decision else None,
            "reason": piece.decision.reason if piece.decision else None,
            # What the model said; null for what it did not say. The value that stands is in the contract.
            "model": piece.model.model_dump(mode="json") if piece.model else None,
        }
        for piece in sheet.pieces
    ]
    return {
        **wire.to_dict(corrected(sheet)),
        "review": {**record(sheet, circumstances), "pieces": changes},
    }


def edit_distance(sheet: Sheet, piece_id: str) -> float | None:
    """Return how far an edited piece is from the model's, 0 to 1 by words; None if nothing was edited."""
    piece = sheet.piece(piece_id)
    if piece.verdict is not PieceVerdict.EDITED:
        return None
    if piece.model is None:
        return 1.0
    return round(
        1 - SequenceMatcher(None, words_of(piece.model).split(), piece.words.split(), autojunk=False).ratio(),
        4,
    )
