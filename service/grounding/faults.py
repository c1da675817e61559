"""What can be wrong with a written sentence, held against its article.

A fault is internal: it goes back to the model, to an editor, or into the detail of a warning. It is never a
warning by itself (``service.warning_codes``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SupportFaultKind(StrEnum):
    """Why the article doesn't support a sentence."""

    UNSUPPORTED_SENTENCE = "unsupported_sentence"
    ALTERED_QUOTATION = "altered_quotation"
    WRONG_SPEAKER = "wrong_speaker"
    UNKNOWN_NUMBER = "unknown_number"
    UNKNOWN_NAME = "unknown_name"
    UNCITED_NUMBER = "uncited_number"
    CHANGED_NUMBER = "changed_number"
    CHANGED_NAME = "changed_name"
    CHANGED_NEGATION = "changed_negation"


@dataclass(frozen=True, slots=True)
class SupportFault:
    """A fault of a written sentence: a sentence of ``detail`` for people and for the model.

    ``words`` are the words that the detail quotes, of the sentence or of the article.
    """

    kind: SupportFaultKind
    detail: str
    words: tuple[str, ...] = ()
