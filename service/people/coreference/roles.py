"""Resolves descriptions by role: "the minister" is the one person whose role has that noun as its head.

"The president’s lawyer" is no president, nor is a former or vice president. Nobody is meant if two people
fit, or if somebody unnamed came since ("another doctor").
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from service.domain import Span
from service.people.entity import Entity
from service.people.mention_index import MentionIndex
from service.text.en import lexicon
from service.text.en.grammar import PREPOSITIONS
from service.text.en.word_lists import load_table, load_words

_NOUNS = lexicon.ROLE_NOUNS | {
    word
    for word in lexicon.TITLE_HEADS | {"archbishop", "cleric", "councilwoman", "lawman", "priest", "sister"}
    if not word.endswith(".") and len(word) > 4
}
_OFFICE_FORMS: Mapping[str, str] = load_table("office_forms")
_ALIAS = re.compile(rf"\b(?:{'|'.join(sorted(_OFFICE_FORMS, key=len, reverse=True))})\b\.?")
_WORD = re.compile(r"[\w’'-]+")
_OTHER_OFFICE = load_words("office_modifiers")
_OTHER_BEFORE = {
    "minister": frozenset({"prime", "chief"}),
    "general": frozenset("attorney solicitor secretary surgeon director advocate inspector governor".split()),
    "officer": frozenset({"executive", "finance", "financial", "operating"}),
}
_BEFORE_FORMER_HOLDER = re.compile(
    r"\b(?:[Ff]ormer|[Ee]x-|[Oo]ne-?time|[Tt]hen-|[Tt]he late)[ \u00a0-]?(?:[\w.]+[ \u00a0]){0,3}$"
)
_THE_ROLE = re.compile(r"the (?:[\w’'.-]+ ){0,7}[\w’'.-]+")
_FUNCTION_WORDS = frozenset({"the", "a", "an", "and"}) | PREPOSITIONS
_LOOK_BACK_CHARS = 3000
_MOST_HOLDERS = 50
_NO_INTRODUCTION = load_words("before_no_introduction")


@dataclass(frozen=True, slots=True)
class _Office:
    """The words of a role: its head nouns, those before a head, and all."""

    heads: frozenset[str]
    modifiers: frozenset[str]
    words: frozenset[str]

    def is_meant_by(self, noun: str, modifiers: frozenset[str]) -> bool:
        """Return whether "the MODIFIERS NOUN" fits somebody with this role."""
        other = (_OTHER_OFFICE | _OTHER_BEFORE.get(noun, frozenset())) & self.modifiers
        return noun in self.heads and modifiers <= self.words and other <= modifiers


@dataclass(frozen=True, slots=True)
class RoleIndex:
    """The people of a text by the head nouns of their roles, in the order of first mention."""

    mentions: MentionIndex
    holders: Mapping[str, tuple[tuple[Entity, _Office], ...]]

    def resolve(self, words: str, mention: Span) -> Entity | str | None:
        """Return whom ``words`` means at ``mention``, or the words that introduced somebody unnamed.

        ``words`` are in lower case: "the foreign minister".
        """
        parsed = _parse(words)
        if parsed is None:
            return None
        noun, modifiers = parsed
        holder = self._holder(noun, modifiers, mention)
        before = bisect(holder.mentions, mention) if holder else 0
        since = holder.mentions[before - 1].end if holder and before else 0
        introduced = self._introduced(noun, modifiers, since, mention.start, holder)
        if introduced is None:
            return holder
        indefinite = introduced.split()[0].lower() in ("a", "an", "one", "another")
        return introduced if indefinite else None

    def _holder(self, noun: str, modifiers: frozenset[str], mention: Span) -> Entity | None:
        """Return the one person of that role, among those named before the mention if there are any."""
        holders = self.holders.get(noun, ())[-_MOST_HOLDERS:]
        fitting = [person for person, office in holders if office.is_meant_by(noun, modifiers)]
        people = [person for person in fitting if person.mentions[0].start < mention.start] or fitting
        if not people:
            return None
        fullest = max(people, key=lambda person: len(person.name.split()))
        return fullest if all(_is_same(fullest, person) for person in people) else None

    def _introduced(
        self, noun: str, modifiers: frozenset[str], since: int, end: int, holder: Entity | None
    ) -> str | None:
        """Return the latest words in ``text[since:end]`` that introduce somebody unnamed of that role."""
        start = max(since, end - _LOOK_BACK_CHARS)
        own = _office(holder.role).words if holder and holder.role else frozenset()
        latest = None
        for found in self._phrases(noun, start, end):
            words = found.group().lower().split()
            described = frozenset(_WORD.findall(_canonical(" ".join(words[1:-1]))))
            definite = words[0] in ("the", "this", "that")
            if definite and (holder is None or not described or described <= own):
                continue
            if not definite and not modifiers <= described:
                continue
            if (_OTHER_OFFICE | _OTHER_BEFORE.get(noun, frozenset())) & described <= modifiers:
                latest = " ".join(found.group().split())
        return latest

    def _phrases(self, noun: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Yield the noun phrases with that head that introduce somebody and aren't beside a name."""
        text = self.mentions.text
        for found in _phrase_of(noun).finditer(text, start, end):
            before = text[max(0, found.start() - 14) : found.start()].lower().split()
            is_introduction = not before or before[-1] not in _NO_INTRODUCTION
            if is_introduction and not self._is_beside_name(*found.span()):
                yield found

    def _is_beside_name(self, start: int, end: int) -> bool:
        text, after, before = (
            self.mentions.text,
            self.mentions.first_after(end),
            self.mentions.last_before(end),
        )
        if after and not text[end : after.start].strip(" ,\u00a0") and after.start <= end + 3:
            return True
        return before is not None and text[before.end : start] in (", ", ",\u00a0")


