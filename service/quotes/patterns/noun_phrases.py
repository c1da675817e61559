"""The noun phrases of a sentence that may name a source: names, pronouns, and phrases such as "a spokesman".

Works on text whose quoted words are blanked out, with the names that the article's people are mentioned by.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Span
from service.text.en import grammar, lexicon

LONGEST_MENTION_WORDS = 14
_LONGEST_BRACKET_CHARS = 60


@dataclass(frozen=True, slots=True)
class NounPhrases:
    """The noun phrases of ``text`` (quoted words blanked out), given its ``names`` in order."""

    text: str
    names: Sequence[Span]

    def names_within(self, start: int, end: int) -> list[Span]:
        """Return the names inside ``text[start:end]``, in order."""
        first = bisect_left(self.names, start, key=lambda name: name.start)
        last = bisect_left(self.names, end, key=lambda name: name.start)
        return [name for name in self.names[first:last] if name.end <= end]

    def mentions(self, start: int, end: int) -> list[Span]:
        """Return names, pronouns and phrases such as "a spokesman for X" in order, the outermost of each."""
        if start >= end:
            return []
        spans = [name for name in self.names_within(start, end) if not self._is_in_brackets(name, start)]
        for pattern in (grammar.PRONOUN, grammar.NOMINAL):
            spans += [Span(*match.span()) for match in pattern.finditer(self.text, start, end)]
        outermost: list[Span] = []
        for span in sorted(spans, key=lambda span: (span.start, -span.end)):
            if not outermost or not outermost[-1].overlaps(span):
                outermost.append(span)
        return outermost

    def mentions_and_documents(self, start: int, end: int) -> list[Span]:
        """Return the mentions, and documents or their like, which a colon announces: "the letter"."""
        documents = [Span(*match.span()) for match in grammar.THING.finditer(self.text, start, end)]
        return sorted([*self.mentions(start, end), *documents])

    def phrase_at(self, start: int, end: int) -> Span | None:
        """Return the noun phrase at ``start``: up to punctuation, a relative clause or an adjunct.

        None if the words are too many, a clause, or a phrase that begins with a preposition.
        """
        stop = grammar.NOUN_PHRASE_END.search(self.text, start, end)
        while stop and grammar.is_abbreviation_stop(self.text, stop.start()):
            stop = grammar.NOUN_PHRASE_END.search(self.text, stop.end(), end)
        words = self.text[start : stop.start() if stop else end].rstrip()
        words = grammar.VERB_LEAD_AT_END.sub("", words).rstrip()
        tokens = words.split()
        if len(tokens) > LONGEST_MENTION_WORDS or not any(map(str.isalpha, words)):
            return None
        if tokens[0].lower() in grammar.PREPOSITIONS | grammar.RELATIVE:  # "In a statement, …"
            return None
        if grammar.FINITE.intersection(tokens):  # "said the candidate could be …"
            return None
        return Span(start, start + len(words))

    def has_cue(self, start: int, end: int) -> bool:
        """Return whether a verb of saying stands in ``text[start:end]``."""
        return any(grammar.find_cues(self.text, start, end))

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

    def is_title_of(self, span: Span, name: Span) -> bool:
        """Return whether ``span`` is what somebody is, before the ``name``: "India opener" Vikrant Joshi."""
        between = self.text[span.end : name.start]
        if not self.names_within(name.start, name.end) or not grammar.TITLE_BETWEEN.fullmatch(between):
            return False
        return between.isspace() or grammar.ROLE_AT_END.search(between.rstrip()) is not None

    def _is_in_brackets(self, span: Span, start: int) -> bool:
        """Return whether brackets add the name to another: "Jean Maddison (Lab, Thornley)"."""
        opening = self.text.rfind("(", max(start, span.start - _LONGEST_BRACKET_CHARS), span.start)
        return opening > self.text.rfind(")", start, span.start)
