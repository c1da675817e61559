"""Resolves phrases by a name in or beside them: "Lakers coach Phil Moss", "his brother, Mike Toland"."""

from __future__ import annotations

import re

from service.domain import Span
from service.people.entity import Entity
from service.people.mention_index import MentionIndex
from service.people.names import find_mentions
from service.people.role_words import word_before
from service.text.en import lexicon
from service.text.en.grammar import CAPITAL, DETERMINERS, PREPOSITIONS, SOURCE_NOUN
from service.text.en.word_lists import load_words, one_of

_GOVERNED = re.compile(rf"[ \u00a0]{one_of(load_words('governing_words'))}(?:[ \u00a0]|$)")
_CAPITAL = re.compile(r"(?<![^\W_])" + CAPITAL)
_BRACKET = re.compile(r"[ \u00a0][(\[]")
_ROLE = re.compile(rf"\b{SOURCE_NOUN}s?\b")
_JOINED = re.compile(r"[ \u00a0]and[ \u00a0]")
_CAPITALISED_BEFORE = re.compile(rf"(?<![^\W_]){CAPITAL}\w+[ \u00a0]$")
_COMMA = re.compile(r",[”\"]?[ \u00a0]|[”\"],[ \u00a0]")
_LONGEST_TITLE_CHARS, _MOST_TITLE_WORDS = 30, 3
_MOST_OCCURRENCES = 40
_LONGEST_APPOSITION_CHARS = 160
_STOP = re.compile(r"[.;:!?\n]")
# What ends an apposition: "the judge, Ann Moss," but not "according to the judge, Ann Moss knew".
_CLOSES = (",", ".", ";", "(", "\n", "")
_NO_NOUNS = PREPOSITIONS | DETERMINERS | lexicon.SENTENCE_STARTERS | {"and", "or", "by", "as", "than"}
_TITLE_WORDS = lexicon.ROLE_NOUNS | {"former", "retired", "the", "a", "an", "his", "her", "their"}


def person_named_by(mentions: MentionIndex, phrase: Span) -> Entity | None:
    """Return whom a phrase names at its end: "Lakers coach Phil Moss", not "a White House spokesman".

    What follows "of", "for" and the like is what they stand for, not who they are. In a phrase with commas
    the name ends the first part ("Ann Moss, a coach of the Lakers,") or begins a later one ("one of them,
    Ann Moss").
    """
    words = phrase.of(mentions.text)
    bracket = _BRACKET.search(words)
    if bracket and bracket.start():
        before = person_named_by(mentions, Span(phrase.start, phrase.start + bracket.start()))
        # "Member of parliament (MP) Ann Moss"
        return before if before and before.is_person else _person_at_end(mentions, phrase) or before
    comma = words.find(",")
    if comma > 0:
        head = person_named_by(mentions, Span(phrase.start, phrase.start + comma))
        # "The Senate Minority Leader, Ann Moss"
        return head if head and head.is_person else _apposed_within(mentions, phrase) or head
    governed = _GOVERNED.search(words)
    head_end = phrase.start + governed.start() if governed else phrase.end
    last = _person_at_end(mentions, phrase) if governed else None
    if governed and last and not _is_name(mentions, Span(phrase.start, head_end)):
        start = mentions.within(phrase)[-1].start
        # "China’s ambassador to Britain Ann Moss", but not "a spokesman for Senate candidate Ann Moss"
        if _CAPITALISED_BEFORE.search(mentions.text[phrase.start + governed.end() : start]):
            return last
        # "Longtime Imus in the Morning writer Ann Moss", but not "a spokesman for former governor Ann Moss"
        if _is_noun(word_before(mentions.text, start)) and not _ROLE.search(words, 0, governed.start()):
            return last
    for span in reversed(mentions.within(phrase)):
        if span.start < head_end:  # "Secretary of State Ann Moss" is one name, title included
            person = mentions.person_at[span]
            # "the Commission on Public Debates" is more than a Commission.
            is_longer = governed and not person.is_person and _CAPITAL.search(words, governed.end())
            return person if span.end >= head_end and not is_longer else None
    return None


def _is_name(mentions: MentionIndex, phrase: Span) -> bool:
    """Return whether a phrase is a person's name: "Dr. Ann Moss" before "at Saint Francis"."""
    person = mentions.person_at.get(phrase)
    return person is not None and person.is_person


def _is_noun(word: str) -> bool:
    """Return whether a word before a name can be what its bearer is."""
    return word.isalpha() and word not in _NO_NOUNS


def _person_at_end(mentions: MentionIndex, phrase: Span) -> Entity | None:
    """Return the person in whose name a phrase ends."""
    named = mentions.within(phrase)
    person = mentions.person_at[named[-1]] if named and named[-1].end == phrase.end else None
    return person if person and person.is_person else None


