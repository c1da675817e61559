"""Resolves "he" and "she" to people named before, scored by weights fitted on coreference.

A person is likelier the closer the last mention is, as a subject, as somebody who speaks, if the gender fits
for certain, and if the pronoun before this one meant the same.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import log1p

from service import time_budget
from service.domain import Span
from service.people.coreference.fronted import cannot_be_subject, fronted_part
from service.people.coreference.name_context import NameContext, NamePart
from service.people.coreference.pronoun_weights import likeliest, likeliest_first, shares
from service.people.coreference.unnamed import UnnamedSubject
from service.people.entity import Entity
from service.people.mention_index import MentionIndex
from service.text.en import lexicon

_GENDERED = re.compile(r"\b(?:[Hh]e|[Hh]im|[Hh]is|[Ss]he|[Hh]ers?)\b")
_LOOK_BACK_NAMES = 30
_LOOK_BACK_CHARS = 3000
_LOOK_BACK_SUBJECTS = 10
_FARTHEST = 6  # sentences, paragraphs or people: more counts the same


@dataclass(frozen=True, slots=True)
class EarlierPronouns:
    """What the pronouns before a place meant, by gender: later ones depend on it."""

    last: Mapping[str, tuple[int, Entity]] = field(default_factory=dict)
    """The start of the last one with an antecedent, and this."""
    unnamed: Mapping[str, tuple[int, Entity | None]] = field(default_factory=dict)
    """The start of the last one that was resolved by a subject without a name, and its antecedent."""

    def and_then(self, pronoun: Span, gender: str, person: Entity | None) -> EarlierPronouns:
        """Return the same with one more pronoun and its antecedent."""
        return replace(self, last={**self.last, gender: (pronoun.start, person)}) if person else self


@dataclass(frozen=True)
class Antecedents:
    """Whom the gendered pronouns of a text mean: resolved in order, since each depends on those before it."""

    context: NameContext
    names: tuple[tuple[Span, Entity], ...]  # the mentions of people, in order
    subjects: tuple[UnnamedSubject, ...]  # in order

    def of(self, pronoun: Span) -> Entity | None:
        """Return whom the pronoun at that place means; None if nobody fits."""
        return self._resolved.get(pronoun.start, (None, ()))[0]

    def alternatives(self, pronoun: Span) -> Sequence[tuple[Entity, float]]:
        """Return whom else the pronoun at that place may mean, ``of`` first, each with its share."""
        return self._resolved.get(pronoun.start, (None, ()))[1]

    @cached_property
    def _resolved(self) -> Mapping[int, tuple[Entity | None, Sequence[tuple[Entity, float]]]]:
        """All gendered pronouns by where they start: whom they mean, and the likeliest with their shares."""
        resolved: dict[int, tuple[Entity | None, Sequence[tuple[Entity, float]]]] = {}
        earlier = EarlierPronouns()
        for pronoun in find_gendered_pronouns(self.context.text):
            time_budget.check()
            likely = shares(self.candidates(pronoun, earlier))
            person, earlier = self.resolve(pronoun, earlier)
            resolved[pronoun.start] = person, likeliest_first(person, likely)
        return resolved

    @cached_property
    def _parts(self) -> dict[Span, NamePart]:
        """The parts of the names that were asked for: each is for many pronouns."""
        return {}

    def _part_of(self, name: Span) -> NamePart:
        part = self._parts.get(name)
        if part is None:
            part = self._parts[name] = self.context.part_of(name)
        return part

    @cached_property
    def _name_ends(self) -> list[int]:
        return [span.end for span, _ in self.names]

    @cached_property
    def _subject_ends(self) -> list[int]:
        return [subject.span.end for subject in self.subjects]

    def of_epithet(self, epithet: Span, gender: str | None) -> Entity | None:
        """Return whom an epithet such as "the 39-year-old" means: the likeliest of those named before."""
        return likeliest(list(self.named_before(epithet, gender)))

    def resolve(self, pronoun: Span, earlier: EarlierPronouns) -> tuple[Entity | None, EarlierPronouns]:
        """Return whom a pronoun means after ``earlier`` ones, and these with the pronoun."""
        gender = gender_of(pronoun.of(self.context.text))
        candidates = list(self.candidates(pronoun, earlier))
        by_subject = self._by_unnamed_subject(pronoun, gender, earlier, has_names=bool(candidates))
        if by_subject:
            (person,) = by_subject
            earlier = replace(earlier, unnamed={**earlier.unnamed, gender: (pronoun.start, person)})
        else:
            person = self._alone_before(pronoun, gender) or likeliest(candidates)
        return person, earlier.and_then(pronoun, gender, person)

    def _by_unnamed_subject(
        self, pronoun: Span, gender: str, earlier: EarlierPronouns, *, has_names: bool
    ) -> tuple[Entity | None] | None:
        """Return whom a subject without a name gives as the antecedent, perhaps nobody; None if none does."""
        between, named_since = self.context.sentences_between, self._named_since
        last = bisect(self._subject_ends, pronoun.start)
        for subject in reversed(self.subjects[max(0, last - _LOOK_BACK_SUBJECTS) : last]):
            if between(subject.span.end, pronoun.start) > 1:
                break
            if subject.person.gender in (gender, None):
                since = named_since(subject.span.end, pronoun.start, gender)
                if since:
                    is_beside = not between(subject.span.end, since.end)
                    return (None,) if is_beside and not self._part_of(since).is_subject else None
                return (subject.person if subject.is_certain or not has_names else None,)
        before = earlier.unnamed.get(gender)
        if before and between(before[0], pronoun.start) <= 1:
            return None if named_since(before[0], pronoun.start, gender) else (before[1],)
        return None

    def _alone_before(self, pronoun: Span, gender: str) -> Entity | None:
        """Return the subject of the sentence before, in the same paragraph, if it names nobody else."""
        last = bisect(self._name_ends, pronoun.start)
        near = [
            (span, person)
            for span, person in self.names[max(0, last - 5) : last]
            if self.context.sentences_between(span.start, pronoun.start) == 1
            and "\n" not in self.context.text[span.start : pronoun.start]
        ]
        if not near or self.names[last - 1] != near[-1] or any(one[1] is not near[0][1] for one in near):
            return None
        span, person = near[0]
        fits = person.gender == gender or (
            person.gender is None and person.is_certainly_person and self._part_of(span).has_verb
        )
        return person if fits and self._part_of(span).is_subject else None

    def _named_since(self, start: int, end: int, gender: str) -> Span | None:
        """Return the last name in ``text[start:end]`` of somebody of fitting gender."""
        first, last = bisect(self._name_ends, start), bisect(self._name_ends, end)
        for span, person in reversed(self.names[max(first, last - _LOOK_BACK_NAMES) : last]):
            if person.gender in (gender, None):
                return span
        return None

    def candidates(
        self, pronoun: Span, earlier: EarlierPronouns = EarlierPronouns()
    ) -> Iterator[tuple[Entity, dict[str, float]]]:
        """Yield the people of fitting gender named before, the nearest first, with their features."""
        return self.named_before(pronoun, gender_of(pronoun.of(self.context.text)), earlier)

    def named_before(
        self, pronoun: Span, gender: str | None, earlier: EarlierPronouns = EarlierPronouns()
    ) -> Iterator[tuple[Entity, dict[str, float]]]:
        """Yield the people whom a pronoun or an epithet of that ``gender`` may mean, with their features.

        With None for the gender everybody fits.
        """
        text = self.context.text
        last = bisect(self._name_ends, pronoun.start)
        mentions: dict[Entity, list[Span]] = {}
        fronted = fronted_part(text, self.context.sentence_start(pronoun.start), pronoun.start)
        for span, person in reversed(self.names[max(0, last - _LOOK_BACK_NAMES) : last]):
            if span.start < pronoun.start - _LOOK_BACK_CHARS:
                break
            if fronted and span.start >= fronted.start and cannot_be_subject(text, fronted, span):
                continue
            if gender is None or person.gender in (gender, None):
                mentions.setdefault(person, []).append(span)
        before = earlier.last.get(gender) if gender else None
        for nearer, (person, spans) in enumerate(mentions.items()):
            yield person, self._features(pronoun, gender, person, spans, nearer, before)

    def _features(
        self,
        pronoun: Span,
        gender: str | None,
        person: Entity,
        mentions: list[Span],
        nearer: int,
        before: tuple[int, Entity] | None,
    ) -> dict[str, float]:
        """Return what speaks for a person whose ``mentions`` start with the latest; ``nearer`` people are."""
        context, text, between = self.context, self.context.text, self.context.sentences_between
        latest = mentions[0]
        apart = between(latest.end, pronoun.start)
        recent = [span for span in mentions if between(span.end, pronoun.start) <= apart + 1][:4]
        continued = before is not None and before[1] is person
        gap = between(before[0], pronoun.start) if before else 0
        part, recent_parts = self._part_of(latest), [self._part_of(span) for span in recent]
        speaks = any(one.speaks for one in recent_parts)
        return {
            "same_sentence": float(apart == 0),
            "sentences": float(min(apart, _FARTHEST)),
            "paragraphs": float(min(text.count("\n\n", latest.end, pronoun.start), _FARTHEST)),
            "nearer_people": float(min(nearer, _FARTHEST)),
            "subject": float(part.is_subject),
            "was_subject": float(any(one.is_subject for one in recent_parts)),
            "has_verb": float(part.has_verb),
            "had_verb": float(any(one.has_verb for one in recent_parts)),
            "object": float(part.is_object),
            "possessive": float(text[latest.end : latest.end + 2] in ("’s", "'s")),
            "speaks": float(speaks),
            "speaking_subject": float(any(one.is_subject and one.speaks for one in recent_parts)),
            "both_speak": float(speaks and context.has_cue(pronoun.end, pronoun.end + 20)),
            "gender": float(gender is not None and person.gender == gender),
            "one_word": float(" " not in person.name),
            "certainly_person": float(person.is_certainly_person),
            "log_mentions": log1p(len(person.mentions)),
            "same_pronoun": float(continued and gap <= 1),
            "same_pronoun_far": float(continued and 1 < gap <= _FARTHEST),
            "named_since": float(continued and before is not None and latest.start > before[0]),
        }


def prepare_antecedents(
    mentions: MentionIndex, sentence_starts: Sequence[int], subjects: Sequence[UnnamedSubject]
) -> Antecedents:
    """Return the antecedents of a text, given its names and its subjects without a name."""
    text = mentions.text
    # A sentence that is all quotation adds no distance.
    bounds = pairwise([*sentence_starts, len(text)])
    starts = [start for start, end in bounds if any(map(str.isalpha, text[start:end]))]
    named = ((span, mentions.person_at[span]) for span in mentions.spans)
    people = tuple((span, person) for span, person in named if person.is_person)
    return Antecedents(NameContext(text, starts), people, tuple(subjects))


def find_gendered_pronouns(text: str) -> Iterator[Span]:
    """Yield the gendered pronouns of a text, in order."""
    return (Span(*found.span()) for found in _GENDERED.finditer(text))


def gender_of(pronoun: str) -> str:
    """Return "m" or "f"."""
    return "f" if pronoun.lower() in lexicon.FEMALE_FORMS else "m"
