"""Direct and reported speech merged: each word is in one quote, and no quotation mark is cut through.

The model reads contents word by word. Rules own quotations: what it reads of them only says whose they are.
"""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from service import time_budget
from service.domain import Span, overlaps_any
from service.quotes.decoding import ReportedSpeech
from service.quotes.direct_speech import DirectSpeech
from service.text import marks
from service.text.document import Document
from service.text.mark_runs import MarkedRun

# A reported content of which nine tenths are a quotation's words is that quotation.
_SAME = 0.9
_LINE = re.compile(r"[^\s](?:[^\n]*[^\s])?")
_SHORTEST_REST_LETTERS = 10
_MARKS = frozenset(marks.CHARACTERS)
_DOUBLE_MARKS = frozenset(marks.DOUBLE_CHARACTERS)
_STOPS = ".,;:!?…—–-"
_OPEN_ENDS = ",;:—–- \u00a0"
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class ReportedContent:
    """A reported content after the quotations are taken out of it; the fragments in it stay."""

    spans: tuple[Span, ...]
    reported: ReportedSpeech
    fragments: tuple[DirectSpeech, ...]


@dataclass(frozen=True, slots=True)
class MergedSpeech:
    """What is said, each of it once: quotations with the reported speech they belong to, and the rest."""

    direct: tuple[tuple[DirectSpeech, ReportedSpeech | None], ...]
    reported: tuple[ReportedContent, ...]


@dataclass(frozen=True, slots=True)
class _Quotations:
    """The direct speech of a text, to be found by place: its parts, and the sources right after it."""

    parts: Sequence[tuple[Span, DirectSpeech]]
    sources: Sequence[tuple[Span, DirectSpeech]]

    @classmethod
    def of(cls, direct: Sequence[DirectSpeech]) -> _Quotations:
        parts = [(part, one) for one in direct for part in one.parts]
        sources = [
            (one.said_by.attribution.mention, one)
            for one in direct
            if one.said_by and one.said_by.attribution.mention.start >= one.outer[-1].end
        ]
        return cls(*(sorted(placed, key=lambda pair: pair[0]) for placed in (parts, sources)))

    def within(self, content: Span) -> list[DirectSpeech]:
        """Return the direct speech of which a part overlaps ``content``, each once."""
        first = bisect(self.parts, content.start, key=lambda pair: pair[0].end)
        last = bisect_left(self.parts, content.end, key=lambda pair: pair[0].start)
        return list(dict.fromkeys(one for _, one in self.parts[first:last]))

    def signed_within(self, content: Span) -> Iterator[DirectSpeech]:
        """Yield the direct speech whose source, right after it, stands inside ``content``."""
        first = bisect_left(self.sources, content.start, key=lambda pair: pair[0].start)
        last = bisect_left(self.sources, content.end, key=lambda pair: pair[0].start)
        return (one for mention, one in self.sources[first:last] if content.contains(mention))


def merge_speech(
    document: Document, reported: Iterable[ReportedSpeech], direct: Sequence[DirectSpeech]
) -> MergedSpeech:
    """Return the ``direct`` speech and what is ``reported`` beside it.

    Direct speech that a reported content holds is left out, and so is a fragment that nothing attributes.
    """
    contents, owners = _outside_quotations(document, reported, direct)
    covered = sorted(span for content in contents for span in content.spans)
    farthest = list(accumulate((span.end for span in covered), max))

    def is_covered(part: Span) -> bool:
        before = bisect(covered, part.start, key=lambda span: span.start)
        return before > 0 and farthest[before - 1] >= part.end

    kept = (
        one
        for one in direct
        if not any(map(is_covered, one.parts)) and (one.is_whole or one.said_by or one in owners)
    )
    return MergedSpeech(tuple((one, owners.get(one)) for one in kept), tuple(contents))


def in_one_paragraph(text: str, one: Span, other: Span) -> bool:
    """Return whether no line ends between two spans, in whatever order they stand."""
    return "\n" not in text[one.end : other.start] and "\n" not in text[other.end : one.start]


def _outside_quotations(
    document: Document, reported: Iterable[ReportedSpeech], direct: Sequence[DirectSpeech]
) -> tuple[list[ReportedContent], dict[DirectSpeech, ReportedSpeech]]:
    """Return what is reported beside the quotations, and the reported speech that owns a quotation."""
    text, furniture = document.text, document.article.furniture
    marked = [_on_its_line(text, run) for run in document.marks if run.opened and run.closed]
    quotations = _Quotations.of(direct)
    owners: dict[DirectSpeech, ReportedSpeech] = {}
    contents = []
    for one in reported:
        time_budget.check()
        one = _after_according_to(text, one)
        if any(overlaps_any(span, furniture) for span in one.content):
            continue
        content, owned = _without_quotations(text, one, quotations, marked)
        for quotation in owned:
            owners.setdefault(quotation, one)
        if content and sum(_letters(text, span) for span in content.spans) >= _FEWEST_LETTERS:
            contents.append(content)
    return contents, owners


