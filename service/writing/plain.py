"""Summaries in plain text, from models that only shorten: cut into sentences, each on evidence that is found.

Such a model cites nothing, so the evidence is what the words of a sentence rest on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from service.grounding.grounder import Grounding
from service.text.sentence_shape import is_finished
from service.writing.answers import Written, plain_words, require_english_words, weigh
from service.writing.faults import AnswerFault, FaultKind


def read_plain_summary(
    written: str, cut: Callable[[str], Sequence[str]], grounds: Callable[[str], Grounding], most: int
) -> tuple[Written, ...]:
    """Read a summary of plain text; sentences after the ``most``-th are left out. Raises AnswerFault.

    ``cut`` gives the sentences of a text. One that the model didn't finish is left out, too.
    """
    if not written.strip():
        raise AnswerFault(FaultKind.EMPTY, "The answer is empty.")
    texts = list(dict.fromkeys(plain_words(text) for text in cut(written)))
    finished = [text for text in texts if is_finished(text)]
    if not finished:
        kind = FaultKind.TRUNCATED if texts else FaultKind.EMPTY
        raise AnswerFault(kind, "The answer has no whole sentence.")
    require_english_words(" ".join(finished))
    groundings = [(text, grounds(text)) for text in finished[:most]]
    return tuple(weigh(text, found.evidence, found) for text, found in groundings if found.evidence)
