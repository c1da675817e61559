"""Finding who said it: the cue and the source mention in the words around a quotation.

Works on text whose quoted words are blanked out, sentence by sentence: "X," said Y; "X," Y said;
Y said, "X"; according to Y; Y: "X"; "X" — Y. It finds spans; ``people`` says whom they name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from service.domain import Span
from service.extract import grammar, lexicon
from service.extract.people import Roster

# Attributions stand close by: the reading stops here even where a sentence goes on for pages.
_REACH_CHARS = 600
_LONGEST_SUBJECT_CHARS = 220
_LONGEST_SUBJECT_WORDS = 24
_LONGEST_MENTION_WORDS = 14
_LONGEST_SIGNATURE_CHARS = 60


class Evidence(Enum):
    """What an attribution rests on."""

    CUE_BESIDE = "a cue verb beside the quotation"
    INTRODUCED = "the sentence before, which ends in a colon"
    CUE_BEFORE = "a cue verb earlier in the sentence"
    CARRIED = "the quotation before, in the same breath"
    LABEL = "a name with a colon or dash"


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source mention with its cue, which may be missing, and what speaks for them."""

    cue: Span | None
    mention: Span
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads attributions in ``text`` (quoted words blanked out) about the people of ``roster``."""

    text: str
    roster: Roster

    def after(self, start: int, end: int) -> Attribution | None:
        """Read an attribution that follows a quotation, in ``text[start:end]``, its sentence's rest."""
        end = min(end, start + _REACH_CHARS)
        signed = self._signature(start)
        if signed or start >= end:
            return signed
        lead = grammar.AFTER_LEAD.match(self.text, start, end)
        at = lead.end() if lead else start
        return self._according_to(
            grammar.ACCORDING_TO.match(self.text, at, end), end, Evidence.CUE_BESIDE
        ) or (self._inverted(at, end) or self._subject_then_cue(at, end))

    def before(self, start: int, end: int) -> Attribution | None:
        """Read an attribution that precedes a quotation, in ``text[start:end]``, its sentence so far."""
        start = max(start, end - _REACH_CHARS)
        if start >= end:
            return None
        label = self._label(start, end)
        if label:
            return label
        cues = [cue for cue in grammar.find_cues(self.text, start, end) if self._is_cue(cue, end)]
        for cue in reversed(cues):
            mention = self._subject_of(cue.start(), start)
            if mention:
                beside = len(grammar.WORD.findall(self.text, cue.end(), end)) <= 3
                evidence = Evidence.CUE_BESIDE if beside else Evidence.CUE_BEFORE
                return Attribution(Span(*cue.span()), mention, evidence)
        return self._according_to(
            grammar.ACCORDING_TO.search(self.text, start, end), end, Evidence.CUE_BEFORE
        )

    def introduced(self, start: int, end: int) -> Attribution | None:
        """Read whom a sentence ``text[start:end]`` that ends in a colon announces."""
        found = self.before(start, end)
        if found:
            return Attribution(found.cue, found.mention, Evidence.INTRODUCED)
        subjects = [span for span in self._mentions(start, end) if not self._is_governed(span, start)]
        return Attribution(None, subjects[0], Evidence.INTRODUCED) if subjects else None

    def _signature(self, start: int) -> Attribution | None:
        signed = grammar.SIGNATURE.match(self.text, start)
        if not signed:
            return None
        line_end = self.text.find("\n", signed.end(), signed.end() + _REACH_CHARS)
        mention = self._noun_phrase(signed.end(), line_end if line_end >= 0 else len(self.text))
        if mention is None or len(mention) > _LONGEST_SIGNATURE_CHARS:
            return None
        words = mention.of(self.text)
        if self._has_cue(mention.start, mention.end) or not grammar.is_name_like(words):
            return None
        return Attribution(None, mention, Evidence.LABEL)

    def _according_to(self, cue: re.Match[str] | None, end: int, evidence: Evidence) -> Attribution | None:
        mention = self._noun_phrase(cue.end(), end) if cue else None
        return Attribution(Span(*cue.span("cue")), mention, evidence) if cue and mention else None

    def _inverted(self, at: int, end: int) -> Attribution | None:
        """ ", said Y"."""
        cue = grammar.match_inverted_cue(self.text, at, end)
        mention = self._noun_phrase(cue.end(), end) if cue else None
        if not cue or not mention:
            return None
        if not grammar.NOUN_PHRASE_START.match(self.text, cue.end()) and not grammar.NAME_INSIDE.search(
            mention.of(self.text)
        ):
            return None
        return Attribution(Span(*cue.span("cue")), mention, Evidence.CUE_BESIDE)

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
            mention = self._noun_phrase(at, cue.start())
            if mention:
                return Attribution(Span(*cue.span()), mention, Evidence.CUE_BESIDE)
        return None

    def _label(self, start: int, end: int) -> Attribution | None:
        """ "Smith:", "Said Ellis:" or "… surprises pollster Daron Shaw:" right before a quotation."""
        region = self.text[start:end]
        label = grammar.LABEL.search(region)
        if label and grammar.is_name_like(label["name"]):
            name = Span(start + label.start("name"), start + label.end("name"))
            if not self._has_cue(name.start, name.end):
                return Attribution(None, name, Evidence.LABEL)
        said = grammar.search_inverted_label(region)
        if said and grammar.is_name_like(said["source"]):
            (cue_start, cue_end), (first, last) = said.span("cue"), said.span("source")
            return Attribution(
                Span(start + cue_start, start + cue_end),
                Span(start + first, start + last),
                Evidence.CUE_BESIDE,
            )
        colon = re.search(r":\s*$", region)
        named = self.roster.mentions_within(Span(start, end)) if colon else []
        if not colon or not named or named[-1].end != start + colon.start():
            return None
        if self._has_cue(start, end) or self._is_governed(named[-1], start):
            return None
        return Attribution(None, named[-1], Evidence.LABEL)

    def _has_cue(self, start: int, end: int) -> bool:
        return any(grammar.find_cues(self.text, start, end))

    def _is_cue(self, verb: re.Match[str], end: int) -> bool:
        """Tell a cue from a noun ("the charge"), an infinitive and a verb too far off to introduce words."""
        word = verb.group().lower()
        earlier = grammar.WORD.findall(self.text, max(0, verb.start() - 20), verb.start())
        previous = earlier[-1].lower() if earlier else ""
        if previous in grammar.DETERMINERS | {"of", "this"}:
            return False
        if previous in grammar.BE and word.endswith("ed"):  # "was accused of": spoken about, not speaking
            return False
        if previous == "to":
            return word in {"say", "tell", "write", "declare", "add"}
        near = len(grammar.WORD.findall(self.text, verb.end(), end)) <= 6
        return near or word not in lexicon.WEAK_SPEECH_VERBS

    def _noun_phrase(self, start: int, end: int) -> Span | None:
        """The noun phrase that starts at ``start``: up to punctuation, a relative clause or an adjunct."""
        stop = grammar.NOUN_PHRASE_END.search(self.text, start, end)
        while stop and grammar.is_abbreviation_stop(self.text, stop.start()):
            stop = grammar.NOUN_PHRASE_END.search(self.text, stop.end(), end)
        words = self.text[start : stop.start() if stop else end].rstrip()
        words = grammar.VERB_LEAD_AT_END.sub("", words).rstrip()
        tokens = words.split()
        if len(tokens) > _LONGEST_MENTION_WORDS or not any(map(str.isalpha, words)):
            return None
        if tokens[0].lower() in grammar.PREPOSITIONS:  # "In a statement, …" is no source
            return None
        return Span(start, start + len(words))

    def _subject_of(self, cue_start: int, start: int) -> Span | None:
        """The subject of the verb at ``cue_start``, in its sentence from ``start``.

        Before a verb that follows "and", "but" or a comma ("attacked her in Ohio, saying") it is the first
        mention of the sentence that isn't governed or an object; else the nearest such on the verb's left.
        """
        mentions = self._mentions(start, cue_start)
        if grammar.COORDINATED.search(self.text[max(start, cue_start - 40) : cue_start]):
            free = [span for span in mentions if not self._is_governed(span, start)]
            return self._with_possessed(free[0], cue_start) if free else None
        offset = max(start, cue_start - 60)
        adjacent = grammar.ANY_SUBJECT.search(self.text[offset:cue_start])
        if adjacent and (not mentions or mentions[-1].end < offset + adjacent.start()):
            return Span(offset + adjacent.start(), offset + adjacent.end())
        if mentions and not self.text[mentions[-1].end : cue_start].strip():
            return mentions[-1]
        free = [span for span in mentions if not self._is_governed(span, start)]
        return self._with_possessed(free[-1], cue_start) if free else None

    def _mentions(self, start: int, end: int) -> list[Span]:
        """Names, pronouns and noun phrases such as "a spokesman for X" in order, the outermost of each."""
        if start >= end:
            return []
        spans = self.roster.mentions_within(Span(start, end))
        for pattern in (grammar.PRONOUN, grammar.NOMINAL):
            spans += [Span(*match.span()) for match in pattern.finditer(self.text, start, end)]
        outermost: list[Span] = []
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            if not outermost or not outermost[-1].overlaps(span):
                outermost.append(span)
        return outermost

    def _is_governed(self, span: Span, start: int) -> bool:
        """Tell whether a preposition or a transitive verb stands right before, so that this is no subject."""
        words = grammar.WORD.findall(self.text, max(start, span.start - 40), span.start)
        if words and words[-1].lower() in grammar.DETERMINERS:
            words = words[:-1]
        if not words or re.search(r"[,;:—–]\s*$", self.text[max(start, span.start - 3) : span.start]):
            return False
        last = words[-1].lower()
        is_object = last in grammar.ADDRESSING or (last.endswith("ed") and last in lexicon.SPEECH_VERBS)
        return is_object or last in grammar.PREPOSITIONS

    def _with_possessed(self, span: Span, end: int) -> Span:
        possessed = grammar.POSSESSED.match(self.text[span.end : end])
        return Span(span.start, span.end + possessed.end()) if possessed else span
