"""What the patterns read: a text whose quoted words are blanked out, with the phrases and subjects in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain import Span
from service.quotes.patterns.noun_phrases import NounPhrases
from service.quotes.patterns.subjects import CueSubjects
from service.text.en import grammar

# Attributions stand close by: the reading stops here even where a sentence goes on for pages.
REACH_CHARS = 600
LONGEST_SIGNATURE_CHARS = 60
# So few words may stand between a cue and the quotation beside it.
BESIDE_WORDS = 3
# Of the cues before a quotation in its sentence, so many of the last are read.
_MOST_CUES = 3


@dataclass(frozen=True, slots=True)
class Attribution:
    """A source mention with its cue, which may be missing."""

    cue: Span | None
    mention: Span


@dataclass(frozen=True, slots=True)
class AttributionReader:
    """What the patterns read: ``text`` (quoted words blanked out), and the phrases and subjects in it."""

    text: str
    phrases: NounPhrases
    subjects: CueSubjects

    @classmethod
    def of(cls, text: str, names: Sequence[Span]) -> AttributionReader:
        """Prepare to read ``text``, in which ``names`` stand."""
        phrases = NounPhrases(text, names)
        return cls(text, phrases, CueSubjects(text, phrases))

    def is_denied(self, start: int, end: int) -> bool:
        """Return whether ``text[start:end]`` leads to a quotation that nobody spoke: "he never said “x”"."""
        return grammar.DENIED.search(self.text, max(start, end - REACH_CHARS), end) is not None

    def attribution(self, cue: re.Match[str], mention: Span | None) -> Iterator[Attribution]:
        """Yield the attribution by a cue's match, if it has a ``mention``."""
        if mention:
            group = "cue" if "cue" in cue.re.groupindex else 0
            yield Attribution(Span(*cue.span(group)), mention)

    def sign(self, start: int, end: int, mention: Span) -> Attribution:
        """Return an attribution by a colon or dash, which PolNeAR's annotators take for the cue."""
        signs = re.search(r"[:—–―-]+", self.text[start:end])
        cue = Span(start + signs.start(), start + signs.end()) if signs else None
        return Attribution(cue, mention)

    def cues_before(self, start: int, end: int, *, beside: bool | None = None) -> Iterator[Attribution]:
        """Yield the last cues of ``text[start:end]`` with their subjects.

        Those ``beside`` its end or the others, both without a choice.
        """
        if start >= end:
            return
        for cue in reversed(self.cues(start, end)[-_MOST_CUES:]):
            is_beside = len(grammar.WORD.findall(self.text, cue.end(), end)) <= BESIDE_WORDS
            if beside is None or is_beside == beside:
                yield from self.attribution(cue, self.subjects.subject_of(cue, start))

    def cues(self, start: int, end: int) -> list[re.Match[str]]:
        """Return the verbs in ``text[start:end]`` that can introduce words at its end."""
        return [cue for cue in grammar.find_cues(self.text, start, end) if self.subjects.is_cue(cue, end)]
