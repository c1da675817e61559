"""Who "the minister" is: the person whose role has that noun for its head, if it can be only one.

"The president’s lawyer" is no president, nor is a former or vice president; with two holders, or somebody
unnamed since ("another doctor"), nobody is named. Reads text whose quoted words are blanked out.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from service.domain import Span
from service.people.person import Person
from service.text.en import lexicon
from service.text.en.grammar import PREPOSITIONS
from service.text.en.word_lists import load_table, load_words

_NOUNS = lexicon.ROLE_NOUNS | {
    word
    for word in lexicon.TITLE_HEADS | {"archbishop", "cleric", "councilwoman", "lawman", "priest", "sister"}
    if not word.endswith(".") and len(word) > 4
}
# Short forms and kinds of one office, by the words that stand for all of them here.
_SAME: Mapping[str, str] = load_table("office_forms")
_ALIAS = re.compile(rf"\b(?:{'|'.join(sorted(_SAME, key=len, reverse=True))})\b\.?")
_WORD = re.compile(r"[\w’'-]+")
_OFFICES = load_words("office_heads")
_OF_OFFICES = _OFFICES | lexicon.TITLE_MODIFIERS | load_words("office_words")
_SHORT_OFFICES = frozenset({"CM", "PM", "EAM", "CEO", "CFO", "COO", "MP", "MLA"})
_OTHER_OFFICE = load_words("office_modifiers")
_OTHER_BEFORE = {
    "minister": frozenset({"prime", "chief"}),
    "general": frozenset("attorney solicitor secretary surgeon director advocate inspector governor".split()),
    "officer": frozenset({"executive", "finance", "financial", "operating"}),
}
_NO_LONGER = re.compile(
    r"\b(?:[Ff]ormer|[Ee]x-|[Oo]ne-?time|[Tt]hen-|[Tt]he late)[ \u00a0-]?(?:[\w.]+[ \u00a0]){0,3}$"
)
_THE_ROLE = re.compile(r"the (?:[\w’'.-]+ ){0,7}[\w’'.-]+")
_LITTLE = frozenset({"the", "a", "an", "and"}) | PREPOSITIONS
_LOOK_BACK_CHARS = 3000
_MOST_HOLDERS = 50
_NO_INTRODUCTION = load_words("before_no_introduction")


@dataclass(frozen=True, slots=True)
class _Office:
    """A role taken apart: its nouns, and all its words."""

    heads: frozenset[str]
    words: frozenset[str]
    before: frozenset[str]  # what stands before the head

    def is_meant_by(self, noun: str, modifiers: frozenset[str]) -> bool:
        """Return whether "the MODIFIERS NOUN" can be said of who has this role."""
        other = (_OTHER_OFFICE | _OTHER_BEFORE.get(noun, frozenset())) & self.before
        return noun in self.heads and modifiers <= self.words and other <= modifiers


class Roles:
    """The people of a text by what they are."""

    def __init__(self, text: str, people: Sequence[Person], spans: Sequence[Span]) -> None:
        """``spans`` are all name mentions of ``text``, in order."""
        self._text = text
        self._spans = spans
        self._holders: dict[str, list[tuple[int, Person, _Office]]] = defaultdict(list)
        for person in people:  # in the order of their first mention
            if person.is_person and person.role:
                office = _office(("former " if self._no_longer(person) else "") + person.role)
                for head in office.heads:
                    self._holders[head].append((person.mentions[0].start, person, office))

    def of(self, words: str, mention: Span) -> Person | str | None:
        """Return who ``words`` means there: a person, or else how the article introduced somebody unnamed.

        ``words`` are lower case: "the foreign minister".
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

    def _holder(self, noun: str, modifiers: frozenset[str], mention: Span) -> Person | None:
        known = self._holders.get(noun, ())
        fitting = [
            (start, person)
            for start, person, office in known[-_MOST_HOLDERS:]
            if office.is_meant_by(noun, modifiers)
        ]
        earlier = [person for start, person in fitting if start < mention.start]
        people = earlier or [person for _, person in fitting]
        if not people:
            return None
        fullest = max(people, key=lambda person: len(person.name.split()))
        return fullest if all(_is_same(fullest, person) for person in people) else None

    def _introduced(
        self, noun: str, modifiers: frozenset[str], since: int, end: int, holder: Person | None
    ) -> str | None:
        """The latest words in ``text[since:end]`` that bring in somebody unnamed whom the noun could mean."""
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
        """Yield the noun phrases with that head that aren't beside a name and say who acts."""
        for found in _phrase_of(noun).finditer(self._text, start, end):
            before = self._text[max(0, found.start() - 14) : found.start()].lower().split()
            if (before and before[-1] in _NO_INTRODUCTION) or self._is_beside_name(
                found.start(), found.end()
            ):
                continue
            yield found

    def _is_beside_name(self, start: int, end: int) -> bool:
        at = bisect(self._spans, end, key=lambda span: span.start)
        after = self._spans[at] if at < len(self._spans) else None
        before = self._spans[at - 1] if at else None
        if after and not self._text[end : after.start].strip(" ,\u00a0") and after.start <= end + 3:
            return True
        return before is not None and self._text[before.end : start] in (", ", ",\u00a0")

    def _no_longer(self, person: Person) -> bool:
        return any(
            _NO_LONGER.search(self._text, max(0, span.start - 40), span.start) for span in person.mentions
        )


