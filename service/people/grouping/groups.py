"""The mentions of one person or body, and what they tell together."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.people.names import Mention
from service.people.role_words import head_noun
from service.text.en import lexicon
from service.text.en.given_names import plain
from service.text.en.word_lists import load_table

_LONGEST_NAME_WORDS = 4
_TITLE_FORMS: Mapping[str, str] = load_table("title_forms")


@dataclass(slots=True)
class NameGroup:
    """The mentions of one person or body, the fullest of whose names may have to be put together."""

    mentions: list[Mention] = field(default_factory=list)
    gender: str | None = None
    name: str | None = None  # where no mention holds it whole
    is_family: bool = False
    suffix: str | None = None
    nouns: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)  # given names, short ones too
    starts: list[int] = field(default_factory=list)  # of the mentions, sorted

    def add(self, mention: Mention) -> None:
        """Take in a mention, and what it tells."""
        self.mentions.append(mention)
        insort(self.starts, mention.span.start)
        if is_full(mention):
            self.given.add(plain(mention.core[0]))
        if mention.nickname:
            self.given.add(plain(mention.nickname))
        if mention.role:
            self.nouns.add(title_noun(mention.role))
        if mention.honorific or len(mention.words) > 1:
            self.gender = self.gender or mention.gender

    @property
    def is_kin(self) -> bool:
        """Return whether the first mention introduces them as somebody's relative."""
        return self.mentions[0].is_kin


def is_full(mention: Mention) -> bool:
    """Tell a name of several words from a bare one, "Jr." and the like aside."""
    return len(mention.core) > 1


def is_organisation(mention: Mention) -> bool:
    """Return whether a name holds a word of bodies."""
    return not lexicon.ORGANISATION_WORDS.isdisjoint(word.lower().strip(".,") for word in mention.words)


def is_headline(mention: Mention) -> bool:
    """Tell a headline's words from a name."""
    return sum(word[0].isupper() for word in mention.core) > _LONGEST_NAME_WORDS


def title_noun(role: str) -> str:
    """The noun of a role or title, "senator" for "Sen." too."""
    noun = head_noun(role)
    return _TITLE_FORMS.get(noun, noun)
