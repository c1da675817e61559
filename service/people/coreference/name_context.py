"""What the words around a name say of its part in the sentence: subject, object, with a verb of saying."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Span
from service.people.role_words import is_office
from service.text.en.grammar import BLANK, PREPOSITIONS, SOURCE_NOUN, SUBORDINATORS, WORD, find_cues
from service.text.en.word_lists import load_words, one_of

# The role that belongs to a name: "White House spokesman" before "Josh Ely".
_ROLE_AT_END = re.compile(
    rf"(?<!\S)(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir)[ \u00a0])?"
    rf"(?:[\w’'-]+[ \u00a0]){{0,4}}{SOURCE_NOUN},?$"
)
# A name's verb: "Ely has", "Ely, a spokesman for the town, warned".
_VERB_AFTER_NAME = re.compile(
    r"(?:,[^,.;:\n]{2,80},|,)?(?:[ \u00a0](?:also|then|later|never|often|\w+ly))?[ \u00a0]"
    rf"(?:{one_of(load_words('verbs_after_name'))}|\w{{2,}}ed)\b"
)


@dataclass(frozen=True, slots=True)
class NamePart:
    """A name's part in its sentence."""

    is_subject: bool
    has_verb: bool
    is_object: bool
    speaks: bool


@dataclass(frozen=True, slots=True)
class NameContext:
    """A text whose quoted words are blanked out, and where those sentences start that hold other words."""

    text: str
    sentence_starts: Sequence[int]

    def sentence_start(self, place: int) -> int:
        """Return the start of the sentence at ``place``."""
        starts = self.sentence_starts
        return starts[max(bisect(starts, place) - 1, 0)] if starts else 0

    def sentences_between(self, start: int, end: int) -> int:
        """Return the number of sentences that start after ``start``, up to the one that holds ``end``."""
        return bisect(self.sentence_starts, end - 1 if end > start else end) - bisect(
            self.sentence_starts, start
        )

    def part_of(self, name: Span) -> NamePart:
        """Return all that the words around a name say of its part in the sentence."""
        return NamePart(self.is_subject(name), self.has_verb(name), self.is_object(name), self.speaks(name))

    def is_subject(self, name: Span) -> bool:
        """Return whether a name starts its sentence, or its main clause after a comma or a quotation.

        Not a possessor: in "Moss’s deputy, Carl Fenn, said" the deputy is the subject.
        """
        if self.text[name.end : name.end + 2] in ("’s", "'s"):
            return False
        start = self.sentence_start(name.start)
        before = self.text[max(start, name.start - 200) : name.start].rstrip()
        before = _ROLE_AT_END.sub("", before)
        if not before or before[-1] == BLANK:
            return True
        if is_office(before.removeprefix("The ").removesuffix(",").split()):
            return True
        opening = WORD.match(before.lstrip())
        is_fronted = opening is not None and (
            opening.group().lower() in PREPOSITIONS | SUBORDINATORS | {"as"}
            or opening.group().endswith(("ing", "ed"))
        )
        return before[-1] == "," and is_fronted and before.count(",") == 1

    def has_verb(self, name: Span) -> bool:
        """Return whether a finite verb follows a name, perhaps after an apposition."""
        verb = _VERB_AFTER_NAME.match(self.text, name.end, name.end + 120)
        return verb is not None and not self.is_object(name)

    def is_object(self, name: Span) -> bool:
        """Return whether a preposition stands right before a name."""
        words = self.text[max(0, name.start - 14) : name.start].lower().split()
        return bool(words) and words[-1] in PREPOSITIONS

    def speaks(self, name: Span) -> bool:
        """Return whether a verb of saying follows a name, or stands between a quotation and the name."""
        return self.has_cue(name.end, name.end + 16) or (
            self.has_cue(max(0, name.start - 12), name.start)
            and BLANK in self.text[max(0, name.start - 16) : name.start]
        )

    def has_cue(self, start: int, end: int) -> bool:
        """Return whether a verb of saying stands in ``text[start:end]``."""
        return any(find_cues(self.text, start, min(end, len(self.text))))
