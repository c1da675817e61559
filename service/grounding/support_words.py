"""The reading of words on which the trained support weights rest: their cutting, stems and common words.

Inflections of a word share a stem, and so do the spellings of a number. The weights of the support head and
of ``lexical`` were fitted on this reading: a change here means fitting them again
(``python -m eval.training.support``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.domain import Span
from service.text.en.word_lists import load_table, load_words

# Hyphens part words ("one-year", "one year"); a full stop or comma inside a number doesn't.
_WORD = re.compile(
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*(?:\.[^\W\d_]+)*|\d+"
)
_NUMBERS: Sequence[str] = load_table("numbers")["words"]
_TENS = "thirty forty fifty sixty seventy eighty ninety".split()
_DIGITS = {
    **{word: str(number) for number, word in enumerate(_NUMBERS)},
    **{word: str(number) for number, word in zip(range(30, 100, 10), _TENS, strict=True)},
}
EMPTY = load_words("common_words_of_support")
"""Words that stand in any sentence and so are evidence for none."""
NEGATIONS = load_words("negations")
_SUFFIXES = ("ings", "ing", "ies", "ied", "ed", "es", "s", "ly", "y", "e")
_CLITIC = re.compile("(?<=.)'(?:s|m|d|re|ve|ll)$")
_GROUPING = re.compile(r"[,\s](?=\d{3}(?!\d))")
_RANKED = re.compile(r"\.? ?\d")
_ABBREVIATED = re.compile(r"(\w+)(n['’]t)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ComparedWord:
    """A word of a text with its ``stem``; words of one stem are compared as equal."""

    span: Span
    surface: str
    stem: str

    @property
    def is_number(self) -> bool:
        """Whether it is a number in digits, or one written out from zero to ninety."""
        return self.stem[0].isdigit()

    @property
    def is_negation(self) -> bool:
        """Whether it negates a statement."""
        return self.stem == NOT

    @property
    def is_content(self) -> bool:
        """Whether it is a content word."""
        return not (self.stem in EMPTY or self.is_negation)

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.surface[0].isupper()


NOT = "not"
"""The stem of every negation."""


def read_words(text: str) -> list[ComparedWord]:
    """Return the words of ``text`` in order; "wasn't" is two words."""
    words = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if parted := _ABBREVIATED.match(match.group()):
            middle = start + parted.start(2)
            words.append(_word(text, start, middle))
            words.append(ComparedWord(Span(middle, end), text[middle:end], NOT))
        else:
            word = _word(text, start, end)
            if word.is_negation and word.surface.casefold() == "no" and _RANKED.match(text, end):
                word = ComparedWord(word.span, word.surface, "number")  # No. 10, the no 1
            words.append(word)
    return words


def stem(word: str) -> str:
    """Return the form under which a word is compared."""
    folded = word.casefold().replace("’", "'")
    folded = _DIGITS.get(folded, folded)
    if folded[0].isdigit():
        return _GROUPING.sub("", folded)
    if folded in NEGATIONS:
        return NOT
    folded = _CLITIC.sub("", folded)
    if folded in EMPTY:
        return folded
    for suffix in _SUFFIXES:
        if folded.endswith(suffix) and len(folded) - len(suffix) >= 3:
            return folded.removesuffix(suffix)
    return folded


def _word(text: str, start: int, end: int) -> ComparedWord:
    surface = text[start:end]
    return ComparedWord(Span(start, end), surface, stem(surface))
