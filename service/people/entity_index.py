"""Who is who in an article: name mentions, grouped by person or body, with role and likely gender.

Reads text in which quoted words are blanked out (same length, so offsets hold): a name inside a quotation
never becomes a speaker. Not a named-entity recogniser: capitals, titles and given names are the evidence.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence

from service.domain import Span, Speaker
from service.people.coreference.antecedents import Antecedents, Subject, gender_of
from service.people.coreference.descriptions import Descriptions
from service.people.coreference.roles import Roles
from service.people.coreference.subjects import Subjects
from service.people.coreference.unnamed import find_unnamed
from service.people.grouping.building import build_person
from service.people.grouping.identity import group_mentions
from service.people.names import find_mentions
from service.people.person import Person
from service.text.document import Document
from service.text.en import lexicon
from service.text.en.grammar import BLANK, CAPITAL
from service.text.en.word_lists import load_words, one_of

_GOVERNED = re.compile(rf"[ \u00a0]{one_of(load_words('governing_words'))}(?:[ \u00a0]|$)")
_CAPITAL = re.compile(r"(?<![^\W_])" + CAPITAL)
_BRACKET = re.compile(r"[ \u00a0][(\[]")
_JOINED = re.compile(r"[ \u00a0]and[ \u00a0]")
_RELATIVE_AT_END = re.compile(r",? (?:who|whose|which|that)$")
_APPOSED_NAME = re.compile(r",[ \u00a0]")
_LONGEST_TITLE_CHARS = 30
_LOOK_AHEAD_CHARS, _LOOK_AHEAD_PARAGRAPHS = 1200, 2
_TITLE_WORDS = lexicon.ROLE_NOUNS | {"former", "retired", "the", "a", "an", "his", "her", "their"}
_NOBODY = frozenset({"no one", "nobody", "none", "no-one"})


class EntityIndex:
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
        self._roles = Roles(text, people, self._spans)
        self._descriptions = Descriptions(text, people, of_mention)
        self._sentence_starts = sentence_starts
        self._subjects = Subjects(text, sentence_starts, self._is_person)
        self.antecedents = Antecedents(
            text,
            sentence_starts,
            [(span, of_mention[span]) for span in self._spans],
            [*self._unnamed_subjects(sentence_starts)],
        )

    def _unnamed_subjects(self, sentence_starts: Sequence[int]) -> Iterator[Subject]:
        """Who the subjects without a name are: "The boy’s father", or the mayor by his name."""
        for one in find_unnamed(self._text, sentence_starts, self._spans):
            words = " ".join(one.span.of(self._text).split())
            meant = self._roles.of(words.lower(), one.span) if one.is_definite else words
            if isinstance(meant, Person):
                yield Subject(one.span, meant, is_sure=True)
            elif meant or one.speaks:
                is_sure = one.speaks or (one.is_clear and one.gender is not None)
                yield Subject(one.span, Person(meant or words, is_person=True, gender=one.gender), is_sure)

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
        mention = self._whole(mention)
        words = _RELATIVE_AT_END.sub("", " ".join(mention.of(self._original).split()))
        lowered = words.lower()
        if lowered in _NOBODY or lowered in ("the former", "the latter"):
            return None
        if lowered in lexicon.FIRST_PERSON and enclosing:
            return Speaker(enclosing.name, enclosing.role, mention)
        if lowered == "who":
            return self._named_before(mention)
        if lowered in lexicon.PRONOUNS:
            return self._meant_by(lowered, mention)
        both = self._joint(mention)
        if both:
            return Speaker(both, None, mention)
        meant: Person | str | None
        if BLANK in mention.of(self._text):
            meant = self._named_in_quotation(words)
        else:
            meant = self._named_by(mention) or self._named_after(mention)
            if meant is None or meant.is_described:
                meant = self._roles.of(lowered, mention) or self._descriptions.meant_by(words, mention)
        if isinstance(meant, Person):
            return Speaker(meant.name, meant.role, mention)
        return Speaker(meant or self._descriptions.in_full(words, mention) or words, None, mention)

    def _whole(self, mention: Span) -> Span:
        """The mention with the stop of "Jr.", or with the head of "Officials in Brussels" for "Brussels"."""
        at = bisect(self._spans, mention.end, key=lambda span: span.start) - 1
        if at < 0 or self._spans[at].start < mention.start:
            return mention
        name = self._spans[at]
        if name.end == mention.end + 1 and self._text[mention.end] == ".":
            mention = Span(mention.start, name.end)
        if at and name == mention:
            head = self._spans[at - 1]
            if self._of_mention[head].is_described and self._descriptions.governs(head, name):
                return Span(head.start, name.end)
        return mention

    def _joint(self, mention: Span) -> str | None:
        """Both who speak in "Kessler and Nair said", by their fullest names: two people or two countries."""
        joined = _JOINED.search(mention.of(self._text))
        if not joined:
            return None
        left = Span(mention.start, mention.start + joined.start())
        right = Span(mention.start + joined.end(), mention.end)
        named = self.mentions_within(left)
        if len(named) != 1 or named[0].end != left.end or re.search(r"[,;]", left.of(self._text)):
            return None
        first, second = self._of_mention[named[0]], self._named_by(right)
        if not second or first is second or _GOVERNED.search(left.of(self._text)):
            return None
        alike = first.is_person == second.is_person and all(
            one.is_person or " " not in one.name for one in (first, second)
        )
        return f"{first.name} and {second.name}" if alike else None

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
            person = self.antecedents.of(mention) or self._introduced_after(mention)
            return Speaker(person.name, person.role, mention) if person else None
        if pronoun in ("they", "it"):
            subject = self._subjects.before(mention)
            meant = self.resolve(subject) if subject else None
            return Speaker(meant.name, meant.role, mention) if meant else None
        return None

    def _introduced_after(self, pronoun: Span) -> Person | None:
        """Whom a pronoun means that stands before any name: who is named next, first in a sentence.

        Only somebody whose gender surely fits, within the next two paragraphs.
        """
        if next(self.antecedents.candidates(pronoun), None):
            return None
        ahead = Span(pronoun.end, min(pronoun.end + _LOOK_AHEAD_CHARS, len(self._text)))
        named = next((span for span in self.mentions_within(ahead) if self._of_mention[span].is_person), None)
        if named is None:
            return None
        person = self._of_mention[named]
        is_near = self._text.count("\n\n", pronoun.end, named.start) <= _LOOK_AHEAD_PARAGRAPHS
        fits = person.is_certainly_person and person.gender == gender_of(pronoun.of(self._text))
        return person if is_near and fits and self._opens_sentence(named) else None

    def _opens_sentence(self, name: Span) -> bool:
        """Return whether a name is the first of its sentence, with no more than a title before it."""
        at = bisect(self._sentence_starts, name.start) - 1
        before = self._text[self._sentence_starts[at] if at >= 0 else 0 : name.start]
        is_title = all(word.lower() in _TITLE_WORDS or word[0].isupper() for word in before.split())
        return len(before) <= _LONGEST_TITLE_CHARS and is_title

    def _named_in_quotation(self, words: str) -> Person | None:
        """Whom words inside a quotation name, if the article names that person outside as well."""
        named = list(find_mentions(words))
        if not named:
            return None
        fitting = [person for person in self._people if person.name.split()[-1].lower() == named[-1].surname]
        return fitting[0] if len(fitting) == 1 else None

    def _is_person(self, span: Span) -> bool | None:
        """Return whether the name at the end of ``span`` is a person's or a body's. None if there is none."""
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
        bracket = _BRACKET.search(mention.of(self._text))
        if bracket and bracket.start():
            return self._named_by(Span(mention.start, mention.start + bracket.start()))
        comma = mention.of(self._text).find(",")
        if comma > 0:
            head = Span(mention.start, mention.start + comma)
            return self._named_by(head) or self._apposed_in(mention)
        phrase = mention.of(self._text)
        governed = _GOVERNED.search(phrase)
        head_end = mention.start + governed.start() if governed else mention.end
        for span in reversed(self.mentions_within(mention)):
            if span.start < head_end:  # "Secretary of State Ann Moss" is one name, title included
                person = self._of_mention[span]
                # "the Commission on Public Debates" is more than a Commission.
                longer = governed and not person.is_person and _CAPITAL.search(phrase, governed.end())
                return person if span.end >= head_end and not longer else None
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
        # "his brother, retired teacher Mike Toland,", but not "the group, led by Mike Toland,".
        is_title = all(word.lower() in _TITLE_WORDS or word[0].isupper() for word in title.split())
        return person if follows and person.is_person and is_title else None


def find_people(document: Document) -> EntityIndex:
    """Find everyone whom a document names outside quotations."""
    return read_people(document.unquoted, document.text, document.sentence_starts)


def read_people(text: str, original: str, sentence_starts: Sequence[int]) -> EntityIndex:
    """Find everyone that ``text`` names: the ``original`` with its quoted words blanked out."""
    groups = group_mentions(text, list(find_mentions(text)))
    people: list[Person] = []
    of_mention: dict[Span, Person] = {}
    for one in groups:
        person = build_person(one, text)
        people.append(person)
        of_mention.update((mention.span, person) for mention in one.mentions)
    return EntityIndex(text, original, people, of_mention, sentence_starts)
