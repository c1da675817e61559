"""Noun phrases of a sentence, and which of them is the subject of a verb of saying.

Works on text whose quoted words are blanked out; ``grammar`` has the patterns, the entities who is named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.domain import Span
from service.people.entity_index import EntityIndex
from service.text.en import grammar, lexicon

_LONGEST_SUBJECT_CHARS = 220
_LONGEST_MENTION_WORDS = 14
_LONGEST_BRACKET_CHARS = 60


@dataclass(frozen=True, slots=True)
class NounPhrases:
    """The noun phrases of ``text`` (quoted words blanked out), with the people of ``entities``."""

    text: str
    entities: EntityIndex

    def has_cue(self, start: int, end: int) -> bool:
        """Return whether a verb of saying stands in ``text[start:end]``."""
        return any(grammar.find_cues(self.text, start, end))

    def is_cue(self, verb: re.Match[str], end: int) -> bool:
        """Tell a cue from a noun ("the charge"), an infinitive and a verb too far off to introduce words."""
        word = verb.group().lower()
        earlier = grammar.WORD.findall(self.text, max(0, verb.start() - 20), verb.start())
        previous = earlier[-1].lower() if earlier else ""
        if previous in grammar.DETERMINERS | {"this"} or (previous == "of" and word != "saying"):
            return False
        if previous in grammar.BE and word.endswith(("ed", "told")):  # "was accused of": spoken about
            return False
        if previous == "to":
            return word in {"say", "tell", "write", "declare", "add"}
        near = len(grammar.WORD.findall(self.text, verb.end(), end)) <= 6
        return near or word not in lexicon.WEAK_SPEECH_VERBS

    def noun_phrase(self, start: int, end: int) -> Span | None:
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

    def subject_of(self, cue: re.Match[str], start: int) -> Span | None:
        """The subject of the verb ``cue``, in its sentence from ``start``.

        Of a participle, an infinitive or a verb that is joined on ("met her in Ohio, saying", "and said")
        it is the subject of the sentence; else the nearest mention on the verb's left that can be a subject.
        """
        lead = self.text[max(start, cue.start() - 40) : cue.start()]
        mentions = self.mentions(start, cue.start())
        relative = grammar.WHO.search(lead)
        if relative:
            at = cue.start() - len(lead)
            return Span(at + relative.start("who"), at + relative.end("who"))
        bare = grammar.BARE_SUBJECT.search(lead)
        if bare:
            at = cue.start() - len(lead)
            return Span(at + bare.start("one"), at + bare.end("one"))
        if cue.group().lower().endswith("ing") or grammar.COORDINATED.search(lead):
            subject = (
                self._quoted_as(mentions, cue, start)
                or self._overheard(mentions, cue)
                or self.main_subject(mentions, start)
            )
            return self._with_possessed(subject, cue.start()) if subject else None
        adjacent = grammar.ANY_SUBJECT.search(self.text, max(start, cue.start() - 60), cue.start())
        if adjacent and (not mentions or mentions[-1].end < adjacent.start()):
            span = Span(*adjacent.span())
            is_clause = grammar.FINITE.intersection(adjacent.group().split())
            if not is_clause and not self.is_governed(span, start):
                return span
        if mentions and not self.text[mentions[-1].end : cue.start()].strip():
            # "a letter signed by Moss said", "an email to Moss reads": not Moss
            if grammar.GOVERNED_AT_END.search(self.text, start, mentions[-1].start):
                return self._heading(start, cue.start())
            return self._whole_subject(mentions[-1], start, cue.start()) or self._with_joined(mentions, start)
        free = [span for span in mentions if not self.is_governed(span, start)]
        return self._with_possessed(free[-1], cue.start()) if free else None

    def _quoted_as(self, mentions: list[Span], cue: re.Match[str], start: int) -> Span | None:
        """Who says it in "quoted Moss as saying", "criticised Moss for saying", "a note saying".

        Of a passive ("Moss was quoted by the Post as saying") it is the sentence's subject.
        """
        thing = grammar.THING_SAYING.search(self.text, max(start, cue.start() - 60), cue.start())
        if thing:
            return Span(*thing.span("thing"))
        linked = re.search(
            r"[ \u00a0](?:as|for|of)[ \u00a0]$", self.text[max(start, cue.start() - 5) : cue.start()]
        )
        if not linked or not mentions:
            return None
        quoted = grammar.QUOTED_WHOM.search(
            self.text, max(start, cue.start() - _LONGEST_SUBJECT_CHARS), cue.start()
        )
        if not quoted:
            return None
        if quoted["passive"] or self.text.startswith("by ", quoted.end()):
            return self.main_subject(mentions, start)
        return self.noun_phrase(quoted.end(), cue.start() - len(linked.group()))

    def _overheard(self, mentions: list[Span], cue: re.Match[str]) -> Span | None:
        """Moss in "footage of Moss saying": named right before the participle, after "of"."""
        if not mentions or self.text[mentions[-1].end : cue.start()].strip():
            return None
        lead = self.text[max(0, mentions[-1].start - 4) : mentions[-1].start]
        return mentions[-1] if lead == " of " and cue.group().endswith("ing") else None

    def main_subject(self, mentions: list[Span], start: int) -> Span | None:
        """The first mention that can be a subject, past fronted adjuncts ("In talks with Moss, Reyes")."""
        free = [span for span in mentions if not self.is_governed(span, start)]
        if not free:
            apposed = grammar.APPOSED.match(self.text, start)  # "The group, led by Moss, said"
            return Span(*apposed.span("subject")) if apposed else None
        last = free[-1].end
        while fronted := grammar.FRONTED.match(self.text, start, last):
            start = fronted.end()
        after = [span for span in free if span.start >= start] or free
        # "India opener Vikrant Joshi", "our reporter Jo Kemp": what stands before a name is its title.
        first = 0
        for at, span in enumerate(after[1:], start=1):
            if self._is_title_of(after[first], span):
                first = at
        return after[first]

    def _is_title_of(self, span: Span, name: Span) -> bool:
        between = self.text[span.end : name.start]
        if not self.entities.mentions_within(name) or not grammar.TITLE_BETWEEN.fullmatch(between):
            return False
        return between.isspace() or grammar.ROLE_AT_END.search(between.rstrip()) is not None

    def mentions(self, start: int, end: int) -> list[Span]:
        """Names, pronouns and noun phrases such as "a spokesman for X" in order, the outermost of each."""
        if start >= end:
            return []
        spans = [
            span
            for span in self.entities.mentions_within(Span(start, end))
            if not self._in_brackets(span, start)
        ]
        for pattern in (grammar.PRONOUN, grammar.NOMINAL):
            spans += [Span(*match.span()) for match in pattern.finditer(self.text, start, end)]
        outermost: list[Span] = []
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            if not outermost or not outermost[-1].overlaps(span):
                outermost.append(span)
        return outermost

    def _in_brackets(self, span: Span, start: int) -> bool:
        """ "Jean Maddison (Lab, Thornley)": what brackets add is nobody who speaks."""
        opening = self.text.rfind("(", max(start, span.start - _LONGEST_BRACKET_CHARS), span.start)
        return opening > self.text.rfind(")", start, span.start)

    def is_governed(self, span: Span, start: int) -> bool:
        """Return whether a preposition or a transitive verb stands right before, so that it is no subject."""
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

    def _whole_subject(self, mention: Span, start: int, end: int) -> Span | None:
        """All of "the Commission on Public Debates said", where the sentence so far is that and no more."""
        if not self.is_governed(mention, start) or not grammar.NOUN_PHRASE_START.match(self.text, start):
            return None
        words = grammar.VERB_LEAD_AT_END.sub("", self.text[start:end].rstrip())
        tokens = words.split()
        simple = len(tokens) <= _LONGEST_MENTION_WORDS and not re.search(r"[,;:()—–]", words)
        if not simple or grammar.BLANK in words or self.has_cue(start, end - 1):
            return None
        is_clause = any(token in grammar.FINITE or token.endswith(("ed", "ing")) for token in tokens)
        fronted = tokens[0].lower() in grammar.PREPOSITIONS | grammar.SUBORDINATORS
        return None if is_clause or fronted else Span(start, start + len(words))

    def _heading(self, start: int, end: int) -> Span | None:
        """The first subject of ``text[start:end]``, documents and their like included."""
        things = [Span(*thing.span()) for thing in grammar.THING.finditer(self.text, start, end)]
        return self.main_subject(sorted([*self.mentions(start, end), *things]), start)

    def _with_joined(self, mentions: list[Span], start: int) -> Span:
        """Kessler and Nair, where both said it, not Nair alone."""
        last = mentions[-1]
        if len(mentions) < 2 or self.text[mentions[-2].end : last.start].strip() != "and":
            return last
        is_free = not self.is_governed(mentions[-2], start)
        return Span(mentions[-2].start, last.end) if is_free else last

    def _with_possessed(self, span: Span, end: int) -> Span:
        possessed = grammar.POSSESSED.match(self.text[span.end : end])
        return Span(span.start, span.end + possessed.end()) if possessed else span
