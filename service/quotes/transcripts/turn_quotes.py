"""Quotes of a transcript's turns, and the speech that is left beside and inside them.

A turn is one quote, whatever marks it holds. Inside it only what is attributed there stays a quote of its
own: "The hospital says …" in somebody's answer.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from service.domain import Quote, QuoteKind, Span, SpeakerBasis
from service.people.entity_index import EntityIndex
from service.quotes.decoding import ReportedSpeech
from service.quotes.direct_speech import DirectSpeech
from service.quotes.speakers import speaker_of
from service.quotes.transcripts.turns import Turn
from service.text.en.lexicon import FIRST_PERSON
from service.text.marks import DOUBLE_CHARACTERS, OPENING

_MARK = re.compile(f"[{DOUBLE_CHARACTERS}]")
_OPENING = re.compile(f"[{OPENING}]")
# Shares of a turn's letters that make a part of it the turn itself.
_ALL, _MOST = 0.9, 0.5
# In the five conversations of polnear_train and polnear_dev whose turns the annotators marked one by one, all
# 42 turns that were found are right; too few to promise as much. Without a speaker: set, not counted.
_CONFIDENCE, _CONFIDENCE_UNATTRIBUTED = 0.9, 0.7


def quotes_of_turns(
    text: str, turns: Sequence[Turn], direct: Sequence[DirectSpeech], entities: EntityIndex
) -> tuple[list[Quote], list[DirectSpeech]]:
    """Return a quote for each turn, and the direct speech beside the turns or attributed inside one."""
    regions = [turn.region for turn in turns]
    marked: dict[int, list[Span]] = defaultdict(list)
    nested: dict[int, list[DirectSpeech]] = defaultdict(list)
    left = []
    for one in direct:
        place = None
        outside = 0
        for part in one.parts:
            at = _place(regions, part)
            # Marks may go on over paragraphs that the turn's layout doesn't show to be its own.
            place = place if at is None else at
            if place is None:
                outside += 1
            else:
                marked[place].append(part)
        if place is None:
            left.append(one)
        elif outside:
            left.append(replace(one, parts=one.parts[:outside], outer=one.outer[:outside]))
        elif _is_stated_in(turns[place], one):
            nested[place].append(one)
    quotes = []
    for place, turn in enumerate(turns):
        quote = _quote(text, turn, sorted(set(marked[place])), entities)
        quotes.append(quote)
        if quote.kind is not QuoteKind.DIRECT:
            left += nested[place]
    return quotes, sorted(left, key=lambda one: one.parts)


def _is_stated_in(turn: Turn, speech: DirectSpeech) -> bool:
    """Return whether somebody is said within a turn to have said the marked words."""
    said_by = speech.said_by
    return said_by is not None and not said_by.is_carried and _is_in(turn.parts, said_by.attribution.mention)


def _quote(text: str, turn: Turn, marked: Sequence[Span], entities: EntityIndex) -> Quote:
    """Return the quote that a turn is: direct if nearly all of it stands in marks.

    Most of it is enough if it begins with a mark: it may go on to say where the words were spoken.
    """
    confidence = _CONFIDENCE if turn.speaker else _CONFIDENCE_UNATTRIBUTED
    kind, parts = QuoteKind.INDIRECT, turn.parts
    opened = _OPENING.match(text, turn.region.start - 1) or _OPENING.match(text, turn.parts[0].start)
    needed = _MOST if opened else _ALL
    if marked and _letters(text, marked) >= needed * _letters(text, turn.parts):
        kind, parts = QuoteKind.DIRECT, tuple(marked)
    elif any(_MARK.search(part.of(text)) for part in turn.parts):
        kind = QuoteKind.MIXED
    speaker = speaker_of(turn.speaker, SpeakerBasis.TURN, confidence, entities) if turn.speaker else None
    return Quote(kind, parts, None, speaker, confidence, rank=1)


def exclude_turns(
    text: str, reported: Iterable[ReportedSpeech], turns: Sequence[Turn], quotes: Sequence[Quote]
) -> Iterator[ReportedSpeech]:
    """Yield what is reported beside the turns, and what is attributed inside one: no turn, nor across any.

    ``quotes`` are those of ``turns``.
    """
    regions = [
        Span(turn.region.start, max(turn.region.end, quote.parts[-1].end))
        for turn, quote in zip(turns, quotes, strict=True)
    ]
    for one in reported:
        content = tuple(piece for span in one.content for piece in _pieces(text, one, span, quotes, regions))
        if content:
            yield one if content == one.content else replace(one, content=content)


def _pieces(
    text: str, reported: ReportedSpeech, content: Span, quotes: Sequence[Quote], regions: Sequence[Span]
) -> Iterator[Span]:
    """Yield what of a content is no turn: all of it if attributed inside one, else what no turn covers."""
    at = bisect(regions, content.start, key=lambda region: region.end)
    start = content.start
    while at < len(regions) and regions[at].start < content.end:
        if _is_nested(text, reported, content, quotes[at]):
            yield content
            return
        yield from _trimmed(text, start, regions[at].start)
        start = regions[at].end
        at += 1
    yield from _trimmed(text, start, content.end)


def _is_nested(text: str, reported: ReportedSpeech, content: Span, turn: Quote) -> bool:
    """Return whether a content is what somebody is said in a turn to have said, not the turn or a part of it.

    In a turn in quotation marks nothing is, as in any direct quote.
    """
    named = [span for span in (reported.cue, reported.source) if span]
    if turn.kind is QuoteKind.DIRECT or not named:
        return False
    if not all(_is_in(turn.parts, span) for span in [content, *named]):
        return False
    share = _letters(text, [content]) / max(1, _letters(text, turn.parts))
    oneself = reported.source is None or reported.source.of(text).lower() in FIRST_PERSON
    return share < (_MOST if oneself else _ALL)


def _place(regions: Sequence[Span], span: Span) -> int | None:
    """Return the index of the first region that overlaps a span."""
    at = bisect(regions, span.start, key=lambda region: region.end)
    return at if at < len(regions) and regions[at].overlaps(span) else None


def _is_in(parts: Sequence[Span], span: Span) -> bool:
    return any(part.contains(span) for part in parts)


def _letters(text: str, spans: Iterable[Span]) -> int:
    return sum(sum(map(str.isalnum, span.of(text))) for span in spans)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    words = text[start : max(start, end)]
    first = start + len(words) - len(words.lstrip())
    last = first + len(words.strip())
    if first < last:
        yield Span(first, last)
