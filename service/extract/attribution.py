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
            grammar.ACCORDING_TO.match(self.text, at, end), end, Evidence.CUE_BESIDE
        ) or (
            self._inverted(at, end)
            or self._subject_then_cue(at, end)
            or (self._subject_then_any_verb(at, end) if is_open else None)
        )

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
            mention = self._subject_of(cue, start)
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
        announced = grammar.ANNOUNCED_BY.search(self.text, max(start, end - _LONGEST_SIGNATURE_CHARS), end)
        if announced:
            return Attribution(None, Span(*announced.span("thing")), Evidence.INTRODUCED)
        things = [Span(*thing.span()) for thing in grammar.THING.finditer(self.text, start, end)]
        subject = self._main_subject(sorted([*self._mentions(start, end), *things]), start)
        return Attribution(None, subject, Evidence.INTRODUCED) if subject else None

    def closing(self, start: int, end: int) -> Attribution | None:
        """Read whom a sentence ``text[start:end]`` announces that ends in its verb: "Reyes agreed."."""
        start = max(start, end - _REACH_CHARS)
        if grammar.BLANK in self.text[start:end]:
            return None
        for cue in grammar.find_cues(self.text, start, end):
            if grammar.CLOSES_SENTENCE.match(self.text, cue.end(), end) and self._is_cue(cue, cue.end()):
                mention = self._subject_of(cue, start)
                if mention and not grammar.VERB_LEAD.sub("", self.text[mention.end : cue.start()]).strip():
                    return Attribution(Span(*cue.span()), mention, Evidence.INTRODUCED)
        return None

    def _signature(self, start: int) -> Attribution | None:
        signed = grammar.SIGNATURE.match(self.text, start)
        if not signed:
            return None
        line_end = self.text.find("\n", signed.end(), signed.end() + _REACH_CHARS)
        line_end = line_end if line_end >= 0 else len(self.text)
        mention = self._noun_phrase(signed.end(), line_end)
        if "\n" in signed.group() and self._has_cue(signed.end(), min(line_end, signed.end() + _REACH_CHARS)):
            return None
        if mention is None or len(mention) > _LONGEST_SIGNATURE_CHARS:
            return None
        words = mention.of(self.text)
        if self._has_cue(mention.start, mention.end) or not grammar.is_name_like(words):
            return None
        return Attribution(_sign(self.text, signed.start(), signed.end()), mention, Evidence.LABEL)

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

    def _subject_then_any_verb(self, at: int, end: int) -> Attribution | None:
        """ ",” Y retaliated.": any verb in the past that ends the clause, right after a name or a pronoun."""
        found = grammar.NAME_THEN_VERB.match(self.text, at, end)
        if not found or not grammar.is_name_like(
            found["source"].removeprefix("he").removeprefix("she") or "He"
        ):
            return None
        return Attribution(Span(*found.span("cue")), Span(*found.span("source")), Evidence.CUE_BESIDE)

    def _label(self, start: int, end: int) -> Attribution | None:
        """ "Smith:", "Said Ellis:" or "… surprises pollster Daron Shaw:" right before a quotation."""
        region = self.text[start:end]
        label = grammar.LABEL.search(region)
        if label and grammar.is_name_like(label["name"]):
            name = Span(start + label.start("name"), start + label.end("name"))
            if not self._has_cue(name.start, name.end):
                return Attribution(_sign(self.text, name.end, end), name, Evidence.LABEL)
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
        return Attribution(_sign(self.text, named[-1].end, end), named[-1], Evidence.LABEL)

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
        if tokens[0].lower() in grammar.PREPOSITIONS | grammar.RELATIVE:  # "In a statement, …" is no source
            return None
        if grammar.FINITE.intersection(tokens):  # "said the candidate could be …" is a clause
            return None
        return Span(start, start + len(words))

    def _subject_of(self, cue: re.Match[str], start: int) -> Span | None:
        """The subject of the verb ``cue``, in its sentence from ``start``.

        Of a participle, an infinitive or a verb that is joined on ("met her in Ohio, saying", "and said")
        it is the subject of the sentence; else the nearest mention on the verb's left that can be a subject.
        """
        lead = self.text[max(start, cue.start() - 40) : cue.start()]
        mentions = self._mentions(start, cue.start())
        relative = grammar.WHO.search(lead)
        if relative:
            at = cue.start() - len(lead)
            return Span(at + relative.start("who"), at + relative.end("who"))
        if cue.group().lower().endswith("ing") or grammar.COORDINATED.search(lead):
            subject = self._overheard(mentions, cue) or self._main_subject(mentions, start)
            return self._with_possessed(subject, cue.start()) if subject else None
        adjacent = grammar.ANY_SUBJECT.search(self.text, max(start, cue.start() - 60), cue.start())
        if adjacent and (not mentions or mentions[-1].end < adjacent.start()):
            span = Span(*adjacent.span())
            is_clause = grammar.FINITE.intersection(adjacent.group().split())
            if not is_clause and not self._is_governed(span, start):
                return span
        if mentions and not self.text[mentions[-1].end : cue.start()].strip():
            return mentions[-1]
        free = [span for span in mentions if not self._is_governed(span, start)]
        return self._with_possessed(free[-1], cue.start()) if free else None

    def _overheard(self, mentions: list[Span], cue: re.Match[str]) -> Span | None:
        """Moss in "footage of Moss saying": named right before the participle, after "of"."""
        if not mentions or self.text[mentions[-1].end : cue.start()].strip():
            return None
        lead = self.text[max(0, mentions[-1].start - 4) : mentions[-1].start]
        return mentions[-1] if lead == " of " and cue.group().endswith("ing") else None

    def _main_subject(self, mentions: list[Span], start: int) -> Span | None:
        """The first mention that can be a subject, past fronted adjuncts ("In talks with Moss, Reyes")."""
        free = [span for span in mentions if not self._is_governed(span, start)]
        if not free:
            return None
        last = free[-1].end
        while fronted := grammar.FRONTED.match(self.text, start, last):
            start = fronted.end()
        after = [span for span in free if span.start >= start]
        return (after or free)[0]

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
        if last == "of" and grammar.QUANTITY.search(self.text, max(start, span.start - 40), span.start - 1):
            return False
        is_object = last in grammar.ADDRESSING or (last.endswith("ed") and last in lexicon.SPEECH_VERBS)
        return is_object or last in grammar.PREPOSITIONS

    def _with_possessed(self, span: Span, end: int) -> Span:
        possessed = grammar.POSSESSED.match(self.text[span.end : end])
        return Span(span.start, span.end + possessed.end()) if possessed else span


def _sign(text: str, start: int, end: int) -> Span | None:
    """The colon or dash that attributes without a verb; annotators of PolNeAR take it for the cue."""
    signs = re.search(r"[:—–―-]+", text[start:end])
    return Span(start + signs.start(), start + signs.end()) if signs else None