def index_roles(mentions: MentionIndex) -> RoleIndex:
    """Return the people of a text by their roles."""
    holders: dict[str, list[tuple[Entity, _Office]]] = defaultdict(list)
    for person in mentions.people:
        if person.is_person and person.role:
            office = _office(("former " if _is_former_holder(person, mentions.text) else "") + person.role)
            for head in office.heads:
                holders[head].append((person, office))
    return RoleIndex(mentions, {noun: tuple(people) for noun, people in holders.items()})


def _is_former_holder(person: Entity, text: str) -> bool:
    return any(
        _BEFORE_FORMER_HOLDER.search(text, max(0, span.start - 40), span.start) for span in person.mentions
    )


@cache
def _phrase_of(noun: str) -> re.Pattern[str]:
    """Return the pattern of noun phrases with that head: "another doctor", "Moss’s doctor"."""
    forms = [noun, *(form for form, same in _OFFICE_FORMS.items() if same == noun)]
    return re.compile(
        r"\b(?:an?|one|another|the|his|her|their|its|\w{1,40}(?:[’']s|s[’']))"
        rf"(?:[ \u00a0][\w’'-]+){{0,3}}?[ \u00a0](?:{'|'.join(map(re.escape, forms))})\b(?![’'-])",
        re.IGNORECASE,
    )


def _parse(words: str) -> tuple[str, frozenset[str]] | None:
    """Return the head noun of "the foreign minister", and its other words; None if it is no role."""
    if not _THE_ROLE.fullmatch(words):
        return None
    found = _WORD.findall(_canonical(words.removeprefix("the ")))
    cut = next((at for at, word in enumerate(found) if at and word in PREPOSITIONS), len(found))
    noun = found[cut - 1] if found else ""
    return (noun, frozenset([*found[: cut - 1], *found[cut:]]) - _FUNCTION_WORDS) if noun in _NOUNS else None


def _canonical(words: str) -> str:
    """Return words in lower case, with one form for each office: "chief executive" for "CEO"."""
    return _ALIAS.sub(lambda found: _OFFICE_FORMS[found.group().rstrip(".")], words.lower()).replace("-", " ")


def _office(role: str) -> _Office:
    """Parse a role: "president and founder of the bank" has two heads, "the president’s lawyer" one."""
    words = _WORD.findall(_canonical(role.split(",")[0]))
    words = words[1:] if words and words[0] in ("the", "a", "an", "his", "her", "their", "its") else words
    cut = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS | {"who"}), len(words))
    heads: set[str] = set()
    before: set[str] = set()
    for at in range(cut):
        ends = at + 1 == cut or words[at + 1] == "and"
        (heads if ends else before).add(words[at])
    return _Office(frozenset(heads), frozenset(before), frozenset(words))


def _is_same(fullest: Entity, person: Entity) -> bool:
    """Return whether two names can be one person's: "Ann Moss" and "Moss"."""
    one, other = fullest.name.lower().split(), person.name.lower().split()
    return one[-1] == other[-1] and (len(other) == 1 or one[0] == other[0])
