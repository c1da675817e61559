"""Finds the names of a text, with the titles, honorifics and roles around them.

The rules go by capitals, titles and given names; there is no trained recogniser of named entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import dropwhile

from service import time_budget
from service.domain import Span
from service.people.name_pattern import find_names
from service.people.role_words import (
    KIN,
    gender_of_noun,
    head_noun,
    is_office,
    role_after,
    role_before,
    word_before,
)
from service.text.en import given_names, lexicon
from service.text.en.given_names import is_given_name
from service.text.en.grammar import CAPITAL, find_cues
from service.text.en.word_lists import load_words
from service.text.marks import ENGLISH_CLOSING

_UP_TO_CUE = re.compile(r"[ \u00a0](?:(?:\w+ly|also|then|later|has|had|once|now)[ \u00a0]){0,2}")
_PARTY_AND_STATE = re.compile(r"[DRI]-[A-Z][A-Za-z.]*")  # Ann Moss (D-Mo.)
# "World Health Organization (WHO)"
_ABBREVIATED = re.compile(rf"\(({CAPITAL}[\w&]*{CAPITAL})\)")
_NICKNAME_MARKS = '“"‘('
_TOKEN = re.compile(r"[^\s\u00a0]+")
# What follows only the names of people: an age, a relative clause with "who".
_OF_A_PERSON = re.compile(
    r",?[ \u00a0](?:\(?\d\d?\)?[,.;) ]|who\b|whose\b|himself\b|herself\b)|[ \u00a0]\(\d\d\)"
)
# What stands before the names of organisations and places: "the Islanders", "in Old Varosh".
_OF_A_THING = re.compile(r"\b(?:[Tt]he|[Ii]n|[Aa]t)[ \u00a0]$")
_SENTENCE_START = re.compile(rf"(?:^|[.!?{ENGLISH_CLOSING}\n]\s*)$")
_LONGEST_NAME_WORDS = 4
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_POSTNOMINALS = load_words("postnominals")
_ORGANISATION_SUFFIXES = frozenset({"inc", "inc.", "corp", "corp.", "ltd", "ltd.", "llc", "co", "co.", "plc"})
_ALL_SUFFIXES = _SUFFIXES | _ORGANISATION_SUFFIXES
# "Secretary of" before "State Ann Moss".
_OFFICE_OF = re.compile(rf"(?:{CAPITAL}\w+[ \u00a0])+of[ \u00a0]$")
_KIN = "|".join(sorted(KIN))
# A person introduced as a relative: "his wife, Carla", "Mr. Reyes’s sister Ann".
_KIN_BEFORE = re.compile(
    rf"\b(?:his|her|their|whose|\w+['’]s?)[ \u00a0](?:[\w-]+[ \u00a0]){{0,2}}(?P<kin>{_KIN}),?[ \u00a0]$",
    re.IGNORECASE,
)
_KIN_AFTER = re.compile(
    rf",[ \u00a0](?:his|her|their|[\w.]+(?:[ \u00a0][\w.]+){{0,2}}['’]s?)[ \u00a0]"
    rf"(?:[\w-]+[ \u00a0]){{0,2}}(?P<kin>{_KIN})\b"
)
# Epithets that tabloids put before names: "Brave Doris Platt".
_EPITHETS = frozenset("Brave Proud Tragic Hero Lucky Plucky Cheeky Smiling Local Angry Ex".split())

# "U.S. District Judge Ann Moss"
_COURTS = frozenset("appeals chief circuit county court district family federal magistrate superior".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the text, with what the words beside it say of its bearer."""

    span: Span
    words: tuple[str, ...]
    role: str | None
    gender: str | None  # "m", "f" or None
    has_title: bool  # a title or honorific stands before it, so it is a person's
    looks_like: str | None = None  # "person" or "thing", by the words around it
    honorific: str | None = None  # "Mr.", as it stands in the text
    nickname: str | None = None  # "Billy" in William “Billy” Tran
    is_kin: bool = False  # introduced as somebody's relative: "his wife, Carla"

    @property
    def core_words(self) -> tuple[str, ...]:
        """The words of the name without suffixes: "Jr.", "Inc."."""
        return _core_words(self.words)

    def word_spans(self, text: str) -> list[Span]:
        """Return where each of the words stands; they are the last of the span, after a title."""
        tokens = [
            Span(self.span.start + found.start(), self.span.start + found.end())
            for found in _TOKEN.finditer(self.span.of(text))
            if found.group()[0] not in _NICKNAME_MARKS
        ]
        return tokens[-len(self.words) :]

    def without_first(self, words: int, start: int) -> Mention:
        """Return the mention of a person without its first ``words``, which are no part of the name."""
        kept = self.words[words:]
        gender = _gender_of_name(kept) if len(kept) > 1 else None
        return replace(self, span=Span(start, self.span.end), words=kept, gender=gender, looks_like=None)

    @property
    def surname(self) -> str:
        """The last of the core words, in lower case."""
        return self.core_words[-1].lower()

    @property
    def is_full(self) -> bool:
        """Whether this is a full name, not a short one: "Ann Moss", not "Moss" or "Ann"."""
        return len(self.core_words) > 1

    @property
    def is_organisation(self) -> bool:
        """Whether a word of the name is one of organisations: "Moss Foundation"."""
        return not lexicon.ORGANISATION_WORDS.isdisjoint(word.lower().strip(".,") for word in self.words)

    @property
    def is_headline(self) -> bool:
        """Whether there are too many capitalised words for a name, as in a headline."""
        return sum(word[0].isupper() for word in self.core_words) > _LONGEST_NAME_WORDS

    @property
    def suffix(self) -> str | None:
        """The suffix that tells a son from his father: "jr", "sr", "ii"."""
        last = self.words[-1].lower()
        return last.rstrip(".") if last in _SUFFIXES else None


