"""A quote as an editor describes it, by its words and who said them: found in the article, sliced from it.

What stands in the article always wins: its form of marks and white space, its words. Nothing typed becomes
part of a quote or a mention. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from service.domain import Span
from service.review.rules.actions import MAX_QUOTE_CHARS, QuoteFields
from service.review.rules.pieces import InvalidDecision, Piece, Sheet
from service.text import verbatim
from service.text.mark_runs import read_marks
from service.text.marks import CHARACTERS
from service.wire import QuoteModel, SpanModel, SpeakerModel

_EDGE = " \t\r\n" + CHARACTERS
"""What may stand round words that somebody pastes, whatever marks the article has there."""


def read_quote(sheet: Sheet, fields: QuoteFields, piece: Piece | None) -> QuoteModel:
    """Make the quote that an editor describes, a ``piece``'s or a new one. Raises InvalidDecision."""
    before: QuoteModel | None = piece.value if piece else None
    known = [value for value in (piece and piece.model, before) if isinstance(value, QuoteModel)]
    parts = _parts(sheet, fields)
    spans = [Span(part.start, part.end) for part in parts]
    # Where the words are the model's again, so are their kind and cue.
    same = next((value for value in known if value.parts == parts), None)
    cue = next((value.cue for value in known if value.cue and not _overlap(value.cue, spans)), None)
    return QuoteModel(
        kind=same.kind if same else _kind(sheet.text, spans),
        rank=before.rank if before else len(sheet.quotes) + 1,
        confidence=before.confidence if before else 1.0,
        parts=parts,
        cue=same.cue if same else cue,
        speaker=_speaker(sheet, fields, before, spans),
    )


def _parts(sheet: Sheet, fields: QuoteFields) -> list[SpanModel]:
    given = [
        (words, fields.near[number] if number < len(fields.near) else 0)
        for number, words in enumerate(fields.part)
        if words.strip(_EDGE)
    ]
    parts = sorted(
        (span_model(sheet.text, _place(sheet.text, words, near)) for words, near in given),
        key=lambda part: part.start,
    )
    if not parts:
        raise InvalidDecision("The quote has no words. To drop it, reject it.", code="empty")
    if (size := sum(len(part.text) for part in parts)) > MAX_QUOTE_CHARS:
        raise InvalidDecision(
            f"The quote has {size:,} characters, more than {MAX_QUOTE_CHARS:,}. Choose less of it.",
            code="too-long",
        )
    if any(part.start < before.end for before, part in pairwise(parts)):
        raise InvalidDecision("Two parts of the quote overlap: give each its own words.", code="overlap")
    return parts


def _place(text: str, words: str, near: int) -> Span:
    """Find a part's words, as they come or without the marks round them; marks of the article stay outside.

    Raises InvalidDecision where the article doesn't read so.
    """
    span = verbatim.find(words, text, near) or verbatim.find(words.strip(_EDGE), text, near)
    if span is None:
        raise InvalidDecision(
            f"The article doesn’t read “{words.strip(_EDGE)[:80]}”. A quote’s limits can be moved, its words "
            "can’t be changed.",
            code="altered-quotation",
        )
    for stretch in _stretches(text):
        if stretch.outer.contains(span) and span.overlaps(stretch.inner):
            return Span(max(span.start, stretch.inner.start), min(span.end, stretch.inner.end))
    return span


@dataclass(frozen=True, slots=True)
class _MarkedStretch:
    """A quotation of the article, over one line or several, with and without its first and last mark."""

    outer: Span
    inner: Span


def _stretches(text: str) -> list[_MarkedStretch]:
    stretches: list[_MarkedStretch] = []
    for run in read_marks(text):
        if run.continues and stretches:
            last = stretches[-1]
            outer, inner = Span(last.outer.start, run.outer.end), Span(last.inner.start, run.inner.end)
            stretches[-1] = _MarkedStretch(outer, inner)
        elif run.opened:
            stretches.append(_MarkedStretch(run.outer, run.inner))
    return stretches


def _kind(text: str, spans: list[Span]) -> Literal["direct", "mixed", "indirect"]:
    marked = [stretch.outer for stretch in _stretches(text)]
    if all(any(stretch.contains(span) for stretch in marked) for span in spans):
        return "direct"
    return "mixed" if any(stretch.overlaps(span) for stretch in marked for span in spans) else "indirect"


def _overlap(cue: SpanModel, spans: list[Span]) -> bool:
    return any(Span(cue.start, cue.end).overlaps(span) for span in spans)


def _speaker(
    sheet: Sheet, fields: QuoteFields, before: QuoteModel | None, parts: list[Span]
) -> SpeakerModel | None:
    name, role = " ".join(fields.speaker.split()), " ".join(fields.role.split()) or None
    if not name:
        return None
    known = before.speaker if before else None
    if known and known.name == name and not fields.mention.strip():
        return SpeakerModel(name=name, role=role, mention=known.mention)
    near = parts[0].start if fields.mention_near is None else fields.mention_near
    # Asked for without a mention: the name itself, else its last word, where it stands nearest.
    for words in (fields.mention.strip(),) if fields.mention.strip() else (name, name.split()[-1]):
        if span := verbatim.find(words, sheet.text, near, whole=True):
            return SpeakerModel(name=name, role=role, mention=span_model(sheet.text, span))
    raise InvalidDecision(
        f"The article doesn’t mention “{(fields.mention.strip() or name)[:80]}”. Give as mention the words "
        "of the article that say who speaks.",
        code="no-mention",
    )


def span_model(text: str, span: Span) -> SpanModel:
    """Return a span as the contract has it."""
    return SpanModel(start=span.start, end=span.end, text=span.of(text))
