"""A quote that an editor describes by its words and who said them, found in the article. Pure.

The quote always has the article's own words, marks and white space. Nothing typed becomes part of a quote or
of a mention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from service.domain import Quote, QuoteKind, Span, Speaker
from service.review.rules.actions import MAX_QUOTE_CHARS, QuoteFields, SpeakerFields
from service.review.rules.people_edits import match_person, require_named
from service.review.rules.pieces import InvalidDecision, Piece, ReviewedAnalysis
from service.text import verbatim
from service.text.mark_runs import read_marks
from service.text.marks import CHARACTERS

_EDGE = " \t\r\n" + CHARACTERS
"""What may stand round words that somebody pastes, whatever marks the article has there."""


def read_quote(reviewed: ReviewedAnalysis, fields: QuoteFields, piece: Piece | None) -> Quote:
    """Return the quote that an editor describes, for a ``piece`` or a new one. Raises InvalidDecision."""
    before: Quote | None = piece.value if piece else None
    known = [value for value in (piece and piece.model, before) if isinstance(value, Quote)]
    parts = _parts(reviewed.text, fields)
    # Where the words are the model's again, so are their kind and cue.
    same = next((value for value in known if value.parts == parts), None)
    cue = next((value.cue for value in known if value.cue and not _overlaps(value.cue, parts)), None)
    return Quote(
        kind=same.kind if same else _kind(reviewed.text, parts),
        rank=before.rank if before else len(reviewed.quotes) + 1,
        confidence=before.confidence if before else 1.0,
        parts=parts,
        cue=same.cue if same else cue,
        speaker=read_speaker(reviewed, fields, before, parts),
    )


def _parts(text: str, fields: QuoteFields) -> tuple[Span, ...]:
    given = [
        (words, fields.near[number] if number < len(fields.near) else 0)
        for number, words in enumerate(fields.part)
        if words.strip(_EDGE)
    ]
    places = [_place(text, words, near) for words, near in given]
    parts = tuple(sorted(places, key=lambda part: part.start))
    if not parts:
        raise InvalidDecision("The quote has no words. To drop it, reject it.", code="empty")
    if (size := sum(map(len, parts))) > MAX_QUOTE_CHARS:
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


def _kind(text: str, parts: Sequence[Span]) -> QuoteKind:
    marked = [stretch.outer for stretch in _stretches(text)]
    if all(any(stretch.contains(part) for stretch in marked) for part in parts):
        return QuoteKind.DIRECT
    if any(stretch.overlaps(part) for stretch in marked for part in parts):
        return QuoteKind.MIXED
    return QuoteKind.INDIRECT


def _overlaps(cue: Span, parts: Sequence[Span]) -> bool:
    return any(cue.overlaps(part) for part in parts)


def read_speaker(
    reviewed: ReviewedAnalysis, fields: SpeakerFields, before: Quote | None, parts: Sequence[Span]
) -> Speaker | None:
    """Return the speaker that an editor names for a quote with these ``parts``. Raises InvalidDecision.

    A surname means the person of that surname. What a form carried over from the speaker before (the role,
    the words that said so) counts no longer once the name is another.
    """
    name, role = " ".join(fields.speaker.split()), " ".join(fields.role.split()) or None
    mention = fields.mention.strip()
    if not name:
        return None
    known = before.speaker if before else None
    if known:
        if mention == known.mention.of(reviewed.text):
            mention = ""
        if name == known.name and not mention:
            return known if role == known.role else replace(known, role=role)
        if role == known.role:
            role = None
    person = match_person(reviewed, name)
    if person:
        name, role = person.name, role or person.role
    else:
        require_named(name, reviewed.text, confirmed=fields.confirmed)
    near = parts[0].start if fields.mention_near is None else fields.mention_near
    place = _mention(reviewed.text, name, mention, near)
    if place is None and fields.confirmed and before and not mention:
        place = before.cue or (known.mention if known else None)
    if place is None:
        raise InvalidDecision(
            f"The article doesn’t mention “{(mention or name)[:80]}”. Give as mention the words of the "
            "article that say who speaks.",
            code="no-mention",
        )
    return Speaker(name=name, role=role, mention=place, person=person.person_id if person else None)


def _mention(text: str, name: str, mention: str, near: int) -> Span | None:
    """Find the words that attribute a quote: those given, else the name, else its last word, nearest."""
    for words in (mention,) if mention else (name, name.split()[-1]):
        if span := verbatim.find(words, text, near, whole=True):
            return span
    return None
