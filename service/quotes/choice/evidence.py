"""What speaks for and against a proposed speaker, as numbers: the features that ``scoring`` weighs."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import log, log1p

from service.domain import Span
from service.people.entity_index import EntityIndex
from service.people.referent import How, Referent
from service.quotes.candidates import MarkedWords
from service.quotes.choice.proposals import CARRIED, TAG, TAG_BEFORE, Proposal, ReportedBeside
from service.quotes.patterns.reader import Attribution, AttributionReader
from service.text.en import lexicon
from service.text.en.grammar import BE, BLANK
from service.text.words import count_words

_FARTHEST_SENTENCES = 4
_CUE_CHARS = 24
_LEAST_SHARE = 0.01
_POSSESSIVE = ("’s", "'s", "s’", "s'")
_STOPS = re.compile(r"[.;:\n]")
_OPEN_END = re.compile(r"[,;—–-]\s*$")
_NEW_CLAUSE = re.compile(r"(?:,|;)[ \u00a0](?:while|whereas|but|although|though|as|when|and|so|because)\b")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The attribution that was chosen for a quotation, whom it names, and how surely."""

    attribution: Attribution
    speaker: Referent | None
    probability: float
    """That the mention attributes the quotation."""
    confidence: float
    """That the speaker is right: the mention, and whom it means."""
    by: frozenset[str]
    follows: bool  # the mention stands after the quotation

    @property
    def is_carried(self) -> bool:
        """Whether nothing but the quotation before proposes it, and its source."""
        return CARRIED in self.by and self.by <= {CARRIED, TAG_BEFORE}


@dataclass(frozen=True, slots=True)
class Alternative:
    """A proposal, and whom its mention may name; None if that is unclear."""

    proposal: Proposal
    speaker: Referent | None


