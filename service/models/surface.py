"""Surface features of tokens, frozen: the weights of attribution were trained on them.

The encoder's vocabulary is lower-case. These features restore what it loses (capitals, quotation marks, gaps
and line breaks), and the adapted layers read them as small embeddings.

Any change here, even a better reading of quotation marks, makes the weights wrong until they are trained anew
(``eval.training.trunk``). So this module has its own patterns, and must not follow ``service.text``.
Pure functions of the text.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# Quotations of all conventions; an unclosed one ends with its paragraph. Frozen like the rest: not the
# reading of ``service.text.marks``, and not the metric's.
_QUOTED = re.compile(
    r"[“\"„«][^”\"»\n]*(?:[”\"»]|\n|$)"
    r"|(?:''|``)(?:(?!'').)*(?:''|\n|$)"
    r"|‘(?:[^‘’\n]|’(?=\w))*(?:’|\n|$)"
    r"|(?<![\w'])'(?!')(?:[^'\n]|(?<=\w)'(?=\w))*'(?!\w)"
)
_OTHER, _LOWER, _INITIAL, _UPPER, _CAPITALISED, _DIGIT = range(6)
_PUNCTUATION = {
    **dict.fromkeys('"“”', 6),
    **dict.fromkeys("'‘’`", 7),
    **dict.fromkeys(",;", 8),
    **dict.fromkeys(".!?", 9),
    **dict.fromkeys(":-–—", 10),
}
_BREAK = re.compile("\n")
_SENTENCE_END = frozenset(".!?\"”'")

SIZES = (11, 2, 3, 2)
"""How many values each feature has: shape, in quotation marks, gap before, after the end of a sentence."""


def features(text: str, token_spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the features (T, 4) of the T tokens at ``token_spans`` (T, 2), offsets in code points."""
    quoted = np.zeros(len(text) + 1, dtype=np.int64)
    for found in _QUOTED.finditer(text):
        quoted[found.start() : found.end()] = 1
    starts, ends = token_spans[:, 0], token_spans[:, 1]
    before = np.concatenate([[0], ends[:-1]])[: len(ends)]  # (T,) where the token before ended
    breaks = np.array([found.start() for found in _BREAK.finditer(text)], dtype=np.int64)
    broken = np.searchsorted(breaks, starts) > np.searchsorted(breaks, before)
    broken[:1] = True
    last = np.array([text[end - 1 : end] in _SENTENCE_END for end in before.tolist()], dtype=np.bool_)
    gap = starts > before
    shapes = [_shape(text[start:end]) for start, end in token_spans.tolist()]
    return np.stack(
        [np.array(shapes, dtype=np.int64), quoted[starts], np.where(broken, 2, gap), gap & last], axis=1
    ).astype(np.int64)


def word_starts(text: str, token_spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the tokens (W,) that begin a word or are punctuation; the others continue a word."""
    starts, ends = token_spans[:, 0], token_spans[:, 1]
    glued = np.flatnonzero(starts[1:] == ends[:-1]) + 1
    within = [
        row for row in glued.tolist() if text[starts[row] - 1].isalnum() and text[starts[row]].isalnum()
    ]
    begins = np.ones(len(token_spans), dtype=np.bool_)
    begins[within] = False
    return np.flatnonzero(begins)


@lru_cache(1 << 14)
def _shape(token: str) -> int:
    first = token[:1]
    if first.isalpha():
        if token.islower():
            return _LOWER
        if token.isupper():
            return _INITIAL if len(token) == 1 else _UPPER
        return _CAPITALISED
    return _DIGIT if first.isdigit() else _PUNCTUATION.get(first, _OTHER)
