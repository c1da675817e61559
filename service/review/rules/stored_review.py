"""Reviews as the JSON text that the store keeps. Values are written as the contract has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from service.domain import Quote, SummarySentence
from service.review.rules.pieces import Decision, PersonChange, PieceValue, PieceVerdict, Review
from service.wire import QuoteModel, SummarySentenceModel, TopicModel, WireReader, WireWriter


def dumps(review: Review, text: str) -> str:
    """Write a review of the article with this ``text`` on one line. Equal reviews give equal strings."""
    content: dict[str, Any] = {
        "decisions": {
            piece: decision_to_dict(decision, text) for piece, decision in sorted(review.decisions.items())
        },
        "order": list(review.order),
        "finished_by": review.finished_by,
    }
    # Written only where there is something: reviews from before there were any read and write the same.
    if review.seen:
        content["seen"] = list(review.seen)
    if review.pulled is not None:
        content["pulled"] = list(review.pulled)
    if review.people:
        content["people"] = {person: asdict(change) for person, change in sorted(review.people.items())}
    return json.dumps(content, ensure_ascii=False)


def loads(content: str | None, text: str) -> Review:
    """Read what ``dumps`` wrote about the same ``text``; None is the review in which nothing is decided."""
    if content is None:
        return Review()
    stored, read = json.loads(content), WireReader(text)
    decisions = {piece: _decision(piece, entry, read) for piece, entry in stored["decisions"].items()}
    return Review(
        decisions,
        tuple(stored["order"]),
        stored["finished_by"],
        seen=tuple(stored.get("seen", ())),
        pulled=tuple(stored["pulled"]) if "pulled" in stored else None,
        people={person: PersonChange(**change) for person, change in stored.get("people", {}).items()},
    )


def decision_to_dict(decision: Decision, text: str) -> dict[str, Any]:
    """Return a decision as plain values."""
    value = value_to_dict(decision.value, text) if decision.value else None
    return {
        "verdict": decision.verdict.value,
        "by": decision.by,
        "reason": decision.reason,
        "value": value,
    }


def value_to_dict(value: PieceValue, text: str) -> dict[str, Any]:
    """Return a piece's value as the contract has it."""
    write = WireWriter(text)
    model: SummarySentenceModel | QuoteModel | TopicModel
    if isinstance(value, SummarySentence):
        model = write.summary_sentence(value)
    elif isinstance(value, Quote):
        model = write.quote(value)
    else:
        model = write.topic(value)
    return model.model_dump(mode="json")


def _decision(piece: str, entry: Mapping[str, Any], read: WireReader) -> Decision:
    value = _value(piece, entry["value"], read) if entry["value"] else None
    return Decision(PieceVerdict(entry["verdict"]), entry["by"], entry["reason"], value)


def _value(piece: str, content: Mapping[str, Any], read: WireReader) -> PieceValue:
    """Read the value of a piece, whose kind its id tells."""
    if piece.startswith("s"):
        return read.summary_sentence(SummarySentenceModel.model_validate(content))
    if piece.startswith("q"):
        return read.quote(QuoteModel.model_validate(content))
    return read.topic(TopicModel.model_validate(content))
