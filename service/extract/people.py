"""Who is who in an article: name mentions, grouped by person or body, with role and likely gender.

Reads text in which quoted words are blanked out (same length, so offsets hold): a name inside a quotation
never becomes a speaker. Not a named-entity recogniser: capitals, titles and given names are the evidence.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from service.domain import Span, Speaker
from service.extract import lexicon
from service.extract.grammar import PREPOSITIONS
from service.extract.names import Mention, find_mentions

_GOVERNED = re.compile(r"[ \u00a0](?:of|for|with|to|from|at|in)[ \u00a0]")
_APPOSED_NAME = re.compile(r",[ \u00a0]")
_LONGEST_TITLE_CHARS = 30
_NOBODY = frozenset({"no one", "nobody", "none", "no-one"})
_LOOK_BACK_NAMES = 40
# Not after a comma: what follows it is as often an apposition.
_SENTENCE_START = re.compile(r"(?:^|[.!?”\"\n])\s*$")


@dataclass(slots=True)
class Person:
    """A person or body under all its names. Built once by ``read_people``."""

    name: str
    is_person: bool
    role: str | None = None
    gender: str | None = None
    mentions: list[Span] = field(default_factory=list)


class Roster:
    """Everyone an article names, in a form that answers who a mention is."""

    def __init__(self, text: str, people: list[Person], of_mention: dict[Span, Person]) -> None:
        self._text = text
        self._people = people
        self._of_mention = of_mention
        self._spans = sorted(of_mention)

    def prominence(self, name: str) -> int:
        """How often the article names the person or body of that resolved name."""
        return sum(len(person.mentions) for person in self._people if person.name == name)

    def mentions_within(self, region: Span) -> list[Span]:
        """Name mentions inside ``region``, in order."""
        first = bisect(self._spans, region.start - 1, key=lambda span: span.start)
        last = bisect(self._spans, region.end, key=lambda span: span.start)
        return [span for span in self._spans[first:last] if region.contains(span)]

    def resolve(self, mention: Span) -> Speaker | None:
        """Say who ``mention`` is, by the fullest name the article gives, or by its own words if by no name.

        None for a pronoun that nobody can be named for, and for "no one".
        """
        words = mention.of(self._text)
        lowered = words.lower().strip()
        if lowered in _NOBODY:
            return None
        if lowered in lexicon.PRONOUNS:
            person = self._antecedent(lowered, mention)
            return Speaker(person.name, person.role, mention) if person else None
        person = self._named_by(mention) or self._named_after(mention) or self._role_holder(lowered, mention)
        if person:
            return Speaker(person.name, person.role, mention)
        return Speaker(" ".join(words.split()), None, mention)

    def _named_by(self, mention: Span) -> Person | None:
        """Whom the mention names at its end: "Lakers coach Phil Moss", not "a White House spokesman".

        What follows "of", "for" and the like is whom they stand for, not who they are. Of a phrase with
        commas, the name is at the end of the first part ("Ann Moss, a coach of the Lakers,") or else begins
        a later one ("one of them, Ann Moss").
        """
        comma = mention.of(self._text).find(",")
        if comma > 0:
            head = Span(mention.start, mention.start + comma)
            return self._named_by(head) or self._apposed_in(mention)
        phrase = mention.of(self._text)
        governed = _GOVERNED.search(phrase)
        head_end = mention.start + governed.start() if governed else mention.end
        for span in reversed(self.mentions_within(mention)):
            if span.start < head_end:  # "Secretary of State Ann Moss" is one name, title included
                return self._of_mention[span] if span.end >= head_end else None
        return None

    def _apposed_in(self, mention: Span) -> Person | None:
        for span in self.mentions_within(mention):
            person = self._of_mention[span]
            if person.is_person and self._text[max(0, span.start - 2) : span.start] in (", ", ",\u00a0"):
                return person
        return None

    def _named_after(self, mention: Span) -> Person | None:
        """Whom an apposition names: "his brother, Mike Toland, said"."""
        comma = _APPOSED_NAME.match(self._text, mention.end)
        if not comma:
            return None
        at = bisect(self._spans, comma.end() - 1, key=lambda span: span.start)
        if at == len(self._spans) or self._spans[at].start > comma.end() + _LONGEST_TITLE_CHARS:
            return None
        span = self._spans[at]
        title = self._text[comma.end() : span.start]
        follows = self._text[span.end : span.end + 1] in (",", ".", ";", "(", "\n", "")
        person = self._of_mention[span]
        return person if follows and person.is_person and not re.search(r"[^\w .]", title) else None

    def _antecedent(self, pronoun: str, mention: Span) -> Person | None:
        """The nearest person of that gender; a subject likelier than an object, across few paragraphs."""
        if pronoun not in lexicon.MALE_PRONOUNS | lexicon.FEMALE_PRONOUNS:
            return None
        gender = "m" if pronoun in lexicon.MALE_PRONOUNS else "f"
        best: tuple[float, Person] | None = None
        upto = bisect(self._spans, mention.start, key=lambda span: span.start)
        for back, span in enumerate(reversed(self._spans[max(0, upto - _LOOK_BACK_NAMES) : upto])):
            person = self._of_mention[span]
            if not person.is_person or person.gender not in (gender, None):
                continue
            between = self._text[span.end : mention.start]
            score = -back - 2.0 * between.count("\n\n")
            score += 2.5 if self._starts_sentence(span) else 0.0
            score += 2.5 if person.gender == gender else 0.0
            score -= 3.0 if self._is_object(span) else 0.0
            if best is None or score > best[0]:
                best = (score, person)
        return best[1] if best else None

    def _starts_sentence(self, span: Span) -> bool:
        return _SENTENCE_START.search(self._text[max(0, span.start - 4) : span.start]) is not None

    def _is_object(self, span: Span) -> bool:
        before = self._text[max(0, span.start - 12) : span.start].lower().split()
        return bool(before) and before[-1] in PREPOSITIONS

    def _role_holder(self, words: str, mention: Span) -> Person | None:
        """The person whose role ends in the noun of "the minister"; the latest named one before it."""
        match = re.fullmatch(r"the\s+(?:[\w-]+\s+)*?([\w-]+)", words)
        if not match or match.group(1) not in lexicon.ROLE_NOUNS:
            return None
        noun = match.group(1)
        holders = [
            (person.mentions[0], person)
            for person in self._people  # in the order of their first mention
            if person.is_person and person.role and re.search(rf"\b{re.escape(noun)}\b", person.role.lower())
        ]
        earlier = [person for first, person in holders if first.start < mention.start]
        if earlier:
            return earlier[-1]
        return holders[0][1] if len(holders) == 1 else None


def read_people(text: str) -> Roster:
    """Find everyone that ``text`` names. ``text`` must have its quoted words blanked out."""
    groups = _group(list(find_mentions(text)))
    people: list[Person] = []
    of_mention: dict[Span, Person] = {}
    for group in groups:
        person = _person(group)
        people.append(person)
        of_mention.update((mention.span, person) for mention in group)
    return Roster(text, people, of_mention)


def _group(mentions: list[Mention]) -> list[list[Mention]]:
    """Group mentions by person: full names first, then bare surnames and given names beside them."""
    full: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    by_surname: dict[str, list[list[Mention]]] = defaultdict(list)
    by_given: dict[str, list[list[Mention]]] = defaultdict(list)
    for mention in mentions:
        if len(mention.words) > 1:
            key = (mention.words[0].lower(), mention.surname)
            if key not in full:
                by_surname[mention.surname].append(full[key])
                by_given[mention.words[0].lower()].append(full[key])
            full[key].append(mention)
    single: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if len(mention.words) > 1:
            continue
        homes = by_surname.get(mention.surname) or by_given.get(mention.surname) or []
        (_home(mention, homes) or single[mention.surname]).append(mention)
    groups = [*full.values(), *single.values()]
    for group in groups:
        group.sort(key=lambda mention: mention.span)
    return sorted((group for group in groups if group), key=lambda group: group[0].span)


def _home(mention: Mention, homes: list[list[Mention]]) -> list[Mention] | None:
    """Of the people who share a bare name, the one it most likely means: gender first, then the latest."""
    fitting = [home for home in homes if mention.gender is None or home[0].gender in (None, mention.gender)]

    def latest_before(home: list[Mention]) -> tuple[bool, int]:
        earlier = [m.span.start for m in home if m.span.start < mention.span.start]
        return (bool(earlier), max(earlier) if earlier else -home[0].span.start)

    return max(fitting, key=latest_before, default=None)


def _person(group: list[Mention]) -> Person:
    fullest = max(group, key=lambda mention: (len(mention.words), -mention.span.start))
    roles = Counter(mention.role for mention in group if mention.role)
    genders = Counter(mention.gender for mention in group if mention.gender)
    words = {word.lower() for word in fullest.words}
    is_person = any(mention.addressed for mention in group) or (
        not words & lexicon.BODY_WORDS and (len(fullest.words) > 1 or bool(roles))
    )
    return Person(
        name=" ".join(fullest.words),
        is_person=is_person,
        role=max(roles, key=lambda role: (roles[role], -len(role))) if roles else None,
        gender=genders.most_common(1)[0][0] if genders else None,
        mentions=[mention.span for mention in group],
    )
