"""Builds the record of a person or organisation from the mentions that name them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.people.entity import Entity, Kind
from service.people.grouping.groups import NameGroup
from service.people.names import Mention
from service.people.role_words import gender_of_noun, head_noun
from service.text.en import lexicon
from service.text.en.given_names import is_given_name
from service.text.en.grammar import BLANK
from service.text.marks import ENGLISH_CLOSING

_NEVER_IN_NAMES = (
    lexicon.SENTENCE_STARTERS - lexicon.NAMES_LIKE_WORDS - {"more", "still", "near", "such", "an", "so", "do"}
)
# From which probability by the trunk on a name is a person's: with a title, age, role or given name; if it
# looks like one; else.
_LEAST_IF_CERTAIN, _LEAST_IF_ALIKE, _LEAST_UNLIKE = 0.15, 0.35, 0.65
_AGED = re.compile(r",?[ \u00a0](?:aged?[ \u00a0])?\d\d,|[ \u00a0]\(\d\d\)")
_INITIAL = re.compile(r"[A-Z]\.")
_SENTENCE_START = re.compile(rf"(?:^|[.!?:{ENGLISH_CLOSING}\n{BLANK}]\s*)$")


def build_person(group: NameGroup, text: str, kinds: NDArray[np.float32] | None = None) -> Entity:
    """Return the record of whom a group of mentions of ``text`` names.

    ``kinds`` (5,) is how likely these names are a person's, a body's, a place's, another's or none, by what
    the trunk reads in them."""
    mentions = group.mentions
    fullest = max(
        mentions, key=lambda mention: (len(mention.words), not _is_shouted(mention), -mention.span.start)
    )
    roles = Counter(mention.role for mention in mentions if mention.role)
    # A surname alone gives no gender ("Kelly"), even if it is a given name as well.
    telling = [
        mention for mention in mentions if mention.has_title or len(mention.words) == len(fullest.words)
    ]
    genders = Counter(mention.gender for mention in telling if mention.gender)
    # "Kelly, the eldest daughter of" tells, whatever the name.
    genders.update(filter(None, (gender_of_noun(head_noun(role)) for role in roles)))
    is_place = " ".join(fullest.words).lower() in lexicon.PLACES
    is_certainly_person = (
        any(mention.has_title or _AGED.match(text, mention.span.end) for mention in mentions)
        or bool(roles)
        or _has_given_name(fullest)
    )
    is_described = not is_certainly_person and _is_described(fullest, mentions, text)
    is_person = (
        not is_described
        and not group.is_family
        and _is_person(
            looks=not is_place and (is_certainly_person or _looks_like_person(fullest, mentions)),
            for_certain=is_certainly_person and not is_place,
            share=None if kinds is None else float(kinds[0]),
        )
    )
    return Entity(
        name=group.name or _spelled(fullest, is_label=text.startswith(":", fullest.span.end)),
        is_person=is_person,
        role=max(roles, key=lambda role: (roles[role], -len(role))) if roles and not is_place else None,
        gender=group.gender or (genders.most_common(1)[0][0] if genders else None),
        mentions=tuple(mention.span for mention in mentions),
        roles=frozenset(role.lower() for role in roles) if is_person else frozenset(),
        nouns=group.nouns if is_person else frozenset(),
        is_described=is_described,
        is_certainly_person=is_certainly_person and is_person,
        kind=_kind(is_person=is_person, kinds=kinds),
    )


def _is_person(*, looks: bool, for_certain: bool, share: float | None) -> bool:
    """Return whether a name is a person's, by its looks and by how likely the trunk holds it for one."""
    if share is None:
        return looks
    return share > (_LEAST_IF_CERTAIN if for_certain else _LEAST_IF_ALIKE if looks else _LEAST_UNLIKE)


def _kind(*, is_person: bool, kinds: NDArray[np.float32] | None) -> Kind:
    """Return what a name is of, given whether it is a person's, and how likely each kind is (5,)."""
    if is_person:
        return Kind.PERSON
    if kinds is None:
        return Kind.ORGANISATION
    return (Kind.ORGANISATION, Kind.PLACE, Kind.OTHER, Kind.OTHER)[int(kinds[1:].argmax())]


def _is_described(fullest: Mention, mentions: Sequence[Mention], text: str) -> bool:
    """Return whether a noun is no name but a description that starts its sentences: "Officials", "Police"."""
    if len(fullest.words) > 1:
        return False
    word = fullest.words[0].lower()
    if not {word, word.removesuffix("s")} & (lexicon.ROLE_NOUNS | lexicon.BARE_SOURCES):
        return False
    return all(
        _SENTENCE_START.search(text[max(0, mention.span.start - 3) : mention.span.start])
        for mention in mentions
    )


def _spelled(mention: Mention, *, is_label: bool) -> str:
    """Return the name as in the text, but "BEA LIND" as Bea Lind unless it is a transcript's label."""
    words = mention.words
    if not is_label and len(words) > 1 and _is_shouted(mention) and is_given_name(words[0]):
        words = tuple(
            word if word.startswith(("MC", "MAC")) or "." in word else word.title() for word in words
        )
    return " ".join(words)


def _is_shouted(mention: Mention) -> bool:
    return all(word.isupper() for word in mention.words)


def _has_given_name(mention: Mention) -> bool:
    """Return whether a name starts with a given name or an initial; not "Jack Daniels Inc"."""
    first = mention.words[0]
    is_initial = _INITIAL.fullmatch(first) is not None  # "P. Sundaresan"
    return len(mention.words) > 1 and (is_initial or is_given_name(first)) and not mention.is_organisation


def _looks_like_person(fullest: Mention, mentions: Sequence[Mention]) -> bool:
    """Return whether a name without title, role or full given name looks like a person's."""
    if fullest.is_organisation:
        return False
    looks = Counter(mention.looks_like for mention in mentions)
    if len(fullest.words) == 1:
        return is_given_name(fullest.words[0]) or looks["person"] > looks["thing"]
    if any(word.lower() in _NEVER_IN_NAMES for word in fullest.words[1:]):  # "Q. Your", "BORROWING Back"
        return False
    return not fullest.is_headline and 2 * looks["thing"] <= len(mentions)
