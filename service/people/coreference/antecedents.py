"""Whom "he" and "she" mean: the people named before, scored by weights fitted on coreference.

What speaks for a person: to have been named close by, as a subject, as somebody who speaks; that the gender
fits for sure; and that the pronoun before this one meant the same. Reads text whose quoted words are blanked.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from math import log1p

from service.domain import Span
from service.people.coreference.fronted import cannot_be_subject, fronted_part
from service.people.coreference.roles import is_office
from service.people.person import Person
from service.text.en import lexicon
from service.text.en.grammar import BLANK, PREPOSITIONS, SOURCE_NOUN, SUBORDINATORS, find_cues
from service.text.en.word_lists import load_words, one_of

_GENDERED = re.compile(r"\b(?:[Hh]e|[Hh]im|[Hh]is|[Ss]he|[Hh]ers?)\b")
_WORD = re.compile(r"\w[\w’'.-]*")
# The role that belongs to a name: "White House spokesman" before "Josh Ely".
_ROLE_AT_END = re.compile(
    rf"(?<!\S)(?:(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir)[ \u00a0])?"
    rf"(?:[\w’'-]+[ \u00a0]){{0,4}}{SOURCE_NOUN},?$"
)
# A name's verb: "Ely has", "Ely, a spokesman for the town, warned".
_ACTS = re.compile(
    r"(?:,[^,.;:\n]{2,80},|,)?(?:[ \u00a0](?:also|then|later|never|often|\w+ly))?[ \u00a0]"
    rf"(?:{one_of(load_words('verbs_after_name'))}|\w{{2,}}ed)\b"
)
_LOOK_BACK_NAMES = 30
_LOOK_BACK_CHARS = 3000
_LOOK_BACK_SUBJECTS = 10
_FARTHEST = 6  # sentences, paragraphs or people: further is no different

# Fitted on the silver coreference of polnear_train and on gap_dev: rerun eval.training.antecedents.
WEIGHTS: Mapping[str, float] = {
    "acted": -0.11,
    "acts": 0.65,
    "gender": 0.72,
    "known": 0.75,
    "named_since": -1.01,
    "nearer": 0.01,
    "object": -0.20,
    "paragraphs": -0.01,
    "possessive": 0.23,
    "same_pronoun": 2.33,
    "same_pronoun_far": 1.10,
    "same_sentence": 1.57,
    "sentences": -0.74,
    "single": 0.11,
    "source_speaks": 0.17,
    "speaks": -0.16,
    "subject": 0.22,
    "times": 0.04,
    "was_subject": 0.33,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject without a name, who it is, and whether a pronoun after it means just that person."""

    span: Span
    person: Person
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the pronouns before one meant, for each gender: what its own meaning rests on.

    ``last`` is the pronoun before and whom it meant; ``held`` is whom a phrase without a name set it to.
    """

    last: Mapping[str, tuple[int, Person]] = field(default_factory=dict)
    held: Mapping[str, tuple[int, Person | None]] = field(default_factory=dict)

    def and_then(self, pronoun: Span, gender: str, person: Person | None) -> Earlier:
        """Return the same with whom a pronoun meant."""
        return replace(self, last={**self.last, gender: (pronoun.start, person)}) if person else self


class Antecedents:
    """Who the gendered pronouns of one text mean: read in order, since each rests on those before it."""

    def __init__(
        self,
        text: str,
        sentence_starts: Sequence[int],
        mentions: Sequence[tuple[Span, Person]],
        subjects: Sequence[Subject] = (),
    ) -> None:
        """``mentions`` are the names of ``text`` in order, ``sentence_starts`` where its sentences begin.

        ``subjects`` are the phrases without a name that are subjects, in order.
        """
        self.text = text
        # A sentence that is all quotation puts nobody further off.
        bounds = [*sentence_starts, len(text)]
        self._starts = [start for start, end in pairwise(bounds) if any(map(str.isalpha, text[start:end]))]
        self._mentions = [(span, person) for span, person in mentions if person.is_person]
        self._ends = [span.end for span, _ in self._mentions]
        self._subjects = subjects
        self._subject_ends = [subject.span.end for subject in subjects]

    def of(self, pronoun: Span) -> Person | None:
        """Return whom the pronoun at that place means; None if nobody fits."""
        return self._meant.get(pronoun.start)

    @cached_property
    def _meant(self) -> Mapping[int, Person | None]:
        meant, earlier = dict[int, Person | None](), Earlier()
        for pronoun in gendered(self.text):
            meant[pronoun.start], earlier = self.resolve(pronoun, earlier)
        return meant

    def resolve(self, pronoun: Span, earlier: Earlier) -> tuple[Person | None, Earlier]:
        """Return whom a pronoun means after ``earlier`` ones, and what those after it rest on."""
        gender = gender_of(pronoun.of(self.text))
        candidates = list(self.candidates(pronoun, earlier))
        settled = self._by_subject(pronoun, gender, [person for person, _ in candidates], earlier)
        if settled:
            earlier = replace(earlier, held={**earlier.held, gender: (pronoun.start, settled[0])})
            person = settled[0]
        else:
            person = self._alone_before(pronoun, gender) or _likeliest(candidates)
        return person, earlier.and_then(pronoun, gender, person)

    def _by_subject(
        self, pronoun: Span, gender: str, named: Sequence[Person], earlier: Earlier
    ) -> tuple[Person | None] | None:
        """Whom a subject without a name settles the pronoun to, perhaps to nobody. None if none does."""
        last = bisect(self._subject_ends, pronoun.start)
        for subject in reversed(self._subjects[max(0, last - _LOOK_BACK_SUBJECTS) : last]):
            if self._sentences_between(subject.span.end, pronoun.start) > 1:
                break
            if subject.person.gender in (gender, None):
                since = self._named_since(subject.span.end, pronoun.start, gender)
                if since:
                    beside = not self._sentences_between(subject.span.end, since.end)
                    return (None,) if beside and not self._is_subject(since) else None
                is_meant = subject.is_sure or not named
                return (subject.person if is_meant else None,)
        held = earlier.held.get(gender)
        if held and self._sentences_between(held[0], pronoun.start) <= 1:
            return None if self._named_since(held[0], pronoun.start, gender) else (held[1],)
        return None

    def _alone_before(self, pronoun: Span, gender: str) -> Person | None:
        """The subject of the sentence right before, in the same paragraph, if it names nobody else."""
        last = bisect(self._ends, pronoun.start)
        near = [
            (span, person)
            for span, person in self._mentions[max(0, last - 5) : last]
            if self._sentences_between(span.start, pronoun.start) == 1
            and "\n" not in self.text[span.start : pronoun.start]
        ]
        if not near or self._mentions[last - 1] != near[-1] or any(one[1] is not near[0][1] for one in near):
            return None
        span, person = near[0]
        fits = person.gender == gender or (
            person.gender is None and person.is_certainly_person and self._acts(span)
        )
        return person if fits and self._is_subject(span) else None

    def _named_since(self, start: int, end: int, gender: str) -> Span | None:
        """The last name in ``text[start:end]`` of somebody of fitting gender."""
        first, last = bisect(self._ends, start), bisect(self._ends, end)
        for span, person in reversed(self._mentions[max(first, last - _LOOK_BACK_NAMES) : last]):
            if person.gender in (gender, None):
                return span
        return None

    def candidates(
        self, pronoun: Span, earlier: Earlier = Earlier()
    ) -> Iterator[tuple[Person, dict[str, float]]]:
        """Yield the people of fitting gender named before, nearest first, with what speaks for each."""
        gender = gender_of(pronoun.of(self.text))
        last = bisect(self._ends, pronoun.start)
        places: dict[int, list[Span]] = {}
        people: dict[int, Person] = {}
        start = self._starts[max(bisect(self._starts, pronoun.start) - 1, 0)] if self._starts else 0
        fronted = fronted_part(self.text, start, pronoun.start)
        for span, person in reversed(self._mentions[max(0, last - _LOOK_BACK_NAMES) : last]):
            if span.start < pronoun.start - _LOOK_BACK_CHARS:
                break
            if fronted and span.start >= fronted.start and cannot_be_subject(self.text, fronted, span):
                continue
            if person.gender in (gender, None):
                places.setdefault(id(person), []).append(span)
                people[id(person)] = person
        for nearer, (key, spans) in enumerate(places.items()):
            before = earlier.last.get(gender)
            yield people[key], self._features(pronoun, people[key], spans, nearer, before)

    def _features(
        self,
        pronoun: Span,
        person: Person,
        spans: list[Span],
        nearer: int,
        before: tuple[int, Person] | None,
    ) -> dict[str, float]:
        latest = spans[0]
        apart = self._sentences_between(latest.end, pronoun.start)
        recent = [span for span in spans if self._sentences_between(span.end, pronoun.start) <= apart + 1][:4]
        continued = before is not None and before[1] is person
        gap = self._sentences_between(before[0], pronoun.start) if before else 0
        is_source = self._has_cue(pronoun.end, pronoun.end + 20)
        speaks = any(map(self._speaks, recent))
        return {
            "same_sentence": float(apart == 0),
            "sentences": float(min(apart, _FARTHEST)),
            "paragraphs": float(min(self.text.count("\n\n", latest.end, pronoun.start), _FARTHEST)),
            "nearer": float(min(nearer, _FARTHEST)),
            "subject": float(self._is_subject(latest)),
            "was_subject": float(any(map(self._is_subject, recent))),
            "acts": float(self._acts(latest)),
            "acted": float(any(map(self._acts, recent))),
            "object": float(self._is_object(latest)),
            "possessive": float(self.text[latest.end : latest.end + 2] in ("’s", "'s")),
            "speaks": float(speaks),
            "source_speaks": float(speaks and is_source),
            "gender": float(person.gender == gender_of(pronoun.of(self.text))),
            "single": float(" " not in person.name),
            "known": float(person.is_certainly_person),
            "times": log1p(len(person.mentions)),
            "same_pronoun": float(continued and gap <= 1),
            "same_pronoun_far": float(continued and 1 < gap <= _FARTHEST),
            "named_since": float(continued and before is not None and latest.start > before[0]),
        }

    def _sentences_between(self, start: int, end: int) -> int:
        return bisect(self._starts, end - 1 if end > start else end) - bisect(self._starts, start)

    def _is_subject(self, span: Span) -> bool:
        """Return whether the name starts its sentence, or its main clause after a comma or a quotation."""
        start = self._starts[max(bisect(self._starts, span.start) - 1, 0)] if self._starts else 0
        before = self.text[max(start, span.start - 200) : span.start].rstrip()
        before = _ROLE_AT_END.sub("", before)
        if not before or before[-1] == BLANK:
            return True
        if is_office(before.removeprefix("The ").removesuffix(",").split()):
            return True
        opening = _WORD.match(before.lstrip())
        fronted = opening is not None and (
            opening.group().lower() in PREPOSITIONS | SUBORDINATORS | {"as"}
            or opening.group().endswith(("ing", "ed"))
        )
        return before[-1] == "," and fronted and before.count(",") == 1

    def _acts(self, span: Span) -> bool:
        """Return whether a finite verb follows the name, perhaps after an apposition."""
        verb = _ACTS.match(self.text, span.end, span.end + 120)
        return verb is not None and not self._is_object(span)

    def _is_object(self, span: Span) -> bool:
        words = self.text[max(0, span.start - 14) : span.start].lower().split()
        return bool(words) and words[-1] in PREPOSITIONS

    def _speaks(self, span: Span) -> bool:
        return self._has_cue(span.end, span.end + 16) or (
            self._has_cue(max(0, span.start - 12), span.start)
            and BLANK in self.text[max(0, span.start - 16) : span.start]
        )

    def _has_cue(self, start: int, end: int) -> bool:
        return any(find_cues(self.text, start, min(end, len(self.text))))


def _likeliest(candidates: Sequence[tuple[Person, dict[str, float]]]) -> Person | None:
    scored = [(score(features), person) for person, features in candidates]
    return max(scored, key=lambda one: one[0], default=(0.0, None))[1]


def score(features: Mapping[str, float], weights: Mapping[str, float] = WEIGHTS) -> float:
    """Return how well a candidate fits."""
    return sum(weights[name] * value for name, value in features.items())


def gendered(text: str) -> Iterator[Span]:
    """Yield the gendered pronouns of a text, in order."""
    return (Span(*found.span()) for found in _GENDERED.finditer(text))


def gender_of(pronoun: str) -> str:
    """Return "m" or "f"."""
    return "f" if pronoun.lower() in lexicon.FEMALE_FORMS else "m"
