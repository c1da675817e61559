"""Names in a text: where they stand, and the titles, roles and honorifics around them.

Not a named-entity recogniser: capitals, titles and given names are the evidence. ``people`` groups the
mentions found here by who they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, takewhile

from service.domain import Span
from service.extract import lexicon

_ABBREVIATION = (
    r"(?:Mr|Mrs|Ms|Dr|Prof|Sens?|Reps?|Govs?|Gen|Lt|Col|Cpl|Sgt|Capt|Cmdr|Adm|Maj|Pvt|Det|Insp|Supt|Rev|Hon"
    r"|St|Jr|Sr)\."
)
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ](?:[\w-]*\w)?(?:['’][A-Z]\w+)?"
_INITIALS = r"(?:[A-Z]\.){1,3}"
_NAME_TOKEN = rf"(?:{_ABBREVIATION}|{_INITIALS}|{_CAPITALISED})"
_PARTICLE = rf"(?:{'|'.join(sorted(lexicon.NAME_PARTICLES))})"
_NAME = re.compile(
    rf"(?<![\w@#])(?<![\w][-'’]){_NAME_TOKEN}(?:[ \u00a0]+(?:{_PARTICLE}[ \u00a0]+){{0,2}}{_NAME_TOKEN})*"
)
_TOKEN = re.compile(r"[^\s\u00a0]+")
_SUFFIXES = {"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"}
# "Robby Mook, the campaign manager," and its like.
_APPOSITION = re.compile(
    r",[ \u00a0](?P<role>(?:(?:the|a|an|his|her|their)[ \u00a0])?[^,.;:!?\n\"“”()]{3,90}?)"
    r"(?=,|\.|;| who | said\b| says\b)"
)
# "campaign manager Robby Mook", "her deputy, Tom Lee".
_ROLE_BEFORE = re.compile(
    r"(?:[\w’'-]+[ \u00a0]){1,5}$"
    r"|\b(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir)[ \u00a0](?:[\w’'-]+[ \u00a0]){0,3}[\w-]+,[ \u00a0]$"
)
# Words that can't stand inside a role on its left: the noun phrase starts after them.
_ROLE_STOPPERS = lexicon.SENTENCE_STARTERS - {"former", "right", "second"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A name where it stands in the text, its title and the gender that its honorific tells."""

    span: Span
    words: tuple[str, ...]
    role: str | None
    gender: str | None  # "m", "f" or None
    addressed: bool  # a title or honorific stands before it, so it is a person

    @property
    def surname(self) -> str:
        """The last word of the name that isn't "Jr." or the like, lower case."""
        words = [word for word in self.words if word.lower() not in _SUFFIXES] or list(self.words)
        return words[-1].lower()


def find_mentions(text: str) -> Iterator[Mention]:
    """Yield the names of ``text`` in order. Blank out quoted words first, or they are found too."""
    for match in _NAME.finditer(text):
        yield from _mentions_of(text, match)


def _mentions_of(text: str, match: re.Match[str]) -> list[Mention]:
    """Turn a run of capitalised words into a mention: titles, sentence starters and dates taken off."""
    tokens = [
        (t.group(), match.start() + t.start(), match.start() + t.end())
        for t in _TOKEN.finditer(match.group())
    ]
    tokens = list(dropwhile(lambda token: _is_no_name(token[0]), tokens))
    while tokens and tokens[-1][0].lower() in lexicon.MONTHS_AND_DAYS:
        tokens.pop()
    titles: list[str] = []
    gender: str | None = None
    addressed = False
    start = tokens[0][1] if tokens else 0
    for token, _, _ in takewhile(lambda token: _is_title(token[0]), tokens[:-1]):
        lowered = token.lower()
        gender = gender or _gender_of_honorific(lowered)
        addressed = True
        if lowered not in lexicon.ADDRESS_HONORIFICS:
            titles.append(token)
    tokens = list(dropwhile(lambda token: _is_title(token[0]), tokens[:-1])) + tokens[-1:]
    if not tokens or (len(tokens) == 1 and _is_title(tokens[0][0]) and not addressed):
        return []
    words = tuple(token[0] for token in tokens)
    end = tokens[-1][2]
    title = " ".join(titles)
    role = _role_after(text, end) if title.lower() in lexicon.ACADEMIC_TITLES else title
    role = role or title or _role_before(text, start) or _role_after(text, end)
    return [Mention(Span(start, end), words, role, gender or _gender_of_name(words), addressed)]


def _is_no_name(token: str) -> bool:
    lowered = token.lower()
    return lowered in lexicon.SENTENCE_STARTERS or lowered in lexicon.MONTHS_AND_DAYS or token == "Former"


def _is_title(token: str) -> bool:
    return token.lower() in lexicon.TITLES or token.lower() in lexicon.ADDRESS_HONORIFICS


def _gender_of_honorific(word: str) -> str | None:
    if word in lexicon.MALE_HONORIFICS:
        return "m"
    return "f" if word in lexicon.FEMALE_HONORIFICS else None


def _gender_of_name(words: tuple[str, ...]) -> str | None:
    if len(words) < 2:
        return None
    first = words[0].lower()
    male, female = first in lexicon.MALE_NAMES, first in lexicon.FEMALE_NAMES
    return None if male == female else ("m" if male else "f")


def _role_before(text: str, start: int) -> str | None:
    """The role in lower case before a name: "campaign manager Robby Mook"."""
    match = _ROLE_BEFORE.search(text, max(0, start - 80), start)
    if not match:
        return None
    words = match.group().replace(",", " ").split()
    if words[-1].lower() not in lexicon.ROLE_NOUNS or words[-1][0].isupper():
        return None
    role = [words[-1]]
    for word in reversed(words[:-1]):
        if word.lower() in _ROLE_STOPPERS | lexicon.SPEECH_VERBS or word.endswith(("ed", "ly", "’s", "'s")):
            break
        role.insert(0, word)
    return " ".join(role)


def _role_after(text: str, end: int) -> str | None:
    """The role in apposition: "Robby Mook, the campaign manager,"."""
    match = _APPOSITION.match(text, end, end + 120)
    if not match:
        return None
    role = re.sub(r"^(?:the|a|an)\s+", "", match["role"].strip())
    if role.split()[0].lower() in _ROLE_STOPPERS - {"the", "a", "an"}:
        return None
    words = [word.lower().rstrip("s") for word in re.findall(r"[\w-]+", role)]
    return role if any(word in lexicon.ROLE_NOUNS for word in words[:6]) else None