@lru_cache(1024)
def _core_words(words: tuple[str, ...]) -> tuple[str, ...]:
    plain = tuple(word.rstrip(",") for word in words)
    return tuple(word for word in plain if word.lower() not in _ALL_SUFFIXES) or plain


def find_mentions(text: str) -> Iterator[Mention]:
    """Yield the names of ``text`` in order. Names in quoted words are found too unless these are blanked.

    A lone "Dean" or "King" is a name if a full name ends in it, and a title otherwise.
    """
    abbreviations = frozenset(_ABBREVIATED.findall(text))
    found = [
        mention
        for name in find_names(text)
        if not _PARTY_AND_STATE.fullmatch(name.of(text))
        for mention in _mentions_of(text, name, abbreviations)
    ]
    surnames = {mention.surname for mention in found if mention.is_full}
    for mention in found:
        start = mention.span.start
        is_named = len(mention.words) > 1 or mention.has_title or not _is_title(mention.words[0])
        if is_named or (
            mention.surname in surnames and not _OF_A_THING.search(text, max(0, start - 5), start)
        ):
            yield mention


def _mentions_of(text: str, run: Span, abbreviations: frozenset[str]) -> list[Mention]:
    """Return the mention in a run of capitalised words, if any: no title, sentence starter or date."""
    time_budget.check()
    tokens = [(t.group(), run.start + t.start(), run.start + t.end()) for t in _TOKEN.finditer(run.of(text))]
    # Within a sentence a capital marks a name, whatever the word: "while Oh Yun-hee", "said Will Moss".
    is_amid = text[max(0, run.start - 2) : run.start - 1].islower()
    is_name = tokens[0][0].lower() in lexicon.NAMES_LIKE_WORDS and (
        len(tokens) > 1 if is_amid else any(find_cues(text, run.end, run.end + 10))
    )
    is_name = is_name or (is_amid and len(tokens[0][0]) > 2 and tokens[0][0].isupper())  # "says WHO"
    if not is_name:
        tokens = list(
            dropwhile(lambda token: _is_no_name(token[0]) and token[0] not in abbreviations, tokens)
        )
    if len(tokens) > 2 and _has_epithet(text, tokens[0][1], [token for token, _, _ in tokens]):
        tokens = tokens[1:]
    while tokens and tokens[-1][0].lower() in lexicon.MONTHS_AND_DAYS:
        tokens.pop()
    while len(tokens) > 2 and tokens[-1][0].rstrip(",") in _POSTNOMINALS and not tokens[0][0].isupper():
        tokens.pop()
    if not tokens:
        return []
    start = tokens[0][1]
    named = _after_titles(
        [token for token, _, _ in tokens], after_of=text[max(0, start - 4) : start] == " of "
    )
    titles, tokens = [token for token, _, _ in tokens[:named]], tokens[named:]
    office = _OFFICE_OF.search(text, max(0, start - 60), start) if titles else None
    start = office.start() if office else start
    if is_office([*titles, *(token for token, _, _ in tokens)]):
        return []
    ranks = [token for token in titles if token.lower() not in lexicon.ADDRESS_HONORIFICS]
    if titles and titles == ranks and len(tokens) == 1 and tokens[0][0].lower() in lexicon.TITLE_HEADS:
        return []  # "the Chief Minister"
    gender = next(filter(None, map(_gender_of_honorific, map(str.lower, titles))), None)
    honorific = next((title for title in titles if title.lower() in lexicon.FORMS_OF_ADDRESS), None)
    nickname = next((token[1:-1] for token, _, _ in tokens if token[0] in _NICKNAME_MARKS), None)
    words = tuple(token for token, _, _ in tokens if token[0] not in _NICKNAME_MARKS)
    end = tokens[-1][2]
    title = " ".join([*office.group().split(), *ranks] if office else ranks)
    # Asking for the word is quicker than the pattern.
    kin = _KIN_BEFORE.search(text, max(0, start - 60), start) if word_before(text, start) in KIN else None
    looks_like = None if titles else "person" if kin else _looks_like(text, start, end)
    role = _role(text, start, end, title, is_thing=looks_like == "thing")
    if len(words) > 1 or not titles:  # "Judge Kelly" says no more than "Kelly"
        gender = gender or _gender_of_name(words)
    kin_or_not = kin or _KIN_AFTER.match(text, end, end + 80)
    gender = gender or gender_of_noun(kin_or_not["kin"] if kin_or_not else head_noun(role or ""))
    return [
        Mention(
            Span(start, end),
            words,
            role,
            gender,
            bool(titles),
            looks_like,
            honorific,
            nickname,
            kin is not None,
        )
    ]


