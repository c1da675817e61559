"""What the templates show: the article cut where evidence begins and ends, and possible speakers. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.domain import Span
from service.people.mention_index import index_mentions
from service.review.rules.pieces import Piece, PieceKind, ReviewedAnalysis

_MOST_PEOPLE = 40
_MARKED_USES = {"evidence", "part"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the article that the same pieces rest on, and as what: evidence, part, cue or mention.

    ``ends`` are the pieces whose evidence or quoted part ends with these words.
    """

    start: int
    text: str
    pieces: tuple[str, ...]
    uses: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Use:
    span: Span
    piece: str
    use: str


def paragraphs(reviewed: ReviewedAnalysis) -> list[list[Stretch]]:
    """Return the article's text in paragraphs of stretches; nothing of the text is lost but line breaks."""
    coming = deque(sorted(_uses(reviewed), key=lambda use: use.span.start))
    here: list[_Use] = []
    lines: list[list[Stretch]] = []
    start = 0
    for line in reviewed.text.splitlines(keepends=True):
        words = line.rstrip("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
        if words.strip():
            end = start + len(words)
            here = [use for use in here if start < use.span.end]
            while coming and coming[0].span.start < end:
                here.append(coming.popleft())
            lines.append(list(_stretches(words, start, here)))
        start += len(line)
    return lines


def people(reviewed: ReviewedAnalysis, named: Sequence[str]) -> tuple[str, ...]:
    """Return whom to offer as a speaker: those whom the analysis has, then whom the article names."""
    speakers = [piece.value.speaker.name for piece in reviewed.quotes if piece.value.speaker]
    return tuple(dict.fromkeys([*speakers, *named]))[:_MOST_PEOPLE]


def named(text: str) -> tuple[str, ...]:
    """Return whom an article names, the most often named first."""
    return tuple(name for name, _ in index_mentions(text).mention_counts.most_common(_MOST_PEOPLE))


def _uses(reviewed: ReviewedAnalysis) -> Iterator[_Use]:
    for piece in reviewed.pieces:
        if not piece.stands:
            continue
        for span, use in _spans(piece):
            yield _Use(span, piece.id, use)


def _spans(piece: Piece) -> Iterator[tuple[Span, str]]:
    if piece.kind is not PieceKind.QUOTE:
        yield from ((span, "evidence") for span in piece.value.evidence)
        return
    yield from ((part, "part") for part in piece.value.parts)
    if piece.value.cue:
        yield piece.value.cue, "cue"
    if piece.value.speaker:
        yield piece.value.speaker.mention, "mention"
        if piece.value.speaker.antecedent:
            yield piece.value.speaker.antecedent, "antecedent"


def _stretches(words: str, offset: int, uses: Sequence[_Use]) -> Iterator[Stretch]:
    """Cut a line, which begins at ``offset``, wherever a span begins or ends."""
    end = offset + len(words)
    cuts = {offset, end}
    for use in uses:
        cuts |= {max(use.span.start, offset), min(use.span.end, end)}
    edges = sorted(cuts)
    for start, stop in pairwise(edges):
        here = [use for use in uses if use.span.start < stop and start < use.span.end]
        yield Stretch(
            start=start,
            text=words[start - offset : stop - offset],
            pieces=tuple(dict.fromkeys(use.piece for use in here)),
            uses=tuple(dict.fromkeys(use.use for use in here)),
            ends=tuple(
                dict.fromkeys(use.piece for use in here if use.span.end == stop and use.use in _MARKED_USES)
            ),
        )
