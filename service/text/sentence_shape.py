"""The outward shape of a sentence: whether it is finished, and whether it is written as headlines are."""

from __future__ import annotations

import re

from service.text.marks import AFTER_STOP
from service.text.words import find_words

# Prepositions in a Title Case Headline are shorter; with fewer words than this, names look the same.
_LONGER_WORD_CHARACTERS, _FEWEST_TITLE_WORDS = 5, 4
_FINISHED = re.compile(rf"[.!?…][{AFTER_STOP})\]\s]*$")


def is_finished(text: str) -> bool:
    """Return whether ``text`` ends like a sentence: full stop, exclamation or question mark, or ellipsis."""
    return bool(_FINISHED.search(text))


def is_in_title_case(text: str) -> bool:
    """Return whether every longer word of ``text`` begins with a capital, as in headlines."""
    longer = [word for word in find_words(text) if len(word) >= _LONGER_WORD_CHARACTERS]
    return len(longer) >= _FEWEST_TITLE_WORDS and all(not word[0].islower() for word in longer)
