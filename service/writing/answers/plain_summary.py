"""The summary of a model that only shortens a text: plain text, cut into sentences.

Such a model cites nothing, so the evidence of a sentence is what grounding finds for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from service.text.sentence_shape import is_finished
from service.writing.answers.answer_text import require_english_text, require_plain_text
from service.writing.answers.checked_answer import WrittenSentence
from service.writing.answers.faults import AnswerFault, AnswerFaultKind
from service.writing.answers.written_sentence import GroundSentence, ground_on_evidence


def read_plain_summary(
    written: str, segment: Callable[[str], Sequence[str]], ground_sentence: GroundSentence, most: int
) -> tuple[WrittenSentence, ...]:
    """Read a summary in plain text, of which the first ``most`` sentences count. Raises AnswerFault.

    ``segment`` returns the sentences of a text. A sentence that the model didn't finish is left out.
    """
    if not written.strip():
        raise AnswerFault(AnswerFaultKind.EMPTY, "The answer is empty.")
    texts = list(dict.fromkeys(require_plain_text(text) for text in segment(written)))
    finished = [text for text in texts if is_finished(text)]
    if not finished:
        kind = AnswerFaultKind.TRUNCATED if texts else AnswerFaultKind.EMPTY
        raise AnswerFault(kind, "The answer has no whole sentence.")
    require_english_text(" ".join(finished))
    groundings = [(text, ground_sentence(text)) for text in finished[:most]]
    return tuple(
        ground_on_evidence(text, found.evidence, found) for text, found in groundings if found.evidence
    )
