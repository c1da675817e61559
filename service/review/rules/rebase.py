"""What is left of a review when the article was corrected: the decisions whose words still stand. Pure.

A decision is kept for the new analysis where the model says the same again. What an editor wrote, chose or
accepted is kept as far as its words can be found in the new text. The rest is open anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from service.domain import Analysis, Quote, Span, SummarySentence, Topic
from service.review.rules.pieces import (
    Decision,
    PersonChange,
    Piece,
    PieceKind,
    PieceValue,
    PieceVerdict,
    Review,
    ReviewedAnalysis,
)
from service.text import verbatim

_CHUNK = re.compile(r"[^.\n]*(?:[.\n]|\Z)")
_MOST_CHUNKS = 2_000
"""Comparing takes time that grows with the square of what differs; a correction changes little."""


@dataclass(frozen=True, slots=True)
class Rebased:
    """The review of the corrected article, and how many decisions went over and how many did not."""

    review: Review
    kept: int
    dropped: int


def rebase(old: ReviewedAnalysis, analysis: Analysis) -> Rebased:
    """Move the decisions of ``old`` to the ``analysis`` of the article's corrected text."""
    new = ReviewedAnalysis(analysis, Review())
    move = _Mover(old.text, new.text)
    names: dict[str, str] = {}
    for piece in old.pieces:
        twin = _twin(piece, old, new, set(names.values()))
        if twin and piece.decision is None:
            names[piece.id] = twin.id
        elif decision := _rebased(piece, twin, move):
            names[piece.id] = twin.id if twin else new.next_id(piece.kind)
            new = ReviewedAnalysis(analysis, Review({**new.review.decisions, names[piece.id]: decision}))
    order = tuple(names[piece.id] for piece in old.quotes if piece.id in names) if old.review.order else ()
    pulled = old.review.pulled
    if pulled is not None:
        pulled = tuple(names[piece] for piece in pulled if piece in names)
    # The new text may say other things: warnings have to be looked at again.
    review = replace(new.review, order=order, pulled=pulled, people=_people(old, analysis))
    decided, kept = len(old.review.decisions), len(new.review.decisions)
    return Rebased(review, kept=kept, dropped=decided - kept)


def _people(old: ReviewedAnalysis, analysis: Analysis) -> dict[str, PersonChange]:
    """Return the changes of people for the new analysis, in which the same names have other ids."""
    before = {person.id: person.name for person in old.analysis.people}
    after = {person.name: person.id for person in analysis.people}

    def key(person: str) -> str | None:
        return after.get(before[person]) if person in before else person

    moved: dict[str, PersonChange] = {}
    for person, change in old.review.people.items():
        new = key(person)
        same_as = key(change.same_as) if change.same_as else None
        if new and (same_as or not change.same_as):
            moved[new] = replace(change, same_as=same_as)
    return moved


def _twin(piece: Piece, old: ReviewedAnalysis, new: ReviewedAnalysis, taken: set[str]) -> Piece | None:
    """Return the new model's piece that says what the old one did, or what an editor added."""
    wanted = _statement(piece.model or piece.value, old.text)
    candidates = (other for other in new.pieces if other.kind is piece.kind and other.id not in taken)
    return next(
        (other for other in candidates if other.model and _statement(other.model, new.text) == wanted), None
    )


def _rebased(piece: Piece, twin: Piece | None, move: _Mover) -> Decision | None:
    """Return the decision about ``twin``, or about what the new model doesn't find; None: open anew."""
    decision = piece.decision
    if decision is None:
        return None
    if twin is None:
        return _as_addition(piece, decision, move)
    if piece.is_added and piece.stands:  # now the model says it, too
        return Decision(PieceVerdict.ACCEPTED, decision.by)
    if decision.value is None:
        return decision
    moved = move.value(decision.value)
    return replace(decision, value=moved) if moved else None


def _statement(value: PieceValue, text: str) -> object:
    """Return what a piece states: pieces of two analyses with the same statement say the same."""
    if isinstance(value, Quote):
        return [part.of(text) for part in value.parts], value.speaker and value.speaker.name
    return value.text if isinstance(value, SummarySentence) else value.id


def _as_addition(piece: Piece, decision: Decision, move: _Mover) -> Decision | None:
    """Keep a quote or topic that an editor let stand, though the model doesn't find it."""
    if not piece.stands or piece.kind is PieceKind.SENTENCE:
        return None
    value = move.value(piece.value)
    return Decision(PieceVerdict.EDITED, decision.by, value=value) if value else None


class _Mover:
    """Moves values and spans from an old text to a new one, by their words."""

    def __init__(self, old: str, new: str) -> None:
        self._old = old
        self._new = new
        self._blocks = _same_blocks(_CHUNK.findall(old), _CHUNK.findall(new))

    def value(self, value: PieceValue) -> PieceValue | None:
        """Return a value whose spans stand where their words are in the new text; None if some aren't."""
        if isinstance(value, Topic):
            return replace(value, evidence=tuple(self._spans(value.evidence)))
        if isinstance(value, SummarySentence):
            evidence = self._spans(value.evidence)
            return replace(value, evidence=tuple(evidence)) if len(evidence) == len(value.evidence) else None
        return self._quote(value)

    def _quote(self, quote: Quote) -> Quote | None:
        parts = self._spans(quote.parts)
        if len(parts) < len(quote.parts) or any(one.end > other.start for one, other in pairwise(parts)):
            return None
        # Parts are long enough to be found for certain. Look for cue and mention ("she said") beside them.
        shift = parts[0].start - quote.parts[0].start
        cue = self._span(quote.cue, shift) if quote.cue else None
        speaker = quote.speaker
        if speaker:
            mention = self._span(speaker.mention, shift)
            if mention is None:
                return None
            # The new analysis has people of its own.
            speaker = replace(speaker, mention=mention, person=None, antecedent=None)
        return replace(quote, parts=tuple(parts), cue=cue, speaker=speaker)

    def _spans(self, spans: Sequence[Span]) -> list[Span]:
        """Return those spans whose words the new text has, moved."""
        return [found for span in spans if (found := self._span(span))]

    def _span(self, span: Span, shift: int | None = None) -> Span | None:
        """Find a span's words, nearest to where they moved, or moved by ``shift``; None if nowhere."""
        words = span.of(self._old)
        near = self._moved(span.start) if shift is None else span.start + shift
        found = verbatim.find(words, self._new, near)
        # Form counts here: other marks or line ends are another text.
        return found if found and found.of(self._new) == words else None

    def _moved(self, offset: int) -> int:
        """Return where an offset of the old text went, by the block of same text before or around it."""
        old, new = next(((old, new) for old, new in reversed(self._blocks) if old <= offset), (0, 0))
        return offset - old + new


def _same_blocks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return where what two texts, cut into chunks, have in common begins in the one and in the other."""
    before = _common(old, new)
    after = _common(old[before:][::-1], new[before:][::-1])
    middle, new_middle = old[before : len(old) - after], new[before : len(new) - after]
    starts, new_starts = ([0, *accumulate(map(len, chunks))] for chunks in (old, new))
    blocks = [(0, 0)]
    if max(len(middle), len(new_middle)) <= _MOST_CHUNKS:
        for block in SequenceMatcher(None, middle, new_middle, autojunk=False).get_matching_blocks():
            blocks.append((starts[before + block.a], new_starts[before + block.b]))
    return [*blocks, (starts[len(old) - after], new_starts[len(new) - after])]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the chunks that two texts begin with."""
    return next(
        (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
