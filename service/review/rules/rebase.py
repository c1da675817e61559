"""What is left of a review when the article was corrected: the decisions whose words still stand.

A decision is carried to the new analysis where the model says the same again; what an editor wrote, chose or
accepted is carried as far as its words can be found in the new text. The rest is open anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import accumulate, pairwise

from service.review.rules.pieces import Decision, Piece, PieceKind, PieceVerdict, Review, Sheet, Value
from service.text import verbatim
from service.wire import AnalysisModel, QuoteModel, SpanModel, SummarySentenceModel, TopicModel

_CHUNK = re.compile(r"[^.\n]*(?:[.\n]|\Z)")
_MOST_CHUNKS = 2_000
"""Comparing takes time that grows with the square of what differs; a correction changes little."""


@dataclass(frozen=True, slots=True)
class Rebased:
    """The review of the corrected article, and how many decisions went over and how many did not."""

    review: Review
    kept: int
    dropped: int


def rebase(old: Sheet, text: str, analysis: AnalysisModel) -> Rebased:
    """Carry the decisions of ``old`` over to another ``text`` of the same article and its ``analysis``."""
    new, places = Sheet(text, analysis, Review()), _Places(old.text, text)
    names: dict[str, str] = {}
    for piece in old.pieces:
        twin = _twin(piece, new, set(names.values()))
        if twin and piece.decision is None:
            names[piece.id] = twin.id
        elif decision := _carried(piece, twin, places):
            names[piece.id] = twin.id if twin else new.next_id(piece.kind)
            new = Sheet(text, analysis, Review({**new.review.decisions, names[piece.id]: decision}))
    order = tuple(names[piece.id] for piece in old.quotes if piece.id in names) if old.review.order else ()
    decided, kept = len(old.review.decisions), len(new.review.decisions)
    return Rebased(replace(new.review, order=order), kept=kept, dropped=decided - kept)


def _twin(piece: Piece, new: Sheet, taken: set[str]) -> Piece | None:
    """The new model's piece that says what the old one did, or what an editor added."""
    wanted = _gist(piece.model or piece.value)
    candidates = (other for other in new.pieces if other.kind is piece.kind and other.id not in taken)
    return next((other for other in candidates if other.model and _gist(other.model) == wanted), None)


def _carried(piece: Piece, twin: Piece | None, places: _Places) -> Decision | None:
    """The decision about the new model's ``twin``, or about what it no longer finds; None: open anew."""
    decision = piece.decision
    if decision is None:
        return None
    if twin is None:
        return _as_addition(piece, decision, places)
    if piece.is_added and piece.stands:  # now the model says it, too
        return Decision(PieceVerdict.ACCEPTED, decision.by)
    if decision.value is None:
        return decision
    moved = _moved(decision.value, places)
    return replace(decision, value=moved) if moved else None


def _gist(value: Value) -> object:
    if isinstance(value, QuoteModel):
        return [part.text for part in value.parts], value.speaker and value.speaker.name
    return value.text if isinstance(value, SummarySentenceModel) else value.id


def _as_addition(piece: Piece, decision: Decision, places: _Places) -> Decision | None:
    """A quote or topic that an editor let stand stays, though the model doesn't find it."""
    if not piece.stands or piece.kind is PieceKind.SENTENCE:
        return None
    value = _moved(piece.value, places)
    return Decision(PieceVerdict.EDITED, decision.by, value=value) if value else None


def _moved(value: Value, places: _Places) -> Value | None:
    """The value with its spans where their words stand in the new text; None if some don't."""
    if isinstance(value, TopicModel):
        found = [span for old in value.evidence if (span := places.find(old))]
        return value.model_copy(update={"evidence": found})
    if isinstance(value, SummarySentenceModel):
        evidence = [places.find(span) for span in value.evidence]
        return value.model_copy(update={"evidence": evidence}) if all(evidence) else None
    parts = [part for old in value.parts if (part := places.find(old))]
    # The parts are long enough to be found for sure; cue and mention ("she said") are looked for beside them.
    shift = parts[0].start - value.parts[0].start if len(parts) == len(value.parts) else 0
    mention = places.find(value.speaker.mention, shift) if value.speaker else None
    in_order = all(one.end <= other.start for one, other in pairwise(parts))
    if len(parts) < len(value.parts) or not in_order or (value.speaker and mention is None):
        return None
    speaker = value.speaker.model_copy(update={"mention": mention}) if value.speaker else None
    cue = places.find(value.cue, shift) if value.cue else None
    return value.model_copy(update={"parts": parts, "speaker": speaker, "cue": cue})


class _Places:
    """Where the words of an old text stand in a new one."""

    def __init__(self, old: str, new: str) -> None:
        self._text = new
        self._blocks = _same_blocks(_CHUNK.findall(old), _CHUNK.findall(new))

    def find(self, span: SpanModel, shift: int | None = None) -> SpanModel | None:
        """Find a span's words, nearest to where they moved, or moved by ``shift``; None if nowhere."""
        near = self._moved(span.start) if shift is None else span.start + shift
        found = verbatim.find(span.text, self._text, near)
        # Form counts here: other marks or line ends are another text.
        if found is None or found.of(self._text) != span.text:
            return None
        return SpanModel(start=found.start, end=found.end, text=span.text)

    def _moved(self, offset: int) -> int:
        """Where an offset of the old text went, by the block of same text before or around it."""
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
