"""The pattern of names: runs of capitalised words, and bodies with "of" in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.domain import Span
from service.text.en import lexicon
from service.text.en.given_names import is_given_name
from service.text.en.grammar import CAPITAL
from service.text.en.word_lists import load_words, one_of

_ABBREVIATION = rf"{one_of(load_words('title_abbreviations'))}\."
# "O'Brien", "Jean-Luc", "al-Rashid", and letters with combining accents.
_CAPITALISED = (
    rf"(?:(?:al|el|ul|ad)-)?{CAPITAL}(?:[\w\u0300-\u036f-]*[\w\u0300-\u036f])?(?:['’]{CAPITAL}\w+)?"
)
_INITIALS = rf"(?:{CAPITAL}\.){{1,3}}"
_NAME_TOKEN = rf"(?:{_ABBREVIATION}|{_INITIALS}|{_CAPITALISED})"
_PARTICLE = rf"(?:{'|'.join(sorted(lexicon.NAME_PARTICLES))})"
# William “Billy” Tran, William (Billy) Tran
_NICKNAME = rf"(?:[“\"‘]{CAPITAL}[^\W\d_]+[”\"’]|\({CAPITAL}[a-z]+\))"
_NAME = re.compile(
    rf"(?<![\w@#])(?<![\w][-'’]){_NAME_TOKEN}"
    rf"(?:(?:[ \u00a0]{_NICKNAME})?[ \u00a0]+(?:{_PARTICLE}[ \u00a0]+){{0,2}}{_NAME_TOKEN})*"
    r"(?:,[ \u00a0](?:Inc|Corp|Ltd|LLC|Co|Jr|Sr)\b)?"
    r"(?:(?:(?<=[ \u00a0]Inc)|(?<=[ \u00a0]Corp)|(?<=[ \u00a0]Ltd)|(?<=[ \u00a0][CJS][or]))\.)?"
)
_BODY_AT_END = re.compile(rf"\b{one_of(word.title() for word in load_words('bodies_with_of'))}$")
_OF = re.compile(rf"[ \u00a0](?:of|for|on)[ \u00a0](?:the[ \u00a0])?(?={_NAME_TOKEN})")
_AND = re.compile(rf"[ \u00a0](?:and|&)[ \u00a0](?={_NAME_TOKEN})")
# Bodies whose fields are often two: "Department of Health and Human Services".
_OF_TWO = re.compile(r"\b(?:Department|Ministry|Committee|Centers|Office|Bureau)$")


def find_names(text: str) -> Iterator[Span]:
    """Yield the runs of capitalised words that look like names, titles included, in order.

    "University of Leeds" and "Centers for Disease Control and Prevention" are one each.
    """
    found = _NAME.search(text)
    while found:
        end = _end_of_body(text, found)
        yield Span(found.start(), end)
        found = _NAME.search(text, end)


def _end_of_body(text: str, found: re.Match[str]) -> int:
    """Return where a name ends that may be a body's and go on with "of"."""
    head = _BODY_AT_END.search(text, found.start(), found.end())
    rest = _name_after(_OF, text, found.end()) if head else None
    if not head or not rest:
        return found.end()
    two = _name_after(_AND, text, rest.end()) if _OF_TWO.match(head.group()) else None
    if two and not is_given_name(two.group().split()[0]):
        return two.end()
    return rest.end()


def _name_after(joint: re.Pattern[str], text: str, place: int) -> re.Match[str] | None:
    joined = joint.match(text, place)
    return _NAME.match(text, joined.end()) if joined else None
