"""Quotes out of an article: what stands in quotation marks, by rule, and what the model reads as reported.

Rules own the boundaries of direct quotes. The model says what is reported in the reporter's own words, and
what belongs to a fragment in marks; it names a speaker where the rules found none, and how far a speaker's
mention reaches. Boundaries of reported content never cut through quotation marks.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from service.domain import Article, Quote, QuoteKind, Sentence, Span, Speaker, overlaps_any
from service.extract import ranking
from service.extract.attribution import Evidence
from service.extract.people import Roster
from service.extract.quoted import Quoted, read_quoted
from service.extract.reported import Reported

# A reported content of which nine tenths are a quotation's words is that quotation.
_SAME = 0.9
_LINE = re.compile(r"[^\s](?:[^\n]*[^\s])?")
_SHORTEST_REST_LETTERS = 10
_MARKS = frozenset("“”‘’\"'«»„`")
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
    QuoteKind.INDIRECT: (
        (0.15, 0.3, 0.45, 0.55, 0.65, 0.75, 0.85, 0.94, 0.985),
        (0.15, 0.38, 0.41, 0.49, 0.53, 0.63, 0.78, 0.83, 0.93),
    ),
    QuoteKind.MIXED: ((0.25, 0.5, 0.7, 0.85, 0.95, 0.99), (0.4, 0.55, 0.7, 0.83, 0.88, 0.97)),
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
        and (one.is_whole or one.attribution or one in belongs)
    ]
    quotes = [_direct(article.text, one, belongs.get(one), roster) for one in kept]
    said_by = sorted(
        ((part, quote.speaker) for quote in quotes for part in quote.parts), key=lambda said: said[0]
    )
    quotes += [_indirect(content, roster, _enclosing(content, said_by)) for content in contents]
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
    for content in _lines(text, reported):
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


def _lines(text: str, reported: Reported) -> Iterator[Span]:
    """What is reported in each line; but a quotation away from the cue's and source's lines is left out.

    Where an attribution is missing, the model takes the next best, and a quotation is not to be guessed at.
    """
    near = [span for span in (reported.cue, reported.source) if span]
    for content in reported.content:
        for found in _LINE.finditer(text, content.start, content.end):
            line = Span(*found.span())
            opened = not _MARKS.isdisjoint(text[max(0, line.start - 2) : line.start + 1])
            if opened and near and not any(_in_one_paragraph(text, line, span) for span in near):
                continue
            yield line


def _is_woven_in(text: str, content: Span, quoted: Quoted) -> bool:
    """Tell whether the reporter's sentence runs into the quotation or on from it: the “x”; “X” for Y.

    Whole sentences stay a quotation: said that “X.”
    """
    if len(quoted.parts) > 1:
        return False
    (outer,), (part,) = quoted.outer, quoted.parts
    said = part.of(text)
    lead = text[content.start : outer.start].rstrip()
    rest = text[outer.end : content.end].lstrip()
    is_sentence = said[:1].isupper() and said[-1] in ".!?"
    return (lead[-1:].isalpha() and not is_sentence) or (rest[:1].isalpha() and said[-1] not in _STOPS)


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


def _direct(text: str, quoted: Quoted, reported: Reported | None, roster: Roster) -> Quote:
    kind = QuoteKind.DIRECT if quoted.is_whole else QuoteKind.MIXED
    found = quoted.attribution
    speaker = roster.resolve(found.mention) if found else None
    cue = found.cue if found else None
    confidence = _CONFIDENCE[kind][found.evidence] if found else _CONFIDENCE_UNATTRIBUTED[kind]
    if reported and reported.source:
        unclear = found is None or (speaker is None and found.evidence is Evidence.INTRODUCED)
        if unclear and _is_near(text, quoted, reported.source):
            speaker, cue = roster.resolve(reported.source), reported.cue
        elif speaker and speaker.mention.overlaps(reported.source):
            speaker = _with_mention(text, speaker, reported.source, roster)
    if cue and reported and reported.cue and cue.overlaps(reported.cue):
        cue = reported.cue
    return Quote(kind, quoted.parts, cue, speaker, confidence, rank=1)


def _in_one_paragraph(text: str, one: Span, other: Span) -> bool:
    """Tell whether no line ends between two spans, in whatever order they stand."""
    return "\n" not in text[one.end : other.start] and "\n" not in text[other.end : one.start]


def _is_near(text: str, quoted: Quoted, source: Span) -> bool:
    """A speaker further off is a guess: where an attribution is missing, the model takes the next best."""
    return _in_one_paragraph(text, Span(quoted.outer[0].start, quoted.outer[-1].end), source)


def _with_mention(text: str, speaker: Speaker, mention: Span, roster: Roster) -> Speaker:
    """The speaker by the model's extent of the mention, by which somebody without a name is called, too."""
    unnamed = speaker.name == " ".join(speaker.mention.of(text).split())
    return (roster.resolve(mention) if unnamed else None) or replace(speaker, mention=mention)


def _enclosing(content: _Content, said_by: Sequence[tuple[Span, Speaker | None]]) -> Speaker | None:
    """Who speaks the quotation in which a reported source stands: whom "I" means there."""
    source = content.reported.source
    at = bisect(said_by, source.start, key=lambda said: said[0].start) - 1 if source else -1
    return said_by[at][1] if at >= 0 and source and said_by[at][0].contains(source) else None


def _indirect(content: _Content, roster: Roster, enclosing: Speaker | None) -> Quote:
    source, cue = content.reported.source, content.reported.cue
    kind = QuoteKind.MIXED if content.fragments else QuoteKind.INDIRECT
    attributed = next((one for one in content.fragments if one.attribution), None)
    if attributed and attributed.attribution:
        by_rule = attributed.attribution
        follows = by_rule.evidence is Evidence.CUE_BESIDE and by_rule.mention.start > attributed.outer[-1].end
        if source is None or (follows and not by_rule.mention.overlaps(source)):
            source, cue = by_rule.mention, by_rule.cue or cue
    return Quote(
        kind=kind,
        parts=content.spans,
        cue=cue,
        speaker=roster.resolve(source, enclosing) if source else None,
        confidence=float(np.interp(content.reported.probability, *_CALIBRATION[kind])),
        rank=1,
    )
