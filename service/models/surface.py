"""Surface features of tokens, frozen: the weights of the attribution head and branch were trained on them.

The encoder's vocabulary is lower-case. These features restore what it loses (capitals, quotation marks, gaps
and line breaks), and the attribution branch reads them as small embeddings.

Any change here, even a better reading of quotation marks, makes the weights wrong until they are trained anew
(``eval.training.attribution``). So this module has its own patterns, and must not follow ``service.text``.
Pure functions of the text.
"""

from __future__ import annotations

import re

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
_SENTENCE_END = frozenset(".!?\"”'")

SIZES = (11, 2, 3, 2)
"""How many values each feature has: shape, in quotation marks, gap before, after the end of a sentence."""


def features(text: str, token_spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the features (T, 4) of the T tokens at ``token_spans`` (T, 2), offsets in code points."""
    quoted = np.zeros(len(text) + 1, dtype=np.int64)
    for found in _QUOTED.finditer(text):
        quoted[found.start() : found.end()] = 1
    table = np.zeros((len(token_spans), len(SIZES)), dtype=np.int64)
    before = 0
    last = ""
    for row, (start, end) in enumerate(token_spans.tolist()):
        gap = text[before:start]
        broken = 2 if "\n" in gap or not row else 1 if gap else 0
        ended = bool(gap) and last in _SENTENCE_END
        table[row] = (_shape(text[start:end]), quoted[start], broken, ended)
        before, last = end, text[end - 1 : end]
    return table


def word_starts(text: str, token_spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the tokens (W,) that begin a word or are punctuation; the others continue a word."""
    spans = token_spans.tolist()
    return np.array(
        [
            row
            for row, (start, _) in enumerate(spans)
            if not row
            or start != spans[row - 1][1]
            or not (text[start].isalnum() and text[start - 1].isalnum())
        ],
        dtype=np.int64,
    )


def _shape(token: str) -> int:
    first = token[:1]
    if first.isalpha():
        if token.islower():
            return _LOWER
        if token.isupper():
            return _INITIAL if len(token) == 1 else _UPPER
        return _CAPITALISED
    return _DIGIT if first.isdigit() else _PUNCTUATION.get(first, _OTHER)
