"""Surface features of tokens: what the encoder's lower-case vocabulary loses.

Capitals, quotation marks, gaps and line breaks. The trunk and the attribution head read them as small
embeddings. The weights were trained on them: after a change here or in the reading of quotation marks
(``service.text.mark_runs``), look at the figures, and train anew where they fell (``eval.training.trunk``).
Pure functions of the text.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from service.domain import Span

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


def features(text: str, token_spans: NDArray[np.int64], marked: Iterable[Span]) -> NDArray[np.int64]:
    """Return the features (T, 4) of the T tokens at ``token_spans`` (T, 2), offsets in code points.

    ``marked`` are the spans of the text in quotation marks.
    """
    quoted = np.zeros(len(text) + 1, dtype=np.int64)
    for span in marked:
        quoted[span.start : span.end] = 1
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
