"""Given names and the gender they tell: of English, Celtic, European, Arab, African and Asian use.

Only the list and its look-up. Names are plain lower-case letters: accents are folded away before the look-up.
"""

from __future__ import annotations

import unicodedata

from service.text.en.word_lists import load_words

_MALE = load_words("given_names_male")

_FEMALE = load_words("given_names_female")

_UNISEX = load_words("given_names_unisex")

GIVEN_NAMES = _MALE | _FEMALE | _UNISEX


def plain(word: str) -> str:
    """Return a word in lower case without accents: "Íñigo" as "inigo"."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def is_given_name(word: str) -> bool:
    """Return whether a word, or all of "Jean-Luc", is a given name."""
    return plain(word) in GIVEN_NAMES or (
        "-" in word and all(part in GIVEN_NAMES for part in plain(word).split("-"))
    )


def gender_of(word: str) -> str | None:
    """Return "m" or "f", of "Jean-Luc" by the first part that tells; None for other names."""
    for name in (plain(word), *plain(word).split("-")):
        if name in _MALE:
            return "m"
        if name in _FEMALE:
            return "f"
    return None
