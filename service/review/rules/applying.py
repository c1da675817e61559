"""Doing what an editor asks for: a sheet and an action in, the next review out. Pure.

Quoted words, mentions and limits are always found in the article and sliced from it, so no action can alter a
quote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from service.grounding.claims import altered_quotations
from service.grounding.grounder import Grounding
from service.review.rules.actions import (
    Accept,
    AcceptAll,
    Action,
    AddQuote,
    AddTopic,
    EditQuote,
    EditSentence,
    Finish,
    MoveQuote,
    Reject,
    Reopen,
    Resume,
)
from service.review.rules.pieces import (
    Decision,
    InvalidDecision,
    Piece,
    PieceKind,
    PieceVerdict,
    Review,
    Sheet,
    Value,
    words_of,
)
from service.review.rules.quote_edits import read_quote, span_model
from service.text.mark_runs import read_marks
from service.topics.taxonomy import Taxonomy
from service.wire import QuoteModel, SummarySentenceModel, TopicModel


@dataclass(frozen=True, slots=True)
class Editing:
    """What an action needs beside the sheet: who acts, what grounds a sentence, which topics there are."""

    editor: str
    ground: Callable[[str], Grounding]
    taxonomy: Taxonomy


@dataclass(frozen=True, slots=True)
class Acted:
    """The review after an action, and the piece that it was about."""

    review: Review
    piece: str | None


def act(sheet: Sheet, action: Action, editing: Editing) -> Acted:  # noqa: C901 - one branch an action
    """Return the review after ``action``. Raises InvalidDecision where it can't be done."""
    review, by = sheet.review, editing.editor
    match action:
        case Accept():
            return _decide(sheet, action.piece, _accepted(sheet.piece(action.piece), by))
        case Reject():
            reason = action.reason.strip()
            if not reason:
                raise InvalidDecision("A rejection needs a reason, such as “wrong words”.", code="no-reason")
            piece = sheet.piece(action.piece)
            return _decide(sheet, piece.id, Decision(PieceVerdict.REJECTED, by, reason, _own_value(piece)))
        case Reopen():
            kept = {piece: decision for piece, decision in review.decisions.items() if piece != action.piece}
            order = tuple(piece for piece in review.order if piece in kept or "+" not in piece)
            return Acted(
                replace(review, decisions=kept, order=order, finished_by=None), sheet.piece(action.piece).id
            )
        case AcceptAll():
            accepted = {piece.id: _accepted(piece, by) for piece in sheet.open}
            finished_by = (review.finished_by or by) if action.finish else review.finished_by
            decisions = {**review.decisions, **accepted}
            return Acted(replace(review, decisions=decisions, finished_by=finished_by), None)
        case EditSentence():
            return _edit_sentence(sheet, action, editing)
        case EditQuote():
            piece = _of_kind(sheet, action.piece, PieceKind.QUOTE)
            return _edited(sheet, piece, _only_one(sheet, read_quote(sheet, action, piece), piece), by)
        case AddQuote():
            value = _only_one(sheet, read_quote(sheet, action, None), None)
            return _decide(
                sheet, sheet.next_id(PieceKind.QUOTE), Decision(PieceVerdict.EDITED, by, value=value)
            )
        case MoveQuote():
            return _move(sheet, action)
        case AddTopic():
            topic = _topic(sheet, action.topic, editing.taxonomy)
            return _decide(
                sheet, sheet.next_id(PieceKind.TOPIC), Decision(PieceVerdict.EDITED, by, value=topic)
            )
        case Finish():
            if left := sheet.open:
                names = ", ".join(piece.id for piece in left[:5]) + (", …" if len(left) > 5 else "")
                raise InvalidDecision(
                    f"{len(left)} pieces are undecided: {names}. Decide on them first.", code="open"
                )
            return Acted(replace(review, finished_by=review.finished_by or by), None)
        case Resume():
            return Acted(replace(review, finished_by=None), None)


