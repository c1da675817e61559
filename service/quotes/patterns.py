"""The patterns by which the words around a quotation attribute it: a cue and a source mention.

Works on text whose quoted words are blanked out, sentence by sentence: "X," said Y; "X," Y said;
Y said, "X"; according to Y; Y: "X"; "X" — Y. It finds spans; ``people`` says whom they name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from service.domain import Span
from service.quotes.noun_phrases import NounPhrases
from service.quotes.subjects import CueSubjects
from service.text.en import grammar, lexicon

# Attributions stand close by: the reading stops here even where a sentence goes on for pages.
_REACH_CHARS = 600
_LONGEST_SUBJECT_CHARS = 220
_LONGEST_SUBJECT_WORDS = 24
_LONGEST_SIGNATURE_CHARS = 60
# So few words may stand between a cue and the quotation beside it.
_BESIDE_WORDS = 3


class AttributionPattern(Enum):
    """How an attribution is laid out around the quotation; the surest first."""

    CUE_BESIDE = "a cue verb beside the quotation"
    INTRODUCED = "the sentence before, which ends in a colon"
    CUE_BEFORE = "a cue verb earlier in the sentence"
    CARRIED = "the quotation before, in the same breath"
    LABEL = "a name with a colon or dash"


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source mention with its cue, which may be missing, and the pattern by which they were found."""

    cue: Span | None
    mention: Span
    pattern: AttributionPattern


