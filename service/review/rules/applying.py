"""What an action makes of a review: a reviewed analysis and an action in, the next review out. Pure.

Quoted words, mentions and limits are always found in the article, so no action can alter a quote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from service.domain import Quote, SummarySentence, Topic
from service.grounding.claims import altered_quotations
from service.grounding.grounder import Grounding
from service.review.rules.actions import (
    Accept,
    AcceptRest,
    Action,
    AddQuote,
    AddTopic,
    EditPerson,
    EditQuote,
    EditSentence,
    Finish,
    MarkSeen,
    MoveQuote,
    Reject,
    Reopen,
    Resume,
    SetSpeaker,
    TogglePull,
)
from service.review.rules.attention import attention, rest
from service.review.rules.people_edits import change_person
from service.review.rules.pieces import (
    Decision,
    InvalidDecision,
    Piece,
    PieceKind,
    PieceValue,
    PieceVerdict,
    Review,
    ReviewedAnalysis,
    words_of,
)
from service.review.rules.quote_edits import read_quote, read_speaker
from service.review.rules.speech import toggle_pulled
from service.text.mark_runs import read_marks
from service.topics.taxonomy import Taxonomy
from service.wire import rounded


@dataclass(frozen=True, slots=True)
class EditingContext:
    """What an action needs beside the review: who acts, what grounds a sentence, which topics there are."""

    editor: str
    ground: Callable[[str], Grounding]
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True)
class ActionResult:
    """The review after an action, and the piece that it was about; None if it was about the whole item."""

    review: Review
    piece: str | None


def apply_action(reviewed: ReviewedAnalysis, action: Action, context: EditingContext) -> ActionResult:
    """Return the review after ``action``. Raises InvalidDecision where it can't be done."""
    result = _apply(reviewed, action, context)
    changed = result.review != reviewed.review
    if reviewed.review.finished_by and changed and not isinstance(action, Resume):
        raise InvalidDecision(
            f"The review was finished by {reviewed.review.finished_by}. Take it up again to change it.",
            code="finished",
        )
    return result


def _apply(  # noqa: C901 - one branch an action
    reviewed: ReviewedAnalysis, action: Action, context: EditingContext
) -> ActionResult:
    review, by = reviewed.review, context.editor
    match action:
        case Accept():
            return _decide(reviewed, action.piece, _accepted(reviewed.piece(action.piece), by))
        case Reject():
            reason = action.reason.strip()
            if not reason:
                raise InvalidDecision("A rejection needs a reason, such as “wrong words”.", code="no-reason")
            piece = reviewed.piece(action.piece)
            return _decide(reviewed, piece.id, Decision(PieceVerdict.REJECTED, by, reason, _own_value(piece)))
        case Reopen():
            kept = {piece: decision for piece, decision in review.decisions.items() if piece != action.piece}
            order = tuple(piece for piece in review.order if piece in kept or "+" not in piece)
            return ActionResult(
                replace(review, decisions=kept, order=order, finished_by=None),
                reviewed.piece(action.piece).id,
            )
        case AcceptRest():
            accepted = {piece.id: _accepted(piece, by) for piece in rest(reviewed)}
            return ActionResult(replace(review, decisions={**review.decisions, **accepted}), None)
        case MarkSeen():
            return ActionResult(replace(review, seen=_seen(reviewed, action.warning)), None)
        case EditSentence():
            return _edit_sentence(reviewed, action, context)
        case EditQuote():
            piece = _of_kind(reviewed, action.piece, PieceKind.QUOTE)
            quote = _require_unique(reviewed, read_quote(reviewed, action, piece), piece)
            return _edited(reviewed, piece, quote, by)
        case SetSpeaker():
            piece = _of_kind(reviewed, action.piece, PieceKind.QUOTE)
            speaker = read_speaker(reviewed, action, piece.value, piece.value.parts)
            return _edited(reviewed, piece, replace(piece.value, speaker=speaker), by)
        case EditPerson():
            name, role = " ".join(action.name.split()), " ".join(action.role.split())
            changed = change_person(reviewed, action.person, name, role, confirmed=action.confirmed)
            return ActionResult(changed, None)
        case AddQuote():
            quote = _require_unique(reviewed, read_quote(reviewed, action, None), None)
            return _decide(
                reviewed, reviewed.next_id(PieceKind.QUOTE), Decision(PieceVerdict.EDITED, by, value=quote)
            )
        case MoveQuote():
            return _move(reviewed, action)
        case TogglePull():
            piece = _of_kind(reviewed, action.piece, PieceKind.QUOTE)
            return ActionResult(replace(review, pulled=toggle_pulled(reviewed, piece)), piece.id)
        case AddTopic():
            topic = _topic(reviewed, action.topic, context.taxonomy)
            return _decide(
                reviewed, reviewed.next_id(PieceKind.TOPIC), Decision(PieceVerdict.EDITED, by, value=topic)
            )
        case Finish():
            _require_finished(reviewed)
            return ActionResult(replace(review, finished_by=review.finished_by or by), None)
        case Resume():
            return ActionResult(replace(review, finished_by=None), None)


