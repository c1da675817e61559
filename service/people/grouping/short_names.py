"""Links short names, "Mr. Harlow", "Judge Keller", "Bob", to the people whose full names the text has.

An honorific's gender, a title or a kin word chooses among people of one surname; nobody is both Mr. and Mrs.
A short name that fits nobody is a person or organisation of its own.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence

from service.people.grouping.groups import GroupBuilder, title_noun
from service.people.grouping.nicknames import is_one_letter_off, is_short, may_be_one
from service.people.names import Mention
from service.people.role_words import KIN, head_noun
from service.text.en.given_names import is_given_name, plain

_LOWER_CASE = re.compile(r"\b[a-z]+\b")
_MOST_NAMESAKES, _MOST_RELATIVES = 100, 20
_SHORTEST_MISSPELT = 5
# "Keller said of his sister": the gender of the person named.
_OWN_KIN = re.compile(
    rf"(?:[ \u00a0][\w-]+){{1,3}}?[ \u00a0](?:(?P<m>his|himself)|(?P<f>her|herself))\b(?:(?<=self)"
    rf"|[ \u00a0](?:[\w-]+[ \u00a0])?(?:{'|'.join(sorted(KIN))})\b)"
)


class ShortNameLinker:
    """Links the short names of one text, which must come in text order, and keeps whom each was linked to."""

    def __init__(self, text: str, full: Sequence[GroupBuilder], mentions: Sequence[Mention]) -> None:
        self._text = text
        self._by_surname: dict[str, list[GroupBuilder]] = defaultdict(list)
        self._by_given: dict[str, list[GroupBuilder]] = defaultdict(list)
        self._by_inner: dict[str, list[GroupBuilder]] = defaultdict(list)
        self._relatives = [m for m in mentions if not m.is_full and _is_relative(m)]
        self._unlinked: dict[str, list[GroupBuilder]] = defaultdict(list)
        self._joined: dict[tuple[str, str], GroupBuilder] = {}
        self._common = frozenset(_LOWER_CASE.findall(text))
        self._linked: dict[Mention, GroupBuilder] = {}
        self._short_for: dict[str, GroupBuilder | None] = {}
        for one in full:
            for mention in one.mentions:
                if not mention.is_headline:
                    self._index(one, mention)

    @property
    def unlinked(self) -> list[GroupBuilder]:
        """The groups of those who have no full name in the text."""
        return [one for alike in self._unlinked.values() for one in alike]

    def link_short_name(self, mention: Mention) -> None:
        """Add a mention to the group of whom it names."""
        word = plain(mention.core_words[-1])
        if self._is_family(mention, word):
            family = next((one for one in self._unlinked[word] if one.is_family), None)
            if family is None:
                family = GroupBuilder(name=f"The {mention.words[0]}", is_family=True)
                self._unlinked[word].append(family)
            family.add(mention)
            return
        namesakes = self._by_surname.get(word, [])
        if not any(one.recency(mention)[0] for one in namesakes):
            known = {name for one in namesakes for name in one.given_names}
            inner = self._by_inner.get(word, [])
            namesakes = [one for one in inner if not one.given_names & known] or namesakes
        named = self._likeliest(mention, namesakes)
        if named is None and mention.honorific and mention.gender and namesakes:
            named = self._relative(mention, word)
        if named is None and not (namesakes and mention.honorific):
            named = self._by_first_name(mention, word)
        if named is None:
            named = self._likeliest(mention, self._unlinked[word]) or self._misspelt(word)
        if named is None:
            named = GroupBuilder()
            self._unlinked[word].append(named)
            if namesakes or len(self._unlinked[word]) > 1:
                _name_with_honorific(named, mention)
                for one in self._unlinked[word]:
                    _name_with_honorific(one, next((m for m in one.mentions if m.honorific), None))
        self._linked[mention] = named
        named.add(mention)

    def _index(self, one: GroupBuilder, mention: Mention) -> None:
        first, last = plain(mention.core_words[0]), plain(mention.core_words[-1])
        for key, index in ((last, self._by_surname), (first, self._by_given)):
            known = index[key]
            if len(known) < _MOST_NAMESAKES and not (known and known[-1] is one):
                known.append(one)
        if mention.nickname:
            self._by_given[plain(mention.nickname)].append(one)
        # Of a Spanish name the last word but one is the surname in use: María Ortega Ruiz is Ms. Ortega.
        inner = mention.core_words[1:-1]
        is_common = last in self._common  # "Ann Moss Election Day", from a headline
        if inner and is_given_name(mention.core_words[0]) and not is_common and not mention.is_organisation:
            for word in inner:
                known = self._by_inner[plain(word)]
                is_surname = word[0].isupper() and len(word) > 2 and not is_given_name(word)
                if is_surname and len(known) < _MOST_NAMESAKES and not (known and known[-1] is one):
                    known.append(one)

    def _is_family(self, mention: Mention, word: str) -> bool:
        """Return whether the name is of a family: "the Harlows"."""
        start = mention.span.start
        article = self._text[max(0, start - 5) : start].strip(" \u00a0\n").lower() in ("the", "both")
        return (
            article
            and not mention.has_title
            and word.endswith("s")
            and (word[:-1] in self._by_surname or word.removesuffix("es") in self._by_surname)
        )

    def _by_first_name(self, mention: Mention, word: str) -> GroupBuilder | None:
        named = self._by_given.get(word)
        if named is None and not mention.has_title and is_short(word):
            if word not in self._short_for:
                alike = (one for given, one in self._by_given.items() if may_be_one(word, given))
                every = list({id(one): one for groups in alike for one in groups}.values())
                self._short_for[word] = every[0] if len(every) == 1 else None
            return self._short_for[word]
        return self._likeliest(mention, named or [])

    def _misspelt(self, word: str) -> GroupBuilder | None:
        """Return the one person whose long surname differs from the word by one letter: Wasif for Wasef."""
        if len(word) < _SHORTEST_MISSPELT or word in self._by_given or word in self._common:
            return None
        alike = [
            groups
            for surname, groups in self._by_surname.items()
            if abs(len(surname) - len(word)) <= 1
            and word[0] == surname[0]
            and is_one_letter_off(word, surname)
        ]
        return alike[0][0] if len(alike) == 1 and len(alike[0]) == 1 else None

    def _relative(self, mention: Mention, surname: str) -> GroupBuilder | None:
        """Return the one relative of that gender: after "his wife, Carla", Ms. Reyes is Carla Reyes."""
        key = (surname, mention.gender or "")
        if key not in self._joined:
            at = bisect(self._relatives, mention.span, key=lambda one: one.span)
            near = [
                one
                for one in self._relatives[max(0, at - _MOST_RELATIVES) : at]
                if one.gender == mention.gender
            ]
            home = self._linked.get(near[0]) if len({one.words for one in near}) == 1 else None
            if home is None or home.mentions[0].is_full:
                return None
            home.name = f"{near[0].words[0]} {mention.words[-1]}"
            home.gender = mention.gender
            self._joined[key] = home
            self._by_surname[surname].append(home)
        return self._joined[key]

    def _likeliest(self, mention: Mention, alike: Sequence[GroupBuilder]) -> GroupBuilder | None:
        """Return whom of those who share a short name it means, by gender, suffix, title and recency."""
        alike = [one for one in alike if not one.is_family]
        gender = mention.gender if mention.honorific else None
        if gender is None and len(alike) > 1:
            own = _OWN_KIN.match(self._text, mention.span.end, mention.span.end + 60)
            gender = ("m" if own["m"] else "f") if own else None
        if gender:
            alike = [one for one in alike if one.gender == gender] or [
                one for one in alike if one.gender is None
            ]
        if mention.suffix or any(one.suffix for one in alike):
            alike = [one for one in alike if one.suffix == mention.suffix] or alike
        if mention.role and len(alike) > 1:
            alike = [one for one in alike if title_noun(mention.role) in one.nouns] or alike
        return max(alike, key=lambda one: one.recency(mention), default=None)


def _is_relative(mention: Mention) -> bool:
    is_spouse = mention.role is not None and head_noun(mention.role) in KIN
    return len(mention.words) == 1 and (mention.is_kin or is_spouse) and is_given_name(mention.words[0])


def _name_with_honorific(one: GroupBuilder, mention: Mention | None) -> None:
    """Name by "Ms. Reyes" somebody whom "Reyes" alone would confuse with another."""
    if mention and mention.honorific and one.name is None and not one.is_family:
        one.name = f"{mention.honorific} {' '.join(mention.words)}"
