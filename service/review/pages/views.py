"""What the templates show: the article cut where evidence begins and ends, and possible speakers. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from service.domain import Span
from service.people.mention_index import index_mentions
from service.review.rules.attention import AttentionFlag, attention, is_marked, rest
from service.review.rules.people_edits import KnownPerson, is_named, known_people, present_names
from service.review.rules.pieces import Piece, PieceKind, ReviewedAnalysis
from service.review.rules.speech import SpeechGroup, in_group, in_marks, pulled
from service.text.mark_runs import MarkedRun, read_marks

_MOST_PEOPLE = 40


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the article that the same pieces rest on, and as what: evidence, part, cue or mention.

    ``person`` is who is named with them.
    """

    start: int
    text: str
    pieces: tuple[str, ...]
    uses: tuple[str, ...]
    person: str | None = None


@dataclass(frozen=True, slots=True)
class _Use:
    """``piece`` is empty where the words are only a person's name: then ``use`` is the name."""

    span: Span
    piece: str
    use: str


@dataclass(frozen=True)
class ItemView:
    """What the page of an item shows of a reviewed analysis, beside the article."""

    reviewed: ReviewedAnalysis

    @cached_property
    def flags(self) -> tuple[AttentionFlag, ...]:
        """What needs attention, the most harmful first."""
        return attention(self.reviewed)

    @cached_property
    def flagged(self) -> frozenset[str]:
        """The pieces that are flagged."""
        return frozenset(flag.piece for flag in self.flags if flag.piece)

    @cached_property
    def rest(self) -> int:
        """How many pieces *Accept the rest* accepts."""
        return len(rest(self.reviewed))

    @cached_property
    def pulled(self) -> tuple[str, ...]:
        """The pull quotes."""
        return pulled(self.reviewed)

    @cached_property
    def people(self) -> tuple[KnownPerson, ...]:
        """Who is known to be in the article."""
        return known_people(self.reviewed)

    @cached_property
    def _marks(self) -> tuple[MarkedRun, ...]:
        return read_marks(self.reviewed.text)

    def group(self, name: str) -> tuple[Piece, ...]:
        """Return the quotes of a group by its name."""
        return in_group(self.reviewed, SpeechGroup(name))

    def display(self, piece: Piece) -> str:
        """Return a quote's words as one reads them, in marks where they are direct."""
        return in_marks(piece.value, self.reviewed.text, self._marks)

    def named(self, piece: Piece) -> bool:
        """Return whether the article names a quote's speaker."""
        return is_named(piece.value.speaker.name, self.reviewed.text)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of each quote among all quotes, from 1 on."""
        return {piece.id: place for place, piece in enumerate(self.reviewed.quotes, start=1)}

    @cached_property
    def questions(self) -> Mapping[str, str]:
        """What to ask oneself about each piece that is flagged."""
        return {flag.piece: flag.question for flag in self.flags if flag.piece}

    def current(self, wanted: str) -> Piece | None:
        """Return the piece to show first: the one wanted, else one that needs attention, else an open one."""
        pieces = {piece.id: piece for piece in self.reviewed.pieces}
        named = [wanted, *(flag.piece for flag in self.flags if flag.piece)]
        found = (pieces[name] for name in named if name in pieces)
        return next(found, None) or next(iter([*self.reviewed.open, *pieces.values()]), None)


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
    known = [person.name for person in known_people(reviewed)]
    return tuple(dict.fromkeys([*known, *named]))[:_MOST_PEOPLE]


def named(text: str) -> tuple[str, ...]:
    """Return whom an article names, the most often named first."""
    return tuple(name for name, _ in index_mentions(text).mention_counts.most_common(_MOST_PEOPLE))


def _uses(reviewed: ReviewedAnalysis) -> Iterator[_Use]:
    for piece in reviewed.pieces:
        if not piece.stands:
            continue
        for span, use in _spans(piece):
            yield _Use(span, piece.id, use)
    names = present_names(reviewed)
    for person in reviewed.analysis.people:
        for mention in person.mentions:
            yield _Use(mention, "", names[person.id])


def _spans(piece: Piece) -> Iterator[tuple[Span, str]]:
    if piece.kind is not PieceKind.QUOTE:
        yield from ((span, "evidence") for span in piece.value.evidence)
        return
    use = "part" if is_marked(piece.value) else "reported"
    yield from ((part, use) for part in piece.value.parts)
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
            pieces=tuple(dict.fromkeys(use.piece for use in here if use.piece)),
            uses=tuple(dict.fromkeys(use.use for use in here if use.piece)),
            person=next((use.use for use in here if not use.piece), None),
        )
