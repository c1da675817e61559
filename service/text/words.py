"""The words of a text: what a word is, and which words say nothing by themselves.

Whatever counts or looks up words reads them here. The salience head was fitted with these words and this
stop list: after a change to either, refit it (``python -m eval.training.salience``).

Not here: readings that other fitted weights rest on (``fitted_readings``, and grounding's own), and patterns
that say more than "a word", such as those of names and cues (``en.grammar``).
"""

from __future__ import annotations

import re

from service.domain import Span
from service.text.en.word_lists import load_words

WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
"""Letters and digits; apostrophes, hyphens and full stops join them: "don't", "one-year", "U.S", "3.5"."""

STOP_WORDS = load_words("stop_words")
"""Words that stand in any text, in lower case."""


def find_words(text: str) -> list[str]:
    """Return the words of ``text`` in order."""
    return WORD.findall(text)


def count_words(text: str) -> int:
    """Return the number of words in ``text``."""
    return len(WORD.findall(text))


def word_spans(text: str, within: Span) -> tuple[Span, ...]:
    """Return where the words of the stretch ``within`` stand in ``text``."""
    return tuple(Span(*match.span()) for match in WORD.finditer(text, within.start, within.end))
