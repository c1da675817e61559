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

_BODY_WORDS = frozenset(
    """
    administration agency army association authority bank board bureau campaign center centre church city club
    college commission committee company congress corporation corp council county court democrats department
    district federation forum foundation fund government group hospital house inc institute journal league
    magazine ministry museum nations network news organisation organization paper parliament party police post
    press radio republicans school senate service society state states street team times today tribune tv
    union university white world york
    """.split()
)


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

    def resolve(self, mention: Span) -> Speaker:
        """Say who ``mention`` is, by the fullest name the article gives; by its own words if by no name."""
        words = mention.of(self._text)
        lowered = words.lower().strip()
        if lowered in lexicon.PRONOUNS:
            person = self._antecedent(lowered, mention)
            if person:
                return Speaker(person.name, person.role, mention)
            return Speaker(words, None, mention)  # nobody is guessed at: the article says just "they"
        named = self._named_within(mention)
        if named:
            return Speaker(named.name, named.role, mention)
        held = self._role_holder(lowered, mention)
        if held:
            return Speaker(held.name, held.role, mention)
        return Speaker(" ".join(words.split()), None, mention)

    def _named_within(self, mention: Span) -> Person | None:
        """The person a mention names: "Mr. Modi" is one, "a spokesman for Mr. Modi" is not."""
        named = self.mentions_within(mention)
        if not named:
            return None
        before = self._text[mention.start : named[0].start].lower().split()
        after = self._text[named[0].end : mention.end]
        if re.match(r"['’]s?\s+\w", after) or set(before) & {"for", "of", "with", "to", "from", "at"}:
            return None
        return self._of_mention[named[0]]

    def _antecedent(self, pronoun: str, mention: Span) -> Person | None:
        if pronoun not in lexicon.MALE_PRONOUNS | lexicon.FEMALE_PRONOUNS:
            return None
        gender = "m" if pronoun in lexicon.MALE_PRONOUNS else "f"
        best: tuple[float, Person] | None = None
        upto = bisect(self._spans, mention.start, key=lambda span: span.start)
        for back, span in enumerate(reversed(self._spans[max(0, upto - 40) : upto])):
            person = self._of_mention[span]
            if not person.is_person or person.gender not in (gender, None):
                continue
            between = self._text[span.end : mention.start]
            # Nearer is likelier; a subject at the start of its sentence likelier still.
            score = -back - 2.0 * between.count("\n\n") + (2.5 if self._starts_sentence(span) else 0.0)
            score += 1.5 if person.gender == gender else 0.0
            score -= 3.0 if self._is_object(span) else 0.0
            if best is None or score > best[0]:
                best = (score, person)
        return best[1] if best else None

    def _starts_sentence(self, span: Span) -> bool:
        return (
            re.search(r"(?:^|[.!?”\"\n]|\n|, )\s*$", self._text[max(0, span.start - 4) : span.start])
            is not None
        )

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

    return max(fitting or homes, key=latest_before, default=None)


def _person(group: list[Mention]) -> Person:
    fullest = max(group, key=lambda mention: (len(mention.words), -mention.span.start))
    roles = Counter(mention.role for mention in group if mention.role)
    genders = Counter(mention.gender for mention in group if mention.gender)
    words = {word.lower() for word in fullest.words}
    is_person = any(mention.addressed for mention in group) or (
        not words & _BODY_WORDS and (len(fullest.words) > 1 or bool(roles))
    )
    return Person(
        name=" ".join(fullest.words),
        is_person=is_person,
        role=max(roles, key=lambda role: (roles[role], -len(role))) if roles else None,
        gender=genders.most_common(1)[0][0] if genders else None,
        mentions=[mention.span for mention in group],
    )
