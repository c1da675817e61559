"""Quotation-mark rules: the naive baseline of quote extraction, simple on purpose.

What stands between quotation marks and holds a few words is a direct quote. Its speaker is the name, pronoun
or person noun nearest to the nearest speech verb beside it: in the quote's own sentence, else in the sentence
before or after, else the speaker of the quote before in the same paragraph or the paragraph before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from eval.metrics.quotes import quoted_regions
from eval.systems.shape import BuildContext, quoting
from eval.systems.summaries.baselines import sentences
from service.domain import Analysis, Article, Quote, QuoteKind, Span, Speaker, overlaps_any

_SHORTEST = 3
# Line breaks between a paragraph and the next.
_GAP = 2
_EDGE = "\"“”„«»'‘’` \t\n"
_VERBS = (
    r"(?:says?|said|saying|tells?|told|adds?|added|adding|asks?|asked|writes?|wrote|tweet(?:s|ed)"
    r"|explain(?:s|ed|ing)|argue[sd]?|claim(?:s|ed)|insist(?:s|ed)|declar(?:es|ed|ing)|state[sd]?|stating"
    r"|note[sd]?|continue[sd]?|respond(?:s|ed)|repl(?:ies|ied)|warn(?:s|ed)|announce[sd]?|suggest(?:s|ed)"
    r"|recall(?:s|ed)|conclude[sd]?|admit(?:s|ted)|acknowledge[sd]?|describe[sd]?|call(?:s|ed|ing)|predict(?:s|ed)"
    r"|joke[sd]|read|reads|[Aa]ccording to|complain(?:s|ed)|remark(?:s|ed)|quipped|posted|concede[sd]"
    r"|exclaim(?:s|ed)|confess(?:es|ed)|echo(?:es|ed)|report(?:s|ed)|releas(?:es|ed)|label(?:s|ed|ing)"
    r"|lament(?:s|ed)|charge[sd]|counter(?:s|ed)|tout(?:s|ed)|vow(?:s|ed)|mention(?:s|ed)|testif(?:ies|ied))\b"
)
_VERB = re.compile(rf"\b{_VERBS}")
_NAME = r"[A-Z][\w’'-]*\.?(?:[ -](?:(?:[A-Z][\w’'-]*\.?)|(?:de|of|van|von|bin|al|la)(?= [A-Z])))*"
_SOURCE = re.compile(
    rf"\b(?:(?:[Tt]he|[Aa]n?|[Oo]ne|[Hh]is|[Hh]er)(?: (?!{_VERBS})[a-z-]+){{1,2}}|{_NAME}|he|she|they|we|who)"
)
_NO_NAMES = frozenset(
    """A About After All Also Although An And As At Because Before But By During For From How However If In It
    Its Last Later Meanwhile Monday Tuesday Wednesday Thursday Friday Saturday Sunday No Not Now Of On Once Or
    So Still That The Then There These This Those Though To What When Where Which While Why With Yes Yet You
    January February March April May June July August September October November December""".split()
)

_Order = Callable[[Quote], int]


class QuotationMarkRules:
    """The rules, with an order in which quotes rank."""

    def __init__(self, name: str, order: _Order) -> None:
        self._name = name
        self._order = order

    def analyse(self, article: Article) -> Analysis:
        """Return the direct quotes of the article."""
        found = sorted(_quotes(article), key=self._order)
        return quoting(article, [_ranked(quote, rank) for rank, quote in enumerate(found, 1)], self._name)


def build_marks(_: BuildContext, __: str) -> QuotationMarkRules:
    """Rank quotes by where they stand."""
    return QuotationMarkRules("marks", lambda quote: quote.parts[0].start)


def build_longest(_: BuildContext, __: str) -> QuotationMarkRules:
    """Rank the longest quote first."""
    return QuotationMarkRules("marks-longest", lambda quote: -len(quote.parts[0]))


def _quotes(article: Article) -> Iterator[Quote]:
    text, found = article.text, sentences(article)
    regions = tuple(Span(*region) for region in quoted_regions(text))
    last: Quote | None = None
    for region in regions:
        inner = _inside(text, region)
        if inner is None or not _is_speech(inner.of(text)):
            continue
        cue, speaker = _attribution(text, region, regions, found)
        if speaker is None and last and text.count("\n", last.parts[0].end, region.start) <= _GAP:
            speaker = last.speaker
        last = Quote(QuoteKind.DIRECT, (inner,), cue, speaker, 1.0, 1)
        yield last


def _is_speech(words: str) -> bool:
    """Return whether words in marks are speech: a few words, or with the comma of “Okay,” she said."""
    return len(words.split()) >= _SHORTEST or words.endswith((",", "!", "?"))


def _inside(text: str, region: Span) -> Span | None:
    words = region.of(text)
    stripped = words.strip(_EDGE)
    start = region.start + len(words) - len(words.lstrip(_EDGE))
    return Span(start, start + len(stripped)) if stripped else None


def _attribution(
    text: str, region: Span, regions: Sequence[Span], found: Sequence[Span]
) -> tuple[Span | None, Speaker | None]:
    """Return the cue and the speaker, from the quote's own sentences, the one before or the one after."""
    own = [index for index, sentence in enumerate(found) if sentence.overlaps(region)]
    for indices in (own, [own[0] - 1], [own[-1] + 1]):
        stretch = [found[index] for index in indices if 0 <= index < len(found)]
        if not stretch or not _belongs(text, region, stretch):
            continue
        outside = (stretch[0].start, stretch[-1].end)
        verbs = [v for v in _matches(_VERB, text, outside) if not overlaps_any(v, regions)]
        sources = [
            source
            for source in _matches(_SOURCE, text, outside)
            if not overlaps_any(source, regions) and source.of(text) not in _NO_NAMES
        ]
        if verbs and sources:
            cue = min(verbs, key=lambda verb: _distance(verb, region))
            source = min(sources, key=lambda source: _distance(source, cue))
            return cue, Speaker(source.of(text), None, source)
    return None, None


def _belongs(text: str, region: Span, stretch: Sequence[Span]) -> bool:
    """Return whether sentences stand in the quote's paragraph, or lead up to it with a colon."""
    between = text[min(region.end, stretch[-1].end) : max(region.start, stretch[0].start)]
    return "\n" not in between or (
        stretch[-1].end <= region.start and text[stretch[-1].end - 1] == ":" and between.count("\n") <= _GAP
    )


def _matches(pattern: re.Pattern[str], text: str, within: tuple[int, int]) -> list[Span]:
    return [Span(*match.span()) for match in pattern.finditer(text, *within)]


def _distance(one: Span, other: Span) -> int:
    return max(one.start - other.end, other.start - one.end, 0)


def _ranked(quote: Quote, rank: int) -> Quote:
    return Quote(quote.kind, quote.parts, quote.cue, quote.speaker, quote.confidence, rank)
