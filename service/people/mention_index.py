"""The names of a text in order, and whom each of them names."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from service.domain import Span
from service.people.grouping.building import build_person
from service.people.grouping.identity import group_mentions
from service.people.names import find_mentions
from service.people.person import Person


@dataclass(frozen=True)
class MentionIndex:
    """The people and organisations that ``text`` names, in the order of their first mention."""

    text: str
    people: tuple[Person, ...]
    spans: tuple[Span, ...]  # of all mentions, in order
    person_at: Mapping[Span, Person]  # by mention

    def within(self, region: Span) -> list[Span]:
        """Return the mentions inside ``region``, in order."""
        first = bisect(self.spans, region.start - 1, key=lambda span: span.start)
        last = bisect(self.spans, region.end, key=lambda span: span.start)
        return [span for span in self.spans[first:last] if region.contains(span)]

    def first_after(self, place: int) -> Span | None:
        """Return the first mention that starts after ``place``."""
        at = bisect(self.spans, place, key=lambda span: span.start)
        return self.spans[at] if at < len(self.spans) else None

    def last_before(self, place: int) -> Span | None:
        """Return the last mention that starts at ``place`` or before."""
        at = bisect(self.spans, place, key=lambda span: span.start)
        return self.spans[at - 1] if at else None

    def is_person(self, phrase: Span) -> bool | None:
        """Return whether the name that ``phrase`` ends in is a person's; None if it ends in no name."""
        named = self.within(phrase)
        return self.person_at[named[-1]].is_person if named and named[-1].end == phrase.end else None

    @cached_property
    def mention_counts(self) -> Counter[str]:
        """The number of mentions of each name, in the order of first mention."""
        counts = Counter[str]()
        for person in self.people:
            counts[person.name] += len(person.mentions)
        return counts


def index_mentions(text: str) -> MentionIndex:
    """Find the names of ``text``. Names in quoted words are found too unless these are blanked out."""
    people: list[Person] = []
    person_at: dict[Span, Person] = {}
    for group in group_mentions(text, list(find_mentions(text))):
        person = build_person(group, text)
        people.append(person)
        person_at.update((span, person) for span in person.mentions)
    return MentionIndex(text, tuple(people), tuple(sorted(person_at)), person_at)
