"""Whom epithets stand for: "the 39-year-old", "the actor", "the company".

An epithet is a definite description that the article doesn't introduce ("an actor"): it means somebody named
before.
"""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass

from service.domain import Span
from service.people.coreference.antecedents import Antecedents
from service.people.coreference.roles import RoleIndex
from service.people.entity import Entity, Kind
from service.people.mention_index import MentionIndex
from service.people.role_words import gender_of_noun, head_noun
from service.text.en.grammar import BLANK
from service.text.en.word_lists import load_table, load_words

_EPITHET = re.compile(rf"[Tt]he[ \u00a0](?:(?:[\w’'“”\"-]+|{BLANK}+)[ \u00a0]){{0,4}}?(?P<noun>[\w-]+)")
_AGE = re.compile(r"\d\d?-year-old")
ANAPHORIC_BODIES = load_table("organisation_kinds").keys() | load_words("anaphoric_bodies")
EPITHETS = load_words("epithets")
_DEMONYM = re.compile(r"[A-Z]\w+(?:an|ian|ish|ese|er|man|woman|ard)$|Briton$|Scot$|Cypriot$")
_LOOK_BACK_SENTENCES, _LOOK_BACK_NAMES = 3, 12


@dataclass(frozen=True, slots=True)
class Epithets:
    """Resolves the epithets of one text."""

    mentions: MentionIndex
    roles: RoleIndex
    antecedents: Antecedents

    def named(self, phrase: Span) -> Entity | None:
        """Return whom an epithet means; None if it is none, or nobody named before fits."""
        text = self.mentions.text
        found = _EPITHET.fullmatch(text, phrase.start, phrase.end)
        if not found:
            return None
        noun = found["noun"].lower()
        if noun in ANAPHORIC_BODIES:
            is_plain = not self.mentions.within(phrase) and not self._is_introduced(noun, phrase.start)
            return self._body(phrase, noun) if is_plain else None
        is_person = bool(_AGE.fullmatch(noun)) or noun in EPITHETS or self._is_demonym(found)
        # Somebody who holds the role was looked for before.
        if not is_person or noun in self.roles.holders or self._is_introduced(noun, phrase.start):
            return None
        aged = self._of_age(noun) if _AGE.fullmatch(noun) else None
        return aged or self.antecedents.of_epithet(phrase, gender_of_noun(noun))

    def _of_age(self, noun: str) -> Entity | None:
        """Return the one person whose age the article gives beside the name: "Moss, 39,"."""
        age = re.compile(rf",?[ \u00a0]\(?(?:aged[ \u00a0])?{noun.partition('-')[0]}\b")
        text = self.mentions.text
        of_age = [
            person
            for person in self.mentions.people
            if person.is_person and any(age.match(text, span.end) for span in person.mentions[:4])
        ]
        return of_age[0] if len(of_age) == 1 else None

    def _is_demonym(self, found: re.Match[str]) -> bool:
        """Return whether the epithet is a nationality: "the New Zealander"."""
        named = self.mentions.within(Span(*found.span()))
        if not named or named[-1].end != found.end() or not _DEMONYM.fullmatch(found["noun"]):
            return False
        return self.mentions.person_at[named[-1]].kind in (Kind.OTHER, Kind.PLACE)

    def is_introduced(self, words: str, end: int) -> bool:
        """Return whether the noun of a description introduced somebody without a name before."""
        return self._is_introduced(head_noun(words), end)

    def _is_introduced(self, noun: str, end: int) -> bool:
        """Return whether somebody without a name was introduced as such before: "an actor"."""
        introduction = re.compile(
            r"\b(?:[Aa]n?|[Oo]ne|[Aa]nother|[Ss]ome)[ \u00a0](?:[\w’'-]+[ \u00a0]){0,4}?"
            rf"{re.escape(noun)}\b"
        )
        text = self.mentions.text
        for found in introduction.finditer(text, max(0, end - 3000), end):
            before, after = self.mentions.last_before(found.start()), self.mentions.first_after(found.end())
            apposed = before is not None and not text[before.end : found.start()].strip(" ,\u00a0")
            names = after is not None and not text[found.end() : after.start].strip(" ,\u00a0")
            if not apposed and not names:
                return True
        return False

    def _body(self, phrase: Span, noun: str) -> Entity | None:
        """Return the one body named in the last sentences, if its name doesn't say it is another kind."""
        context = self.antecedents.context
        last = bisect(self.mentions.spans, phrase.start, key=lambda span: span.end)
        near: list[Entity] = []
        for span in reversed(self.mentions.spans[max(0, last - _LOOK_BACK_NAMES) : last]):
            if context.sentences_between(span.end, phrase.start) > _LOOK_BACK_SENTENCES:
                break
            person = self.mentions.person_at[span]
            is_label = self.mentions.text.startswith(":", span.end)
            if person.kind is Kind.ORGANISATION and person not in near and not is_label:
                near.append(person)
        if len(near) != 1:
            return None
        words = {word.lower().strip(".,") for word in near[0].name.split()}
        return near[0] if noun in words or not words & ANAPHORIC_BODIES else None