def _apposed_within(mentions: MentionIndex, phrase: Span) -> Entity | None:
    """Return the person whom a later part of a phrase names: "one of them, biologist Ann Moss"."""
    text = mentions.text
    for span in mentions.within(phrase):
        person = mentions.person_at[span]
        comma = text.rfind(",", phrase.start, span.start)
        title = text[comma + 1 : span.start].split()
        is_apposed = comma >= 0 and len(title) <= _MOST_TITLE_WORDS and all(map(_is_noun, title))
        if person.is_person and is_apposed:
            return person
    return None


def person_named_elsewhere(mentions: MentionIndex, words: str) -> Entity | None:
    """Return the one person before whose name the same description stands, as in "the judge, Ann Moss"."""
    text = mentions.text
    found: set[Entity] = set()
    at = text.find(words)
    for _ in range(_MOST_OCCURRENCES):
        if at < 0 or len(found) > 1:
            break
        name = mentions.first_after(at + len(words) - 1)
        between = text[at + len(words) : name.start] if name else "-"
        is_beside = between in (" ", "\u00a0", ", ")
        if (
            name
            and is_beside
            and mentions.person_at[name].is_person
            and (between != ", " or text[name.end : name.end + 1] in _CLOSES)
        ):
            found.add(mentions.person_at[name])
        at = text.find(words, at + len(words))
    return found.pop() if len(found) == 1 else None


def person_apposed_after(mentions: MentionIndex, phrase: Span) -> Entity | None:
    """Return whom an apposition after a phrase names: "his brother, Mike Toland, said"."""
    text = mentions.text
    comma = _COMMA.match(text, phrase.end)
    name = mentions.first_after(comma.end() - 1) if comma else None
    if not comma or not name or name.start > comma.end() + _LONGEST_TITLE_CHARS:
        return None
    is_closed = text[name.end : name.end + 1] in _CLOSES
    person = mentions.person_at[name]
    # "his brother, retired teacher Mike Toland,", but not "the group, led by Mike Toland,".
    return person if is_closed and person.is_person and is_title(text[comma.end() : name.start]) else None


def is_title(words: str) -> bool:
    """Return whether ``words`` before a name can all be of its title."""
    return all(word.lower() in _TITLE_WORDS or word[0].isupper() for word in words.split())


def opens_sentence(text: str, sentence_start: int, name: Span) -> bool:
    """Return whether a name stands first in its sentence, with no more than a title before it."""
    before = text[sentence_start : name.start]
    return len(before) <= _LONGEST_TITLE_CHARS and is_title(before)


def names_joined(mentions: MentionIndex, phrase: Span) -> str | None:
    """Return both full names for "Kessler and Nair": of two people or of two countries."""
    joined = _JOINED.search(phrase.of(mentions.text))
    if not joined:
        return None
    left = Span(phrase.start, phrase.start + joined.start())
    right = Span(phrase.start + joined.end(), phrase.end)
    named = mentions.within(left)
    if len(named) != 1 or named[0].end != left.end or re.search(r"[,;]", left.of(mentions.text)):
        return None
    first, second = mentions.person_at[named[0]], person_named_by(mentions, right)
    if not second or first is second or _GOVERNED.search(left.of(mentions.text)):
        return None
    are_alike = first.is_person == second.is_person and all(
        one.is_person or " " not in one.name for one in (first, second)
    )
    return f"{first.name} and {second.name}" if are_alike else None


def named_before_relative(mentions: MentionIndex, relative: Span) -> Entity | None:
    """Return whom "who" or "which" means: the name right before, or a person whose apposition it ends.

    "Ann Moss, who", "Ann Moss, a professor at Leeds, who"; "the Board of Trade, which".
    """
    text, place = mentions.text, relative.start
    is_who = relative.of(text).lower() == "who"
    name = mentions.last_before(place)
    start = max(place - _LONGEST_APPOSITION_CHARS, 0)
    while name and name.start >= start and not _STOP.search(text, name.end, place):
        person = mentions.person_at[name]
        is_right_before = not text[name.end : place].strip(" ,\u00a0")
        if person.is_person == is_who and (is_right_before or (is_who and text[name.end] == ",")):
            return person
        name = mentions.last_before(name.start - 1)
    return None


def person_named_in_quotation(mentions: MentionIndex, words: str) -> Entity | None:
    """Return whom quoted ``words`` name, if the text names that person outside quotations as well."""
    named = list(find_mentions(words))
    if not named:
        return None
    fitting = [person for person in mentions.people if person.name.split()[-1].lower() == named[-1].surname]
    return fitting[0] if len(fitting) == 1 else None
