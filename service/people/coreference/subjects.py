"""Whom "they" and "it" mean: the plural or the body that is the subject before, where that is clear.

Looks back over a few sentences for their subjects. A person there is passed over; anything else that does not
fit ends the search, since a source is not guessed. Reads text whose quoted words are blanked.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Sequence

from service.domain import Span
from service.text.en import lexicon
from service.text.en.grammar import BLANK, FRONTED, PREPOSITIONS
from service.text.en.word_lists import load_words, one_of

_LOOK_BACK = 4
_LONGEST_CHARS = 120
_VERB = rf"(?:{one_of(load_words('verbs_after_subject'))}|\w{{2,}}ed)\b"
# A subject and its verb at the start of a clause; of its words, the last before a preposition is the head.
_SUBJECT = re.compile(
    rf"[\s,;{BLANK}–—-]*(?:But[ ]|And[ ]|Yet[ ])?(?P<words>(?:[\w’'.&-]+[ \u00a0]){{0,7}}?[\w’'.&-]+)"
    rf"(?:,[^,.;:\n{BLANK}]{{2,80}},)?[ \u00a0](?:(?:also|then|now|\w+ly)[ \u00a0])?{_VERB}"
)
_THEM = frozenset({"they", "it", "he", "she"})


class Subjects:
    """The subjects of a text's sentences, as antecedents of "they" and "it"."""

    def __init__(
        self, text: str, sentence_starts: Sequence[int], is_person: Callable[[Span], bool | None]
    ) -> None:
        """``is_person`` tells whether a span names a person (True), a body (False) or nobody (None)."""
        self._text = text
        self._starts = sentence_starts
        self._is_person = is_person

    def before(self, pronoun: Span) -> Span | None:
        """The noun phrase that a plural or impersonal ``pronoun`` stands for. None if that is not clear."""
        fits = self._is_plural if pronoun.of(self._text).lower() == "they" else self._is_speaking_thing
        at = bisect(self._starts, pronoun.start) - 1
        for index in range(at, max(at - _LOOK_BACK, -1) - 1, -1):
            subject = self._subject_of(index, pronoun.start)
            if subject is None or subject.of(self._text).lower() in _THEM:
                continue
            if fits(subject):
                return subject
            if not self._is_person(subject):
                return None
        return None

    def _subject_of(self, index: int, before: int) -> Span | None:
        start = self._starts[index]
        end = min(self._starts[index + 1] if index + 1 < len(self._starts) else len(self._text), before)
        end = min(end, start + 2 * _LONGEST_CHARS)
        quoted = self._text.rfind(BLANK, start, end)
        start = quoted + 1 if quoted >= 0 and self._text[start] == BLANK else start
        fronted = FRONTED.match(self._text, start, end)
        found = _SUBJECT.match(self._text, fronted.end() if fronted else start, end)
        return Span(*found.span("words")) if found else None

    def _head(self, subject: Span) -> str:
        words = subject.of(self._text).split()
        cut = next((n for n, word in enumerate(words) if n and word.lower() in PREPOSITIONS), len(words))
        return words[cut - 1]

    def _is_plural(self, subject: Span) -> bool:
        head = self._head(subject)
        if self._is_person(subject) is not None:
            return " and " in subject.of(self._text) or self._is_person(subject) is False
        plural = head.endswith("s") and not head.endswith(("ss", "us", "is"))
        return head.islower() and (
            plural or head in lexicon.BARE_SOURCES or head in lexicon.ORGANISATION_WORDS
        )

    def _is_speaking_thing(self, subject: Span) -> bool:
        if self._is_person(subject) is False:
            return True
        head = self._head(subject).lower()
        return (
            self._is_person(subject) is None and head in lexicon.ORGANISATION_WORDS | lexicon.SPEAKING_THINGS
        )
