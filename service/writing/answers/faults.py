"""Faults of a whole answer, by kind: the caller asks once more, or falls back to what was extracted.

A fault in one part of an otherwise good answer isn't here: that part is dropped with a Notice.
"""

from __future__ import annotations

from enum import StrEnum

_LONGEST_DETAIL = 300


class AnswerFaultKind(StrEnum):
    """Why an answer can't be used."""

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
    """An answer that can't be used; ``detail`` is a sentence for people and for the model."""

    def __init__(self, kind: AnswerFaultKind, detail: str) -> None:
        # The detail may repeat the model's own words: keep it to one line of limited length.
        detail = " ".join(detail.split())
        self.kind = kind
        self.detail = detail if len(detail) <= _LONGEST_DETAIL else f"{detail[: _LONGEST_DETAIL - 1]}…"
        super().__init__(f"{kind}: {self.detail}")

    @property
    def repair(self) -> str:
        """The message with which the model is asked once more."""
        return (
            f"Your last answer can't be used. {self.detail} Answer the task again, from the article alone, "
            "as one JSON object of the form given."
        )
