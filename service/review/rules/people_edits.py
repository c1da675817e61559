"""The people of an article as editors see them: renamed, put together, and found by a surname. Pure.

A change of a person holds for every quote of theirs. Nothing is written into the quotes: a piece applies the
changes wherever its value is read (``pieces.with_people``), so that a change can be undone like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from service.domain import Analysis, Person, Speaker
from service.review.rules.pieces import (
    UNLISTED,
    InvalidDecision,
    PersonChange,
    Review,
    ReviewedAnalysis,
    person_key,
    renamed_speaker,
)

_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "prof", "sir", "dame", "rev", "lord", "lady", "judge"})
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody to choose as a speaker. ``key`` is the person's id, or made of the name of one without.

    ``quotes`` are the ids of the quotes that are theirs.
    """

    key: str
    name: str
    role: str | None
    quotes: tuple[str, ...]

    @property
    def person_id(self) -> str | None:
        """The id among the analysis's people; None for somebody who isn't among them."""
        return None if self.key.startswith(UNLISTED) else self.key


def known_people(reviewed: ReviewedAnalysis) -> tuple[KnownPerson, ...]:
    """Return the people of an article under their present names, those with most quotes first."""
    found: dict[str, tuple[str, str | None]] = {}
    for person in corrected_people(reviewed.analysis, reviewed.review):
        found[person.id] = person.name, person.role
    quotes: dict[str, list[str]] = {}
    for piece in reviewed.quotes:
        speaker: Speaker | None = piece.value.speaker
        if speaker is None:
            continue
        same = (key for key, (name, _) in found.items() if name == speaker.name)
        key = speaker.person or next(same, person_key(speaker))
        found.setdefault(key, (speaker.name, speaker.role))
        quotes.setdefault(key, []).append(piece.id)
    people = [KnownPerson(key, name, role, tuple(quotes.get(key, ()))) for key, (name, role) in found.items()]
    return tuple(sorted(people, key=lambda person: -len(person.quotes)))


def match_person(reviewed: ReviewedAnalysis, typed: str) -> KnownPerson | None:
    """Return whom a typed name means: the same name, else the only one with this surname; None if unsure."""
    people = known_people(reviewed)
    wanted = typed.casefold()
    for person in people:
        if person.name.casefold() == wanted:
            return person
    same = [person for person in people if person.name.casefold().split()[-1:] == [wanted]]
    return same[0] if len(same) == 1 else None


def is_named(name: str, text: str) -> bool:
    """Return whether an article names somebody: each word of the name stands in it, titles aside."""
    words = [word for word in _WORD.findall(name) if word.casefold() not in _TITLES]
    return bool(words) and words_in(text).issuperset(words)


@lru_cache(maxsize=8)
def words_in(text: str) -> frozenset[str]:
    """Return the words of an article; an editor's next question is about the same one."""
    return frozenset(_WORD.findall(text))


def require_named(name: str, text: str, *, confirmed: bool) -> None:
    """Raise InvalidDecision if the article doesn't name somebody, and the editor didn't confirm that."""
    if not confirmed and not is_named(name, text):
        raise InvalidDecision(
            f"The article doesn’t name “{name[:80]}”. Confirm it if you know it from elsewhere; the history "
            "and the export will say so.",
            code="not-named",
        )


def change_person(reviewed: ReviewedAnalysis, key: str, name: str, role: str, *, confirmed: bool) -> Review:
    """Return the review in which a person has another name or role, or is the other one of that name.

    Raises InvalidDecision if there is no such person, or the article doesn't name them.
    """
    people = known_people(reviewed)
    person = next((one for one in people if one.key == key), None)
    if person is None:
        raise InvalidDecision(
            f"There is nobody {key[:40]!a} in this item. Reload the page.", code="no-person"
        )
    if not name:
        raise InvalidDecision("A person needs a name. To have no speaker, edit the quote.", code="empty")
    other = next((one for one in people if one.key != key and one.name.casefold() == name.casefold()), None)
    if other is None and name != person.name:
        require_named(name, reviewed.text, confirmed=confirmed)
    change = (
        PersonChange(other.name, other.role, other.key) if other else PersonChange(name, role.strip() or None)
    )
    return replace(reviewed.review, people={**reviewed.review.people, key: change})


def present_names(reviewed: ReviewedAnalysis) -> dict[str, str]:
    """Return what each of the analysis's people is called now, by id."""
    changes, names = reviewed.review.people, dict[str, str]()
    for person in reviewed.analysis.people:
        spoken = Speaker(person.name, person.role, person.mentions[0], person.id)
        names[person.id] = renamed_speaker(spoken, changes).name
    return names


def corrected_people(analysis: Analysis, review: Review) -> tuple[Person, ...]:
    """Return the analysis's people as editors left them."""
    if not review.people:
        return analysis.people
    return tuple(
        _renamed(person, review.people.get(person.id))
        for person in analysis.people
        if not (review.people.get(person.id) and review.people[person.id].same_as)
    )


def _renamed(person: Person, change: PersonChange | None) -> Person:
    return replace(person, name=change.name, role=change.role or person.role) if change else person
