"""What can be wrong with a model's answer, by kind: a caller asks once more, or falls back.

Not for what is wrong with a part of an answer that is good otherwise: that part is dropped with a Notice.
"""

from __future__ import annotations

from enum import StrEnum

_LONGEST_DETAIL = 300


class FaultKind(StrEnum):
    """Why nothing can be made of an answer."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    OFF_SCHEMA = "off_schema"
    REFUSED = "refused"
    UNKNOWN_SENTENCE = "unknown_sentence"
    MARKUP = "markup"
    WRONG_LANGUAGE = "wrong_language"


class AnswerFault(Exception):  # noqa: N818 - named as the domain names it
    """An answer of which nothing can be used; ``detail`` is a sentence for people and for the model."""

    def __init__(self, kind: FaultKind, detail: str) -> None:
        # A model's own words may be in it: on one line, and not many.
        detail = " ".join(detail.split())
        self.kind = kind
        self.detail = detail if len(detail) <= _LONGEST_DETAIL else f"{detail[: _LONGEST_DETAIL - 1]}…"
        super().__init__(f"{kind}: {self.detail}")

    @property
    def repair(self) -> str:
        """What to tell the model when it is asked once more."""
        return (
            f"Your last answer can't be used. {self.detail} Answer the task again, from the article alone, "
            "as one JSON object of the form given."
        )
