"""Finds subjects that are people without a name: "The boy’s father wept", "“…,” said a clerk at the inn".

"He" after such a phrase means that person, not somebody named before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain import Span
from service.people.coreference.fronted import OPENING, SPACE
from service.people.coreference.roles import RoleIndex
from service.people.entity import Entity
from service.people.mention_index import MentionIndex
from service.people.role_words import FEMALE_NOUNS, KIN, MALE_NOUNS, gender_of_noun
from service.text.en import lexicon
from service.text.en.grammar import (
    BLANK,
    CAPITAL,
    DETERMINERS,
    FRONTED,
    NOUN_PHRASE_END,
    PREPOSITIONS,
    find_cues,
)
from service.text.en.word_lists import load_words, one_of

_NOT_HUMAN = load_words("role_nouns_not_human")
_HUMAN = (lexicon.ROLE_NOUNS - _NOT_HUMAN) | KIN | MALE_NOUNS | FEMALE_NOUNS | load_words("human_nouns")
_VERB = rf"(?:{one_of(load_words('verbs_after_unnamed'))}|[a-z]{{2,}}ed)\b"
_PHRASE = re.compile(
    rf"(?P<owner>(?:(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Aa]){SPACE})?(?:[\w.-]{{1,40}}{SPACE}){{0,3}}?"
    rf"[\w.-]{{1,40}}(?:[’']s|s[’']){SPACE}"
    rf"|(?P<determiner>[Aa]n?|[Oo]ne|[Aa]nother|[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts){SPACE})"
    rf"(?:[\w’'-]{{1,40}}{SPACE}){{0,4}}?(?P<prefix>(?:ex-|step)?)(?P<noun>{{nouns}})"
    rf"(?P<rest>{SPACE}(?:for|of|from|with|at|in|to|on)(?:{SPACE}[\w’'.-]{{1,40}}){{1,7}}?)?"
    rf"(?=(?:,?{SPACE}(?:who|whose)\b|[,.;:\n]|$|{SPACE}(?:(?:also|then|later|never|\w{{1,20}}ly){SPACE})?{_VERB}))".replace(
        "{nouns}", "|".join(sorted(_HUMAN, key=len, reverse=True))
    )
)
_NAMED = re.compile(
    rf"[^.;\n{BLANK}]{{0,80}}?\b(?:named|called|known{SPACE}as|name,|name{SPACE}(?:as|is)|self{SPACE}as)"
    rf"{SPACE}{CAPITAL}"
)
_INVERTED = re.compile(rf"{BLANK},?{SPACE}(?=[a-z])")
# "Her mother died in May": "she" after that may be either.
_SPOKEN_OF = re.compile(rf",?{SPACE}(?:is|was|had|has|died|would|could|will|[a-z]+ed{SPACE}in)\b")
_STOPS = re.compile(rf"[.,;:\n{BLANK}]")
_LONGEST_CHARS = 160


@dataclass(frozen=True, slots=True)
class UnnamedSubject:
    """A subject without a name, who it is, and whether a pronoun after it certainly means that person."""

    span: Span
    person: Entity
    is_certain: bool


@dataclass(frozen=True, slots=True)
class _UnnamedPhrase:
    span: Span
    gender: str | None
    is_definite: bool  # "the man", who may have been named before
    is_clear: bool  # "he" after it is no one else: not so in "His father was a miner. He …"
    speaks: bool


def find_unnamed_subjects(
    mentions: MentionIndex, roles: RoleIndex, sentence_starts: Sequence[int]
) -> Iterator[UnnamedSubject]:
    """Yield the subjects that are people without a name, in order; "the mayor" is the person of that role."""
    for phrase in _phrases(mentions, sentence_starts):
        words = " ".join(phrase.span.of(mentions.text).split())
        meant = roles.resolve(words.lower(), phrase.span) if phrase.is_definite else words
        if isinstance(meant, Entity):
            yield UnnamedSubject(phrase.span, meant, is_certain=True)
        elif meant or phrase.speaks:
            is_certain = phrase.speaks or (phrase.is_clear and phrase.gender is not None)
            unnamed = Entity(meant or words, is_person=True, gender=phrase.gender)
            yield UnnamedSubject(phrase.span, unnamed, is_certain)


def _phrases(mentions: MentionIndex, sentence_starts: Sequence[int]) -> Iterator[_UnnamedPhrase]:
    text = mentions.text
    for at in sorted({*_clause_starts(text, sentence_starts), *_after_quotations(text)}):
        found = _PHRASE.match(text, at, at + _LONGEST_CHARS)
        if found and _is_noun_phrase(found) and not _is_named(mentions, found):
            yield _unnamed_phrase(text, found)


def _clause_starts(text: str, starts: Sequence[int]) -> Iterator[int]:
    for start in starts:
        opened = OPENING.match(text, start, start + 2000)
        at = opened.end() if opened else start
        yield at
        fronted = FRONTED.match(text, at, at + _LONGEST_CHARS)
        if fronted:
            spaced = OPENING.match(text, fronted.end())
            yield spaced.end() if spaced else fronted.end()


def _after_quotations(text: str) -> Iterator[int]:
    """Yield where a source may begin after a quotation: "“…,” the clerk said", "“…,” said a clerk"."""
    for opened in _INVERTED.finditer(text):
        yield opened.end()
        cue = next(find_cues(text, opened.end(), opened.end() + 16), None)
        if cue and cue.start() == opened.end():
            yield cue.end() + 1


def _is_noun_phrase(found: re.Match[str]) -> bool:
    """Return whether a match is no clause, such as "he’s a lawyer", "Moss’s married to an actor"."""
    first, *rest = found.string[found.start() : found.start("noun")].lower().split()
    is_clause = first.replace("’", "'") in ("he's", "she's", "it's", "that's", "there's", "who's", "what's")
    return not is_clause and not PREPOSITIONS.intersection(rest)


def _is_named(mentions: MentionIndex, found: re.Match[str]) -> bool:
    """Return whether a name goes with the phrase: "his brother, Mike Toland,", "a man named Toland"."""
    text, end = mentions.text, found.end()
    name = mentions.first_after(end)
    if name and not text[end : name.start].strip(" ,\u00a0"):
        return True
    return _NAMED.match(text, end, end + 120) is not None


def _unnamed_phrase(text: str, found: re.Match[str]) -> _UnnamedPhrase:
    end = found.end()
    if found["rest"]:
        stop = NOUN_PHRASE_END.search(text, found.start("rest") + 3, end)
        end = stop.start() if stop else end
        if text[found.start("rest") : end].split()[-1].lower() in DETERMINERS | PREPOSITIONS:
            end = found.start("rest")
    noun = found["noun"].lower()
    gender = gender_of_noun(noun)
    determiner = (found["determiner"] or "").lower()
    speaks = _speaks(text, found.start(), end)
    is_other_gender = {"his": "f", "her": "m"}.get(determiner) == gender and gender is not None
    is_clear = speaks or noun not in KIN or is_other_gender or not _SPOKEN_OF.match(text, end)
    return _UnnamedPhrase(Span(found.start(), end), gender, determiner == "the", is_clear, speaks)


def _speaks(text: str, start: int, end: int) -> bool:
    """Return whether a verb of saying is right after the phrase, or before it and after a quotation."""
    after = next(find_cues(text, end, min(end + 16, len(text))), None)
    if after and not _STOPS.search(text, end, after.start()):
        return True
    before = list(find_cues(text, max(0, start - 16), start))
    return bool(before) and before[-1].end() == start - 1 and BLANK in text[max(0, start - 20) : start]
