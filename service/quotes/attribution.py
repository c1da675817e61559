"""Finding who said it: the cue and the source mention in the words around a quotation.

Works on text whose quoted words are blanked out, sentence by sentence: "X," said Y; "X," Y said;
Y said, "X"; according to Y; Y: "X"; "X" — Y. It finds spans; ``people`` says whom they name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from service.domain import Span
from service.people.entity_index import EntityIndex
from service.quotes.noun_phrases import NounPhrases
from service.text.en import grammar, lexicon

# Attributions stand close by: the reading stops here even where a sentence goes on for pages.
_REACH_CHARS = 600
_LONGEST_SUBJECT_CHARS = 220
_LONGEST_SUBJECT_WORDS = 24
_LONGEST_SIGNATURE_CHARS = 60


class AttributionPattern(Enum):
    """How an attribution is laid out around the quotation."""

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
    """Reads attributions in ``text`` (quoted words blanked out) about the people of ``entities``."""

    text: str
    entities: EntityIndex
    phrases: NounPhrases

    @classmethod
    def of(cls, text: str, entities: EntityIndex) -> AttributionReader:
        """Prepare to read ``text``."""
        return cls(text, entities, NounPhrases(text, entities))

    def after(self, start: int, end: int, *, is_open: bool = False) -> Attribution | None:
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

    def passive(self, start: int, quotation: Span, end: int) -> Attribution | None:
        """Read "was called “x” by Y" around a ``quotation``, in its sentence ``text[start:end]``."""
        by = grammar.BY.match(self.text, quotation.end, end)
        cue = grammar.PASSIVE_CUE.search(
            self.text, max(start, quotation.start - _REACH_CHARS), quotation.start
        )
        mention = (
            self.phrases.noun_phrase(by.end(), min(end, by.end() + _REACH_CHARS)) if by and cue else None
        )
        if not cue or not mention or not grammar.NOUN_PHRASE_START.match(self.text, mention.start):
            return None
        if mention.of(self.text).split()[0].lower() in lexicon.MONTHS_AND_DAYS:  # “x” by Monday
            return None
        return Attribution(Span(*cue.span("cue")), mention, AttributionPattern.CUE_BESIDE)

    def before(self, start: int, end: int) -> Attribution | None:
        """Read an attribution that precedes a quotation, in ``text[start:end]``, its sentence so far."""
        start = max(start, end - _REACH_CHARS)
        if start >= end:
            return None
        found = self._label(start, end) or self._told_by(start, end) or self._amid_sentence(start, end)
        if found:
            return found
        cues = [cue for cue in grammar.find_cues(self.text, start, end) if self.phrases.is_cue(cue, end)]
        for cue in reversed(cues):
            mention = self.phrases.subject_of(cue, start)
            if mention:
                beside = len(grammar.WORD.findall(self.text, cue.end(), end)) <= 3
                pattern = AttributionPattern.CUE_BESIDE if beside else AttributionPattern.CUE_BEFORE
                return Attribution(Span(*cue.span()), mention, pattern)
        return self._according_to(
            grammar.ACCORDING_TO.search(self.text, start, end), end, AttributionPattern.CUE_BEFORE
        )

    def denies(self, start: int, end: int) -> bool:
        """Return whether ``text[start:end]`` leads to a quotation that nobody spoke: "he never said “x”"."""
        return grammar.DENIED.search(self.text, max(start, end - _REACH_CHARS), end) is not None

    def introduced(self, start: int, end: int) -> Attribution | None:
        """Read whom a sentence ``text[start:end]`` that ends in a colon announces."""
        found = self.before(start, end)
        if found:
            return Attribution(found.cue, found.mention, AttributionPattern.INTRODUCED)
        announced = grammar.ANNOUNCED_BY.search(self.text, max(start, end - _LONGEST_SIGNATURE_CHARS), end)
        if announced:
            return Attribution(None, Span(*announced.span("thing")), AttributionPattern.INTRODUCED)
        things = [Span(*thing.span()) for thing in grammar.THING.finditer(self.text, start, end)]
        subject = self.phrases.main_subject(sorted([*self.phrases.mentions(start, end), *things]), start)
        return Attribution(None, subject, AttributionPattern.INTRODUCED) if subject else None

    def closing(self, start: int, end: int) -> Attribution | None:
        """Read whom a sentence ``text[start:end]`` announces that ends in its verb: "Reyes agreed."."""
        start = max(start, end - _REACH_CHARS)
        if grammar.BLANK in self.text[start:end]:
            return None
        for cue in grammar.find_cues(self.text, start, end):
            if grammar.CLOSES_SENTENCE.match(self.text, cue.end(), end) and self.phrases.is_cue(
                cue, cue.end()
            ):
                mention = self.phrases.subject_of(cue, start)
                if mention and not grammar.VERB_LEAD.sub("", self.text[mention.end : cue.start()]).strip():
                    return Attribution(Span(*cue.span()), mention, AttributionPattern.INTRODUCED)
        return None

    def _told_by(self, start: int, end: int) -> Attribution | None:
        """ "Reed was told by Orr: “x”": of a passive verb, the one after "by" speaks."""
        cue = grammar.TOLD_BY.search(self.text, start, end)
        mention = self.phrases.noun_phrase(cue.end(), end) if cue else None
        if not cue or not mention or len(grammar.WORD.findall(self.text, mention.end, end)) > 3:
            return None
        return Attribution(Span(*cue.span("cue")), mention, AttributionPattern.CUE_BESIDE)

    def _amid_sentence(self, start: int, end: int) -> Attribution | None:
        """ "The hornet, says Prof Laidlaw, “is coming”"."""
        opening = self.text.rfind(",", max(start, end - _LONGEST_SIGNATURE_CHARS), end - 2)
        cue = grammar.match_inverted_cue(self.text, opening + 2, end) if opening >= 0 else None
        mention = self.phrases.noun_phrase(cue.end(), end) if cue else None
        if not cue or not mention or not re.fullmatch(r",\s*", self.text[mention.end : end]):
            return None
        if not grammar.NOUN_PHRASE_START.match(self.text, mention.start) or mention.of(self.text) == "it":
            return None
        return Attribution(Span(*cue.span("cue")), mention, AttributionPattern.CUE_BESIDE)

    def _signature(self, start: int) -> Attribution | None:
        signed = grammar.SIGNATURE.match(self.text, start)
        if not signed:
            return None
        line_end = self.text.find("\n", signed.end(), signed.end() + _REACH_CHARS)
        line_end = line_end if line_end >= 0 else len(self.text)
        mention = self.phrases.noun_phrase(signed.end(), line_end)
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
        mention = self.phrases.noun_phrase(cue.end(), end) if cue else None
        return Attribution(Span(*cue.span("cue")), mention, pattern) if cue and mention else None

    def _inverted(self, at: int, end: int) -> Attribution | None:
        """ ", said Y"."""
        cue = grammar.match_inverted_cue(self.text, at, end)
        mention = self.phrases.noun_phrase(cue.end(), end) if cue else None
        if not cue or not mention:
            return None
        is_noun = cue["cue"].lower() in lexicon.NOUN_LIKE_FORMS  # “x” remarks angered Reed
        if not grammar.NOUN_PHRASE_START.match(self.text, cue.end()) and (
            is_noun or not grammar.NAME_INSIDE.search(mention.of(self.text))
        ):
            return None
        return Attribution(Span(*cue.span("cue")), mention, AttributionPattern.CUE_BESIDE)

    def _subject_then_cue(self, at: int, end: int) -> Attribution | None:
        """ ", Y said": the words between the quotation and the first verb of saying name the source."""
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
            mention = self._as_saying(cue.end(), end) or self.phrases.noun_phrase(at, cue.start())
            if mention:
                return Attribution(Span(*cue.span()), mention, AttributionPattern.CUE_BESIDE)
        return None

    def _as_saying(self, at: int, end: int) -> Span | None:
        """Moss in "the Post quoted Moss as saying"."""
        saying = grammar.AS_SAYING.match(self.text, at, end)
        return Span(*saying.span("whom")) if saying else None

    def _subject_then_any_verb(self, at: int, end: int) -> Attribution | None:
        """ ",” Y retaliated.": any verb in the past that ends the clause, right after a name or a pronoun."""
        found = grammar.NAME_THEN_VERB.match(self.text, at, end)
        if not found or not grammar.is_name_like(
            found["source"].removeprefix("he").removeprefix("she") or "He"
        ):
            return None
        return Attribution(
            Span(*found.span("cue")), Span(*found.span("source")), AttributionPattern.CUE_BESIDE
        )

    def _label(self, start: int, end: int) -> Attribution | None:
        """ "Smith:", "Said Ellis:" or "… surprises pollster Daron Shaw:" right before a quotation."""
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
        named = self.entities.mentions_within(Span(start, end)) if colon else []
        if not colon or not named or named[-1].end != start + colon.start():
            return None
        if self.phrases.has_cue(start, end) or self.phrases.is_governed(named[-1], start):
            return None
        return Attribution(_sign(self.text, named[-1].end, end), named[-1], AttributionPattern.LABEL)


def _sign(text: str, start: int, end: int) -> Span | None:
    """The colon or dash that attributes without a verb; annotators of PolNeAR take it for the cue."""
    signs = re.search(r"[:—–―-]+", text[start:end])
    return Span(start + signs.start(), start + signs.end()) if signs else None
