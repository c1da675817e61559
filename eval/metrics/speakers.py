"""Who said what stands in quotation marks: right, wrong or null, by the definitions of docs/quality.md.

A quotation is found where a direct or mixed quote covers four fifths of its characters. Of those found whose
speaker the text tells, the speaker is right if its name shares the last name with one of the right names, or
is the same description or body. Pure functions over one article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval.datasets.samples import GoldQuotation
from eval.metrics.quotes import units
from service.domain import Quote, QuoteKind

_COVERED = 0.8
_SHARED = 0.6
_WORD = re.compile(r"[^\W_]+")
_EMPTY_WORDS = frozenset("the a an of for and to in on at by who his her their its mr mrs ms dr sir".split())


class Outcome(StrEnum):
    """What became of a quotation in marks."""

    RIGHT = "right"
    WRONG = "wrong"
    NULL = "null"
    UNTOLD = "untold"  # found, and the text doesn't tell who speaks
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The outcome of a gold quotation, and the quote that covers it best."""

    gold: GoldQuotation
    outcome: Outcome
    quote: Quote | None


def judge(text: str, gold: Sequence[GoldQuotation], quotes: Sequence[Quote]) -> list[Judgement]:
    """Return the outcome of each gold quotation."""
    marked = [quote for quote in quotes if quote.kind is not QuoteKind.INDIRECT]
    return [_judge(text, one, marked) for one in gold]


def _judge(text: str, gold: GoldQuotation, quotes: Sequence[Quote]) -> Judgement:
    wanted = {at for start, end in units(text, gold.parts) for at in range(start, end)}

    def covered(quote: Quote) -> int:
        return len(wanted.intersection(at for part in quote.parts for at in range(part.start, part.end)))

    best = max(quotes, key=covered, default=None)
    if best is None or covered(best) < _COVERED * len(wanted):
        return Judgement(gold, Outcome.MISSED, None)
    if not gold.names:
        outcome = Outcome.UNTOLD
    elif best.speaker is None:
        outcome = Outcome.NULL
    else:
        name = best.speaker.name
        outcome = Outcome.RIGHT if any(is_same(name, one) for one in gold.names) else Outcome.WRONG
    return Judgement(gold, outcome, best)


def is_same(name: str, gold: str) -> bool:
    """Return whether two names or descriptions mean one speaker: a last name, or most of the words."""
    given, wanted = (
        [word for word in _WORD.findall(one.lower()) if word not in _EMPTY_WORDS] for one in (name, gold)
    )
    if not given or not wanted:
        return False
    ours, theirs = set(given), set(wanted)
    is_part = ours <= theirs and (len(given) > 1 or given[0] in (wanted[0], wanted[-1]))
    shared = len(ours & theirs) >= max(2, _SHARED * min(len(given), len(wanted)))
    return given[-1] == wanted[-1] or theirs <= ours or is_part or shared
