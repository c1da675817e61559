"""What needs an editor's attention before an article goes out, in words. Pure.

The list on top of an item, what *Accept the rest* leaves alone, and the order of the queue all come from
here. A flag is settled by a decision on its piece, a warning by an editor who says that they have seen it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from service.domain import Quote, QuoteKind
from service.review.rules.pieces import Piece, PieceKind, ReviewedAnalysis, words_of
from service.store.records import Facets
from service.warning_codes import WarningCode

LOW_SUPPORT = 0.7
"""A sentence of a summary with less support is worth a look before anything else."""
LOW_SPEAKER = 0.85
"""A speaker of a marked quotation who is right with less probability has to be looked at."""
_SUMMARY_WARNINGS = {
    WarningCode.OPINION: "This is an opinion piece. Does the summary say whose opinion it is?",
    WarningCode.LIVE_BLOG: "This looks like a live blog. Is the summary still true?",
}
_TEXT_WARNINGS = {
    WarningCode.REPAIRED_TEXT: "The text came in a wrong encoding and was repaired. Do its marks read right?",
    WarningCode.DAMAGED_TEXT: "Characters of the text are lost, likely quotation marks. Read the quotes.",
}
_QUESTIONS = {**_SUMMARY_WARNINGS, **_TEXT_WARNINGS}
_LONGEST_EXCERPT = 90


class AttentionKind(StrEnum):
    """Why something needs attention, the most harmful first."""

    WARNING = "warning"
    SPEAKER = "speaker"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True)
class AttentionFlag:
    """Something to look at: the ``question`` to answer, and the words that it is ``about``.

    ``piece`` is None for a warning about the whole article, whose code is ``warning``.
    """

    kind: AttentionKind
    question: str
    about: str = ""
    piece: str | None = None
    warning: str | None = None


def attention(reviewed: ReviewedAnalysis) -> tuple[AttentionFlag, ...]:
    """Return what is still to be looked at: warnings, then speakers, then support, each in page order."""
    flags = [flag for piece in reviewed.open if (flag := piece_flag(piece, reviewed.text))]
    flags.sort(key=lambda flag: flag.kind is AttentionKind.SUPPORT)
    return (*_warnings(reviewed), *flags)


def piece_flag(piece: Piece, text: str) -> AttentionFlag | None:
    """Return why a piece needs attention, decided or not; None if nothing says so."""
    if not piece.stands:
        return None
    if piece.kind is PieceKind.SENTENCE:
        if piece.value.support >= LOW_SUPPORT:
            return None
        return AttentionFlag(
            AttentionKind.SUPPORT, "Support is low:", excerpt(words_of(piece.value, text)), piece.id
        )
    if piece.kind is PieceKind.QUOTE and (question := _speaker_question(piece.value)):
        about = f"“{excerpt(words_of(piece.value, text))}”"
        return AttentionFlag(AttentionKind.SPEAKER, question, about, piece.id)
    return None


def held(reviewed: ReviewedAnalysis) -> frozenset[str]:
    """Return the open pieces that need a decision of their own, and are accepted along with no others.

    Beside those that are flagged: what a warning that nobody has seen is about.
    """
    unseen = {flag.warning for flag in _warnings(reviewed)}
    return frozenset(
        piece.id
        for piece in reviewed.open
        if piece_flag(piece, reviewed.text)
        or (piece.kind is PieceKind.SENTENCE and unseen & set(_SUMMARY_WARNINGS))
        or (piece.kind is PieceKind.QUOTE and unseen & set(_TEXT_WARNINGS) and is_marked(piece.value))
    )


def rest(reviewed: ReviewedAnalysis) -> tuple[Piece, ...]:
    """Return the open pieces that *Accept the rest* accepts."""
    kept = held(reviewed)
    return tuple(piece for piece in reviewed.open if piece.id not in kept)


def facets(reviewed: ReviewedAnalysis) -> Facets:
    """Return what the queue filters and sorts by: the same measure as the list on top of an item."""
    kinds = {flag.kind for flag in attention(reviewed)}
    return Facets(
        low_support=AttentionKind.SUPPORT in kinds or AttentionKind.WARNING in kinds,
        unknown_speaker=AttentionKind.SPEAKER in kinds,
        topics=tuple(dict.fromkeys(piece.value.id for piece in reviewed.topics if piece.stands)),
        pieces=len(reviewed.pieces),
        decided=len(reviewed.pieces) - len(reviewed.open),
    )


def is_marked(quote: Quote) -> bool:
    """Return whether any of a quote's words stand in quotation marks."""
    return quote.kind is not QuoteKind.INDIRECT


def confidence_words(probability: float | None) -> str:
    """Say a probability in words; empty where there is none."""
    if probability is None:
        return ""
    if probability >= 0.97:
        return "almost certain"
    if probability >= LOW_SPEAKER:
        return "likely"
    return "in doubt" if probability >= 0.5 else "very much in doubt"


def excerpt(words: str) -> str:
    """Return the beginning of some words, on one line."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_EXCERPT else f"{line[:_LONGEST_EXCERPT].rsplit(' ', 1)[0]}…"


def _speaker_question(quote: Quote) -> str:
    if not is_marked(quote):
        return ""
    if quote.speaker is None:
        return "Who said this?"
    confidence = quote.speaker.confidence
    doubtful = confidence is not None and confidence < LOW_SPEAKER
    return f"Did {quote.speaker.name} say this?" if doubtful else ""


def _warnings(reviewed: ReviewedAnalysis) -> Iterator[AttentionFlag]:
    seen = set(reviewed.review.seen)
    for code in dict.fromkeys(notice.code for notice in reviewed.analysis.warnings):
        if code in _QUESTIONS and code not in seen:
            yield AttentionFlag(AttentionKind.WARNING, _QUESTIONS[WarningCode(code)], warning=str(code))
