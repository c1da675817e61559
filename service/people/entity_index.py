"""Who is who in an article: its people and organisations, and whom a mention, pronoun or description means.

Names are found outside quoted words only, so that a name inside a quotation never becomes a speaker.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Span, Speaker
from service.people.coreference.antecedents import Antecedents, gender_of, prepare_antecedents
from service.people.coreference.descriptions import DescriptionIndex, governs_name, index_descriptions
from service.people.coreference.named_phrases import (
    names_joined,
    opens_sentence,
    person_apposed_after,
    person_named_by,
    person_named_in_quotation,
    person_named_right_before,
)
from service.people.coreference.roles import RoleIndex, index_roles
from service.people.coreference.subjects import SentenceSubjects
from service.people.coreference.unnamed import find_unnamed_subjects
from service.people.mention_index import MentionIndex, index_mentions
from service.people.person import Person
from service.text.document import Document
from service.text.en import lexicon
from service.text.en.grammar import BLANK

_RELATIVE_AT_END = re.compile(r",? (?:who|whose|which|that)$")
_LOOK_AHEAD_CHARS, _LOOK_AHEAD_PARAGRAPHS = 1200, 2
_NOBODY = frozenset({"no one", "nobody", "none", "no-one", "the former", "the latter"})


@dataclass(frozen=True, slots=True)
class EntityIndex:
    """The people and organisations of an article, and the look-ups that say whom a mention means."""

    original: str  # the article's text; the mentions' has quoted words blanked out
    sentence_starts: Sequence[int]
    mentions: MentionIndex
    roles: RoleIndex
    descriptions: DescriptionIndex
    subjects: SentenceSubjects
    antecedents: Antecedents

    @property
    def people(self) -> tuple[Person, ...]:
        """Everyone, in the order of their first mention."""
        return self.mentions.people

    def prominence(self, name: str) -> int:
        """Return how often the article mentions whoever has that full name."""
        return self.mentions.mention_counts[name]

    def mentions_within(self, region: Span) -> list[Span]:
        """Return the mentions by name inside ``region``, in order."""
        return self.mentions.within(region)

    def resolve(self, mention: Span, enclosing: Speaker | None = None) -> Speaker | None:
        """Return who ``mention`` is: by the fullest name in the article, else by the mention's own words.

        ``enclosing`` is the speaker of the quotation around the mention, whom "I" and "we" mean there.
        None for "no one", and for a pronoun without a clear antecedent.
        """
        mention = self._complete(mention)
        words = _RELATIVE_AT_END.sub("", " ".join(mention.of(self.original).split()))
        lowered = words.lower()
        if lowered in _NOBODY:
            return None
        if lowered in lexicon.FIRST_PERSON and enclosing:
            return Speaker(enclosing.name, enclosing.role, mention)
        if lowered == "who":
            return _speaker(person_named_right_before(self.mentions, mention), mention)
        if lowered in lexicon.PRONOUNS:
            return self._resolve_pronoun(lowered, mention)
        both = names_joined(self.mentions, mention)
        if both:
            return Speaker(both, None, mention)
        meant: Person | str | None
        if BLANK in mention.of(self.mentions.text):
            meant = person_named_in_quotation(self.mentions, words)
        else:
            meant = person_named_by(self.mentions, mention) or person_apposed_after(self.mentions, mention)
            if meant is None or meant.is_described:
                meant = self.roles.resolve(lowered, mention) or self.descriptions.resolve(words, mention)
        if isinstance(meant, Person):
            return _speaker(meant, mention)
        return Speaker(meant or self.descriptions.complete(words, mention) or words, None, mention)

    def _complete(self, mention: Span) -> Span:
        """Return a mention with the full stop of "Jr.", or "Officials in Brussels" for "Brussels"."""
        name = self.mentions.last_before(mention.end)
        if not name or name.start < mention.start:
            return mention
        if name.end == mention.end + 1 and self.mentions.text[mention.end] == ".":
            mention = Span(mention.start, name.end)
        head = self.mentions.last_before(name.start - 1) if name == mention else None
        is_described = head is not None and self.mentions.person_at[head].is_described
        if head and is_described and governs_name(self.mentions.text, head, name):
            return Span(head.start, name.end)
        return mention

    def _resolve_pronoun(self, pronoun: str, mention: Span) -> Speaker | None:
        if BLANK in mention.of(self.mentions.text):  # a pronoun in quoted words has no known antecedent
            return None
        if pronoun in lexicon.MALE_PRONOUNS | lexicon.FEMALE_PRONOUNS:
            return _speaker(self.antecedents.of(mention) or self._named_next(mention), mention)
        if pronoun in ("they", "it"):
            subject = self.subjects.antecedent_of(mention)
            meant = self.resolve(subject) if subject else None
            return Speaker(meant.name, meant.role, mention) if meant else None
        return None

    def _named_next(self, pronoun: Span) -> Person | None:
        """Return the person named after a pronoun that no name precedes (cataphora).

        The gender must fit for certain, and the name open a sentence within the next two paragraphs.
        """
        if next(self.antecedents.candidates(pronoun), None):
            return None
        text = self.mentions.text
        ahead = Span(pronoun.end, min(pronoun.end + _LOOK_AHEAD_CHARS, len(text)))
        people = ((span, self.mentions.person_at[span]) for span in self.mentions.within(ahead))
        name, person = next(((span, one) for span, one in people if one.is_person), (None, None))
        if not name or not person:
            return None
        is_near = text.count("\n\n", pronoun.end, name.start) <= _LOOK_AHEAD_PARAGRAPHS
        fits = person.is_certainly_person and person.gender == gender_of(pronoun.of(text))
        at = bisect(self.sentence_starts, name.start) - 1
        start = self.sentence_starts[at] if at >= 0 else 0
        return person if is_near and fits and opens_sentence(text, start, name) else None


def _speaker(person: Person | None, mention: Span) -> Speaker | None:
    return Speaker(person.name, person.role, mention) if person else None


def find_people(document: Document) -> EntityIndex:
    """Find the people and organisations that a document names outside quotations."""
    starts = document.sentence_starts
    mentions = index_mentions(document.unquoted)
    roles = index_roles(mentions)
    return EntityIndex(
        document.text,
        starts,
        mentions,
        roles,
        index_descriptions(mentions),
        SentenceSubjects(mentions, starts),
        prepare_antecedents(mentions, starts, tuple(find_unnamed_subjects(mentions, roles, starts))),
    )