def _decide(sheet: Sheet, piece_id: str, decision: Decision) -> Acted:
    decisions = {**sheet.review.decisions, piece_id: decision}
    if decisions == sheet.review.decisions:  # nothing new, so a finished review stays finished
        return Acted(sheet.review, piece_id)
    return Acted(replace(sheet.review, decisions=decisions, finished_by=None), piece_id)


def _own_value(piece: Piece) -> Value | None:
    return piece.decision.value if piece.decision else None


def _accepted(piece: Piece, by: str) -> Decision:
    """Accepting what an editor wrote keeps it as an edit: the model did not say it."""
    value = _own_value(piece)
    return Decision(PieceVerdict.EDITED if value else PieceVerdict.ACCEPTED, by, value=value)


def _edited(sheet: Sheet, piece: Piece, value: Value, by: str) -> Acted:
    if value == piece.model:
        return _decide(sheet, piece.id, Decision(PieceVerdict.ACCEPTED, by))
    return _decide(sheet, piece.id, Decision(PieceVerdict.EDITED, by, value=value))


def _of_kind(sheet: Sheet, piece_id: str, kind: PieceKind) -> Piece:
    piece = sheet.piece(piece_id)
    if piece.kind is not kind:
        raise InvalidDecision(f"{piece_id} is a {piece.kind.value}, not a {kind.value}.", code="wrong-kind")
    return piece


def _edit_sentence(sheet: Sheet, action: EditSentence, editing: Editing) -> Acted:
    piece = _of_kind(sheet, action.piece, PieceKind.SENTENCE)
    text = " ".join(action.text.split())
    if not text:
        raise InvalidDecision("The sentence is empty. To drop it, reject it.", code="empty")
    if piece.model and text == " ".join(words_of(piece.model).split()):
        return _decide(sheet, piece.id, Decision(PieceVerdict.ACCEPTED, editing.editor))
    if altered := altered_quotations(text, sheet.text, read_marks(sheet.text)):
        raise InvalidDecision(altered[0].detail, code="altered-quotation")
    grounding = editing.ground(text)
    value = SummarySentenceModel(
        text=text,
        evidence=[span_model(sheet.text, span) for span in grounding.evidence],
        support=round(grounding.support, 4),
    )
    return _edited(sheet, piece, value, editing.editor)


def _only_one(sheet: Sheet, value: QuoteModel, piece: Piece | None) -> QuoteModel:
    """Return a quote's new value. Raises InvalidDecision if another quote has these words already."""
    if piece and piece.value.parts == value.parts:
        return value
    if twin := next((other for other in sheet.quotes if other.value.parts == value.parts), None):
        raise InvalidDecision(f"These words are already quote {twin.id}: edit that.", code="duplicate")
    return value


def _move(sheet: Sheet, action: MoveQuote) -> Acted:
    piece = _of_kind(sheet, action.piece, PieceKind.QUOTE)
    order = [other.id for other in sheet.quotes if other.id != piece.id]
    order.insert(min(action.rank - 1, len(order)), piece.id)
    if order == [other.id for other in sheet.quotes]:
        return Acted(sheet.review, piece.id)
    return Acted(replace(sheet.review, order=tuple(order), finished_by=None), piece.id)


def _topic(sheet: Sheet, wanted: str, taxonomy: Taxonomy) -> TopicModel:
    given = wanted.strip().casefold()
    for topic in taxonomy.topics:
        if given in {topic.id, topic.label}:
            break
    else:
        raise InvalidDecision(
            f"{wanted.strip()[:80]!r} is no topic of {taxonomy.version}.", code="no-such-topic"
        )
    if twin := next((piece for piece in sheet.topics if piece.value.id == topic.id), None):
        remedy = "" if twin.stands else ", and rejected: accept it instead"
        raise InvalidDecision(f"“{topic.label}” is already topic {twin.id}{remedy}.", code="duplicate")
    return TopicModel(id=topic.id, label=topic.label, path=[topic.id], confidence=1.0, evidence=[])