def _looks_like(text: str, start: int, end: int) -> str | None:
    """Return "person" or "thing" if the words around a name say which it is."""
    if _OF_A_PERSON.match(text, end):
        return "person"
    possessive = text[end : end + 2] in ("’s", "'s")
    if not possessive and _OF_A_THING.search(text, max(0, start - 5), start):
        return "thing"
    cue = next(find_cues(text, end, end + 24), None)
    return "person" if cue and _UP_TO_CUE.fullmatch(text, end, cue.start()) else None


def _role(text: str, start: int, end: int, title: str, *, is_thing: bool) -> str | None:
    """Return what somebody is, by title or the words beside the name; a kinship if nothing else."""
    # "In Moscow, the president" is no apposition.
    after = None if is_thing else role_after(text, end)
    if title:
        return (after if title.lower() in lexicon.ACADEMIC_TITLES else None) or title
    before = role_before(text, start)
    return before if before and head_noun(before) not in KIN else after or before


def _has_epithet(text: str, start: int, words: list[str]) -> bool:
    """Return whether a sentence starts with a word before the name: "Boss Ann Moss", "LUCKY Ann Moss"."""
    first, second = words[0], words[1]
    if not _SENTENCE_START.search(text, max(0, start - 3), start) or _is_title(second):
        return False
    if first.lower().endswith(("ing", "ed", "ful", "ous")) or first in _EPITHETS:
        return is_given_name(second) and not is_given_name(first)
    shouted = first.isupper() and len(first) > 1 and not second.isupper()
    is_role = first.lower() in lexicon.ROLE_NOUNS and not _is_title(first)
    return is_role or (shouted and is_given_name(second))


def _after_titles(words: list[str], *, after_of: bool) -> int:
    """Return the number of words before the name itself: "Prime Minister", "New York Mayor"."""
    last = 0
    for number, word in enumerate(words[:-1]):
        lowered = word.lower()
        is_modifier = after_of and number == last and lowered in lexicon.TITLE_MODIFIERS
        is_leading = number == 0 and lowered in lexicon.LEADING_TITLES
        is_leading = is_leading or (lowered == "judge" and words[number - 1].lower() in _COURTS)
        is_head = lowered in lexicon.TITLE_HEADS | lexicon.ADDRESS_HONORIFICS or is_office([word])
        if is_head or is_modifier or is_leading:
            last = number + 1
    rest = words[last].lower()
    return 0 if rest in _SUFFIXES or rest in lexicon.ORGANISATION_WORDS else last


def _is_no_name(token: str) -> bool:
    lowered = token.lower()
    return lowered in lexicon.SENTENCE_STARTERS or lowered in lexicon.MONTHS_AND_DAYS or token == "Former"


def _is_title(token: str) -> bool:
    return token.lower() in lexicon.TITLES or token.lower() in lexicon.ADDRESS_HONORIFICS


def _gender_of_honorific(word: str) -> str | None:
    if word in lexicon.MALE_HONORIFICS:
        return "m"
    return "f" if word in lexicon.FEMALE_HONORIFICS else None


def _gender_of_name(words: tuple[str, ...]) -> str | None:
    """Return the gender of the given name, which is the first word or follows an initial."""
    first = words[1] if len(words) > 2 and words[0].endswith(".") else words[0]
    return given_names.gender_of(first)
