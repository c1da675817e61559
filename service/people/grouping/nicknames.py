"""Short forms of given names: "Bob" may be Robert.

They are of English use, with the commonest Spanish, German and Slavic ones. Lists made for genealogy would
hold forms that no newspaper prints, and more wrong pairs.
"""

from __future__ import annotations

from collections import defaultdict

from service.text.en.given_names import plain
from service.text.en.word_lists import load_words

_FULL: defaultdict[str, set[str]] = defaultdict(set)  # by short form
for _row in load_words("nicknames"):
    _name, *_shorts = _row.split()
    for _short in _shorts:
        _FULL[_short].add(_name)


def may_be_one(one: str, other: str) -> bool:
    """Return whether two given names can be one person's: one short for the other, or both for a third."""
    first, second = plain(one), plain(other)
    return not _forms(first).isdisjoint(_forms(second))


def is_short(name: str) -> bool:
    """Return whether a given name is a short form."""
    return plain(name) in _FULL


def _forms(name: str) -> set[str]:
    return {name} | _FULL.get(name, set())


def is_one_letter_off(one: str, other: str) -> bool:
    """Return whether one word becomes the other by one letter changed, left out or added."""
    if len(one) > len(other):
        one, other = other, one
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return one != other and one[at + (len(one) == len(other)) :] == other[at + 1 :]
