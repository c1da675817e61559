"""Who is who in an article: its people and organisations, and whom a mention, pronoun or description means.

Names are found outside quoted words only, so that a name inside a quotation never becomes a speaker.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from service import domain, time_budget
from service.domain import Span
from service.people.coreference.antecedents import Antecedents, gender_of, prepare_antecedents
from service.people.coreference.descriptions import DescriptionIndex, governs_name, index_descriptions
from service.people.coreference.documents import DocumentOwners
from service.people.coreference.epithets import Epithets
from service.people.coreference.named_phrases import (
    named_before_relative,
    names_joined,
    opens_sentence,
    person_apposed_after,
    person_named_by,
    person_named_elsewhere,
    person_named_in_quotation,
)
from service.people.coreference.roles import RoleIndex, index_roles
from service.people.coreference.subjects import SentenceSubjects
from service.people.coreference.unnamed import find_unnamed_subjects
from service.people.entity import SPEAKING_KINDS, Entity
from service.people.mention_index import MentionIndex, NameKinds, index_mentions
from service.people.referent import How, Referent
from service.text.document import Document
from service.text.en import lexicon
from service.text.en.grammar import BLANK, SOURCE_NOUN
from service.text.en.word_lists import load_words, one_of

_BODY_AFTER = re.compile(rf"[ \u00a0]{one_of(load_words('bodies_after_name'))}\b(?![’'])")
_RELATIVE_AT_END = re.compile(r",? (?:who|whose|which|that)$")
_LOOK_AHEAD_CHARS, _LOOK_AHEAD_PARAGRAPHS = 1200, 2
_POSSESSIVES = frozenset({"his", "her", "him", "hers"})
_RELATIVES = frozenset({"who", "which", "that"})
_FEWEST_LETTERS = 2
_DESCRIBED_BEFORE = re.compile(
    rf"\b(?P<words>(?:[Aa]n?|[Oo]ne|[Aa]nother)[ \u00a0](?:[\w-]+[ \u00a0]){{0,3}}?{SOURCE_NOUN}"
    r"(?:[ \u00a0](?:from|of|at|in|for|with)[ \u00a0][\w’' -]{2,40})?), $"
)
_NOBODY = frozenset({"no one", "nobody", "none", "no-one", "the former", "the latter"})


@dataclass(frozen=True)
class EntityIndex:
    """The people and organisations of an article, and the look-ups that say whom a mention means."""

    original: str  # the article's text; the mentions' has quoted words blanked out
    sentence_starts: Sequence[int]
    mentions: MentionIndex
    roles: RoleIndex
    descriptions: DescriptionIndex
    subjects: SentenceSubjects
    antecedents: Antecedents
    epithets: Epithets
    documents: DocumentOwners

    @property
    def people(self) -> tuple[Entity, ...]:
        """Everyone, in the order of their first mention."""
        return self.mentions.people

    def prominence(self, name: str) -> int:
        """Return how often the article mentions whoever has that full name."""
        return self.mentions.mention_counts[name]

    @cached_property
    def ids(self) -> Mapping[Entity, str]:
        """The ids of the people and organisations, numbered by their first mention."""
        named = [one for one in self.people if one.kind in SPEAKING_KINDS and not one.is_described]
        return {person: f"p{number}" for number, person in enumerate(named, start=1)}

    def listed(self) -> tuple[domain.Person, ...]:
        """Return the people and organisations for the contract, in the order of their first mention."""
        return tuple(
            domain.Person(number, one.name, one.role, domain.PersonKind(one.kind.value), one.mentions)
            for one, number in self.ids.items()
        )

    def kind_of(self, person: str) -> domain.PersonKind | None:
        """Return of which kind the person or organisation with that id is; None if nobody has it."""
        kinds = {number: one.kind for one, number in self.ids.items()}
        return domain.PersonKind(kinds[person].value) if person in kinds else None

    def mentions_within(self, region: Span) -> list[Span]:
        """Return the mentions by name inside ``region``, in order."""
        return self.mentions.within(region)

    def resolve(self, mention: Span, enclosing: Referent | None = None) -> Referent | None:
        """Return who ``mention`` is: by the fullest name in the article, else by the mention's own words.

        ``enclosing`` is the speaker of the quotation around the mention, whom "I" and "we" mean there.
        None for "no one", and for a pronoun without a clear antecedent.
        """
        time_budget.check()
        mention = self._before_quotation(self._complete(mention))
        words = _RELATIVE_AT_END.sub("", " ".join(mention.of(self.original).split()))
        lowered = words.lower()
        if lowered in _NOBODY:
            return None
        if lowered in lexicon.FIRST_PERSON and enclosing:
            return replace(enclosing, mention=mention, how=How.SPEAKER)
        if lowered in _RELATIVES and not words.isupper():  # the WHO is a body
            described = _DESCRIBED_BEFORE.search(
                self.mentions.text, max(0, mention.start - 80), mention.start
            )
            if described:  # "a dentist from Moncton, who"
                return self.resolve(Span(*described.span("words")))
            return _referent(named_before_relative(self.mentions, mention), mention, How.RELATIVE)
        if lowered in lexicon.PRONOUNS | _POSSESSIVES:
            return self._resolve_pronoun(lowered, mention)
        owner = self.documents.of(mention)
        if owner:
            speaks = self.resolve(owner)
            return replace(speaks, mention=mention, how=How.OWNER) if speaks else None
        both = names_joined(self.mentions, mention)
        if both:
            return Referent(both, None, mention, How.NAMES)
        named = self._named(mention, words)
        if named or sum(map(str.isalpha, words)) < _FEWEST_LETTERS:
            return named
        return Referent(self._in_full(mention, words), None, mention, How.WORDS)

    def alternatives(self, mention: Span) -> tuple[Referent, ...]:
        """Return who ``mention`` may be, as ``resolve`` says first; several for "he" and "she"."""
        first = self.resolve(mention)
        if first is None:
            return ()
        if first.how is not How.PRONOUN:
            return (first,)
        return tuple(
            Referent(person.name, person.role, first.mention, How.PRONOUN, person, share)
            for person, share in self.antecedents.alternatives(first.mention)
        )

    def _named(self, mention: Span, words: str) -> Referent | None:
        """Return whom a mention names or describes."""
        if BLANK in mention.of(self.mentions.text):
            named = _referent(person_named_in_quotation(self.mentions, words), mention, How.NAME)
            return named or _referent(self.epithets.named(mention), mention, How.EPITHET)
        named = _referent(
            person_named_by(self.mentions, mention) or person_apposed_after(self.mentions, mention),
            mention,
            How.NAME,
        )
        if named and named.person and not named.person.is_described and named.person.kind in SPEAKING_KINDS:
            return named
        meant = self.roles.resolve(words.lower(), mention) or self.descriptions.resolve(words, mention)
        if isinstance(meant, str):  # the words that introduced somebody without a name
            return Referent(meant, None, mention, How.WORDS)
        return (
            _referent(meant, mention, How.ROLE)
            or _referent(person_named_elsewhere(self.mentions, words), mention, How.ROLE)
            or _referent(self.epithets.named(mention), mention, How.EPITHET)
            or (None if named and named.person and named.person.is_described else named)
        )

    def _in_full(self, mention: Span, words: str) -> str:
        """Return the words of a description, with the name that goes on from it."""
        in_quotation = BLANK in mention.of(self.mentions.text)
        return (None if in_quotation else self.descriptions.complete(words, mention)) or words

    def _before_quotation(self, mention: Span) -> Span:
        """Return a mention without the quotation that it leads into: "Moss, who calls it “a success”"."""
        words = mention.of(self.mentions.text)
        kept = words[: words.find(BLANK)].rstrip() if BLANK in words else words
        return Span(mention.start, mention.start + len(kept)) if len(kept.split()) > 1 else mention

    def _complete(self, mention: Span) -> Span:
        """Return a mention with all that belongs to it.

        The full stop of "Jr.", "Officials in Brussels" for "Brussels", "the Moss campaign" for "Moss".
        """
        name = self.mentions.last_before(mention.end)
        if not name or name.start < mention.start:
            return mention
        if name.end == mention.end + 1 and self.mentions.text[mention.end] == ".":
            mention = Span(mention.start, name.end)
        body = _BODY_AFTER.match(self.mentions.text, mention.end) if name.end == mention.end else None
        if body:
            start = mention.start - len("the ")
            is_the = self.mentions.text[max(0, start) : mention.start].lower() == "the "
            return Span(start if is_the else mention.start, body.end())
        head = self.mentions.last_before(name.start - 1) if name == mention else None
        is_described = head is not None and self.mentions.person_at[head].is_described
        if head and is_described and governs_name(self.mentions.text, head, name):
            return Span(head.start, name.end)
        return mention

    def _resolve_pronoun(self, pronoun: str, mention: Span) -> Referent | None:
        if BLANK in mention.of(self.mentions.text):  # a pronoun in quoted words has no known antecedent
            return None
        if pronoun in lexicon.MALE_PRONOUNS | lexicon.FEMALE_PRONOUNS | _POSSESSIVES:
            likely = self.antecedents.alternatives(mention)
            if likely:
                person, share = likely[0]
                return Referent(person.name, person.role, mention, How.PRONOUN, person, share)
            return _referent(self._named_next(mention), mention, How.CATAPHORA)
        if pronoun in ("they", "it"):
            subject = self.subjects.antecedent_of(mention)
            meant = self.resolve(subject) if subject else None
            return replace(meant, mention=mention, how=How.SUBJECT) if meant else None
        return None

    def _named_next(self, pronoun: Span) -> Entity | None:
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


def _referent(person: Entity | None, mention: Span, how: How) -> Referent | None:
    return Referent(person.name, person.role, mention, how, person) if person else None


def find_people(document: Document, name_kinds: NameKinds | None = None) -> EntityIndex:
    """Find the people and organisations that a document names outside quotations.

    ``name_kinds`` says what the names are of; without it their looks decide.
    """
    starts = document.sentence_starts
    mentions = index_mentions(document.unquoted, name_kinds)
    roles = index_roles(mentions)
    antecedents = prepare_antecedents(mentions, starts, tuple(find_unnamed_subjects(mentions, roles, starts)))
    return EntityIndex(
        document.text,
        starts,
        mentions,
        roles,
        index_descriptions(mentions),
        SentenceSubjects(mentions, starts),
        antecedents,
        Epithets(mentions, roles, antecedents),
        DocumentOwners(mentions, antecedents.context),
    )
