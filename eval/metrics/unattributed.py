"""Articles with an attribution deleted, so that nothing says who speaks, and whether somebody is still named.

What can be deleted, and when the text might still tell who speaks, is defined in docs/quality.md. Pure
functions over one article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.datasets.samples import GoldAttribution, Offsets
from eval.metrics.quotes import covering, quote_by_unit, quoted_regions, source_type, units
from service.domain import Quote, QuoteKind, Span, Speaker

_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*")
_WORD = re.compile(r"[\w’'-]+")
_BEFORE_CLAUSE = re.compile(r",?[^\S\n]+")
# What may stand between the clause and the end of its sentence, or the quotation that it introduces.
_TO_STOP = re.compile(r"[^.!?\n“”\"]{0,80}\.(?=\s|$)")
_TO_QUOTATION = re.compile(r"[^.!?\n“”\"]{0,80}?[,:]?[^\S\n]+")
_CLOSED = re.compile(r"(?P<last>[,.!?])(?:[”\"’»]|''|')?$")
_DESCRIBED = frozenset("the a an one some many both several other these those his her their".split())


@dataclass(frozen=True, slots=True)
class AttributionDeletion:
    """An attribution to delete from a text: what to ``cut``, and the ``comma`` that becomes a full stop.

    ``content`` is what was quoted, in offsets of the whole text. ``beside`` tells whether a paragraph before
    or after quotes somebody who may be the same speaker.
    """

    content: tuple[Offsets, ...]
    cut: Offsets
    comma: int | None
    beside: bool

    def apply(self, text: str) -> str:
        """Return the text without the attribution."""
        if self.comma is not None:
            text = f"{text[: self.comma]}.{text[self.comma + 1 :]}"
        return text[: self.cut[0]] + text[self.cut[1] :]

    def in_copy(self, offset: int) -> int:
        """Return where an offset of the whole text, outside the cut, lies in the copy."""
        return offset if offset <= self.cut[0] else offset - (self.cut[1] - self.cut[0])

    def in_whole(self, span: Span) -> Span:
        """Return what a span of the copy covers in the whole text."""
        removed = self.cut[1] - self.cut[0]
        start = span.start if span.start < self.cut[0] else span.start + removed
        return Span(start, span.end if span.end <= self.cut[0] else span.end + removed)


def deletions(text: str, attributions: Sequence[GoldAttribution]) -> tuple[AttributionDeletion, ...]:
    """Return the attributions of direct quotes that can be deleted so that the text is still well formed."""
    paragraphs = [found.span() for found in _PARAGRAPH.finditer(text)]
    clauses: dict[tuple[Offsets, Offsets], list[GoldAttribution]] = {}
    for attribution in attributions:
        if attribution.kind is QuoteKind.DIRECT and len(attribution.source) == len(attribution.cue) == 1:
            clauses.setdefault((attribution.source[0], attribution.cue[0]), []).append(attribution)
    found = (_deletion(text, paragraphs, attributions, clause, own) for clause, own in clauses.items())
    return tuple(sorted(filter(None, found), key=lambda deletion: deletion.cut))


def answer(text: str, deletion: AttributionDeletion, quotes: Sequence[Quote]) -> tuple[bool, Speaker | None]:
    """Return whether a quote of the copy covers the content, and whom such a quote names."""
    copy = deletion.apply(text)
    by_unit = quote_by_unit(copy, quotes)
    moved = [(deletion.in_copy(start), deletion.in_copy(end)) for start, end in deletion.content]
    over = [quote for unit in sorted(units(copy, moved)) if (quote := covering(unit, by_unit))]
    return bool(over), next((quote.speaker for quote in over if quote.speaker), None)


def _deletion(
    text: str,
    paragraphs: Sequence[Offsets],
    attributions: Sequence[GoldAttribution],
    clause: tuple[Offsets, Offsets],
    own: Sequence[GoldAttribution],
) -> AttributionDeletion | None:
    """Return how to delete the ``clause`` (source and cue) of its ``own`` attributions, if it can be."""
    first, second = sorted(clause)
    content = tuple(sorted(span for attribution in own for span in attribution.content))
    at = next(
        (n for n, (start, end) in enumerate(paragraphs) if start <= first[0] and second[1] <= end), None
    )
    if at is None or text[first[1] : second[0]].strip():
        return None
    start, end = paragraphs[at]
    if not all(start <= span[0] and span[1] <= end for span in content):
        return None
    cut = _cut(text, start, (first[0], second[1]), content)
    if cut is None or not _only_content_is_left(text, (start, end), cut[0], content):
        return None
    others = [other for other in attributions if other not in own and not _within(other, content)]
    if any(_touches(other, (start, end)) for other in others) or (at and _leads_on(text, paragraphs[at - 1])):
        return None
    neighbours = [*paragraphs[max(0, at - 1) : at], *paragraphs[at + 1 : at + 2]]
    speaker = text[slice(*clause[0])]
    outer = [
        other for other in others if not any(_within(other, more.content) for more in others if more != other)
    ]
    beside = any(
        _touches(other, paragraph) and _may_be(text, other, speaker)
        for other in outer
        for paragraph in neighbours
    )
    return AttributionDeletion(content, *cut, beside)


def _cut(
    text: str, paragraph: int, clause: Offsets, content: Sequence[Offsets]
) -> tuple[Offsets, int | None] | None:
    """Return what to cut, and the comma that becomes a full stop: the clause ends or opens a quotation."""
    before = [span for span in content if span[1] <= clause[0]]
    if before:
        end = before[-1][1]
        stop, closed = _TO_STOP.match(text, clause[1]), _CLOSED.search(text, before[-1][0], end)
        if not stop or not _BEFORE_CLAUSE.fullmatch(text, end, clause[0]):
            return None
        if text[end] == ",":  # “X”, she said.
            return (end + 1, stop.end()), end
        if not closed:
            return None
        return (end, stop.end()), closed.start("last") if closed["last"] == "," else None
    quotation, closed = content[0][0], _CLOSED.search(text, content[-1][0], content[-1][1])
    opens = not text[paragraph : clause[0]].strip() and _TO_QUOTATION.fullmatch(text, clause[1], quotation)
    return ((paragraph, quotation), None) if opens and closed and closed["last"] != "," else None


def _only_content_is_left(text: str, paragraph: Offsets, cut: Offsets, content: Sequence[Offsets]) -> bool:
    spans = (cut, *content)
    return not any(
        text[at].isalnum() and not any(start <= at < end for start, end in spans) for at in range(*paragraph)
    )


def _leads_on(text: str, paragraph: Offsets) -> bool:
    """Return whether a paragraph introduces the next one with a colon, or leaves its quotation open."""
    start, end = paragraph
    still_open = any(start <= first < end < last for first, last in quoted_regions(text))
    return still_open or text[start:end].rstrip().endswith(":")


def _spans(attribution: GoldAttribution) -> Iterator[Offsets]:
    yield from (*attribution.source, *attribution.cue, *attribution.content)


def _within(attribution: GoldAttribution, content: Sequence[Offsets]) -> bool:
    return all(
        any(start <= span[0] and span[1] <= end for start, end in content) for span in _spans(attribution)
    )


def _touches(attribution: GoldAttribution, paragraph: Offsets) -> bool:
    return any(start < paragraph[1] and paragraph[0] < end for start, end in _spans(attribution))


def _may_be(text: str, other: GoldAttribution, speaker: str) -> bool:
    """Return whether ``other`` may have the same ``speaker``: not if the two are names that share no word."""
    source = " ".join(text[start:end] for start, end in other.source)
    ours, theirs = _name_words(speaker), _name_words(source)
    return not ours or not theirs or bool(ours & theirs)


def _name_words(source: str) -> set[str]:
    """Return a name's capitalised words; none for a pronoun or description ("the New York businessman")."""
    words = _WORD.findall(source)
    if source_type(source) != "named" or words[0].lower() in _DESCRIBED:
        return set()
    return {re.sub(r"['’]s$", "", word).lower() for word in words if word[0].isupper()}
