"""Given names and their gender. The lists hold English, Celtic, European, Arab, African and Asian names.

Names are listed in lower case without accents, and looked up in this form (``plain``).
"""

from __future__ import annotations

import unicodedata

from service.text.en.word_lists import load_words

_MALE = load_words("given_names_male")
_FEMALE = load_words("given_names_female")
GIVEN_NAMES = _MALE | _FEMALE | load_words("given_names_unisex")


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
    """Return "m" or "f", of "Jean-Luc" by its first part that has one; None for unisex and unknown names."""
    for name in (plain(word), *plain(word).split("-")):
        if name in _MALE:
            return "m"
        if name in _FEMALE:
            return "f"
    return None
