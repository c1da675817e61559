"""The patterns that read an attribution before a quotation, in its sentence so far."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.domain import Span
from service.quotes.candidates import MarkedWords
from service.quotes.patterns.reader import (
    BESIDE_WORDS,
    LONGEST_SIGNATURE_CHARS,
    REACH_CHARS,
    Attribution,
    AttributionReader,
)
from service.text.en import grammar


def lead(quotation: MarkedWords) -> tuple[int, int]:
    """Return where an attribution before the quotation may stand in its sentence."""
    end = quotation.outer.start
    return max(quotation.sentence_start, end - REACH_CHARS), end


def label(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss: “X”."""
    if quotation.label:
        yield Attribution(None, quotation.label)
        return
    start, end = lead(quotation)
    region = reader.text[start:end]
    label = grammar.LABEL.search(region)
    if label and grammar.is_name_like(label["name"]):
        name = Span(start + label.start("name"), start + label.end("name"))
        if not reader.phrases.has_cue(name.start, name.end):
            yield reader.sign(name.end, end, name)


def name_then_colon(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read … surprises pollster Ann Moss: “X”."""
    start, end = lead(quotation)
    colon = re.search(r":\s*$", reader.text[start:end])
    named = reader.phrases.names_within(start, end) if colon else []
    if not colon or not named or named[-1].end != start + colon.start():
        return
    if not reader.phrases.has_cue(start, end) and not reader.phrases.is_governed(named[-1], start):
        yield reader.sign(named[-1].end, end, named[-1])


def inverted_label(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Said Moss: “X”."""
    start, end = lead(quotation)
    said = grammar.search_inverted_label(reader.text[start:end])
    if said and grammar.is_name_like(said["source"]):
        (cue_start, cue_end), (first, last) = said.span("cue"), said.span("source")
        yield Attribution(Span(start + cue_start, start + cue_end), Span(start + first, start + last))


def told_by(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Reed was told by Moss: “X”."""
    start, end = lead(quotation)
    cue = grammar.TOLD_BY.search(reader.text, start, end)
    mention = reader.phrases.phrase_at(cue.end(), end) if cue else None
    if cue and mention and len(grammar.WORD.findall(reader.text, mention.end, end)) <= BESIDE_WORDS:
        yield from reader.attribution(cue, mention)


def amid_sentence(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read The hornet, says Moss, “is coming”."""
    start, end = lead(quotation)
    opening = reader.text.rfind(",", max(start, end - LONGEST_SIGNATURE_CHARS), max(start, end - 2))
    cue = grammar.match_inverted_cue(reader.text, opening + 2, end) if opening >= 0 else None
    mention = reader.phrases.phrase_at(cue.end(), end) if cue else None
    if not cue or not mention or not re.fullmatch(r",\s*", reader.text[mention.end : end]):
        return
    if grammar.NOUN_PHRASE_START.match(reader.text, mention.start) and mention.of(reader.text) != "it":
        yield from reader.attribution(cue, mention)


def said_of(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Reed accused Moss of saying “x”."""
    start, end = lead(quotation)
    cues = list(grammar.find_cues(reader.text, start, end))
    if cues:
        mentions = reader.phrases.mentions(start, cues[-1].start())
        yield from reader.attribution(cues[-1], reader.subjects.subject_of_saying(mentions, cues[-1], start))


def cue_beside(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss said, “X”."""
    return reader.cues_before(*lead(quotation), beside=True)


def cue_before(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss said that the plan was “x”."""
    return reader.cues_before(*lead(quotation), beside=False)


def main_subject(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read Moss, who met Reed, said “x”."""
    start, end = lead(quotation)
    cues = reader.cues(start, end)
    if cues:
        mentions = reader.phrases.mentions(start, cues[-1].start())
        yield from reader.attribution(cues[-1], reader.subjects.main_subject(mentions, start))


def nearest_before(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read with Moss warning of “x”."""
    start, end = lead(quotation)
    cues = reader.cues(start, end)
    mentions = reader.phrases.mentions(start, cues[-1].start()) if cues else []
    # "a letter signed by Moss said"
    if mentions and not grammar.GOVERNED_AT_END.search(reader.text, start, mentions[-1].start):
        yield from reader.attribution(cues[-1], mentions[-1])


def by_whom(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read It was described by Moss as “x”."""
    start, end = lead(quotation)
    cue = grammar.BY_WHOM.search(reader.text, start, end) if start < end else None
    if cue:
        yield from reader.attribution(cue, reader.phrases.phrase_at(cue.end(), end))


def according_to_before(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read According to Moss, it was “x”."""
    start, end = lead(quotation)
    cue = grammar.ACCORDING_TO.search(reader.text, start, end) if start < end else None
    if cue:
        yield from reader.attribution(cue, reader.phrases.phrase_at(cue.end(), end))
