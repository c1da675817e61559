"""Resolves "they" and "it" to the last subject that fits: a plural, an organisation or a document.

The search goes back over the subjects of a few sentences. It passes over people, and ends without a result at
any other subject that does not fit.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Span
from service.people.mention_index import MentionIndex
from service.text.en import lexicon
from service.text.en.grammar import BLANK, FRONTED, PREPOSITIONS, find_cues
from service.text.en.word_lists import load_words, one_of

_LOOK_BACK = 4
_LONGEST_CHARS = 120
_VERB = rf"(?:{one_of(load_words('verbs_after_subject'))}|\w{{2,}}ed)\b"
# A subject and its verb at the start of a clause.
_SUBJECT = re.compile(
    rf"[\s,;{BLANK}–—-]*(?:But[ ]|And[ ]|Yet[ ])?(?P<words>(?:[\w’'.&-]+[ \u00a0]){{0,11}}?[\w’'.&-]+)"
    rf"(?:[ \u00a0]\(\w{{2,12}}\))?(?:,[^,.;:\n{BLANK}]{{2,80}},)?[ \u00a0]"
    rf"(?:(?:also|then|now|\w+ly)[ \u00a0])?{_VERB}"
)
_SOURCE_AND_CUE = re.compile(
    r",?[ \u00a0](?P<words>(?:[\w’'.&-]+[ \u00a0]){1,9}?[\w’'.&-]+)[ \u00a0](?P<cue>[a-z]+)(?=[.,\n ]|$)"
)
_PRONOUNS = frozenset({"they", "it", "he", "she"})


@dataclass(frozen=True, slots=True)
class SentenceSubjects:
    """The subjects of a text's sentences, as antecedents of "they" and "it"."""

    mentions: MentionIndex
    sentence_starts: Sequence[int]

    def antecedent_of(self, pronoun: Span) -> Span | None:
        """Return the noun phrase that "they" or "it" stands for; None if that is not clear."""
        text = self.mentions.text
        fits = self._is_plural if pronoun.of(text).lower() == "they" else self._can_speak
        at = bisect(self.sentence_starts, pronoun.start) - 1
        for index in range(at, max(at - _LOOK_BACK, -1) - 1, -1):
            subject = self._subject_of(index, pronoun.start)
            if subject is None or subject.of(text).lower() in _PRONOUNS:
                continue
            if fits(subject):
                return subject
            if not self.mentions.is_person(subject):
                return None
        return None

    def _subject_of(self, index: int, before: int) -> Span | None:
        """Return the subject of a sentence, of its part ``before`` a place."""
        text, starts = self.mentions.text, self.sentence_starts
        start = starts[index]
        end = min(starts[index + 1] if index + 1 < len(starts) else len(text), before)
        end = min(end, start + 2 * _LONGEST_CHARS)
        source = self._source_after(text.rfind(BLANK, start, end) + 1, end)
        if source:
            return source
        quoted = text.rfind(BLANK, start, end)
        start = quoted + 1 if quoted >= 0 and text[start] == BLANK else start
        fronted = FRONTED.match(text, start, end)
        found = _SUBJECT.match(text, fronted.end() if fronted else start, end)
        return Span(*found.span("words")) if found else None

    def _source_after(self, place: int, end: int) -> Span | None:
        """Return who is said to speak right after a quotation: "“…”, the Authority said."."""
        text = self.mentions.text
        found = _SOURCE_AND_CUE.match(text, place, end) if place else None
        is_cue = found is not None and any(find_cues(text, found.start("cue"), found.end("cue")))
        return Span(*found.span("words")) if found and is_cue else None

    def _head(self, subject: Span) -> str:
        """Return the last word before a preposition."""
        words = subject.of(self.mentions.text).split()
        cut = next((n for n, word in enumerate(words) if n and word.lower() in PREPOSITIONS), len(words))
        return words[cut - 1]

    def _is_plural(self, subject: Span) -> bool:
        is_person = self.mentions.is_person(subject)
        if is_person is not None:
            return not is_person or " and " in subject.of(self.mentions.text)
        head = self._head(subject)
        plural = head.endswith("s") and not head.endswith(("ss", "us", "is"))
        return head.islower() and (
            plural or head in lexicon.BARE_SOURCES or head in lexicon.ORGANISATION_WORDS
        )

    def _can_speak(self, subject: Span) -> bool:
        """Return whether the subject is an organisation or something written, such as a report."""
        is_person = self.mentions.is_person(subject)
        if is_person is not None:
            return not is_person
        return self._head(subject).lower() in lexicon.ORGANISATION_WORDS | lexicon.SPEAKING_THINGS
