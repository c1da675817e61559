"""The names of a text in order, and whom each of them names."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from service import time_budget
from service.domain import Span
from service.people.entity import Entity
from service.people.grouping.building import build_person
from service.people.grouping.identity import group_mentions
from service.people.names import Mention, find_mentions
from service.text.en.given_names import is_given_name

# Gives the probabilities (N, 5) that N names are of a person, a body, a place, something else, or no names.
NameKinds = Callable[[Sequence[Span]], NDArray[np.float32]]
# A word is of a person's name from this probability on, and surely not up to that.
_PERSON_WORD, _OTHER_WORD = 0.6, 0.25


@dataclass(frozen=True)
class MentionIndex:
    """The people and organisations that ``text`` names, in the order of their first mention."""

    text: str
    people: tuple[Entity, ...]
    spans: tuple[Span, ...]  # of all mentions, in order
    person_at: Mapping[Span, Entity]  # by mention

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


def index_mentions(text: str, name_kinds: NameKinds | None = None) -> MentionIndex:
    """Find the names of ``text``. Names in quoted words are found too unless these are blanked out.

    ``name_kinds`` says what the names are of; without it their looks decide.
    """
    people: list[Entity] = []
    person_at: dict[Span, Entity] = {}
    mentions = list(find_mentions(text))
    kinds_at: dict[Span, NDArray[np.float32]] = {}
    if name_kinds and mentions:
        mentions, kinds_at = _read_kinds(text, mentions, name_kinds)
    for group in group_mentions(text, mentions):
        time_budget.check()
        rows = [kinds_at[mention.span] for mention in group.mentions if mention.span in kinds_at]
        person = build_person(group, text, np.mean(rows, axis=0) if rows else None)
        people.append(person)
        person_at.update((span, person) for span in person.mentions)
    return MentionIndex(text, tuple(people), tuple(sorted(person_at)), person_at)


def _read_kinds(
    text: str, mentions: Sequence[Mention], name_kinds: NameKinds
) -> tuple[list[Mention], dict[Span, NDArray[np.float32]]]:
    """Return the mentions, cut to the person if what comes before is none, with their kinds' probabilities.

    "Ukraine Kurt Volker", "Russian Ann Moss": a place or a nationality that ran into a name.
    """
    words = [[] if one.has_title else one.word_spans(text) for one in mentions]
    asked = list(dict.fromkeys([one.span for one in mentions] + [span for spans in words for span in spans]))
    kinds = dict(zip(asked, name_kinds(asked), strict=True))
    read = []
    for mention, spans in zip(mentions, words, strict=True):
        person = [float(kinds[span][0]) for span in spans]
        other = next((n for n, share in enumerate(person) if share >= _PERSON_WORD), len(person))
        starts_with_given = is_given_name(mention.words[0])
        if (
            0 < other < len(person)
            and not starts_with_given
            and max(person[:other]) < _OTHER_WORD
            and min(person[other:]) >= _PERSON_WORD
        ):
            cut = mention.without_first(other, spans[other].start)
            kinds[cut.span] = np.mean([kinds[span] for span in spans[other:]], axis=0)
            mention = cut
        read.append(mention)
    return read, kinds