@dataclass(frozen=True, slots=True)
class AttributionReader:
    """Reads attributions off ``text`` (quoted words blanked out), given the phrases and subjects in it."""

    text: str
    phrases: NounPhrases
    subjects: CueSubjects

    @classmethod
    def of(cls, text: str, names: Sequence[Span]) -> AttributionReader:
        """Prepare to read ``text``, in which ``names`` stand."""
        phrases = NounPhrases(text, names)
        return cls(text, phrases, CueSubjects(text, phrases))

    def read_after(self, start: int, end: int, *, is_open: bool = False) -> Attribution | None:
        """Read an attribution that follows a quotation, in ``text[start:end]``, its sentence's rest.

        ``is_open`` says that the quoted words end in a comma, "?" or "!", so that a source may well follow.
        """
        end = min(end, start + _REACH_CHARS)
        signed = self._signature(start)
        if signed or start >= end:
            return signed
        lead = grammar.AFTER_LEAD.match(self.text, start, end)
        at = lead.end() if lead else start
        if grammar.NEW_SENTENCE.match(self.text, at, end):
            return None
        return self._according_to(
            grammar.ACCORDING_TO.match(self.text, at, end), end, AttributionPattern.CUE_BESIDE
        ) or (
            self._inverted(at, end)
            or self._subject_then_cue(at, end)
            or (self._subject_then_any_verb(at, end) if is_open else None)
        )

    def read_passive(self, start: int, quotation: Span, end: int) -> Attribution | None:
        """Read "was called “x” by Y" around a ``quotation``, in its sentence ``text[start:end]``."""
        by = grammar.BY.match(self.text, quotation.end, end)
        cue = grammar.PASSIVE_CUE.search(
            self.text, max(start, quotation.start - _REACH_CHARS), quotation.start
        )
        mention = self.phrases.phrase_at(by.end(), min(end, by.end() + _REACH_CHARS)) if by and cue else None
        if not cue or not mention or not grammar.NOUN_PHRASE_START.match(self.text, mention.start):
            return None
        if mention.of(self.text).split()[0].lower() in lexicon.MONTHS_AND_DAYS:  # “x” by Monday
            return None
        return Attribution(Span(*cue.span("cue")), mention, AttributionPattern.CUE_BESIDE)

    def read_before(self, start: int, end: int) -> Attribution | None:
        """Read an attribution that precedes a quotation, in ``text[start:end]``, its sentence so far."""
        start = max(start, end - _REACH_CHARS)
        if start >= end:
            return None
        found = self._label(start, end) or self._told_by(start, end) or self._amid_sentence(start, end)
        if found:
            return found
        cues = [cue for cue in grammar.find_cues(self.text, start, end) if self.subjects.is_cue(cue, end)]
        for cue in reversed(cues):
            mention = self.subjects.subject_of(cue, start)
            if mention:
                beside = len(grammar.WORD.findall(self.text, cue.end(), end)) <= _BESIDE_WORDS
                pattern = AttributionPattern.CUE_BESIDE if beside else AttributionPattern.CUE_BEFORE
                return Attribution(Span(*cue.span()), mention, pattern)
        return self._according_to(
            grammar.ACCORDING_TO.search(self.text, start, end), end, AttributionPattern.CUE_BEFORE
        )

    def is_denied(self, start: int, end: int) -> bool:
        """Return whether ``text[start:end]`` leads to a quotation that nobody spoke: "he never said “x”"."""
        return grammar.DENIED.search(self.text, max(start, end - _REACH_CHARS), end) is not None

    def read_introduction(self, start: int, end: int) -> Attribution | None:
        """Read whom a sentence ``text[start:end]`` that ends in a colon announces."""
        found = self.read_before(start, end)
        if found:
            return Attribution(found.cue, found.mention, AttributionPattern.INTRODUCED)
        announced = grammar.ANNOUNCED_BY.search(self.text, max(start, end - _LONGEST_SIGNATURE_CHARS), end)
        if announced:
            return Attribution(None, Span(*announced.span("thing")), AttributionPattern.INTRODUCED)
        subject = self.subjects.main_subject(self.phrases.mentions_and_documents(start, end), start)
        return Attribution(None, subject, AttributionPattern.INTRODUCED) if subject else None

    def read_closing_cue(self, start: int, end: int) -> Attribution | None:
        """Read whom a sentence ``text[start:end]`` announces that ends in its verb: "Reyes agreed."."""
        start = max(start, end - _REACH_CHARS)
        if grammar.BLANK in self.text[start:end]:
            return None
        for cue in grammar.find_cues(self.text, start, end):
            if grammar.CLOSES_SENTENCE.match(self.text, cue.end(), end) and self.subjects.is_cue(
                cue, cue.end()
            ):
                mention = self.subjects.subject_of(cue, start)
                if mention and not grammar.VERB_LEAD.sub("", self.text[mention.end : cue.start()]).strip():
                    return Attribution(Span(*cue.span()), mention, AttributionPattern.INTRODUCED)
        return None

    def _told_by(self, start: int, end: int) -> Attribution | None:
        """Read a passive verb, whose speaker follows "by": "Reed was told by Orr: “x”"."""
        cue = grammar.TOLD_BY.search(self.text, start, end)
        mention = self.phrases.phrase_at(cue.end(), end) if cue else None
        if not cue or not mention or len(grammar.WORD.findall(self.text, mention.end, end)) > _BESIDE_WORDS:
            return None
        return Attribution(Span(*cue.span("cue")), mention, AttributionPattern.CUE_BESIDE)

    def _amid_sentence(self, start: int, end: int) -> Attribution | None:
        """Read a cue between commas: "The hornet, says Prof Laidlaw, “is coming”"."""
        opening = self.text.rfind(",", max(start, end - _LONGEST_SIGNATURE_CHARS), end - 2)
        cue = grammar.match_inverted_cue(self.text, opening + 2, end) if opening >= 0 else None
        mention = self.phrases.phrase_at(cue.end(), end) if cue else None
        if not cue or not mention or not re.fullmatch(r",\s*", self.text[mention.end : end]):
            return None
        if not grammar.NOUN_PHRASE_START.match(self.text, mention.start) or mention.of(self.text) == "it":
            return None
        return Attribution(Span(*cue.span("cue")), mention, AttributionPattern.CUE_BESIDE)

    def _signature(self, start: int) -> Attribution | None:
        """Read a name after a dash: "“X.” — Jane Roe"."""
        signed = grammar.SIGNATURE.match(self.text, start)
        if not signed:
            return None
        line_end = self.text.find("\n", signed.end(), signed.end() + _REACH_CHARS)
        line_end = line_end if line_end >= 0 else len(self.text)
        mention = self.phrases.phrase_at(signed.end(), line_end)
        if "\n" in signed.group() and self.phrases.has_cue(
            signed.end(), min(line_end, signed.end() + _REACH_CHARS)
        ):
            return None
        if mention is None or len(mention) > _LONGEST_SIGNATURE_CHARS:
            return None
        words = mention.of(self.text)
        if self.phrases.has_cue(mention.start, mention.end) or not grammar.is_name_like(words):
            return None
        return Attribution(_sign(self.text, signed.start(), signed.end()), mention, AttributionPattern.LABEL)

    def _according_to(
        self, cue: re.Match[str] | None, end: int, pattern: AttributionPattern
    ) -> Attribution | None:
        """Read whose words they are after the match of "according to" or its like."""
        mention = self.phrases.phrase_at(cue.end(), end) if cue else None
        return Attribution(Span(*cue.span("cue")), mention, pattern) if cue and mention else None

    def _inverted(self, at: int, end: int) -> Attribution | None:
        """Read a cue that stands before its subject: "“X,” said Y"."""
        cue = grammar.match_inverted_cue(self.text, at, end)
        mention = self.phrases.phrase_at(cue.end(), end) if cue else None
        if not cue or not mention:
            return None
        is_noun = cue["cue"].lower() in lexicon.NOUN_LIKE_FORMS  # “x” remarks angered Reed
        if not grammar.NOUN_PHRASE_START.match(self.text, cue.end()) and (
            is_noun or not grammar.NAME_INSIDE.search(mention.of(self.text))
        ):
            return None
        return Attribution(Span(*cue.span("cue")), mention, AttributionPattern.CUE_BESIDE)

    def _subject_then_cue(self, at: int, end: int) -> Attribution | None:
        """Read "“X,” Y said": the words between the quotation and the first cue name the source."""
        for cue in grammar.find_cues(self.text, at, min(end, at + _LONGEST_SUBJECT_CHARS)):
            between = self.text[at : cue.start()]
            words = between.split()
            if grammar.BLANK in between or grammar.ENDS_CLAUSE.search(between):
                return None
            if len(words) > _LONGEST_SUBJECT_WORDS or (words and words[0].lower() in grammar.SUBORDINATORS):
                return None
            if not words or words[-1].lower() in grammar.NOT_BEFORE_CUE:
                continue
            if not grammar.NOUN_PHRASE_START.match(self.text, at) and not re.search(r"[A-Z]\w+\W*$", between):
                continue
            mention = self._as_saying(cue.end(), end) or self.phrases.phrase_at(at, cue.start())
            if mention:
                return Attribution(Span(*cue.span()), mention, AttributionPattern.CUE_BESIDE)
        return None

    def _as_saying(self, at: int, end: int) -> Span | None:
        """Return Moss in "the Post quoted Moss as saying"."""
        saying = grammar.AS_SAYING.match(self.text, at, end)
        return Span(*saying.span("whom")) if saying else None

    def _subject_then_any_verb(self, at: int, end: int) -> Attribution | None:
        """Read "“X,” Y retaliated.": any verb in the past that ends the clause, after a name or a pronoun."""
        found = grammar.NAME_THEN_VERB.match(self.text, at, end)
        if not found or not grammar.is_name_like(
            found["source"].removeprefix("he").removeprefix("she") or "He"
        ):
            return None
        return Attribution(
            Span(*found.span("cue")), Span(*found.span("source")), AttributionPattern.CUE_BESIDE
        )

    def _label(self, start: int, end: int) -> Attribution | None:
        """Read "Smith:", "Said Ellis:" or "… surprises pollster Daron Shaw:" right before a quotation."""
        region = self.text[start:end]
        label = grammar.LABEL.search(region)
        if label and grammar.is_name_like(label["name"]):
            name = Span(start + label.start("name"), start + label.end("name"))
            if not self.phrases.has_cue(name.start, name.end):
                return Attribution(_sign(self.text, name.end, end), name, AttributionPattern.LABEL)
        said = grammar.search_inverted_label(region)
        if said and grammar.is_name_like(said["source"]):
            (cue_start, cue_end), (first, last) = said.span("cue"), said.span("source")
            return Attribution(
                Span(start + cue_start, start + cue_end),
                Span(start + first, start + last),
                AttributionPattern.CUE_BESIDE,
            )
        colon = re.search(r":\s*$", region)
        named = self.phrases.names_within(start, end) if colon else []
        if not colon or not named or named[-1].end != start + colon.start():
            return None
        if self.phrases.has_cue(start, end) or self.phrases.is_governed(named[-1], start):
            return None
        return Attribution(_sign(self.text, named[-1].end, end), named[-1], AttributionPattern.LABEL)


def _sign(text: str, start: int, end: int) -> Span | None:
    """Return the colon or dash that attributes without a verb; PolNeAR's annotators take it for the cue."""
    signs = re.search(r"[:—–―-]+", text[start:end])
    return Span(start + signs.start(), start + signs.end()) if signs else None
