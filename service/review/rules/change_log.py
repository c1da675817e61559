"""What the store keeps of a change beside the review: the verdicts that stand, and log entries. Pure."""

from __future__ import annotations

import json

from service.review.rules.actions import Action, AddQuote, EditPerson, EditQuote, EditSentence, SetSpeaker
from service.review.rules.people_edits import is_named, known_people
from service.review.rules.pieces import PieceVerdict, ReviewedAnalysis
from service.review.rules.result import edit_distance
from service.review.rules.stored_review import decision_to_dict, dumps
from service.store.records import LogEntry, PieceOutcome


def piece_outcomes(reviewed: ReviewedAnalysis) -> tuple[PieceOutcome, ...]:
    """Return the verdicts that stand, for the dashboard."""
    found = []
    for piece in reviewed.pieces:
        if piece.decision:
            verdict = "added" if piece.is_added and piece.stands else piece.verdict.value
            distance = edit_distance(reviewed, piece.id) if piece.model else None
            found.append(PieceOutcome(piece.id, piece.kind.value, verdict, distance, piece.decision.by))
    return tuple(found)


def log_entry(
    editor: str,
    action: str,
    piece: str | None,
    before: ReviewedAnalysis,
    after: ReviewedAnalysis,
    seconds: float | None,
) -> LogEntry:
    """Return the log entry about a change; ``piece`` is None where it is about the whole item."""
    decision = after.review.decisions.get(piece) if piece else None
    return LogEntry(
        editor=editor,
        action=action,
        piece=piece,
        verdict=decision.verdict.value if decision else (PieceVerdict.OPEN.value if piece else None),
        before=_content(before, piece),
        after=_content(after, piece),
        seconds=seconds,
    )


def action_note(action: Action, before: ReviewedAnalysis, after: ReviewedAnalysis) -> str | None:
    """Return what the log says of an action beside its words: who was renamed, and what was confirmed."""
    if isinstance(action, EditPerson):
        old = next(person.name for person in known_people(before) if person.key == action.person)
        new = " ".join(action.name.split())
        note = f"“{old}” is “{new}”" + (f", {action.role.strip()}" if action.role.strip() else "")
        return note if is_named(new, after.text) else f"{note}; the article doesn’t name them"
    if isinstance(action, EditSentence) and action.confirmed:
        return "saved although the article hardly supports it"
    if isinstance(action, SetSpeaker | EditQuote | AddQuote):
        name = " ".join(action.speaker.split())
        return f"the article doesn’t name “{name}”" if name and not is_named(name, after.text) else None
    return None


def accepted_entries(editor: str, before: ReviewedAnalysis, after: ReviewedAnalysis) -> tuple[LogEntry, ...]:
    """Return an entry for each piece that one step accepted, so that each has its history."""
    one, other = before.review.decisions, after.review.decisions
    decided = [piece.id for piece in after.pieces if other.get(piece.id) != one.get(piece.id)]
    return tuple(log_entry(editor, "accept", piece, before, after, None) for piece in decided)


def only_changed_piece(before: ReviewedAnalysis, after: ReviewedAnalysis) -> str | None:
    """Return the piece whose decision differs between two reviews; None if there are several or none."""
    one, other = before.review.decisions, after.review.decisions
    differing = [piece for piece in {*one, *other} if one.get(piece) != other.get(piece)]
    return differing[0] if len(differing) == 1 else None


def _content(reviewed: ReviewedAnalysis, piece: str | None) -> str:
    """Return what the log keeps of a review: a piece's decision, or all of it where there is no piece."""
    review = reviewed.review
    if piece is None:
        return dumps(review, reviewed.text)
    decision = review.decisions.get(piece)
    content = {
        "decision": decision_to_dict(decision, reviewed.text) if decision else None,
        "order": list(review.order),
    }
    return json.dumps(content, ensure_ascii=False)
