"""The patterns that read an attribution after a quotation, in the rest of its sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.domain import Span
from service.quotes.candidates import MarkedWords
from service.quotes.patterns.reader import (
    LONGEST_SIGNATURE_CHARS,
    REACH_CHARS,
    Attribution,
    AttributionReader,
)
from service.text.en import grammar, lexicon

_LONGEST_SUBJECT_CHARS = 220
_LONGEST_SUBJECT_WORDS = 24


def _rest(reader: AttributionReader, quotation: MarkedWords) -> tuple[int, int] | None:
    """Return where an attribution after the quotation may stand; None if a new sentence begins."""
    start = quotation.outer.end
    end = min(quotation.reach, quotation.next_start, start + REACH_CHARS)
    if start >= end:
        return None
    lead = grammar.AFTER_LEAD.match(reader.text, start, end)
    at = lead.end() if lead else start
    return None if grammar.NEW_SENTENCE.match(reader.text, at, end) else (at, end)


def signature(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read “X.” — Ann Moss."""
    text, start = reader.text, quotation.outer.end
    signed = grammar.SIGNATURE.match(text, start)
    if not signed:
        return
    line_end = text.find("\n", signed.end(), signed.end() + REACH_CHARS)
    line_end = line_end if line_end >= 0 else len(text)
    mention = reader.phrases.phrase_at(signed.end(), line_end)
    is_another_line = "\n" in signed.group()
    if is_another_line and reader.phrases.has_cue(signed.end(), min(line_end, signed.end() + REACH_CHARS)):
        return
    if mention is None or len(mention) > LONGEST_SIGNATURE_CHARS:
        return
    if grammar.is_name_like(mention.of(text)) and not reader.phrases.has_cue(mention.start, mention.end):
        yield reader.sign(signed.start(), signed.end(), mention)


def according_to_after(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read “X,” according to Moss."""
    rest = _rest(reader, quotation)
    cue = grammar.ACCORDING_TO.match(reader.text, *rest) if rest else None
    if rest and cue:
        yield from reader.attribution(cue, reader.phrases.phrase_at(cue.end(), rest[1]))


def inverted(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read “X,” said Ann Moss."""
    rest = _rest(reader, quotation)
    cue = grammar.match_inverted_cue(reader.text, *rest) if rest else None
    mention = reader.phrases.phrase_at(cue.end(), rest[1]) if rest and cue else None
    if not cue or not mention:
        return
    is_noun = cue["cue"].lower() in lexicon.NOUN_LIKE_FORMS  # “x” remarks angered Reed
    if grammar.NOUN_PHRASE_START.match(reader.text, cue.end()) or (
        not is_noun and grammar.NAME_INSIDE.search(mention.of(reader.text))
    ):
        yield from reader.attribution(cue, mention)


def subject_then_cue(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read “X,” Ann Moss, the mayor, said."""
    found = _subject_after(reader, quotation)
    if found:
        cue, at, _ = found
        yield from reader.attribution(cue, reader.phrases.phrase_at(at, cue.start()))


def nearest_then_cue(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read “X” on Monday, Ann Moss said."""
    found = _subject_after(reader, quotation)
    if found:
        cue, at, _ = found
        mentions = reader.phrases.mentions(at, cue.start())
        yield from reader.attribution(cue, mentions[-1] if mentions else None)


def as_saying(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read “X,” the Post quoted Moss as saying."""
    found = _subject_after(reader, quotation)
    saying = grammar.AS_SAYING.match(reader.text, found[0].end(), found[2]) if found else None
    if found and saying:
        yield from reader.attribution(found[0], Span(*saying.span("whom")))


def _subject_after(
    reader: AttributionReader, quotation: MarkedWords
) -> tuple[re.Match[str], int, int] | None:
    """Return the first cue after the quotation with where its subject and its clause's rest begin and end."""
    rest = _rest(reader, quotation)
    if not rest:
        return None
    at, end = rest
    for cue in grammar.find_cues(reader.text, at, min(end, at + _LONGEST_SUBJECT_CHARS)):
        between = reader.text[at : cue.start()]
        words = between.split()
        if grammar.BLANK in between or grammar.ENDS_CLAUSE.search(between):
            return None
        if len(words) > _LONGEST_SUBJECT_WORDS or (words and words[0].lower() in grammar.SUBORDINATORS):
            return None
        if not words or words[-1].lower() in grammar.NOT_BEFORE_CUE:
            continue
        if grammar.NOUN_PHRASE_START.match(reader.text, at) or re.search(r"[A-Z]\w+\W*$", between):
            return cue, at, end
    return None


def any_verb(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read “X,” Moss retaliated."""
    rest = _rest(reader, quotation) if quotation.is_open else None
    found = grammar.NAME_THEN_VERB.match(reader.text, *rest) if rest else None
    if found and grammar.is_name_like(found["source"].removeprefix("he").removeprefix("she") or "He"):
        yield Attribution(Span(*found.span("cue")), Span(*found.span("source")))


def any_verb_inverted(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read “X,” deadpanned the officer, Ann Moss."""
    rest = _rest(reader, quotation) if quotation.is_open else None
    cue = grammar.ANY_VERB_BEFORE_SUBJECT.match(reader.text, *rest) if rest else None
    if rest and cue and cue["cue"] not in lexicon.SPEECH_VERBS:
        yield from reader.attribution(cue, reader.phrases.phrase_at(cue.end(), rest[1]))


def passive(reader: AttributionReader, quotation: MarkedWords) -> Iterator[Attribution]:
    """Read It was called “x” by Moss."""
    text, outer, end = reader.text, quotation.outer, quotation.reach
    by = grammar.BY.match(text, outer.end, end)
    start = max(quotation.sentence_start, outer.start - REACH_CHARS)
    cue = grammar.PASSIVE_CUE.search(text, start, outer.start)
    mention = reader.phrases.phrase_at(by.end(), min(end, by.end() + REACH_CHARS)) if by and cue else None
    if not cue or not mention or not grammar.NOUN_PHRASE_START.match(text, mention.start):
        return
    if mention.of(text).split()[0].lower() not in lexicon.MONTHS_AND_DAYS:  # “x” by Monday
        yield from reader.attribution(cue, mention)
