"""The summary that is handed out: of what a model wrote, only the sentences that the article supports.

A sentence that isn't supported is replaced by one of the article, or dropped, and a notice says so. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Literal

from service.domain import Notice, Span, Summary, SummarySentence
from service.warning_codes import WarningCode
from service.writing.answers.checked_answer import CheckedAnswer, WrittenSentence

Unsupported = Literal["replace", "drop"]

ABSTRACTIVE, MIXED = "abstractive", "abstractive and extractive"
"""Methods of a summary: all sentences written, or some of them taken from the article."""


def replace_unsupported(
    written: Sequence[WrittenSentence],
    extracted: Summary,
    longest: Summary,
    fewest: int,
    unsupported: Unsupported,
) -> CheckedAnswer[Summary] | None:
    """Return the summary to hand out, with notices on faulty sentences; None if none is supported.

    Sentences of ``extracted``, then of the longer summary ``longest``, replace the faulty ones and fill up to
    ``fewest``, as long as there are some that say something else.
    """
    kept = [one.sentence for one in written if not one.faults]
    if not kept:
        return None
    others = _other_sentences((*extracted.sentences, *longest.sentences), kept)
    sentences, notices = list[SummarySentence](), list[Notice]()
    for one in written:
        if not one.faults:
            sentences.append(one.sentence)
            continue
        other = next(others, None) if unsupported == "replace" else None
        if other:
            sentences.append(other)
        notices.append(_notice_on(one, "replaced by a sentence of the article" if other else "left out"))
    filled = list(islice(others, max(0, fewest - len(sentences))))
    if filled:
        count = f"{len(filled)} sentence{'s' if len(filled) > 1 else ''} of the article"
        detail = f"The model wrote too few sentences: {count} added."
        notices.append(Notice(WarningCode.SUMMARY_FILLED_UP, detail))
    sentences += filled
    if len(sentences) < min(fewest, len(extracted.sentences)):
        count = f"{len(sentences)} sentence{'s' if len(sentences) > 1 else ''}"
        detail = f"The summary has {count}: what else is borne out of the article says the same."
        notices.append(Notice(WarningCode.SUMMARY_SHORT, detail))
    method = ABSTRACTIVE if len(sentences) == len(kept) else MIXED
    return CheckedAnswer(replace(extracted, sentences=tuple(sentences), method=method), tuple(notices))


def _other_sentences(
    extracted: Sequence[SummarySentence], kept: Sequence[SummarySentence]
) -> Iterator[SummarySentence]:
    """Yield the extracted sentences that share no evidence with those kept, each once."""
    used: list[Span] = [span for sentence in kept for span in sentence.evidence]
    for sentence in extracted:
        if not any(span.overlaps(other) for span in sentence.evidence for other in used):
            used += sentence.evidence
            yield sentence


def _notice_on(written: WrittenSentence, outcome: str) -> Notice:
    reasons = " ".join(fault.detail for fault in written.faults)
    return Notice(WarningCode.UNSUPPORTED_SENTENCE, f"A written sentence was {outcome}. {reasons}")
