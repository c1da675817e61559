"""Examples for the choice of speakers: quotations with what was proposed for them, and which of it is right.

A proposal is right if its mention overlaps the one that was marked, or means a speaker of a right name; where
only sources are annotated (PolNeAR), also if it ends in the same word. "Nobody" is right where the text tells
none, and where the words aren't annotated as anybody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from eval.datasets import Gold, Offsets, Sample
from eval.datasets.samples import GoldAttribution
from eval.metrics.speakers import is_same
from eval.metrics.unattributed import deletions
from service.domain import Span
from service.people.entity_index import EntityIndex
from service.people.referent import How
from service.quotes.candidates import MarkedWords, find_candidates
from service.quotes.choice.attribution import attribute
from service.quotes.choice.confidence import confidence_features
from service.quotes.choice.evidence import Alternative, Chosen, Evidence
from service.quotes.choice.proposals import Proposal, ReportedBeside
from service.quotes.choice.scoring import together
from service.quotes.decoding import AttributionTags
from service.quotes.patterns.reader import Attribution
from service.text.document import Document
from service.text.en.lexicon import PRONOUNS

_COVERED = 0.5
_MOST_LOST = 6
_WORD = re.compile(r"[\w’']+")


@dataclass(frozen=True, slots=True)
class Reading:
    """An article with its people and tags, and its gold annotations."""

    sample: Sample
    document: Document
    entities: EntityIndex
    tags: AttributionTags


@dataclass(frozen=True, slots=True)
class SpeakerExample:
    """A quotation's C proposals and, last, "nobody": features, whether each is right, and whom it names.

    ``names_right`` tells of each proposal whether whom it means is right; ``confidence`` are the features of
    that. ``is_told`` says that somebody is known to speak, ``names_known`` that the name is.
    """

    article: str
    features: Sequence[Mapping[str, float]]  # C + 1
    right: Sequence[bool]  # C + 1
    names: Sequence[str | None]  # C
    names_right: Sequence[bool]  # C
    together: Sequence[Sequence[int]]  # the alternatives that stand for one speaker
    confidence: Sequence[Mapping[str, float] | None]  # C
    is_told: bool
    names_known: bool
    is_annotated: bool  # the words are some gold quotation's


@dataclass(frozen=True, slots=True)
class _Gold:
    """Who speaks a stretch of words: by mention, by name."""

    words: Sequence[Offsets]
    mentions: Sequence[Offsets]
    names: Sequence[str]


def speaker_examples(reading: Reading, *, blind: bool = False) -> Iterator[SpeakerExample]:
    """Yield the examples of an article, each quotation after the right speaker of the one before.

    A ``blind`` reading does without the head's tags, so that the patterns learn to stand alone.
    """
    known = list(_gold(reading.sample))
    examples: list[SpeakerExample] = []

    def teach(
        evidence: Evidence, quotation: MarkedWords, proposals: Sequence[Proposal], previous: Chosen | None
    ) -> Chosen | None:
        gold = _gold_of(known, quotation.words)
        alternatives = evidence.alternatives(proposals)
        example = _example(reading, evidence, quotation, alternatives, previous, gold)
        examples.append(example)
        right = [one for one, is_right in zip(alternatives, example.right, strict=False) if is_right]
        if not right:
            return None
        taught = min(right, key=lambda one: abs(one.proposal.mention.start - quotation.outer.start))
        mention = taught.proposal.mention
        attribution = Attribution(taught.proposal.cue, mention)
        follows = mention.start >= quotation.outer.end
        return Chosen(attribution, taught.speaker, 0.9, 0.9, taught.proposal.by, follows)

    attribute(
        reading.document, find_candidates(reading.document), reading.entities,
        ReportedBeside.of(AttributionTags() if blind else reading.tags), choose=teach,
    )  # fmt: skip
    yield from examples


def lost(sample: Sample) -> Sample | None:
    """Return an article without some of its attributions; as gold, nobody is told to speak there.

    None if nothing can be deleted so that the text is still well formed.
    """
    text, whole = sample.article.text, sample.gold.attributions or ()
    # Every other one, so that what stands beside stays as it was.
    chosen = sorted(deletions(text, whole), key=lambda one: one.cut, reverse=True)[::2][:_MOST_LOST]
    if not chosen:
        return None
    for one in chosen:
        text = one.apply(text)

    def moved(spans: Iterable[Offsets]) -> tuple[Offsets, ...]:
        kept = [span for span in spans if not any(start < span[1] and span[0] < end for start, end in cuts)]
        before = [sum(end - start for start, end in cuts if end <= span[0]) for span in kept]
        return tuple((start - shift, end - shift) for (start, end), shift in zip(kept, before, strict=True))

    cuts = [one.cut for one in chosen]
    attributions = tuple(
        GoldAttribution(one.kind, moved(one.content), moved(one.source))
        for one in whole
        if moved(one.content)
    )
    article = replace(sample.article, id=f"{sample.article.id}-lost", text=text, furniture=())
    return Sample(article, Gold(attributions=attributions))


def _example(
    reading: Reading,
    evidence: Evidence,
    quotation: MarkedWords,
    alternatives: Sequence[Alternative],
    previous: Chosen | None,
    gold: _Gold | None,
) -> SpeakerExample:
    speakers = [one.speaker for one in alternatives]
    proposals = list(dict.fromkeys(one.proposal for one in alternatives))
    named = [
        bool(gold and speaker and any(is_same(speaker.name, name) for name in gold.names))
        for speaker in speakers
    ]
    text = reading.document.text
    right = [
        is_named or (gold is not None and _is_mention(text, one.proposal.mention, gold))
        for one, is_named in zip(alternatives, named, strict=True)
    ]
    # Of the people that a pronoun may be, those of the right name; the likeliest where no name is known.
    first: set[Span] = set()
    for at, one in enumerate(alternatives):
        if right[at] and not named[at] and one.speaker and one.speaker.how is How.PRONOUN:
            right[at] = one.proposal.mention not in first and not (gold and gold.names)
        first.add(one.proposal.mention)
    is_told = gold is not None and bool(gold.mentions or gold.names)
    before = previous.speaker if previous else None
    features = [evidence.of(quotation, one, previous, proposals) for one in alternatives]
    return SpeakerExample(
        article=reading.sample.article.id,
        features=[*features, evidence.of_nobody(quotation, proposals, previous)],
        right=[*right, not is_told],
        names=[speaker.name if speaker else None for speaker in speakers],
        names_right=named,
        together=together(alternatives, features),
        confidence=[
            confidence_features(reading.entities, speaker, before, found) if speaker else None
            for speaker, found in zip(speakers, features, strict=True)
        ],
        is_told=is_told,
        names_known=gold is not None and bool(gold.names),
        is_annotated=gold is not None,
    )


def _gold(sample: Sample) -> Iterator[_Gold]:
    if sample.gold.quotations is not None:
        for one in sample.gold.quotations:
            yield _Gold(one.parts, [one.mention] if one.mention and one.names else [], one.names)
        return
    for attribution in sample.gold.attributions or ():
        yield _Gold(attribution.content, attribution.source, ())


def _gold_of(known: Sequence[_Gold], words: Span) -> _Gold | None:
    """Return whose words a quotation is: the gold that covers most of it, at least half."""

    def covered(one: _Gold) -> int:
        return sum(max(0, min(end, words.end) - max(start, words.start)) for start, end in one.words)

    def length(one: _Gold) -> int:
        return sum(end - start for start, end in one.words)

    # Of an attribution inside another's content the inner one says whose words they are.
    best = max(known, key=lambda one: (covered(one), -length(one)), default=None)
    return best if best and covered(best) >= _COVERED * len(words) else None


def _is_mention(text: str, mention: Span, gold: _Gold) -> bool:
    if any(mention.overlaps(Span(*span)) for span in gold.mentions):
        return True
    if gold.names or not gold.mentions:
        return False
    marked, proposed = _last_word(text[slice(*gold.mentions[-1])]), _last_word(mention.of(text))
    return marked == proposed and marked not in PRONOUNS | {"who", ""}


def _last_word(words: str) -> str:
    found = _WORD.findall(words.lower())
    return found[-1] if found else ""