def _on_its_line(text: str, run: MarkedRun) -> Span:
    """Return a run up to the end of its line: a closing mark that slipped to the next line is left out."""
    return Span(*next(_LINE.finditer(text, run.outer.start, run.outer.end)).span())


def _after_according_to(text: str, reported: ReportedSpeech) -> ReportedSpeech:
    """Return "According to X, Y" with X as its source where the model reads "X, Y" as the content."""
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
    text: str, reported: ReportedSpeech, quotations: _Quotations, marked: Sequence[Span]
) -> tuple[ReportedContent | None, list[DirectSpeech]]:
    """Take whole quotations out of a reported content, and return them beside what is left.

    Fragments stay in it. None if nothing but quotations is left.
    """
    spans: list[Span] = []
    fragments: list[DirectSpeech] = []
    owned: list[DirectSpeech] = []
    for line in _lines(text, reported):
        content = _before_source(_around_marks(line, marked), quotations)
        inside = quotations.within(content)
        woven = {one for one in inside if _is_woven_in(text, content, one)}
        same = [one for one in inside if one not in woven and _letters_shared(text, content, one) >= _SAME]
        whole = [one for one in inside if one.is_whole and one not in woven]
        owned += [*whole, *same]
        if same:
            continue
        fragments += [one for one in inside if one not in whole]
        outer = sorted(span for one in whole for span in one.outer)
        spans += [rest for rest in _outside(text, content, outer) if not any(rest.overlaps(s) for s in spans)]
    return ReportedContent(tuple(sorted(spans)), reported, tuple(fragments)) if spans else None, owned


def _lines(text: str, reported: ReportedSpeech) -> Iterator[Span]:
    """Yield what is reported, line by line, without quotations off the lines of the cue and the source.

    Where an attribution is missing, the model takes the next best; speakers of quotations are not guessed.
    """
    near = [span for span in (reported.cue, reported.source) if span]
    for content in reported.content:
        for found in _LINE.finditer(text, content.start, content.end):
            line = Span(*found.span())
            opened = not _MARKS.isdisjoint(text[max(0, line.start - 2) : line.start + 1])
            holds_marks = opened or not _DOUBLE_MARKS.isdisjoint(line.of(text))
            if holds_marks and near and not any(in_one_paragraph(text, line, span) for span in near):
                continue
            yield line


def _is_woven_in(text: str, content: Span, speech: DirectSpeech) -> bool:
    """Return whether the reporter's sentence runs into the quotation or on from it: the “x”; “X” for Y.

    Whole sentences stay a quotation: said that “X.”
    """
    if len(speech.parts) > 1:
        return False
    (outer,), (part,) = speech.outer, speech.parts
    said = part.of(text)
    lead = text[content.start : outer.start].rstrip()
    rest = text[outer.end : content.end].lstrip()
    is_sentence = said[:1].isupper() and said[-1] in ".!?"
    return (lead[-1:].isalpha() and not is_sentence) or (rest[:1].isalpha() and said[-1] not in _STOPS)


def _around_marks(content: Span, marked: Sequence[Span]) -> Span:
    """Return a content with no limit inside marks: marked words are in if half of them were, else out."""
    start, end = content.start, content.end
    for outer in marked[bisect(marked, start, key=lambda span: span.end) :]:
        if outer.start >= end:
            break
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


def _before_source(content: Span, quotations: _Quotations) -> Span:
    """Return a content without the source after a fragment: “reckless” [by Peter Lund, a budget chief]."""
    for one in quotations.signed_within(content):
        if content.start < one.outer[-1].end:
            return Span(content.start, one.outer[-1].end)
    return content


def _outside(text: str, content: Span, outer: Sequence[Span]) -> Iterator[Span]:
    """Yield what of a content lies outside quotations, if it is more than a word or two."""
    start = content.start
    for end, following in [*((span.start, span.end) for span in outer), (content.end, content.end)]:
        end = min(end, content.end)
        words = text[start:end]
        if not outer or sum(map(str.isalnum, words)) >= _SHORTEST_REST_LETTERS:
            first = start + len(words) - len(words.lstrip())
            last = end - (len(words) - len(words.rstrip(_OPEN_ENDS)))
            if first < last:
                yield Span(first, last)
        start = max(start, following)


def _letters_shared(text: str, content: Span, speech: DirectSpeech) -> float:
    """Return the share of a content's letters and digits that stand in a quotation."""
    letters = _letters(text, content)
    inside = sum(
        sum(map(str.isalnum, text[max(content.start, part.start) : min(content.end, part.end)]))
        for part in speech.parts
    )
    return inside / letters if letters else 1.0


def _letters(text: str, span: Span) -> int:
    return sum(map(str.isalnum, span.of(text)))
