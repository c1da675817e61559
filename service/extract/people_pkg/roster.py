"""Who is who in an article: name mentions, grouped by person or body, with role and likely gender.

Reads text in which quoted words are blanked out (same length, so offsets hold): a name inside a quotation
never becomes a speaker. Not a named-entity recogniser: capitals, titles and given names are the evidence.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.domain import Span, Speaker
from service.extract import lexicon
from service.extract.antecedents import Antecedents
from service.extract.grammar import BLANK
from service.extract.names import Mention, find_mentions
from service.extract.subjects import Subjects

_GOVERNED = re.compile(r"[ \u00a0](?:of|for|with|to|from|at|in)[ \u00a0]")
_APPOSED_NAME = re.compile(r",[ \u00a0]")
_THE_ROLE = re.compile(r"the (?:[\w-]+ )*?([\w-]+)")
_LOOK_BACK_CHARS = 3000
_LONGEST_TITLE_CHARS = 30
_LONGEST_NAME_WORDS = 4
_NOBODY = frozenset({"no one", "nobody", "none", "no-one"})


@dataclass(slots=True)
class Person:
    """A person or body under all its names. Built once by ``read_people``."""

    name: str
    is_person: bool
    role: str | None = None
    gender: str | None = None
    mentions: list[Span] = field(default_factory=list)
    is_surely: bool = False  # a person by title, role or given name, not only by the look of the name


class Roster:
    """Everyone an article names, in a form that answers who a mention is."""

    def __init__(
        self,
        text: str,
        original: str,
        people: list[Person],
        of_mention: dict[Span, Person],
        sentence_starts: Sequence[int],
    ) -> None:
        self._text = text
        self._people = people
        self._of_mention = of_mention
        self._spans = sorted(of_mention)
        self._original = original
        self._subjects = Subjects(text, sentence_starts, self._is_person)
        self.antecedents = Antecedents(
            text, sentence_starts, [(span, of_mention[span]) for span in self._spans]
        )

    def names(self) -> tuple[str, ...]:
        """The fullest names of everyone, in the order of their first mention."""
        return tuple(dict.fromkeys(person.name for person in self._people))

    def prominence(self, name: str) -> int:
        """How often the article names the person or body of that resolved name."""
        return sum(len(person.mentions) for person in self._people if person.name == name)

    def mentions_within(self, region: Span) -> list[Span]:
        """Name mentions inside ``region``, in order."""
        first = bisect(self._spans, region.start - 1, key=lambda span: span.start)
        last = bisect(self._spans, region.end, key=lambda span: span.start)
        return [span for span in self._spans[first:last] if region.contains(span)]

    def resolve(self, mention: Span, enclosing: Speaker | None = None) -> Speaker | None:
        """Say who ``mention`` is, by the fullest name the article gives, or by its own words if by no name.

        ``enclosing`` is the speaker of the quotation around the mention: whom "I" and "we" mean there.
        None for a pronoun that nobody can be named for, and for "no one".
        """
        words = " ".join(mention.of(self._original).split())
        lowered = words.lower()
        if lowered in _NOBODY:
            return None
        if lowered in lexicon.FIRST_PERSON and enclosing:
            return Speaker(enclosing.name, enclosing.role, mention)
        if lowered == "who":
            return self._named_before(mention)
        if lowered in lexicon.PRONOUNS:
            return self._meant_by(lowered, mention)
        if BLANK in mention.of(self._text):
            person = self._named_in_quotation(words)
        else:
            person = (
                self._named_by(mention) or self._named_after(mention) or self._role_holder(lowered, mention)
            )
        if person:
            return Speaker(person.name, person.role, mention)
        return Speaker(self._introduced_as(lowered, mention) or words, None, mention)

    def _named_before(self, relative: Span) -> Speaker | None:
        """Whom "who" means: the name right before it."""
        at = bisect(self._spans, relative.start, key=lambda span: span.start) - 1
        if at < 0 or self._text[self._spans[at].end : relative.start].strip(" ,\u00a0"):
            return None
        person = self._of_mention[self._spans[at]]
        return Speaker(person.name, person.role, relative)

    def _meant_by(self, pronoun: str, mention: Span) -> Speaker | None:
        if BLANK in mention.of(self._text):  # whom others speak of in their own words isn't known
            return None
        if pronoun in lexicon.MALE_PRONOUNS | lexicon.FEMALE_PRONOUNS:
            person = self.antecedents.of(mention)
            return Speaker(person.name, person.role, mention) if person else None
        if pronoun in ("they", "it"):
            subject = self._subjects.before(mention)
            meant = self.resolve(subject) if subject else None
            return Speaker(meant.name, meant.role, mention) if meant else None
        return None

    def _named_in_quotation(self, words: str) -> Person | None:
        """Whom words inside a quotation name, if the article names that person outside as well."""
        named = list(find_mentions(words))
        if not named:
            return None
        fitting = [person for person in self._people if person.name.split()[-1].lower() == named[-1].surname]
        return fitting[0] if len(fitting) == 1 else None

    def _introduced_as(self, words: str, mention: Span) -> str | None:
        """How the article first describes somebody unnamed: "a Western diplomat" for "the diplomat"."""
        match = _THE_ROLE.fullmatch(words)
        if not match or match[1] not in lexicon.ROLE_NOUNS:
            return None
        indefinite = re.compile(
            rf"\b(?:an?|one|another)(?:[ \u00a0][\w-]+){{0,2}}[ \u00a0]{match[1]}\b", re.IGNORECASE
        )
        found = list(indefinite.finditer(self._text, max(0, mention.start - _LOOK_BACK_CHARS), mention.start))
        return " ".join(found[-1].group().split()) if found else None

    def _is_person(self, span: Span) -> bool | None:
        """Tell whether the name at the end of ``span`` is a person's or a body's. None if there is none."""
        named = self.mentions_within(span)
        if not named or named[-1].end != span.end:
            return None
        return self._of_mention[named[-1]].is_person

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


def read_people(text: str, original: str, sentence_starts: Sequence[int]) -> Roster:
    """Find everyone that ``text`` names: the ``original`` with its quoted words blanked out."""
    groups = _group(list(find_mentions(text)))
    people: list[Person] = []
    of_mention: dict[Span, Person] = {}
    for group in groups:
        person = _person(group)
        people.append(person)
        of_mention.update((mention.span, person) for mention in group)
    return Roster(text, original, people, of_mention, sentence_starts)


def _group(mentions: list[Mention]) -> list[list[Mention]]:
    """Group mentions by person: full names first, then bare surnames and given names beside them."""
    full: dict[tuple[str, str], list[Mention]] = defaultdict(list)
    by_surname: dict[str, list[list[Mention]]] = defaultdict(list)
    by_given: dict[str, list[list[Mention]]] = defaultdict(list)
    for mention in mentions:
        if len(mention.words) > 1:
            if (
                len(mention.words) > _LONGEST_NAME_WORDS
            ):  # a headline's words: nobody's bare name is short for it
                full[(" ".join(mention.words), "")].append(mention)
                continue
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
    # A surname tells no gender ("Kelly"), nor does what stands before it in a full name.
    telling = [mention for mention in group if mention.addressed or len(mention.words) == len(fullest.words)]
    genders = Counter(mention.gender for mention in telling if mention.gender)
    is_place = " ".join(fullest.words).lower() in lexicon.PLACES
    is_surely = any(mention.addressed for mention in group) or bool(roles) or _has_given_name(fullest)
    return Person(
        name=" ".join(fullest.words),
        is_person=not is_place and (is_surely or _looks_like_person(fullest, group)),
        role=max(roles, key=lambda role: (roles[role], -len(role))) if roles and not is_place else None,
        gender=genders.most_common(1)[0][0] if genders else None,
        mentions=[mention.span for mention in group],
        is_surely=is_surely,
    )


def _has_given_name(mention: Mention) -> bool:
    """Tell whether a name starts with a given name and holds no word of bodies ("Jack Daniels Inc")."""
    first, *rest = (word.lower() for word in mention.words)
    return bool(rest) and first in lexicon.GIVEN_NAMES and not lexicon.BODY_WORDS.intersection(rest)


def _looks_like_person(fullest: Mention, group: list[Mention]) -> bool:
    """Judge a name without title, role or known given name by its length, its words and what is around it."""
    if lexicon.BODY_WORDS.intersection(word.lower() for word in fullest.words):
        return False
    looks = Counter(mention.looks_like for mention in group)
    if len(fullest.words) == 1:
        if (
            fullest.words[0].lower().removesuffix("s") in lexicon.ROLE_NOUNS
        ):  # "Residents", first in a sentence
            return False
        return fullest.words[0].lower() in lexicon.GIVEN_NAMES or looks["person"] > looks["thing"]
    return len(fullest.words) <= _LONGEST_NAME_WORDS and 2 * looks["thing"] <= len(group)
