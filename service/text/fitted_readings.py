"""Older readings of words that fitted weights rest on, kept as they were when the weights were fitted.

Use nothing of this in new code: ``words`` says what a word is. To give up a reading, refit what rests on it:
the ranking of quotes with ``python -m eval.training.lead_quotes``, the salience head with
``python -m eval.training.salience``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from service.text.en.word_lists import load_words

_RANKING_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_RANKING_STOP_WORDS = load_words("common_words_of_ranking")
_STEM_CHARACTERS = 6


def crude_stems(words: Iterable[str], stop_words: frozenset[str]) -> frozenset[str]:
    """Return the first six letters of each lower-case word that is no stop word.

    This joins "elect", "elects" and "election", but also "community" and "communist".
    """
    return frozenset(word[:_STEM_CHARACTERS] for word in words if word not in stop_words)


def ranking_stems(text: str) -> frozenset[str]:
    """Return the stems by which the ranking of quotes compares texts.

    Here a full stop parts words ("U.S." is two), and words of one or two letters don't count.
    """
    lowered = (word.lower() for word in _RANKING_WORD.findall(text))
    return crude_stems((word for word in lowered if len(word) > 2), _RANKING_STOP_WORDS)