@cache
def _phrase_of(noun: str) -> re.Pattern[str]:
    """Noun phrases with that head: "another doctor", "the losing doctor", "Moss’s doctor"."""
    forms = [noun, *(form for form, same in _SAME.items() if same == noun)]
    return re.compile(
        r"\b(?:an?|one|another|the|his|her|their|its|\w{1,40}(?:[’']s|s[’']))"
        rf"(?:[ \u00a0][\w’'-]+){{0,3}}?[ \u00a0](?:{'|'.join(map(re.escape, forms))})\b(?![’'-])",
        re.IGNORECASE,
    )


def is_office(words: Sequence[str]) -> bool:
    """Return whether capitalised words only say what somebody is: "Prime Minister", "CM"."""
    if len(words) == 1 and words[0] in _SHORT_OFFICES:
        return True
    parts = " ".join(words).lower().replace("-", " ").split()
    return len(parts) > 1 and parts[-1] in _OFFICES and _OF_OFFICES.issuperset(parts)


def _parse(words: str) -> tuple[str, frozenset[str]] | None:
    """Take "the foreign minister" apart: the noun, and what stands before it."""
    if not _THE_ROLE.fullmatch(words):
        return None
    found = _WORD.findall(_canonical(words.removeprefix("the ")))
    cut = next((at for at, word in enumerate(found) if at and word in PREPOSITIONS), len(found))
    noun = found[cut - 1] if found else ""
    return (noun, frozenset([*found[: cut - 1], *found[cut:]]) - _LITTLE) if noun in _NOUNS else None


def _canonical(words: str) -> str:
    return _ALIAS.sub(lambda found: _SAME[found.group().rstrip(".")], words.lower()).replace("-", " ")


def _office(role: str) -> _Office:
    """Take a role apart: "president and founder of the bank" has two heads, "the president’s lawyer" one."""
    words = _WORD.findall(_canonical(role.split(",")[0]))
    words = words[1:] if words and words[0] in ("the", "a", "an", "his", "her", "their", "its") else words
    cut = next((at for at, word in enumerate(words) if at and word in PREPOSITIONS | {"who"}), len(words))
    heads: set[str] = set()
    before: set[str] = set()
    for at in range(cut):
        ends = at + 1 == cut or words[at + 1] == "and"
        (heads if ends else before).add(words[at])
    return _Office(frozenset(heads), frozenset(words), frozenset(before))


def _is_same(fullest: Person, person: Person) -> bool:
    """Return whether two names can be one person's: "Ann Moss" and "Moss"."""
    one, other = fullest.name.lower().split(), person.name.lower().split()
    return one[-1] == other[-1] and (len(other) == 1 or one[0] == other[0])
