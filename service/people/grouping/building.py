"""From the mentions that name somebody to a record of them: name, role, gender, person or organisation."""

from __future__ import annotations

import re
from collections import Counter

from service.people.grouping.groups import NameGroup, is_headline, is_organisation
from service.people.names import Mention
from service.people.person import Person
from service.text.en import lexicon
from service.text.en.given_names import is_given_name
from service.text.en.grammar import BLANK
from service.text.marks import ENGLISH_CLOSING

_NEVER_IN_NAMES = (
    lexicon.SENTENCE_STARTERS - lexicon.NAMES_LIKE_WORDS - {"more", "still", "near", "such", "an", "so", "do"}
)
_AGED = re.compile(r",?[ \u00a0](?:aged?[ \u00a0])?\d\d,|[ \u00a0]\(\d\d\)")
_INITIAL = re.compile(r"[A-Z]\.")
_STARTS = re.compile(rf"(?:^|[.!?:{ENGLISH_CLOSING}\n{BLANK}]\s*)$")


def build_person(one: NameGroup, text: str) -> Person:
    """Build the record of a person or organisation from the mentions of ``text`` that name them."""
    group = one.mentions
    fullest = max(
        group, key=lambda mention: (len(mention.words), not _is_shouted(mention), -mention.span.start)
    )
    roles = Counter(mention.role for mention in group if mention.role)
    # A surname tells no gender ("Kelly"), nor does what stands before it in a full name.
    telling = [mention for mention in group if mention.addressed or len(mention.words) == len(fullest.words)]
    genders = Counter(mention.gender for mention in telling if mention.gender)
    is_place = " ".join(fullest.words).lower() in lexicon.PLACES
    is_certainly_person = (
        any(mention.addressed or _AGED.match(text, mention.span.end) for mention in group)
        or bool(roles)
        or _has_given_name(fullest)
    )
    is_described = not is_certainly_person and _is_described(fullest, group, text)
    is_person = (
        not is_place
        and not is_described
        and not one.is_family
        and (is_certainly_person or _looks_like_person(fullest, group))
    )
    return Person(
        name=one.name or _spelled(fullest, is_label=text.startswith(":", fullest.span.end)),
        is_person=is_person,
        role=max(roles, key=lambda role: (roles[role], -len(role))) if roles and not is_place else None,
        gender=one.gender or (genders.most_common(1)[0][0] if genders else None),
        mentions=tuple(mention.span for mention in group),
        roles=frozenset(role.lower() for role in roles) if is_person else frozenset(),
        nouns=frozenset(one.nouns) if is_person else frozenset(),
        is_described=is_described,
        is_certainly_person=is_certainly_person and is_person,
    )


def _is_described(fullest: Mention, group: list[Mention], text: str) -> bool:
    """Tell "Officials" and "Police", first in their sentences, from names."""
    if len(fullest.words) > 1:
        return False
    word = fullest.words[0].lower()
    if not {word, word.removesuffix("s")} & (lexicon.ROLE_NOUNS | lexicon.BARE_SOURCES):
        return False
    return all(_STARTS.search(text[max(0, mention.span.start - 3) : mention.span.start]) for mention in group)


def _spelled(mention: Mention, *, is_label: bool) -> str:
    """The name as it stands, but "BEA LIND" as Bea Lind where that is not a transcript's label."""
    words = mention.words
    if not is_label and len(words) > 1 and _is_shouted(mention) and is_given_name(words[0]):
        words = tuple(
            word if word.startswith(("MC", "MAC")) or "." in word else word.title() for word in words
        )
    return " ".join(words)


def _is_shouted(mention: Mention) -> bool:
    return all(word.isupper() for word in mention.words)


def _has_given_name(mention: Mention) -> bool:
    """Return whether a name starts with a given name and holds no word of bodies ("Jack Daniels Inc")."""
    first = mention.words[0]
    is_initial = _INITIAL.fullmatch(first) is not None  # "P. Sundaresan"
    return len(mention.words) > 1 and (is_initial or is_given_name(first)) and not is_organisation(mention)


def _looks_like_person(fullest: Mention, group: list[Mention]) -> bool:
    """Judge a name without title, role or known given name by its length, its words and what is around it."""
    if is_organisation(fullest):
        return False
    looks = Counter(mention.looks_like for mention in group)
    if len(fullest.words) == 1:
        return is_given_name(fullest.words[0]) or looks["person"] > looks["thing"]
    if any(word.lower() in _NEVER_IN_NAMES for word in fullest.words[1:]):  # "Q. Your", "BORROWING Back"
        return False
    return not is_headline(fullest) and 2 * looks["thing"] <= len(group)
