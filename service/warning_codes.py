"""The registry of warnings: every code that ``warnings`` of an analysis may hold.

A code is part of the contract: it may be added, but is never renamed or removed. The schema and the docs list
exactly these codes, and a test compares them.
"""

from __future__ import annotations

from enum import StrEnum


class WarningOrigin(StrEnum):
    """The step of an analysis in which a warning arises."""

    INGEST = "ingest"
    WRITING = "writing"


class WarningCode(StrEnum):
    """What the reader of an analysis is warned of, with its ``origin`` and its ``meaning``."""

    origin: WarningOrigin
    meaning: str

    def __new__(
        cls, code: str, origin: WarningOrigin = WarningOrigin.INGEST, meaning: str = ""
    ) -> WarningCode:
        """Attach the origin and the meaning to a code; the defaults are for ``WarningCode(code)`` alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.origin = origin
        member.meaning = meaning
        return member

    TOO_SHORT = "too_short", WarningOrigin.INGEST, "The article is too short to be summarised."
    OPINION = "opinion", WarningOrigin.INGEST, "The article is an opinion piece, and so is its summary."
    LIVE_BLOG = "live_blog", WarningOrigin.INGEST, "The article looks like a live blog."
    LISTICLE = "listicle", WarningOrigin.INGEST, "The article is a list of things."
    ROUND_UP = "round_up", WarningOrigin.INGEST, "The article rounds up several stories."
    GUESSED_ENCODING = "guessed_encoding", WarningOrigin.INGEST, "The text's encoding was guessed."
    REPLACED_BYTES = "replaced_bytes", WarningOrigin.INGEST, "Bytes that are no text were replaced."
    REPAIRED_TEXT = (
        "repaired_text",
        WarningOrigin.INGEST,
        "A wrong decoding of the text was undone; offsets refer to the text that is returned.",
    )
    DAMAGED_TEXT = (
        "damaged_text",
        WarningOrigin.INGEST,
        "Characters were lost before the text came here, likely quotation marks.",
    )
    REPLACED_SURROGATES = "replaced_surrogates", WarningOrigin.INGEST, "Lone surrogates were replaced."

    MODEL_FAILED = (
        "model_failed",
        WarningOrigin.WRITING,
        "The generating model failed; what was extracted stands in.",
    )
    UNSUPPORTED_SENTENCE = (
        "unsupported_sentence",
        WarningOrigin.WRITING,
        "A written sentence that the article doesn't support was replaced or left out.",
    )
    SUMMARY_FILLED_UP = (
        "summary_filled_up",
        WarningOrigin.WRITING,
        "The model wrote too few sentences; sentences of the article were added.",
    )
    SUMMARY_SHORT = (
        "summary_short",
        WarningOrigin.WRITING,
        "The summary has too few sentences, and the article has no others to add.",
    )
    PART_NOT_BORNE_OUT = (
        "part_not_borne_out",
        WarningOrigin.WRITING,
        "The article supports nothing that was written on one part of it.",
    )
    EVIDENCE_MOVED = (
        "evidence_moved",
        WarningOrigin.WRITING,
        "A written sentence rests on other sentences than those cited.",
    )
    REPEATED_SENTENCE = (
        "repeated_sentence",
        WarningOrigin.WRITING,
        "A sentence was written twice and kept once.",
    )
    SENTENCE_NOT_SHOWN = (
        "sentence_not_shown",
        WarningOrigin.WRITING,
        "Sentences were too long for the model's context.",
    )
    ALTERED_QUOTATION = (
        "altered_quotation",
        WarningOrigin.WRITING,
        "A proposed quote was dropped: the article has other words.",
    )
    UNQUOTABLE = (
        "unquotable",
        WarningOrigin.WRITING,
        "A proposed quote was dropped: nobody says these words in the article.",
    )
    QUOTE_TOO_LONG = "quote_too_long", WarningOrigin.WRITING, "A proposed quote was dropped as too long."
    REPEATED_QUOTE = (
        "repeated_quote",
        WarningOrigin.WRITING,
        "A proposed quote was dropped: an earlier one has its words.",
    )
    UNKNOWN_SPEAKER = (
        "unknown_speaker",
        WarningOrigin.WRITING,
        "A proposed speaker was dropped: the article doesn't name them beside the quote.",
    )
    UNKNOWN_ROLE = (
        "unknown_role",
        WarningOrigin.WRITING,
        "A proposed role was dropped: the article doesn't have it.",
    )
    UNKNOWN_TOPIC = (
        "unknown_topic",
        WarningOrigin.WRITING,
        "A proposed topic was dropped: the taxonomy doesn't have it.",
    )
