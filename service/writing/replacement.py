"""From what a model wrote to the summary that leaves: nothing the article doesn't bear out, nothing silently.

A sentence that isn't borne out is replaced by one of the article, or dropped, and a Notice says so. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Literal

from service.domain import Notice, Span, Summary, SummarySentence
from service.writing.answers import Answer, Written

Unsupported = Literal["replace", "drop"]

ABSTRACTIVE, MIXED = "abstractive", "abstractive and extractive"
"""Methods of a summary: all written, or some sentences written and others the article's own."""


def settle(
    written: Sequence[Written], extracted: Summary, spare: Summary, fewest: int, unsupported: Unsupported
) -> Answer[Summary] | None:
    """Return the summary to hand out, with what became of its doubted sentences; None if none is borne out.

    Sentences of ``extracted``, then of the longer ``spare``, stand in for doubted ones, and fill up to
    ``fewest``, as far as there are some that tell something else.
    """
    kept = [one.sentence for one in written if not one.doubts]
    if not kept:
        return None
    others = _untold((*extracted.sentences, *spare.sentences), kept)
    sentences, notices = list[SummarySentence](), list[Notice]()
    for one in written:
        if not one.doubts:
            sentences.append(one.sentence)
            continue
        other = next(others, None) if unsupported == "replace" else None
        if other:
            sentences.append(other)
        notices.append(_said(one, "replaced by a sentence of the article" if other else "left out"))
    filled = list(islice(others, max(0, fewest - len(sentences))))
    if filled:
        count = f"{len(filled)} sentence{'s' if len(filled) > 1 else ''} of the article"
        notices.append(Notice("summary_filled_up", f"The model wrote too few sentences: {count} added."))
    sentences += filled
    if len(sentences) < min(fewest, len(extracted.sentences)):
        told = f"{len(sentences)} sentence{'s' if len(sentences) > 1 else ''}"
        detail = f"The summary has {told}: what else is borne out of the article says the same."
        notices.append(Notice("summary_short", detail))
    method = ABSTRACTIVE if len(sentences) == len(kept) else MIXED
    return Answer(replace(extracted, sentences=tuple(sentences), method=method), tuple(notices))


def _untold(
    extracted: Sequence[SummarySentence], kept: Sequence[SummarySentence]
) -> Iterator[SummarySentence]:
    """Yield the extractive sentences on which none of those kept rests, each once."""
    told: list[Span] = [span for sentence in kept for span in sentence.evidence]
    for sentence in extracted:
        if not any(span.overlaps(other) for span in sentence.evidence for other in told):
            told += sentence.evidence
            yield sentence


def _said(one: Written, outcome: str) -> Notice:
    reasons = " ".join(doubt.detail for doubt in one.doubts)
    return Notice("unsupported_sentence", f"A written sentence was {outcome}. {reasons}")
