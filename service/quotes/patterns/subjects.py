"""The subject of a verb of saying: which noun phrase on its left names who said it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Span
from service.quotes.patterns.noun_phrases import LONGEST_MENTION_WORDS, NounPhrases
from service.text.en import grammar, lexicon

# Where the words that decide on a subject stand: right before the verb, or some way before it.
_LEAD_CHARS, _PHRASE_CHARS, _CLAUSE_CHARS = 40, 60, 220
# A verb with a weak claim to be a cue has to stand within so many words of the quotation.
_NEAR_WORDS = 6


@dataclass(frozen=True, slots=True)
class CueSubjects:
    """Finds the cues of ``text`` (quoted words blanked out) and their subjects among its noun phrases."""

    text: str
    phrases: NounPhrases

    def is_cue(self, verb: re.Match[str], end: int) -> bool:
        """Return whether ``verb`` introduces words that begin at ``end``.

        A noun ("the charge"), an infinitive and a verb that is too far off do not.
        """
        word = verb.group().lower()
        earlier = grammar.WORD.findall(self.text, max(0, verb.start() - 20), verb.start())
        previous = earlier[-1].lower() if earlier else ""
        if previous in grammar.DETERMINERS | {"this"} or (previous == "of" and word != "saying"):
            return False
        if previous in grammar.BE and word.endswith(("ed", "told")):  # "was accused of": spoken about
            return False
        if previous == "to":
            return word in {"say", "tell", "write", "declare", "add"}
        near = len(grammar.WORD.findall(self.text, verb.end(), end)) <= _NEAR_WORDS
        return near or word not in lexicon.WEAK_SPEECH_VERBS

    def subject_of(self, cue: re.Match[str], start: int) -> Span | None:
        """Return the subject of the verb ``cue``, in its sentence from ``start``.

        Of a participle, an infinitive or a verb that is joined on ("met her in Ohio, saying", "and said")
        it is the subject of the sentence; else the nearest mention on the verb's left that can be a subject.
        """
        lead_start = max(start, cue.start() - _LEAD_CHARS)
        lead = self.text[lead_start : cue.start()]
        for pattern, group in ((grammar.WHO, "who"), (grammar.BARE_SUBJECT, "one")):
            if found := pattern.search(lead):
                return Span(lead_start + found.start(group), lead_start + found.end(group))
        mentions = self.phrases.mentions(start, cue.start())
        if self._is_apposed(mentions, start, cue.start()):  # "while her deputy, Carl Fenn, warned"
            return mentions[-1]
        if cue.group().lower().endswith("ing") or grammar.COORDINATED.search(lead):
            subject = (
                self.subject_of_saying(mentions, cue, start)
                or self._overheard(mentions, cue)
                or self.main_subject(mentions, start)
            )
            return self._with_possessed(subject, cue.start()) if subject else None
        return self._adjacent(mentions, cue, start) or self._nearest(mentions, cue, start)

    def subject_of_saying(self, mentions: Sequence[Span], cue: re.Match[str], start: int) -> Span | None:
        """Return who says it in "quoted Moss as saying", "criticised Moss for saying", "a note saying".

        Of a passive ("Moss was quoted by the Post as saying") it is the sentence's subject.
        """
        thing = grammar.THING_SAYING.search(self.text, max(start, cue.start() - _PHRASE_CHARS), cue.start())
        if thing:
            return Span(*thing.span("thing"))
        linked = re.search(
            r"[ \u00a0](?:as|for|of)[ \u00a0]$", self.text[max(start, cue.start() - 5) : cue.start()]
        )
        if not linked or not mentions:
            return None
        quoted = grammar.QUOTED_WHOM.search(self.text, max(start, cue.start() - _CLAUSE_CHARS), cue.start())
        if not quoted:
            return None
        if quoted["passive"] or self.text.startswith("by ", quoted.end()):
            return self.main_subject(mentions, start)
        return self.phrases.phrase_at(quoted.end(), cue.start() - len(linked.group()))

    def _is_apposed(self, mentions: Sequence[Span], start: int, end: int) -> bool:
        """Return whether the last mention stands between commas right before the verb, as an apposition."""
        if not mentions or not re.fullmatch(r",[ \u00a0]", self.text[mentions[-1].end : end]):
            return False
        before = self.text[max(start, mentions[-1].start - _PHRASE_CHARS) : mentions[-1].start]
        return grammar.ROLE_BEFORE_COMMA.search(before) is not None

    def main_subject(self, mentions: Sequence[Span], start: int) -> Span | None:
        """Return the first mention that can be a subject, past fronted adjuncts ("In talks with Moss, …")."""
        free = [span for span in mentions if not self.phrases.is_governed(span, start)]
        if not free:
            apposed = grammar.APPOSED.match(self.text, start)  # "The group, led by Moss, said"
            return Span(*apposed.span("subject")) if apposed else None
        last = free[-1].end
        while fronted := grammar.FRONTED.match(self.text, start, last):
            start = fronted.end()
        subject, *others = [span for span in free if span.start >= start] or free
        # "India opener Vikrant Joshi", "our reporter Jo Kemp": what stands before a name is its title.
        for span in others:
            if self.phrases.is_title_of(subject, span):
                subject = span
        return subject

    def _adjacent(self, mentions: Sequence[Span], cue: re.Match[str], start: int) -> Span | None:
        """Return any noun phrase right before the verb that no mention covers: "the ad’s narrator said"."""
        phrase = grammar.ANY_SUBJECT.search(self.text, max(start, cue.start() - _PHRASE_CHARS), cue.start())
        if not phrase or (mentions and mentions[-1].end >= phrase.start()):
            return None
        span = Span(*phrase.span())
        is_clause = grammar.FINITE.intersection(phrase.group().split())
        return None if is_clause or self.phrases.is_governed(span, start) else span

    def _nearest(self, mentions: Sequence[Span], cue: re.Match[str], start: int) -> Span | None:
        """Return the nearest mention on the verb's left that can be a subject."""
        if mentions and not self.text[mentions[-1].end : cue.start()].strip():
            # "a letter signed by Moss said", "an email to Moss reads": not Moss
            if grammar.GOVERNED_AT_END.search(self.text, start, mentions[-1].start):
                return self.main_subject(self.phrases.mentions_and_documents(start, cue.start()), start)
            return self._whole_subject(mentions[-1], start, cue.start()) or self._with_joined(mentions, start)
        free = [span for span in mentions if not self.phrases.is_governed(span, start)]
        return self._with_possessed(free[-1], cue.start()) if free else None

    def _overheard(self, mentions: Sequence[Span], cue: re.Match[str]) -> Span | None:
        """Return Moss in "footage of Moss saying": named right before the participle, after "of"."""
        if not mentions or self.text[mentions[-1].end : cue.start()].strip():
            return None
        lead = self.text[max(0, mentions[-1].start - 4) : mentions[-1].start]
        return mentions[-1] if lead == " of " and cue.group().endswith("ing") else None

    def _whole_subject(self, mention: Span, start: int, end: int) -> Span | None:
        """Return all of "the Commission on Public Debates said", if the sentence so far is no more."""
        if not self.phrases.is_governed(mention, start) or not grammar.NOUN_PHRASE_START.match(
            self.text, start
        ):
            return None
        words = grammar.VERB_LEAD_AT_END.sub("", self.text[start:end].rstrip())
        tokens = words.split()
        simple = len(tokens) <= LONGEST_MENTION_WORDS and not re.search(r"[,;:()—–]", words)
        if not simple or grammar.BLANK in words or self.phrases.has_cue(start, end - 1):
            return None
        is_clause = any(token in grammar.FINITE or token.endswith(("ed", "ing")) for token in tokens)
        fronted = tokens[0].lower() in grammar.PREPOSITIONS | grammar.SUBORDINATORS
        return None if is_clause or fronted else Span(start, start + len(words))

    def _with_joined(self, mentions: Sequence[Span], start: int) -> Span:
        """Return the last mention with the one joined to it: in "Kessler and Nair said" both speak."""
        last = mentions[-1]
        if len(mentions) < 2 or self.text[mentions[-2].end : last.start].strip() != "and":
            return last
        is_free = not self.phrases.is_governed(mentions[-2], start)
        return Span(mentions[-2].start, last.end) if is_free else last

    def _with_possessed(self, span: Span, end: int) -> Span:
        """Return the mention with what it owns: of "Trump’s campaign said" the campaign speaks."""
        possessed = grammar.POSSESSED.match(self.text[span.end : end])
        return Span(span.start, span.end + possessed.end()) if possessed else span
