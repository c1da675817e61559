"""Is this text English? A refusal needs two independent witnesses; a doubt lets the article in.

The witnesses are py3langid's byte n-gram model (carried by the package, no download) and the share of English
function words. Short texts, tables of results and lists of names convince neither, and pass. Not a general
language identifier: it only ever answers "English" or refuses.
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

# Enough for certainty, and bounds the time: about a millisecond.
_SAMPLE_CHARS = 4_000
# Below this many letters even people can't tell ("Dimon", "Paris 2, Lyon 1").
_MIN_LETTERS = 20
# Measured over the English train and dev sets of ../shared/data and the sentences of tests/test_language.py:
# English prose has 25 to 50 % function words, tables of company results 0 to 15 %, other languages under 8 %.
_MIN_FUNCTION_WORDS = 0.1
# py3langid's calibrated probability. English that the model mistakes for another language stays below this,
# or has the function words; a sentence of ten words in another language is above it.
_SURE = 0.6
# English-based creoles and Scots: the model confuses short English texts with them.
_ENGLISH_RELATIVES = frozenset({ENGLISH, "pcm", "sco", "tpi", "bi", "jam"})

_FUNCTION_WORDS = load_words("function_words")
_WORD = re.compile(r"[^\W\d_]+")
_LOADING = Lock()


class LanguageGuess(NamedTuple):
    """A language (ISO 639 code) and the probability, in 0..1, that the text is in it."""

    language: str
    probability: float


def require_english(text: str, declared: str | None = None) -> str:
    """Return ``"en"``, the language under which the article is stored (a region such as "en-GB" is dropped).

    A ``declared`` language is trusted and skips detection. Raises InvalidArticle ("unsupported-language") if
    another language is declared, or the text is confidently not English.
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
    """Identify the language of ``text`` with py3langid: the same text always gives the same guess."""
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
    """Read the model that the package carries (0.7 s, once per process); classifying changes no state."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
