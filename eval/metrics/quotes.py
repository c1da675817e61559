"""Scoring quotes and their speakers against annotated attributions, by the definitions of docs/quality.md.

A *unit* is a content span split at line breaks and trimmed of white space, quotation marks and edge
punctuation. "!" and "?" are no edge punctuation: they are part of what was said.

Pure functions over one article; ``MatchCounts`` of several articles add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from eval.datasets.samples import GoldAttribution, Offsets
from eval.metrics.counts import MatchCounts
from service.domain import Quote, QuoteKind, Span

_LINE = re.compile(r"[^\n\r]+")
_EDGE = re.compile(r"[\s\"'“”‘’‚„«»‹›`.,;:…–—-]")
_WORD = re.compile(r"[\w’'-]+")
_PRONOUNS = frozenset("he she they it we i you him her his their who".split())
_DETERMINERS = frozenset("the a an one some many both several other these those".split())
# Quotation marks of all conventions; one that is left open ends with its paragraph.
_QUOTED = re.compile(
    r"[“\"„«][^”\"»\n]*(?:[”\"»]|\n|$)"
    r"|(?:''|``)(?:(?!'').)*(?:''|\n|$)"
    r"|‘(?:[^‘’\n]|’(?=\w))*(?:’|\n|$)"
    r"|(?<![\w'])'(?!')(?:[^'\n]|(?<=\w)'(?=\w))*'(?!\w)"
)
_IN_MARKS = 0.9


def units(text: str, spans: Iterable[Sequence[int]]) -> set[Offsets]:
    """Split content spans at line breaks and trim white space, quotation marks and edge punctuation."""
    found: set[Offsets] = set()
    for start, end in spans:
        for line in _LINE.finditer(text, start, end):
            first, last = line.span()
            while first < last and _EDGE.match(text[first]):
                first += 1
            while last > first and _EDGE.match(text[last - 1]):
                last -= 1
            if first < last:
                found.add((first, last))
    return found


def quoted_regions(text: str) -> tuple[Offsets, ...]:
    """Return what stands in quotation marks, marks included, in order and disjoint."""
    return tuple(found.span() for found in _QUOTED.finditer(text))


def count(text: str, gold: Sequence[GoldAttribution], quotes: Sequence[Quote]) -> Mapping[str, MatchCounts]:
    """Count one article's ``quotes`` against its ``gold``.

    ``direct_exact``, ``direct_chars``, ``all_exact``, ``all_chars``: content units, and the letters and
    digits that they cover. ``kind_…``: gold units of that kind among all units found. ``source``, ``cue``:
    distinct spans over all attributions. ``speaker``, ``speaker_named``, ``speaker_pronoun``,
    ``speaker_nominal``: gold direct units that have a source; found counts right mentions, predicted those
    that were given one. ``name``: the same where annotators gave the speaker's name; right is the same last
    name.
    """
    by_unit = quote_by_unit(text, quotes)
    gold_units = {kind: _contents(text, gold, kind) for kind in QuoteKind}
    everything: set[Offsets] = set().union(*gold_units.values())
    direct = _direct_tier(text, set(by_unit), gold)
    return {
        "direct_exact": _count(direct, gold_units[QuoteKind.DIRECT]),
        "direct_chars": _count(_characters(text, direct), _characters(text, gold_units[QuoteKind.DIRECT])),
        "all_exact": _count(set(by_unit), everything),
        "all_chars": _count(_characters(text, by_unit), _characters(text, everything)),
        **{f"kind_{kind}": _count(set(by_unit), wanted) for kind, wanted in gold_units.items()},
        "source": _count(
            units(text, (_offsets(quote.speaker.mention) for quote in quotes if quote.speaker)),
            units(text, (span for attribution in gold for span in attribution.source)),
        ),
        "cue": _count(
            units(text, (_offsets(quote.cue) for quote in quotes if quote.cue)),
            units(text, (span for attribution in gold for span in attribution.cue)),
        ),
        **_speakers(text, gold, by_unit),
    }


def _direct_tier(text: str, predicted: set[Offsets], gold: Sequence[GoldAttribution]) -> set[Offsets]:
    """Return the predictions that claim to be direct quotes.

    Nine tenths of their letters and digits stand in quotation marks, so that a system's indirect speech is
    not held against its direct quotes. Those inside gold mixed or indirect content are left out.
    """
    in_marks = _characters(text, quoted_regions(text))
    others = [
        span
        for attribution in gold
        if attribution.kind is not QuoteKind.DIRECT
        for span in attribution.content
    ]
    kept = set()
    for unit in predicted:
        letters = _characters(text, [unit])
        quoted = len(letters & in_marks) >= _IN_MARKS * len(letters)
        if quoted and not any(start <= unit[0] and unit[1] <= end for start, end in others):
            kept.add(unit)
    return kept


def _speakers(
    text: str, gold: Sequence[GoldAttribution], by_unit: Mapping[Offsets, Quote]
) -> dict[str, MatchCounts]:
    counts = dict.fromkeys(
        ("speaker", "speaker_named", "speaker_pronoun", "speaker_nominal", "name"), MatchCounts()
    )
    for unit, attributions in _by_unit(text, gold).items():
        sources = [span for attribution in attributions for span in attribution.source]
        quote = covering(unit, by_unit)
        speaker = quote.speaker if quote else None
        if sources:
            right = speaker is not None and same_source(text, _offsets(speaker.mention), sources)
            counted = MatchCounts(right, speaker is not None, 1)
            counts["speaker"] += counted
            counts[f"speaker_{source_type(' '.join(text[start:end] for start, end in sources))}"] += counted
        names = [attribution.name for attribution in attributions if attribution.name]
        if names:
            right = speaker is not None and any(head(speaker.name) == head(name) for name in names)
            counts["name"] += MatchCounts(right, speaker is not None, 1)
    return counts


def _by_unit(text: str, gold: Sequence[GoldAttribution]) -> dict[Offsets, list[GoldAttribution]]:
    direct: dict[Offsets, list[GoldAttribution]] = {}
    for attribution in gold:
        if attribution.kind is QuoteKind.DIRECT:
            for unit in units(text, attribution.content):
                direct.setdefault(unit, []).append(attribution)
    return direct


def quote_by_unit(text: str, quotes: Sequence[Quote]) -> dict[Offsets, Quote]:
    """Return the units of ``quotes``, each with the first quote that it belongs to."""
    by_unit: dict[Offsets, Quote] = {}
    for quote in quotes:
        for unit in units(text, map(_offsets, quote.parts)):
            by_unit.setdefault(unit, quote)
    return by_unit


def covering(unit: Offsets, by_unit: Mapping[Offsets, Quote]) -> Quote | None:
    """Return the prediction that covers most of ``unit``, if predictions cover half of it at least."""
    shared: dict[Quote, int] = {}
    for other, quote in by_unit.items():
        if (overlap := min(unit[1], other[1]) - max(unit[0], other[0])) > 0:
            shared[quote] = shared.get(quote, 0) + overlap
    if 2 * sum(shared.values()) < unit[1] - unit[0]:
        return None
    return max(shared, key=lambda quote: shared[quote])


def same_source(text: str, speaker: Sequence[int], gold: Iterable[Sequence[int]]) -> bool:
    """Return whether a predicted mention overlaps a gold source or ends in the same name (no pronoun)."""
    gold = list(gold)
    if any(speaker[0] < end and start < speaker[1] for start, end in gold):
        return True
    name = head(text[speaker[0] : speaker[1]])
    return name not in _PRONOUNS and any(name == head(text[start:end]) for start, end in gold)


def stands(text: str, gold: Sequence[GoldAttribution], quote: Quote) -> bool:
    """Return whether ``quote`` stands in a gold attribution and its speaker, if it has one, is the source."""
    content = units(text, map(_offsets, quote.parts))
    holding = [
        attribution
        for attribution in gold
        if any(start <= unit[0] and unit[1] <= end for unit in content for start, end in attribution.content)
    ]
    if quote.speaker is None:
        return bool(holding)
    mention = _offsets(quote.speaker.mention)
    return any(same_source(text, mention, attribution.source) for attribution in holding)


def source_type(words: str) -> str:
    """Return how a source is worded: "pronoun", "named" (with a capitalised word) or "nominal"."""
    found = _WORD.findall(words)
    if found and all(word.lower() in _PRONOUNS for word in found):
        return "pronoun"
    return (
        "named"
        if any(word[0].isupper() and word.lower() not in _DETERMINERS for word in found)
        else "nominal"
    )


def _contents(text: str, gold: Sequence[GoldAttribution], kind: QuoteKind) -> set[Offsets]:
    return units(text, (s for attribution in gold if attribution.kind is kind for s in attribution.content))


def _characters(text: str, spans: Iterable[Offsets]) -> set[int]:
    return {at for start, end in spans for at in range(start, end) if text[at].isalnum()}


def _count(predicted: set[Offsets] | set[int], gold: set[Offsets] | set[int]) -> MatchCounts:
    return MatchCounts(len(predicted & gold), len(predicted), len(gold))


def _offsets(span: Span) -> Offsets:
    return span.start, span.end


def head(words: str) -> str:
    """Return the last word of a name, lower case, without a possessive; "" if there is none."""
    found = _WORD.findall(re.sub(r"['’]s$", "", words.strip()))
    return found[-1].lower() if found else ""
