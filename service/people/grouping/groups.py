"""The mentions that name one person or organisation: a frozen group, and the builder that it grows in."""

from __future__ import annotations

from bisect import bisect, insort
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.people.names import Mention
from service.people.role_words import head_noun
from service.text.en.given_names import plain
from service.text.en.word_lists import load_table

_TITLE_FORMS: Mapping[str, str] = load_table("title_forms")


@dataclass(frozen=True, slots=True)
class NameGroup:
    """The mentions of one person or organisation, in text order, and what they say together."""

    mentions: tuple[Mention, ...]
    name: str | None  # the full name, where no mention holds it whole
    gender: str | None
    is_family: bool
    nouns: frozenset[str]  # of their roles: "minister", "senator"


@dataclass(slots=True)
class GroupBuilder:
    """A group while mentions are still being added."""

    mentions: list[Mention] = field(default_factory=list)
    gender: str | None = None
    name: str | None = None
    is_family: bool = False
    suffix: str | None = None
    nouns: set[str] = field(default_factory=set)
    given_names: set[str] = field(default_factory=set)  # short forms and nicknames too
    starts: list[int] = field(default_factory=list)  # of the mentions, sorted

    def add(self, mention: Mention) -> None:
        """Add a mention, with the gender, role and given names that it gives."""
        self.mentions.append(mention)
        insort(self.starts, mention.span.start)
        if mention.is_full:
            self.given_names.add(plain(mention.core_words[0]))
        if mention.nickname:
            self.given_names.add(plain(mention.nickname))
        if mention.role:
            self.nouns.add(title_noun(mention.role))
        if mention.honorific or len(mention.words) > 1:
            self.gender = self.gender or mention.gender

    def build(self) -> NameGroup:
        """Return the finished group."""
        mentions = tuple(sorted(self.mentions, key=lambda mention: mention.span))
        return NameGroup(mentions, self.name, self.gender, self.is_family, frozenset(self.nouns))

    @property
    def is_kin(self) -> bool:
        """Whether the first mention introduces them as somebody's relative."""
        return self.mentions[0].is_kin

    def recency(self, mention: Mention) -> tuple[bool, bool, int]:
        """Return a key that is higher the later they were named before ``mention``.

        Somebody named only once, as a relative, comes after everybody else who was named before.
        """
        at = bisect(self.starts, mention.span.start - 1)
        if not at:
            return (False, False, -self.starts[0] if self.starts else 0)
        return (True, not self.is_kin or at > 1, self.starts[at - 1])


def title_noun(role: str) -> str:
    """Return the head of a role or title, abbreviations in full: "senator" for "Sen."."""
    noun = head_noun(role)
    return _TITLE_FORMS.get(noun, noun)
