"""The patterns that read an attribution off the sentence before a quotation, or off what leads to its
colon."""

from __future__ import annotations

from collections.abc import Iterator

from service.domain import Span
from service.quotes.candidates import MarkedWords
from service.quotes.patterns.before import lead
from service.quotes.patterns.reader import (
    LONGEST_SIGNATURE_CHARS,
    REACH_CHARS,
    Attribution,
    AttributionReader,
)
from service.text.en import grammar


def introduced(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss gave the reason: “X”."""
    region = _announcement(reader, quotation)
    if region:
        yield from reader.cues_before(*region)


def announced(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss on the plan: “X”."""
    region = _announcement(reader, quotation)
    if not region:
        return
    start, end = region
    thing = grammar.ANNOUNCED_BY.search(reader.text, max(start, end - LONGEST_SIGNATURE_CHARS), end)
    if thing:
        yield Attribution(None, Span(*thing.span("thing")))
        return
    subject = reader.subjects.main_subject(reader.phrases.mentions_and_documents(start, end), start)
    if subject:
        yield Attribution(None, subject)


def _announcement(reader: AttributionReader, quotation: MarkedWords) -> tuple[int, int] | None:
    """Return the words that end in a colon before the quotation: its sentence so far, or the one before."""
    start, end = lead(quotation)
    if start >= end and quotation.before:
        start, end = quotation.before.start, min(quotation.before.end, quotation.sentence_start)
    start = max(start, end - REACH_CHARS)
    is_announcement = start < end and reader.text[max(start, end - 3) : end].rstrip().endswith(":")
    return (start, end) if is_announcement else None


def closing_cue(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss agreed. “X”."""
    region = _sentence_before(reader, quotation)
    if not region:
        return
    start, end = region
    for cue in grammar.find_cues(reader.text, start, end):
        closes = grammar.CLOSES_SENTENCE.match(reader.text, cue.end(), end)
        if closes and reader.subjects.is_cue(cue, cue.end()):
            mention = reader.subjects.subject_of(cue, start)
            if mention and not grammar.VERB_LEAD.sub("", reader.text[mention.end : cue.start()]).strip():
                yield from reader.attribution(cue, mention)


def subject_before(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss shook her head. “X”."""
    region = _sentence_before(reader, quotation)
    if region:
        subject = reader.subjects.main_subject(reader.phrases.mentions(*region), region[0])
        if subject:
            yield Attribution(None, subject)


def last_before(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read It surprised Moss. “X”."""
    region = _sentence_before(reader, quotation)
    mentions = reader.phrases.mentions(*region) if region else []
    if mentions:
        yield Attribution(None, mentions[-1])


def interviewed(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss spoke about the race. It was her third. “X”."""
    if quotation.sentence_start < quotation.outer.start:
        return
    start, end = max(0, quotation.outer.start - REACH_CHARS), quotation.outer.start
    start = max(start, reader.text.rfind(grammar.BLANK, start, end) + 1)
    for told in reversed(list(grammar.INTERVIEWED.finditer(reader.text, start, end))):
        opening = max(start, *(reader.text.rfind(stop, start, told.start()) + 1 for stop in (". ", "\n")))
        subject = reader.subjects.main_subject(reader.phrases.mentions(opening, told.start()), opening)
        if subject:
            yield Attribution(Span(*told.span()), subject)
            return


def _sentence_before(reader: AttributionReader, quotation: MarkedWords) -> tuple[int, int] | None:
    """Return the sentence before a quotation that opens its own; none that quotes somebody itself."""
    if quotation.sentence_start < quotation.outer.start or not quotation.before:
        return None
    start, end = quotation.before.start, min(quotation.before.end, quotation.sentence_start)
    start = max(start, end - REACH_CHARS)
    return (start, end) if start < end and grammar.BLANK not in reader.text[start:end] else None
