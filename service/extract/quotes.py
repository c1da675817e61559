"""Quotes out of an article: what stands in quotation marks, by rule, and what the model reads as reported.

Rules own the boundaries of direct quotes. The model says what is reported in the reporter's own words, and
what belongs to a fragment in marks; it names a speaker where the rules found none, and how far a speaker's
mention reaches. Boundaries of reported content never cut through quotation marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from service.domain import Article, Quote, QuoteKind, Sentence, Span, overlaps_any
from service.extract import ranking
from service.extract.attribution import Evidence
from service.extract.people import Roster
from service.extract.quoted import Quoted, read_quoted
from service.extract.reported import Reported

# A reported content of which nine tenths are a quotation's words is that quotation.
_SAME = 0.9
_SHORTEST_REST_LETTERS = 10
_STOPS = ".,;:!?…—–-"
_FEWEST_LETTERS = 3

# Share of quotes that stand in a gold attribution with the right source mention, by the evidence for the
# speaker, counted on polnear_train (rerun eval.training.confidence); without a speaker, in one at all.
_CONFIDENCE = {
    QuoteKind.DIRECT: {
        Evidence.CUE_BESIDE: 0.94,
        Evidence.INTRODUCED: 0.79,
        Evidence.CUE_BEFORE: 0.76,
        Evidence.CARRIED: 0.7,
        Evidence.LABEL: 0.55,
    },
    QuoteKind.MIXED: {
        Evidence.CUE_BEFORE: 0.75,
        Evidence.CUE_BESIDE: 0.68,
        # Too few to count: as for direct quotes, or the little that was seen.
        Evidence.INTRODUCED: 0.67,
        Evidence.CARRIED: 0.67,
        Evidence.LABEL: 0.25,
    },
}
# The same for what the model reads: its own probability, and the share that is right (polnear_dev, since
# the model has learnt train by heart).
_CALIBRATION = {
    QuoteKind.INDIRECT: ((0.2, 0.4, 0.5, 0.7, 0.8, 0.9, 1.0), (0.3, 0.33, 0.44, 0.49, 0.67, 0.75, 0.89)),
    QuoteKind.MIXED: ((0.2, 0.5, 0.7, 0.9, 1.0), (0.5, 0.62, 0.76, 0.9, 0.94)),
}
_CONFIDENCE_UNATTRIBUTED = {QuoteKind.DIRECT: 0.79, QuoteKind.MIXED: 0.85}


@dataclass(frozen=True, slots=True)
class _Content:
    """A reported content after the quotations are taken out of it."""

    spans: tuple[Span, ...]
    reported: Reported
    fragments: tuple[Quoted, ...]


def extract_quotes(
    article: Article, sentences: Sequence[Sentence], reported: Iterable[Reported] = ()
) -> tuple[Quote, ...]:
    """Return the quotes of ``article`` in text order, ranked, none of them in its furniture.

    ``reported`` is what the attribution model reads; without it there are quotations in marks only.
    """
    quoted, roster = read_quoted(article, sentences)
    belongs: dict[Quoted, Reported] = {}
    contents = []
    for one in (_after_according_to(article.text, one) for one in reported):
        if any(overlaps_any(span, article.furniture) for span in one.content):
            continue
        content = _without_quotations(article.text, one, quoted, belongs)
        if content and sum(_letters(article.text, span) for span in content.spans) >= _FEWEST_LETTERS:
            contents.append(content)
    swallowed = [span for content in contents for span in content.spans]
    kept = [
        one
        for one in quoted
        if not any(span.contains(part) for span in swallowed for part in one.parts)
    ]
    quotes = [_direct(one, belongs.get(one), roster) for one in kept]
    quotes += [_indirect(content, roster) for content in contents]
    quotes.sort(key=lambda quote: quote.parts)
    return ranking.rank(article, sentences, quotes, roster)


def _after_according_to(text: str, reported: Reported) -> Reported:
    """Give "According to X, Y" its source back where the model reads "X, Y" as the content."""
    cue, first = reported.cue, reported.content[0]
    if cue is None or cue.of(text).lower() != "according to" or cue.end > first.start:
        return reported
    # Either all of the source, or the name in apposition: "According to its author, [Ann Moss, the …]".
    between = text[cue.end : first.start]
    comma = text.find(", ", first.start, first.end)
    named = text[first.start : comma].istitle() and between.endswith(", ") and "." not in between
    if not first.start < comma < first.end - 2 or (between.strip() and not named):
        return reported
    content = (Span(comma + 2, first.end), *reported.content[1:])
    source = Span(cue.end + len(between) - len(between.lstrip()), comma)
    return replace(reported, content=content, source=source)


def _without_quotations(
    text: str, reported: Reported, quoted: Sequence[Quoted], belongs: dict[Quoted, Reported]
) -> _Content | None:
    """Take whole quotations out of a reported content, noting that they ``belong`` to the attribution.

    Fragments stay in it. None if nothing but quotations is left.
    """
    spans: list[Span] = []
    fragments: list[Quoted] = []
    for content in reported.content:
        content = _around_marks(content, quoted)
        inside = [one for one in quoted if any(part.overlaps(content) for part in one.parts)]
        woven = {one for one in inside if _is_woven_in(text, content, one)}
        same = [one for one in inside if one not in woven and _letters_shared(text, content, one) >= _SAME]
        whole = [one for one in inside if one.is_whole and one not in woven]
        for one in [*whole, *same]:
            belongs.setdefault(one, reported)
        if same:
            continue
        fragments += [one for one in inside if one not in whole]
        outer = sorted(span for one in whole for span in one.outer)
        spans += [rest for rest in _outside(text, content, outer) if not any(rest.overlaps(s) for s in spans)]
    return _Content(tuple(sorted(spans)), reported, tuple(fragments)) if spans else None


def _is_woven_in(text: str, content: Span, quoted: Quoted) -> bool:
    """Tell whether the reporter's sentence runs into the quotation or on from it: said that “X”; “X” for Y."""
    if len(quoted.parts) > 1:
        return False
    (outer,), (part,) = quoted.outer, quoted.parts
    lead = text[content.start : outer.start].rstrip()
    rest = text[outer.end : content.end].lstrip()
    return lead[-1:].isalpha() or (rest[:1].isalpha() and part.of(text)[-1] not in _STOPS)


