"""Resolves descriptions that ``roles`` leaves open: organisations ("the newspaper") and labels ("Minister:").

An organisation's kind is in its name or in the words beside it. A description that fits two is left as it is.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from service.domain import Span
from service.people.coreference.documents import DOCUMENTS
from service.people.entity import Entity
from service.people.mention_index import MentionIndex
from service.text.en import lexicon
from service.text.en.word_lists import load_table

_THE = re.compile(r"the\s+(?P<modifiers>(?:[\w’'-]+\s+)*?)(?P<noun>[\w-]+)", re.IGNORECASE)
# "Aides to Governor Ruth Pell", "sources close to Moss": up to the name that follows.
_GOVERNS = re.compile(
    r"(?:[ \u00a0]close)?[ \u00a0](?:to|for|of|in|from|at|with)[ \u00a0]"
    r"(?:(?:the|a|an|his|her|their|its)[ \u00a0])?"
    r"(?:(?!(?:to|for|of|in|from|at|with|on|and)\b)[\w’'-]+[ \u00a0]){0,2}?$"
)
_LONGEST_GOVERNED_CHARS = 50
# Nouns for people with the title "Dr."
_DOCTORS = frozenset(
    {"doctor", "physician", "surgeon", "scientist", "professor", "psychologist", "researcher"}
)

_OTHERS = frozenset("former other rival second third".split())
_BODYS_DOCUMENT = re.compile(r"(?:the|an?)\s+(?P<body>[\w-]+)\s+(?P<noun>[\w-]+)", re.IGNORECASE)
# Nouns for organisations, and the words in names of that kind.
_WORD = re.compile(r"[a-z]+")
_KINDS = {noun: frozenset(words) for noun, words in load_table("organisation_kinds").items()}


@dataclass(frozen=True, slots=True)
class DescriptionIndex:
    """The people of a text by the nouns of their roles, and its organisations by their kinds."""

    mentions: MentionIndex
    holders: Mapping[str, Sequence[Entity]]
    organisations: Mapping[str, Sequence[Entity]]  # in the order of first mention

    def resolve(self, words: str, mention: Span) -> Entity | None:
        """Return whom ``words`` describe at ``mention``; None if nobody or more than one fits."""
        if words.istitle() and words.lower() in lexicon.ROLE_NOUNS - lexicon.BARE_SOURCES:
            return _only(self.holders.get(words.lower(), ()))  # "Minister:" in a headline or a label
        written = _BODYS_DOCUMENT.fullmatch(words)
        if written and written["noun"].lower() in DOCUMENTS:  # "a church statement"
            return self._organisation(written["body"].lower(), mention)
        found = _THE.fullmatch(words)
        if not found or _OTHERS.intersection(found["modifiers"].lower().split()):
            return None
        noun = found["noun"].lower()
        if noun in _DOCTORS and not found["modifiers"]:
            return _only(self.holders.get(noun) or self.holders.get("doctor", ()))
        return self._organisation(noun, mention)

    def complete(self, words: str, mention: Span) -> str | None:
        """Return a description with the name that goes on from it: "aides to Ann Moss" for "aides"."""
        if _THE.fullmatch(words):
            return None
        last = words.lower().split()[-1]
        if not {last, last.removesuffix("s")} & (lexicon.ROLE_NOUNS | lexicon.BARE_SOURCES):
            return None
        text, name = self.mentions.text, self.mentions.first_after(mention.end)
        if name and governs_name(text, mention, name):
            return f"{words} {' '.join(text[mention.end : name.end].split())}"
        return None

    def _organisation(self, noun: str, mention: Span) -> Entity | None:
        """Return the one organisation of that kind named before the mention."""
        known = self.organisations.get(noun, ())
        named = bisect(known, mention.start, key=lambda one: one.mentions[0].start)
        return known[0] if named == 1 else None


def index_descriptions(mentions: MentionIndex) -> DescriptionIndex:
    """Return the people of a text by role, and its organisations by those kinds that it has nouns for."""
    holders: dict[str, list[Entity]] = defaultdict(list)
    for person in mentions.people:
        for noun in person.nouns:
            holders[noun].append(person)
    organisations = [person for person in mentions.people if not person.is_person]
    nouns = _KINDS.keys() & set(_WORD.findall(mentions.text.lower()))
    of_kind = {
        noun: [one for one in organisations if _is_of_kind(one, noun, mentions.text)] for noun in nouns
    }
    return DescriptionIndex(mentions, holders, of_kind)


def governs_name(text: str, head: Span, name: Span) -> bool:
    """Return whether a name belongs to the description before it: "officials in Brussels"."""
    is_near = name.start <= head.end + _LONGEST_GOVERNED_CHARS
    return is_near and _GOVERNS.fullmatch(text, head.end, name.start) is not None


def _only(people: Sequence[Entity]) -> Entity | None:
    return people[0] if len(people) == 1 else None


def _is_of_kind(organisation: Entity, noun: str, text: str) -> bool:
    words = {word.lower().strip(".,") for word in organisation.name.split()}
    if words & ({noun} | _KINDS[noun]):
        return True
    for span in organisation.mentions[:3]:
        if _apposed(noun).match(text, span.end, span.end + 100):
            return True
        if text[max(0, span.start - len(noun) - 1) : span.start].lower().rstrip() == noun:
            return True
    return False


@cache
def _apposed(noun: str) -> re.Pattern[str]:
    """Return the pattern of an apposition with that head: ", a local newspaper"."""
    return re.compile(rf",[ \u00a0](?:an?|the|its)[ \u00a0](?:[\w’'-]+[ \u00a0]){{0,4}}?{noun}\b")
