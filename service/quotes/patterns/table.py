"""The patterns by which the words around a quotation attribute it: one row each.

A row reads a cue and a source mention off text whose quoted words are blanked out. Rows only propose: several
may fit one quotation, and ``choice`` weighs what they say. ``people`` says whom a mention names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.quotes.candidates import MarkedWords
from service.quotes.patterns import after, before, sentence_before
from service.quotes.patterns.reader import Attribution, AttributionReader

Reads = Callable[[AttributionReader, MarkedWords], Iterator[Attribution]]


@dataclass(frozen=True, slots=True)
class AttributionPattern:
    """A row of the table: on which ``side`` of the quotation it reads, an ``example``, and how.

    ``prior`` is the weight that the fit starts from: it stands where data are thin.
    """

    name: str
    side: str  # "after", "before" (in its sentence), "sentence before"
    example: str
    read: Reads
    prior: float = 0.0


PATTERNS = (
    AttributionPattern("inverted", "after", "“X,” said Ann Moss", after.inverted),
    AttributionPattern("subject_then_cue", "after", "“X,” Ann Moss, the mayor, said", after.subject_then_cue),
    AttributionPattern("nearest_then_cue", "after", "“X” on Monday, Ann Moss said", after.nearest_then_cue),
    AttributionPattern("as_saying", "after", "“X,” the Post quoted Moss as saying", after.as_saying, 5.0),
    AttributionPattern("any_verb", "after", "“X,” Moss retaliated.", after.any_verb),
    AttributionPattern(
        "any_verb_inverted", "after", "“X,” deadpanned the officer, Ann Moss", after.any_verb_inverted, 3.0
    ),
    AttributionPattern(
        "according_to_after", "after", "“X,” according to Moss", after.according_to_after, 2.0
    ),
    AttributionPattern("signature", "after", "“X.” — Ann Moss", after.signature, 3.0),
    AttributionPattern("passive", "after", "It was called “x” by Moss", after.passive, 3.0),
    AttributionPattern("label", "before", "Moss: “X”", before.label),
    AttributionPattern(
        "name_then_colon", "before", "… surprises pollster Ann Moss: “X”", before.name_then_colon
    ),
    AttributionPattern("inverted_label", "before", "Said Moss: “X”", before.inverted_label),
    AttributionPattern("told_by", "before", "Reed was told by Moss: “X”", before.told_by, 5.0),
    AttributionPattern("said_of", "before", "Reed accused Moss of saying “x”", before.said_of, 5.0),
    AttributionPattern("amid_sentence", "before", "The hornet, says Moss, “is coming”", before.amid_sentence),
    AttributionPattern("cue_beside", "before", "Moss said, “X”", before.cue_beside),
    AttributionPattern("cue_before", "before", "Moss said that the plan was “x”", before.cue_before),
    AttributionPattern("main_subject", "before", "Moss, who met Reed, said “x”", before.main_subject),
    AttributionPattern("nearest_before", "before", "with Moss warning of “x”", before.nearest_before),
    AttributionPattern("by_whom", "before", "It was described by Moss as “x”", before.by_whom),
    AttributionPattern(
        "according_to_before", "before", "According to Moss, it was “x”", before.according_to_before, 2.0
    ),
    AttributionPattern(
        "introduced", "sentence before", "Moss gave the reason: “X”", sentence_before.introduced
    ),
    AttributionPattern("announced", "sentence before", "Moss on the plan: “X”", sentence_before.announced),
    AttributionPattern("closing_cue", "sentence before", "Moss agreed. “X”", sentence_before.closing_cue),
    AttributionPattern(
        "subject_before", "sentence before", "Moss shook her head. “X”", sentence_before.subject_before
    ),
    AttributionPattern(
        "interviewed", "sentence before", "Moss spoke of it. It rained. “X”", sentence_before.interviewed, 2.0
    ),
    AttributionPattern(
        "last_before", "sentence before", "It surprised Moss. “X”", sentence_before.last_before
    ),
)