def _around_marks(content: Span, quoted: Sequence[Quoted]) -> Span:
    """Move limits that fall inside quotation marks: take in marked words that it holds half of, else none."""
    start, end = content.start, content.end
    for outer in (span for one in quoted for span in one.outer):
        shared = min(end, outer.end) - max(start, outer.start)
        if shared <= 0:
            continue
        if 2 * shared >= len(outer):
            start, end = min(start, outer.start), max(end, outer.end)
        elif start < outer.start:
            end = outer.start
        else:
            start = outer.end
    return Span(start, end) if start < end else content


def _outside(text: str, content: Span, outer: Sequence[Span]) -> Iterator[Span]:
    """What of a content lies outside quotations, as far as it is more than a word or two."""
    start = content.start
    for end, following in [*((span.start, span.end) for span in outer), (content.end, content.end)]:
        end = min(end, content.end)
        words = text[start:end]
        if not outer or sum(map(str.isalnum, words)) >= _SHORTEST_REST_LETTERS:
            first = start + len(words) - len(words.lstrip())
            last = end - (len(words) - len(words.rstrip()))
            if first < last:
                yield Span(first, last)
        start = max(start, following)


def _letters_shared(text: str, content: Span, quoted: Quoted) -> float:
    """The share of a content's letters and digits that stand in a quotation."""
    letters = _letters(text, content)
    inside = sum(
        sum(map(str.isalnum, text[max(content.start, part.start) : min(content.end, part.end)]))
        for part in quoted.parts
    )
    return inside / letters if letters else 1.0


def _letters(text: str, span: Span) -> int:
    return sum(map(str.isalnum, span.of(text)))


def _direct(quoted: Quoted, reported: Reported | None, roster: Roster) -> Quote:
    kind = QuoteKind.DIRECT if quoted.is_whole else QuoteKind.MIXED
    found = quoted.attribution
    speaker = roster.resolve(found.mention) if found else None
    cue = found.cue if found else None
    confidence = _CONFIDENCE[kind][found.evidence] if found else _CONFIDENCE_UNATTRIBUTED[kind]
    if reported and reported.source:
        if speaker is None:
            speaker, cue = roster.resolve(reported.source), reported.cue or cue
        elif speaker.mention.overlaps(reported.source):
            speaker = replace(speaker, mention=reported.source)
    if cue and reported and reported.cue and cue.overlaps(reported.cue):
        cue = reported.cue
    return Quote(kind, quoted.parts, cue, speaker, confidence, rank=1)


def _indirect(content: _Content, roster: Roster) -> Quote:
    source, cue = content.reported.source, content.reported.cue
    kind = QuoteKind.MIXED if content.fragments else QuoteKind.INDIRECT
    by_rule = next((one.attribution for one in content.fragments if one.attribution), None)
    if source is None and by_rule:
        source, cue = by_rule.mention, by_rule.cue or cue
    return Quote(
        kind=kind,
        parts=content.spans,
        cue=cue,
        speaker=roster.resolve(source) if source else None,
        confidence=float(np.interp(content.reported.probability, *_CALIBRATION[kind])),
        rank=1,
    )