@dataclass(frozen=True)
class Evidence:
    """Reads the features of proposals off one article."""

    text: str
    sentence_starts: Sequence[int]
    entities: EntityIndex
    reader: AttributionReader
    beside: ReportedBeside
    _speakers: dict[Span, tuple[Referent, ...]] = field(default_factory=dict)

    def alternatives(self, proposals: Sequence[Proposal]) -> list[Alternative]:
        """Return the proposals with whom each may name; a pronoun may be several people."""
        return [
            Alternative(one, speaker) for one in proposals for speaker in self._named(one.mention) or (None,)
        ]

    def _named(self, mention: Span) -> tuple[Referent, ...]:
        """Return whom a mention may name, looked up once."""
        if mention not in self._speakers:
            self._speakers[mention] = self.entities.alternatives(mention)
        return self._speakers[mention]

    def of_nobody(
        self, quotation: MarkedWords, proposals: Sequence[Proposal], previous: Chosen | None
    ) -> dict[str, float]:
        """Return the features of the choice that the text tells no speaker."""
        told = max((self.beside.tags.source_probability(one.mention) for one in proposals), default=0.0)
        return {
            "nobody": 1.0,
            "nobody_blind": float(not len(self.beside.tags.words)),
            "nobody_told": told,
            "nobody_cue": float(any(one.cue for one in proposals)),
            **{f"nobody_{name}": value for name, value in self._shape(quotation, previous)},
        }

    def of(
        self,
        quotation: MarkedWords,
        alternative: Alternative,
        previous: Chosen | None,
        rivals: Sequence[Proposal],
    ) -> dict[str, float]:
        """Return the features of an alternative among its ``rivals``."""
        proposal, speaker = alternative.proposal, alternative.speaker
        text, mention, cue = self.reader.text, proposal.mention, proposal.cue
        outer = quotation.outer
        is_after = mention.start >= outer.end
        gap = text[outer.end : mention.start] if is_after else text[mention.end : outer.start]
        sentences = self._sentences_between(mention, outer)
        about = self.beside.about(quotation.words)
        linked = about.source if about else None
        features = {f"by_{name}": 1.0 for name in proposal.by}
        features |= {
            "support": float(len(proposal.by - {CARRIED})),
            "after": float(is_after),
            "sentences": float(min(sentences, _FARTHEST_SENTENCES)),
            "same_sentence": float(sentences == 0),
            "new_line": float("\n" in gap),
            "log_gap": log1p(len(gap)),
            "quoted_between": float(BLANK in gap),
            "names_between": float(
                min(len(self.entities.mentions_within(Span(*_ordered(outer, mention)))), 4)
            )
            if gap
            else 0.0,
            "source_probability": self.beside.tags.source_probability(mention),
            "cue_probability": self.beside.tags.cue_probability(cue),
            "has_cue": float(cue is not None),
            "cue_gap": log1p(_between(cue, outer)) if cue else 0.0,
            "passed_over": float(_is_passed_over(proposal, rivals)),
            "new_clause": float(bool(cue and _NEW_CLAUSE.search(text, mention.end, cue.start))),
            "passive_cue": float(bool(cue and mention.end <= cue.start and self._is_passive(cue))),
            "linked": about.probability if about and linked and linked.overlaps(mention) else 0.0,
            "other_linked": about.probability if about and linked and not linked.overlaps(mention) else 0.0,
            "same_cue": float(bool(about and about.cue and cue and about.cue.overlaps(cue))),
            "governed": float(self.reader.phrases.is_governed(mention, max(0, mention.start - 60))),
            "possessive": float(text[mention.end : mention.end + 2] in _POSSESSIVE),
            "verb_after": float(self._has_cue(mention.end, mention.end + _CUE_CHARS)),
            "verb_before": float(self._has_cue(max(0, mention.start - _CUE_CHARS), mention.start)),
            "log_words": log1p(count_words(mention.of(text))),
        }
        features |= {
            f"rival_{name}": 1.0
            for one in rivals
            if one is not proposal and not one.mention.overlaps(mention)
            for name in one.by
        }
        features |= dict(self._kind(mention, speaker))
        if previous:
            same_speaker = bool(speaker and previous.speaker and speaker.name == previous.speaker.name)
            features["previous_speaker"] = float(same_speaker)
            features["previous_mention"] = float(mention.overlaps(previous.attribution.mention))
            features["previous_sure"] = previous.probability * same_speaker
            if speaker and speaker.how is How.PRONOUN:
                features["pronoun_previous"] = float(same_speaker)
        reporting = self._reporting_before(quotation)
        if speaker and reporting:
            same = float(speaker.name == reporting.name)
            features["reporting_before"] = same
            if speaker.how is How.PRONOUN:
                features["pronoun_reporting_before"] = same
        if speaker and speaker.how is How.PRONOUN:
            features["pronoun_share"] = log(max(speaker.share, _LEAST_SHARE))
        features["carried_over_closed"] = float(
            CARRIED in proposal.by and bool(features["new_line"]) and not quotation.run.continues
        )
        carried = CARRIED in proposal.by
        for name, value in self._shape(quotation, previous):
            if value and carried:
                features[f"carried_{name}"] = value
            if value and TAG not in proposal.by:
                features[f"untagged_{name}"] = value
            if value and is_after:
                features[f"after_{name}"] = value
            if value and sentences and not is_after:
                features[f"far_{name}"] = value
        return features

    def _reporting_before(self, quotation: MarkedWords) -> Referent | None:
        """Return who is reported to have spoken last, earlier in the quotation's paragraph."""
        paragraph = self.text.rfind("\n", 0, quotation.outer.start) + 1
        reported = self.beside.before(min(quotation.sentence_start, quotation.outer.start), paragraph)
        named = self._named(reported[0].source) if reported and reported[0].source else ()
        return named[0] if named else None

    def _shape(self, quotation: MarkedWords, previous: Chosen | None) -> Iterator[tuple[str, float]]:
        """Yield how the quotation stands in the text."""
        text, outer, words = self.text, quotation.outer, quotation.words
        lead = self.reader.text[quotation.sentence_start : outer.start].rstrip()
        follow = self.reader.text[outer.end : outer.end + 3].strip(" \u00a0")
        yield "alone", float(not lead and (not follow or follow[0] == "\n" or follow[0].isupper()))
        yield "colon", float(lead.endswith(":"))
        yield "comma", float(lead.endswith(","))
        yield "fragment", float(text[words.start].islower())
        yield "ends_comma", float(text[words.end - 1] == "," or follow[:1] == ",")
        yield "ends_sentence", float(text[words.end - 1] in ".!?" or follow[:1] == ".")
        yield "goes_on", float(follow[:1].islower())
        yield (
            "opens_paragraph",
            float(not lead and (outer.start == 0 or self.text[outer.start - 1] in "\n\r")),
        )
        yield "few_words", float(count_words(words.of(text)) <= 4)
        yield "continues", float(quotation.run.continues)
        yield "followed", float(self._is_followed(quotation))
        if previous:
            gap = self.reader.text[previous.attribution.mention.end : outer.start]
            after = gap[gap.rfind(BLANK) + 1 :]
            yield "same_paragraph", float("\n" not in gap)
            yield "next_paragraph", float(gap.count("\n") in (1, 2))
            yield "only_marks_between", float(not after.strip())
            yield "same_breath", float(bool(previous.follows and _OPEN_END.search(gap)))
            yield "near", float(len(gap) < 250)
            yield "words_between", float(any(map(str.isalpha, after)))

    def _is_followed(self, quotation: MarkedWords) -> bool:
        """Return whether another quotation comes next, with nothing but white space between."""
        end, following = quotation.outer.end, quotation.next_start
        return following < len(self.text) and following < end + 8 and not self.text[end:following].strip()

    def _kind(self, mention: Span, speaker: Referent | None) -> Iterator[tuple[str, float]]:
        """Yield what sort of mention it is."""
        words = mention.of(self.text)
        lowered = words.lower()
        if lowered in lexicon.MALE_PRONOUNS | lexicon.FEMALE_PRONOUNS:
            yield "gendered", 1.0
        elif lowered in ("they", "it"):
            yield "neuter", 1.0
        elif lowered in lexicon.FIRST_PERSON:
            yield "first_person", 1.0
        elif lowered in ("who", "which", "that") and not words.isupper():
            yield "relative", 1.0
        else:
            is_person = self.entities.mentions.is_person(mention)
            named = self.entities.mentions_within(mention)
            yield "person", float(is_person is True)
            yield "body", float(is_person is False)
            yield "names_inside", float(min(len(named), 3))
            yield "definite", float(lowered.startswith("the "))
            yield "indefinite", float(lowered.startswith(("a ", "an ", "one ", "another ")))
            last = lowered.split()[-1] if lowered.split() else ""
            yield "thing", float(last in lexicon.SPEAKING_THINGS)
            yield "role", float(bool({last, last.removesuffix("s")} & lexicon.ROLE_NOUNS))
            yield "starts_lower", float(words[:1].islower())
            yield "comma_inside", float("," in words)
        if speaker is None:
            yield "unresolved", 1.0
        else:
            yield "prominence", log1p(self.entities.prominence(speaker.name))

    def _has_cue(self, start: int, end: int) -> bool:
        words = self.reader.text[start:end]
        return not _STOPS.search(words) and self.reader.phrases.has_cue(start, end)

    def _is_passive(self, cue: Span) -> bool:
        """Return whether the cue says what was done to its subject: "was told", "is accused"."""
        words = cue.of(self.text).lower().split()
        before = self.reader.text[max(0, cue.start - 12) : cue.start].lower().split()
        return (words[0] in BE or (bool(before) and before[-1] in BE)) and not words[-1].endswith("ing")

    def _sentences_between(self, mention: Span, outer: Span) -> int:
        first, last = sorted((mention.start, outer.start if mention.start < outer.start else outer.end - 1))
        return bisect(self.sentence_starts, last) - bisect(self.sentence_starts, first)


def _is_passed_over(proposal: Proposal, rivals: Sequence[Proposal]) -> bool:
    """Return whether another mention, proposed with the same cue, stands between the mention and the cue."""
    cue, mention = proposal.cue, proposal.mention
    return cue is not None and any(
        one.cue is not None
        and one.cue.overlaps(cue)
        and mention.end <= one.mention.start
        and one.mention.end <= cue.start
        for one in rivals
    )


def _between(one: Span, other: Span) -> int:
    """Return the number of characters between two spans."""
    return max(0, other.start - one.end, one.start - other.end)


def _ordered(one: Span, other: Span) -> tuple[int, int]:
    """Return the limits of what stands between two spans."""
    first, last = sorted((one, other))
    return first.end, max(last.start, first.end + 1)
