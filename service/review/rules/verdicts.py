"""What the store is told of a change beside the review: the verdicts that stand, and the log's line. Pure."""

from __future__ import annotations

import json

from service.review.rules.pieces import PieceVerdict, Review, Sheet
from service.review.rules.result import edit_distance
from service.store.records import LogEntry, PieceOutcome


def outcomes(sheet: Sheet) -> tuple[PieceOutcome, ...]:
    """Return the verdicts that stand, for the dashboard."""
    found = []
    for piece in sheet.pieces:
        if piece.decision:
            verdict = "added" if piece.is_added and piece.stands else piece.verdict.value
            distance = edit_distance(sheet, piece.id) if piece.model else None
            found.append(PieceOutcome(piece.id, piece.kind.value, verdict, distance, piece.decision.by))
    return tuple(found)


def entry_of(
    editor: str, action: str, piece: str | None, before: Sheet, after: Sheet, seconds: float | None
) -> LogEntry:
    """Return the log's line about a change."""
    decision = after.review.decisions.get(piece) if piece else None
    return LogEntry(
        editor=editor,
        action=action,
        piece=piece,
        verdict=decision.verdict.value if decision else (PieceVerdict.OPEN.value if piece else None),
        before=_told(before.review, piece),
        after=_told(after.review, piece),
        seconds=seconds,
    )


def each_of(editor: str, before: Sheet, after: Sheet) -> tuple[LogEntry, ...]:
    """Return a line for each piece that one step decided, so that each has its history."""
    one, other = before.review.decisions, after.review.decisions
    decided = [piece.id for piece in after.pieces if other.get(piece.id) != one.get(piece.id)]
    return tuple(entry_of(editor, "accept", piece, before, after, None) for piece in decided)


def _told(review: Review, piece: str | None) -> str:
    """What the log keeps of a review: the piece's decision, or where there is none, the whole of it."""
    if piece is None:
        return review.dumps()
    decision = review.decisions.get(piece)
    told = {"decision": decision.to_dict() if decision else None, "order": list(review.order)}
    return json.dumps(told, ensure_ascii=False)


def only_difference(before: Sheet, after: Sheet) -> str | None:
    """Return the piece whose decision differs between two reviews, if it is one only."""
    one, other = before.review.decisions, after.review.decisions
    differing = [piece for piece in {*one, *other} if one.get(piece) != other.get(piece)]
    return differing[0] if len(differing) == 1 else None
