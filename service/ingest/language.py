"""Checks that a text is English. It is refused only if two independent tests agree that it isn't.

The tests are py3langid's model of byte n-grams, which the package carries, and the share of English function
words. Short texts, tables of results and lists of names pass, because the tests aren't sure of them. This is
not a general language identifier: a text is English or refused.
"""

from __future__ import annotations

import re
from functools import cache
from threading import Lock
from typing import NamedTuple

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from service.errors import InvalidArticle
from service.text.en.word_lists import load_words

ENGLISH = "en"

# Enough to be certain, and it bounds the time to about a millisecond.
_SAMPLE_CHARS = 4_000
# With fewer letters even people can't tell the language ("Dimon", "Paris 2, Lyon 1").
_MIN_LETTERS = 20
# Measured over the English train and dev sets of ../shared/data and the sentences of
# tests/ingest/test_language.py: English prose has 25 to 50 % function words, tables of company results 0 to
# 15 %, other languages under 8 %.
_MIN_FUNCTION_WORDS = 0.1
# py3langid's probability. For English that it mistakes for another language, it is lower, or the text has the
# function words; for a sentence of ten words in another language, it is higher.
_SURE = 0.6
# Scots and English-based creoles, which the model confuses short English texts with.
_ENGLISH_RELATIVES = frozenset({ENGLISH, "pcm", "sco", "tpi", "bi", "jam"})

_FUNCTION_WORDS = load_words("function_words")
_WORD = re.compile(r"[^\W\d_]+")
_LOADING = Lock()


class LanguageGuess(NamedTuple):
    """A language (ISO 639 code) and the probability, in 0..1, that the text is in it."""

    language: str
    probability: float


def require_english(text: str, declared: str | None = None) -> str:
    """Return ``"en"``, the language of the article; a region as in "en-GB" is dropped.

    A ``declared`` language is trusted, and skips the detection. Raises InvalidArticle
    ("unsupported-language") if another language is declared, or if the text is certainly not English.
    """
    if declared and declared.strip():
        primary = re.split(r"[-_]", declared.strip(), maxsplit=1)[0].lower()
        if primary in {ENGLISH, "eng"}:
            return ENGLISH
        raise InvalidArticle(
            f"The article's language is declared as {declared[:40]!a}; only English ('en') can be analysed. "
            'Pass language="en" if the declaration is wrong.',
            code="unsupported-language",
        )
    sample = text.strip()[:_SAMPLE_CHARS]
    if sum(map(str.isalpha, sample)) < _MIN_LETTERS:
        return ENGLISH
    guess = guess_language(sample)
    if guess.language in _ENGLISH_RELATIVES or guess.probability < _SURE:
        return ENGLISH
    if share_of_function_words(sample) >= _MIN_FUNCTION_WORDS:
        return ENGLISH
    raise InvalidArticle(
        f"The article seems to be in {guess.language!r} (probability {guess.probability:.2f}); only English "
        'can be analysed. Pass language="en" if the detection is wrong.',
        code="unsupported-language",
    )


def guess_language(text: str) -> LanguageGuess:
    """Guess the language of ``text`` with py3langid, which is deterministic."""
    language, probability = _identifier().classify(text)
    return LanguageGuess(str(language), float(probability))


def share_of_function_words(text: str) -> float:
    """Return the share of words that are English function words, 0 for a text without words."""
    words = _WORD.findall(text.lower())
    return sum(word in _FUNCTION_WORDS for word in words) / len(words) if words else 0.0


def _identifier() -> LanguageIdentifier:
    with _LOADING:
        return _load()


@cache
def _load() -> LanguageIdentifier:
    """Load the model that the package carries, once a process (0.7 s). Classifying changes no state."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