def _require_finished(reviewed: ReviewedAnalysis) -> None:
    """Raise InvalidDecision where a piece is undecided or a warning was not seen."""
    if left := reviewed.open:
        names = ", ".join(piece.id for piece in left[:5]) + (", …" if len(left) > 5 else "")
        raise InvalidDecision(
            f"{len(left)} pieces are undecided: {names}. Decide on them first.", code="open"
        )
    if flags := attention(reviewed):
        raise InvalidDecision(f"Not looked at yet: {flags[0].question}", code="unseen")


def _seen(reviewed: ReviewedAnalysis, warning: str) -> tuple[str, ...]:
    known = {notice.code for notice in reviewed.analysis.warnings}
    if warning not in known:
        raise InvalidDecision(f"The article has no warning {warning[:40]!a}.", code="no-warning")
    return tuple(sorted({*reviewed.review.seen, warning}))


def _decide(reviewed: ReviewedAnalysis, piece_id: str, decision: Decision) -> ActionResult:
    decisions = {**reviewed.review.decisions, piece_id: decision}
    if decisions == reviewed.review.decisions:  # nothing new, so a finished review stays finished
        return ActionResult(reviewed.review, piece_id)
    return ActionResult(replace(reviewed.review, decisions=decisions, finished_by=None), piece_id)


def _own_value(piece: Piece) -> PieceValue | None:
    return piece.decision.value if piece.decision else None


def _accepted(piece: Piece, by: str) -> Decision:
    """Return the decision to accept a piece. What an editor wrote stays an edit: the model did not say it."""
    value = _own_value(piece)
    return Decision(PieceVerdict.EDITED if value else PieceVerdict.ACCEPTED, by, value=value)


def _edited(reviewed: ReviewedAnalysis, piece: Piece, value: PieceValue, by: str) -> ActionResult:
    if value == piece.model:
        return _decide(reviewed, piece.id, Decision(PieceVerdict.ACCEPTED, by))
    return _decide(reviewed, piece.id, Decision(PieceVerdict.EDITED, by, value=value))


def _of_kind(reviewed: ReviewedAnalysis, piece_id: str, kind: PieceKind) -> Piece:
    piece = reviewed.piece(piece_id)
    if piece.kind is not kind:
        raise InvalidDecision(f"{piece_id} is a {piece.kind.value}, not a {kind.value}.", code="wrong-kind")
    return piece


def _edit_sentence(reviewed: ReviewedAnalysis, action: EditSentence, context: EditingContext) -> ActionResult:
    piece = _of_kind(reviewed, action.piece, PieceKind.SENTENCE)
    text = " ".join(action.text.split())
    if not text:
        raise InvalidDecision("The sentence is empty. To drop it, reject it.", code="empty")
    if piece.model and text == " ".join(words_of(piece.model, reviewed.text).split()):
        return _decide(reviewed, piece.id, Decision(PieceVerdict.ACCEPTED, context.editor))
    if altered := altered_quotations(text, reviewed.text, read_marks(reviewed.text)):
        raise InvalidDecision(altered[0].detail, code="altered-quotation")
    grounding = context.ground(text)
    if not action.confirmed and not grounding.supported:
        faults = " ".join(fault.detail for fault in grounding.faults)
        raise InvalidDecision(
            f"The article hardly supports this (support {grounding.support:.0%}). {faults}".rstrip()
            + " Save it all the same if you know that it is right.",
            code="low-support",
        )
    value = SummarySentence(text, grounding.evidence, rounded(grounding.support))
    return _edited(reviewed, piece, value, context.editor)


def _require_unique(reviewed: ReviewedAnalysis, value: Quote, piece: Piece | None) -> Quote:
    """Return a quote's new value. Raises InvalidDecision if another quote has these words already."""
    if piece and piece.value.parts == value.parts:
        return value
    if twin := next((other for other in reviewed.quotes if other.value.parts == value.parts), None):
        raise InvalidDecision(f"These words are already quote {twin.id}: edit that.", code="duplicate")
    return value


def _move(reviewed: ReviewedAnalysis, action: MoveQuote) -> ActionResult:
    piece = _of_kind(reviewed, action.piece, PieceKind.QUOTE)
    order = [other.id for other in reviewed.quotes if other.id != piece.id]
    order.insert(min(action.rank - 1, len(order)), piece.id)
    if order == [other.id for other in reviewed.quotes]:
        return ActionResult(reviewed.review, piece.id)
    return ActionResult(replace(reviewed.review, order=tuple(order), finished_by=None), piece.id)


def _topic(reviewed: ReviewedAnalysis, wanted: str, taxonomy: Taxonomy) -> Topic:
    given = wanted.strip().casefold()
    for topic in taxonomy.topics:
        if given in {topic.id, topic.label}:
            break
    else:
        raise InvalidDecision(
            f"{wanted.strip()[:80]!r} is no topic of {taxonomy.version}.", code="no-such-topic"
        )
    if twin := next((piece for piece in reviewed.topics if piece.value.id == topic.id), None):
        remedy = "" if twin.stands else ", and rejected: accept it instead"
        raise InvalidDecision(f"“{topic.label}” is already topic {twin.id}{remedy}.", code="duplicate")
    return Topic(topic.id, topic.label, path=(topic.id,), confidence=1.0, evidence=())
