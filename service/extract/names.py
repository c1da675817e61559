"""Names in a text: where they stand, and the titles, roles and honorifics around them.

Not a named-entity recogniser: capitals, titles and given names are the evidence. ``people`` groups the
mentions found here by who they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile

from service.domain import Span
from service.extract import lexicon
from service.extract.grammar import CAPITAL, find_cues

_ABBREVIATION = (
    r"(?:Mr|Mrs|Ms|Dr|Prof|Sens?|Reps?|Govs?|Gen|Lt|Col|Cpl|Sgt|Capt|Cmdr|Adm|Maj|Pvt|Det|Insp|Supt|Rev|Hon"
    r"|St|Jr|Sr)\."
)
# "O'Brien", "Jean-Luc", "al-Rashid", and letters with combining accents.
_CAPITALISED = (
    rf"(?:(?:al|el|ul|ad)-)?{CAPITAL}(?:[\w\u0300-\u036f-]*[\w\u0300-\u036f])?(?:['’]{CAPITAL}\w+)?"
)
_INITIALS = rf"(?:{CAPITAL}\.){{1,3}}"
_NAME_TOKEN = rf"(?:{_ABBREVIATION}|{_INITIALS}|{_CAPITALISED})"
_PARTICLE = rf"(?:{'|'.join(sorted(lexicon.NAME_PARTICLES))})"
_NAME = re.compile(
    rf"(?<![\w@#])(?<![\w][-'’]){_NAME_TOKEN}(?:[ \u00a0]+(?:{_PARTICLE}[ \u00a0]+){{0,2}}{_NAME_TOKEN})*"
)
_PARTY_AND_STATE = re.compile(r"[DRI]-[A-Z][A-Za-z.]*")  # Ann Moss (D-Mo.)
_TOKEN = re.compile(r"[^\s\u00a0]+")
# What only people have right after their name: an age, a relative clause with "who".
_OF_A_PERSON = re.compile(
    r",?[ \u00a0](?:\(?\d\d?\)?[,.;) ]|who\b|whose\b|himself\b|herself\b)|[ \u00a0]\(\d\d\)"
)
# "the Islanders", "in Old Varosh": people have no article, and nobody is in them.
_OF_A_THING = re.compile(r"\b(?:[Tt]he|[Ii]n|[Aa]t)[ \u00a0]$")
_SENTENCE_START = re.compile(r"(?:^|[.!?”\"’'\n]\s*)$")
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
# "Secretary of" before "State Ann Moss".
_OFFICE_OF = re.compile(rf"(?:{CAPITAL}\w+[ \u00a0])+of[ \u00a0]$")
_CLAUSE_WORDS = frozenset("where when which who whom that if whether because".split())
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
    looks_like: str | None = None  # "person" or "thing", by the words around it

    @property
    def surname(self) -> str:
        """The last word of the name that isn't "Jr." or the like, lower case."""
        words = [word for word in self.words if word.lower() not in _SUFFIXES] or list(self.words)
        return words[-1].lower()


def find_mentions(text: str) -> Iterator[Mention]:
    """Yield the names of ``text`` in order. Blank out quoted words first, or they are found too."""
    for match in _NAME.finditer(text):
        if not _PARTY_AND_STATE.fullmatch(match.group()):
            yield from _mentions_of(text, match)


def _mentions_of(text: str, match: re.Match[str]) -> list[Mention]:
    """Turn a run of capitalised words into a mention: titles, sentence starters and dates taken off."""
    tokens = [
        (t.group(), match.start() + t.start(), match.start() + t.end())
        for t in _TOKEN.finditer(match.group())
    ]
    # Amid a sentence a capital is one of a name, whatever the word: "while Oh Yun-hee", "said Will Moss".
    is_amid = text[max(0, match.start() - 2) : match.start() - 1].islower()
    is_name = tokens[0][0].lower() in lexicon.NAMES_LIKE_WORDS and (
        len(tokens) > 1 if is_amid else any(find_cues(text, match.end(), match.end() + 10))
    )
    if not is_name:
        tokens = list(dropwhile(lambda token: _is_no_name(token[0]), tokens))
    if len(tokens) > 2 and _is_called_out(text, tokens[0][1], [token for token, _, _ in tokens]):
        tokens = tokens[1:]
    while tokens and tokens[-1][0].lower() in lexicon.MONTHS_AND_DAYS:
        tokens.pop()
    if not tokens:
        return []
    start = tokens[0][1]
    named = _after_titles(
        [token for token, _, _ in tokens], after_of=text[max(0, start - 4) : start] == " of "
    )
    titles, tokens = [token for token, _, _ in tokens[:named]], tokens[named:]
    if len(tokens) == 1 and _is_title(tokens[0][0]) and not titles:
        return []
    office = _OFFICE_OF.search(text, max(0, start - 60), start) if titles else None
    start = office.start() if office else start
    ranks = [token for token in titles if token.lower() not in lexicon.ADDRESS_HONORIFICS]
    gender = next(filter(None, map(_gender_of_honorific, map(str.lower, titles))), None)
    words = tuple(token[0] for token in tokens)
    end = tokens[-1][2]
    title = " ".join([*office.group().split(), *ranks] if office else ranks)
    role = _role_after(text, end) if title.lower() in lexicon.ACADEMIC_TITLES else title
    role = role or title or _role_before(text, start) or _role_after(text, end)
    gender = gender or _gender_of_name(words)
    looks_like = None if titles else _looks_like(text, start, end)
    return [Mention(Span(start, end), words, role, gender, bool(titles), looks_like)]


def _looks_like(text: str, start: int, end: int) -> str | None:
    """Tell a person from a body or place by the words around a name, where they tell."""
    if _OF_A_PERSON.match(text, end) or next(find_cues(text, end, end + 12), None):
        return "person"
    possessive = text[end : end + 2] in ("’s", "'s")
    return "thing" if not possessive and _OF_A_THING.search(text, max(0, start - 5), start) else None


def _is_called_out(text: str, start: int, words: list[str]) -> bool:
    """Tell a word before a name at the start of a sentence: "Boss Ann Moss", "LUCKY Ann Moss"."""
    first, second = words[0], words[1]
    if not _SENTENCE_START.search(text, max(0, start - 3), start) or _is_title(second):
        return False
    shouted = first.isupper() and len(first) > 1 and not second.isupper()
    is_role = first.lower() in lexicon.ROLE_NOUNS and not _is_title(first)
    return is_role or (shouted and second.lower() in lexicon.GIVEN_NAMES)


def _after_titles(words: list[str], *, after_of: bool) -> int:
    """Count the words before the name itself: "Prime Minister", "New York Mayor", "Secretary of State"."""
    last = 0
    for number, word in enumerate(words[:-1]):
        lowered = word.lower()
        is_modifier = after_of and number == last and lowered in lexicon.TITLE_MODIFIERS
        is_leading = number == 0 and lowered in lexicon.LEADING_TITLES
        if lowered in lexicon.TITLE_HEADS | lexicon.ADDRESS_HONORIFICS or is_modifier or is_leading:
            last = number + 1
    rest = words[last].lower()
    return 0 if rest in _SUFFIXES or rest in lexicon.BODY_WORDS else last


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
    noun = next((at for at, word in enumerate(words[:6]) if word in lexicon.ROLE_NOUNS), None)
    # "According to Ann Moss, the result holds only where a doctor …" goes on with a clause, not a role.
    return role if noun is not None and not _CLAUSE_WORDS.intersection(words[:noun]) else None
