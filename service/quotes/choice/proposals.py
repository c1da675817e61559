"""Proposals: who may have said a quotation, by whatever suggests it.

The patterns around it, what the attribution head reads, and the conversation so far each propose source
mentions. They don't rule one another out: ``scoring`` weighs them.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from service.domain import Span
from service.quotes.candidates import MarkedWords
from service.quotes.decoding import AttributionTags, ReportedSpeech
from service.quotes.patterns.reader import Attribution, AttributionReader
from service.quotes.patterns.table import PATTERNS

# How many sources that the head reads beside a quotation are proposed, on each side.
_MOST_BESIDE = 2
# Beside the rows of the table: what the head links, what it reads nearby, and who spoke before.
TAG, TAG_BEFORE, TAG_AFTER, CARRIED = "tag", "tag_before", "tag_after", "carried"
PROPOSERS = (*(pattern.name for pattern in PATTERNS), TAG, TAG_BEFORE, TAG_AFTER, CARRIED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source mention with a cue, and the names of what proposes it."""

    mention: Span
    cue: Span | None
    by: frozenset[str]


@dataclass(frozen=True)
class ReportedBeside:
    """What the attribution head reads in a text, to be found by place."""

    tags: AttributionTags
    contents: Sequence[tuple[Span, ReportedSpeech]] = field(default_factory=list)  # in order
    sources: Sequence[tuple[Span, ReportedSpeech]] = field(default_factory=list)  # in order, each once

    @classmethod
    def of(cls, tags: AttributionTags) -> ReportedBeside:
        """Sort what ``tags`` hold by place."""
        contents = sorted(
            ((span, one) for one in tags.reported for span in one.content), key=lambda pair: pair[0]
        )
        sources = {one.source: one for one in tags.reported if one.source}
        return cls(tags, contents, sorted(sources.items(), key=lambda pair: pair[0]))

    def about(self, words: Span) -> ReportedSpeech | None:
        """Return the reported speech whose content shares most with ``words``."""
        last = bisect(self.contents, words.end - 1, key=lambda pair: pair[0].start)
        shared: list[tuple[int, ReportedSpeech]] = []
        # Contents hardly overlap one another: a few before the last are all that can reach the words.
        for span, one in self.contents[max(0, last - 4) : last]:
            overlap = min(span.end, words.end) - max(span.start, words.start)
            if overlap > 0:
                shared.append((overlap, one))
        return max(shared, key=lambda pair: pair[0])[1] if shared else None

    def before(self, place: int, least: int) -> list[ReportedSpeech]:
        """Return what has its source before ``place`` and not before ``least``, the nearest first."""
        last = bisect(self.sources, place, key=lambda pair: pair[0].end)
        near = self.sources[max(0, last - _MOST_BESIDE) : last]
        return [one for span, one in reversed(near) if span.start >= least]

    def after(self, place: int, most: int) -> list[ReportedSpeech]:
        """Return what has its source after ``place`` and not after ``most``, the nearest first."""
        first = bisect(self.sources, place - 1, key=lambda pair: pair[0].start)
        return [one for span, one in self.sources[first : first + _MOST_BESIDE] if span.end <= most]


def propose(
    reader: AttributionReader, beside: ReportedBeside, quotation: MarkedWords, previous: Attribution | None
) -> tuple[Proposal, ...]:
    """Return who may have said ``quotation``, in the order of the text, each mention once.

    ``previous`` is the attribution of the quotation before.
    """
    merged: dict[Span, Proposal] = {}
    for name, found in _proposed(reader, beside, quotation, previous):
        if found.mention.overlaps(quotation.words):
            continue
        known = merged.get(found.mention)
        if known:
            merged[found.mention] = replace(known, cue=known.cue or found.cue, by=known.by | {name})
        else:
            merged[found.mention] = Proposal(found.mention, found.cue, frozenset({name}))
    return tuple(sorted(merged.values(), key=lambda one: one.mention))


def _proposed(
    reader: AttributionReader, beside: ReportedBeside, quotation: MarkedWords, previous: Attribution | None
) -> Iterator[tuple[str, Attribution]]:
    for pattern in PATTERNS:
        for found in pattern.read(reader, quotation):
            yield pattern.name, found
    about = beside.about(quotation.words)
    if about and about.source:
        yield TAG, Attribution(about.cue, about.source)
    least = quotation.before.start if quotation.before else quotation.sentence_start
    for name, reported in (
        (TAG_BEFORE, beside.before(quotation.outer.start, least)),
        (TAG_AFTER, beside.after(quotation.outer.end, _paragraph_end(reader.text, quotation))),
    ):
        for one in reported:
            if one.source:
                yield name, Attribution(one.cue, one.source)
    if previous:
        yield CARRIED, previous


def _paragraph_end(text: str, quotation: MarkedWords) -> int:
    end = text.find("\n", quotation.outer.end)
    return min(end if end >= 0 else len(text), quotation.sentence_end + 300)
