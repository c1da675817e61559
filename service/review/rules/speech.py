"""Direct speech and reported speech apart, the quotes to pull, and how quoted words are shown. Pure.

``display`` is for reading and for copies. The exact words of a quote are its parts, which nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from service.domain import Quote, QuoteKind, Speaker
from service.domain.pull_quotes import MOST_PULL_QUOTES
from service.review.rules.pieces import InvalidDecision, Piece, ReviewedAnalysis
from service.text.mark_runs import MarkedRun, read_marks

_FEWEST_WORDS = 5
"""A quote of the model with fewer words is a scrap, unless an editor chose its limits."""
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "prof", "sir", "dame", "rev", "lord", "lady", "judge"})
_LAST_COMMA = re.compile(r",([”’'\"]*)\Z")
_ENDS = re.compile(r"[.!?…:;,–—-][”’'\"]*\Z")
_INNER = str.maketrans("“”", "‘’")


class SpeechGroup(StrEnum):
    """Where a quote stands on the page."""

    QUOTE = "quote"  # words in quotation marks
    REPORTED = "reported"  # what somebody said, in the reporter's words
    SCRAP = "scrap"  # marked words too few to be a quote


def group_of(piece: Piece, text: str) -> SpeechGroup:
    """Return where a quote belongs."""
    quote: Quote = piece.value
    if quote.kind is QuoteKind.INDIRECT:
        return SpeechGroup.REPORTED
    as_found = piece.model is not None and quote.parts == getattr(piece.model, "parts", None)
    few = sum(len(part.of(text).split()) for part in quote.parts) < _FEWEST_WORDS
    return SpeechGroup.SCRAP if as_found and few else SpeechGroup.QUOTE


def in_group(reviewed: ReviewedAnalysis, group: SpeechGroup) -> tuple[Piece, ...]:
    """Return the quotes of one group, in their order."""
    return tuple(piece for piece in reviewed.quotes if group_of(piece, reviewed.text) is group)


def pulled(reviewed: ReviewedAnalysis) -> tuple[str, ...]:
    """Return the ids of the pull quotes in the quotes' order: the editors' choice, else the model's."""
    chosen = reviewed.review.pulled
    if chosen is None:
        chosen = tuple(f"q{one.rank}" for one in reviewed.analysis.pull_quotes)
    return tuple(piece.id for piece in reviewed.quotes if piece.id in chosen and _can_be_pulled(piece))


def toggle_pulled(reviewed: ReviewedAnalysis, piece: Piece) -> tuple[str, ...]:
    """Return the pull quotes with ``piece`` added or, if it is one, without it. Raises InvalidDecision."""
    present = pulled(reviewed)
    if piece.id in present:
        return tuple(other for other in present if other != piece.id)
    if not _can_be_pulled(piece):
        raise InvalidDecision(
            "Only a quote that stands wholly in quotation marks, and isn’t rejected, can be a pull quote.",
            code="not-direct",
        )
    if len(present) >= MOST_PULL_QUOTES:
        raise InvalidDecision(
            f"There are {MOST_PULL_QUOTES} pull quotes already. Take one back first.", code="too-many"
        )
    return (*present, piece.id)


def display(quote: Quote, text: str, marks: Sequence[MarkedRun] | None = None) -> str:
    """Return a quote's words as one reads them: an ellipsis only where words were left out.

    Between two parts that are separated by nothing but "she said", a comma before the closing mark goes, or
    becomes a full stop where a new sentence begins. The last comma goes. ``marks`` are those of ``text``.
    """
    if len(quote.parts) > 1 and marks is None:
        marks = read_marks(text)
    words = _tidy(quote.parts[0].of(text))
    for one, other in pairwise(quote.parts):
        following = _tidy(other.of(text))
        if quote.kind is not QuoteKind.DIRECT or _left_out(text, one.end, other.start, marks or ()):
            words = f"{_without_comma(words)} … {following}"
        elif following.lstrip("‘“'\"")[:1].isupper():
            words = f"{_without_comma(words, stop=True)} {following}"
        else:
            words = f"{_without_comma(words)} {following}"
    return _without_comma(words)


def in_marks(quote: Quote, text: str, marks: Sequence[MarkedRun] | None = None) -> str:
    """Return a quote's words as one reads them, in quotation marks where they are all verbatim."""
    words = display(quote, text, marks)
    if quote.kind is not QuoteKind.DIRECT:
        return words
    # Within double marks, a quotation in a quotation has single ones.
    return f"“{words.translate(_INNER)}”"


def attribution(speaker: Speaker) -> str:
    """Return a speaker's name and role: "Ada Moss, mayor", but "Dr. Ada Moss"."""
    role = (speaker.role or "").strip()
    if not role:
        return speaker.name
    if role.rstrip(".").casefold() in _TITLES:
        return speaker.name if speaker.name.startswith(role) else f"{role} {speaker.name}"
    return f"{speaker.name}, {role}"


def _can_be_pulled(piece: Piece) -> bool:
    return piece.stands and piece.value.kind is QuoteKind.DIRECT


def _left_out(text: str, end: int, start: int, runs: Sequence[MarkedRun]) -> bool:
    """Return whether quoted words were left out between two parts of a quote."""
    between = (text[max(run.inner.start, end) : min(run.inner.end, start)] for run in runs)
    return any(sign.isalnum() for words in between for sign in words)


def _without_comma(words: str, *, stop: bool = False) -> str:
    """Return words without a comma at their end, also one within a last mark; with ``stop`` as a sentence."""
    bare = _LAST_COMMA.sub(r".\1" if stop else r"\1", words)
    return f"{bare}." if stop and not _ENDS.search(bare) else bare


def _tidy(words: str) -> str:
    return " ".join(words.split())
