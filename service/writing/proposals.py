"""Merging what a model proposes with what was extracted: one list of quotes, one of topics. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from service.domain import Notice, Quote, QuoteKind, Topic
from service.warning_codes import WarningCode
from service.writing.answers.checked_answer import CheckedAnswer
from service.writing.prompts.tasks import MOST_TOPICS


def merge_quotes(
    proposed: Sequence[Quote], extracted: Sequence[Quote], text: str
) -> CheckedAnswer[tuple[Quote, ...]]:
    """Return the quotes that the model chose, in its order, then the other extracted quotes, in theirs.

    Where a proposal overlaps an extracted quote, that one is meant: it has the whole content, the cue, a
    speaker where the article names one, and a calibrated confidence. Any other proposal counts only if some
    of its words stand in quotation marks, as nothing else says that anybody said them.
    """
    chosen, notices = list[Quote](), list[Notice]()
    for quote in sorted(proposed, key=lambda quote: quote.rank):
        same = [other for other in extracted if _overlap(quote, other)]
        chosen += [other for other in same if other not in chosen]
        if not same and quote.kind is QuoteKind.INDIRECT:
            words = " ".join(quote.parts[0].of(text).split())[:80]
            detail = f"A proposed quote was dropped, “{words}”: the article doesn’t say that anybody says it."
            notices.append(Notice(WarningCode.UNQUOTABLE, detail))
        elif not same and not any(_overlap(quote, other) for other in chosen):
            chosen.append(quote)
    rest = [quote for quote in sorted(extracted, key=lambda quote: quote.rank) if quote not in chosen]
    ranked = [replace(quote, rank=rank) for rank, quote in enumerate([*chosen, *rest], start=1)]
    return CheckedAnswer(tuple(sorted(ranked, key=lambda quote: quote.parts)), tuple(notices))


def merge_topics(proposed: Sequence[Topic], extracted: Sequence[Topic]) -> tuple[Topic, ...]:
    """Return the topics of both, by confidence; of a topic in both the extracted one, which is calibrated.

    Of a long article a topic may be proposed once a part: those of most parts come first, with the evidence
    of all parts.
    """
    votes = Counter(topic.id for topic in proposed)
    known = {topic.id for topic in extracted}
    added = []
    for topic_id, _ in votes.most_common(MOST_TOPICS):
        same = [topic for topic in proposed if topic.id == topic_id]
        evidence = sorted({span for topic in same for span in topic.evidence})
        if topic_id not in known:
            added.append(replace(same[0], evidence=tuple(evidence)))
    return tuple(sorted([*extracted, *added], key=lambda topic: -topic.confidence))


def _overlap(one: Quote, other: Quote) -> bool:
    return any(part.overlaps(its) for part in one.parts for its in other.parts)
