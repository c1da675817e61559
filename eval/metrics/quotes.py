"""Scoring quotes and their speakers against annotated attributions, by the definitions of docs/quality.md.

A *unit* is a content span split at line breaks and trimmed to its first and last letter or digit. The direct
tier holds attributions whose whole content stands in quotation marks; there a prediction inside gold mixed
or indirect content is ignored. A unit is covered when at least half of its characters are; its speaker is
right when the predicted mention overlaps the gold source or ends in the same name (pronouns must overlap).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.metrics.counts import Counts

Offsets = tuple[int, int]

_LINE = re.compile(r"[^\n\r]+")
_WORD = re.compile(r"[\w’'-]+")
_PRONOUNS = frozenset("he she they it we i you him her his their who".split())


@dataclass(frozen=True, slots=True)
class PredictedQuote:
    """What a system answered: content spans and the mention it gives as the speaker, in code points."""

    content: tuple[Offsets, ...]
    speaker: Offsets | None


@dataclass(frozen=True, slots=True)
class QuoteScore:
    """Counts over articles; add them up. ``speaker.gold`` counts gold direct units that have a source."""

    direct_exact: Counts = field(default_factory=Counts)
    direct_chars: Counts = field(default_factory=Counts)
    all_exact: Counts = field(default_factory=Counts)
    all_chars: Counts = field(default_factory=Counts)
    speaker: Counts = field(default_factory=Counts)

    def __add__(self, other: QuoteScore) -> QuoteScore:
        return QuoteScore(
            self.direct_exact + other.direct_exact,
            self.direct_chars + other.direct_chars,
            self.all_exact + other.all_exact,
            self.all_chars + other.all_chars,
            self.speaker + other.speaker,
        )


def units(text: str, spans: Iterable[Sequence[int]]) -> set[Offsets]:
    """Split content spans at line breaks and trim white space, quotation marks and edge punctuation."""
    found: set[Offsets] = set()
    for start, end in spans:
        for line in _LINE.finditer(text, start, end):
            first, last = line.span()
            while first < last and not text[first].isalnum():
                first += 1
            while last > first and not text[last - 1].isalnum():
                last -= 1
            if first < last:
                found.add((first, last))
    return found


def score(
    text: str, attributions: Sequence[dict[str, Any]], predicted: Sequence[PredictedQuote]
) -> QuoteScore:
    """Score one article against its ``attributions`` (source, content, quote_type, as in PolNeAR)."""
    gold_all: set[Offsets] = set()
    sources: dict[Offsets, list[Sequence[Sequence[int]]]] = {}
    not_direct: list[Sequence[int]] = []
    for attribution in attributions:
        content = units(text, attribution["content"])
        gold_all |= content
        if attribution["quote_type"] == "direct":
            for unit in content:
                sources.setdefault(unit, []).append(attribution["source"])
        else:
            not_direct += attribution["content"]
    gold = set(sources)
    by_unit = {unit: quote for quote in predicted for unit in units(text, quote.content)}
    answered = set(by_unit)
    direct = {
        unit
        for unit in answered
        if unit in gold or not any(start <= unit[0] and unit[1] <= end for start, end in not_direct)
    }
    return QuoteScore(
        direct_exact=Counts(len(direct & gold), len(direct), len(gold)),
        direct_chars=_characters(text, direct, gold),
        all_exact=Counts(len(answered & gold_all), len(answered), len(gold_all)),
        all_chars=_characters(text, answered, gold_all),
        speaker=_speakers(text, sources, by_unit),
    )


def _characters(text: str, predicted: set[Offsets], gold: set[Offsets]) -> Counts:
    def covered(spans: set[Offsets]) -> set[int]:
        return {at for start, end in spans for at in range(start, end) if text[at].isalnum()}

    predicted_chars, gold_chars = covered(predicted), covered(gold)
    return Counts(len(predicted_chars & gold_chars), len(predicted_chars), len(gold_chars))


def _speakers(
    text: str,
    sources: dict[Offsets, list[Sequence[Sequence[int]]]],
    by_unit: dict[Offsets, PredictedQuote],
) -> Counts:
    right = given = total = 0
    for unit, gold_sources in sources.items():
        spans = [span for source in gold_sources for span in source]
        if not spans:
            continue
        total += 1
        overlaps = {other: min(unit[1], other[1]) - max(unit[0], other[0]) for other in by_unit}
        covering = {other: shared for other, shared in overlaps.items() if shared > 0}
        if 2 * sum(covering.values()) < unit[1] - unit[0]:
            continue
        speaker = by_unit[max(covering, key=lambda other: covering[other])].speaker
        if speaker is None:
            continue
        given += 1
        right += same_source(text, speaker, spans)
    return Counts(right, given, total)


def same_source(text: str, speaker: Offsets, gold: Sequence[Sequence[int]]) -> bool:
    """Tell whether a predicted mention overlaps a gold source span or ends in the same name."""
    if any(speaker[0] < end and start < speaker[1] for start, end in gold):
        return True
    head = _head(text[speaker[0] : speaker[1]])
    return head not in _PRONOUNS and any(head == _head(text[start:end]) for start, end in gold)


def _head(words: str) -> str:
    found = _WORD.findall(re.sub(r"['’]s$", "", words.strip()))
    return found[-1].lower() if found else ""
