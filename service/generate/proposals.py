"""What a model proposes beside what was extracted: one list of quotes, one of topics. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from service.domain import Quote, Topic


def merge_quotes(proposed: Sequence[Quote], extracted: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the model's choice first, in its order, then the quotes that it passed over, in theirs.

    Where a proposal overlaps an extracted quote, that one is meant: it has the whole content, the cue and a
    calibrated confidence. A proposed speaker counts where the extraction names none.
    """
    chosen = list[Quote]()
    for quote in sorted(proposed, key=lambda quote: quote.rank):
        same = [other for other in extracted if _overlap(quote, other)]
        if not same:
            chosen.append(quote)
        for other in same:
            if not any(other.parts == taken.parts for taken in chosen):
                chosen.append(other if other.speaker else replace(other, speaker=quote.speaker))
    parts = {quote.parts for quote in chosen}
    rest = (quote for quote in sorted(extracted, key=lambda quote: quote.rank) if quote.parts not in parts)
    ranked = [replace(quote, rank=rank) for rank, quote in enumerate([*chosen, *rest], start=1)]
    return tuple(sorted(ranked, key=lambda quote: quote.parts))


def merge_topics(proposed: Sequence[Topic], extracted: Sequence[Topic]) -> tuple[Topic, ...]:
    """Return the topics of both, the surest first; of one in both, the extracted one, which is calibrated."""
    known = {topic.id for topic in extracted}
    added = [topic for topic in proposed if topic.id not in known]
    return tuple(sorted([*extracted, *added], key=lambda topic: -topic.confidence))


def _overlap(one: Quote, other: Quote) -> bool:
    return any(part.overlaps(its) for part in one.parts for its in other.parts)
