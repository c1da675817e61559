"""Turns of transcripts, interviews and questions and answers: who speaks in which paragraphs.

A turn's words are verbatim, in quotation marks or without. ``labels`` finds where turns begin, ``interview``
says who "Q" and "A" are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from service.domain import Span, overlaps_any
from service.people.entity_index import EntityIndex
from service.people.referent import How, Referent
from service.quotes.transcripts.interview import Interview, read_introduction
from service.quotes.transcripts.labels import (
    LABEL,
    LabelKind,
    LabelledLine,
    asks,
    is_of_oneself,
    is_to_somebody,
    question_after_label,
    read_labels,
)
from service.text.document import Document
from service.text.en.grammar import CAPITAL, find_cues
from service.text.en.lexicon import NAME_PARTICLES
from service.text.marks import DOUBLE_OPENING, ENGLISH_CLOSING

_ASIDE = re.compile(r"\W*(?:\([^()\n]*\)|\[[^\[\]\n]*\])?\W*")  # (LAUGHTER), or a line of dots
_MARK = re.compile(f"[{DOUBLE_OPENING}]")
_END = re.compile(rf"[.!?…—–:-][{ENGLISH_CLOSING})]*\s*$")
# Ana Lima *do Vale*: a surname that goes on past a word which isn't known to stand in names.
_MORE_NAME = re.compile(rf"[ \u00a0](?:[a-z]{{1,3}}[ \u00a0])({CAPITAL}\w+)")
# What stands further apart isn't one conversation.
_MOST_PARAGRAPHS_BETWEEN = 12
_LONGEST_QUESTION_CHARS = 400
_MOST = 0.5
_FEWEST_UNLABELLED = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says at a stretch: a part for each paragraph, the label left out.

    ``label`` is None for a question or an answer that has none. ``asks`` says that the speaker puts the
    questions.
    """

    label: Span | None
    parts: tuple[Span, ...]
    speaker: Referent | None
    asks: bool

    @property
    def region(self) -> Span:
        """The stretch from the label to the last word."""
        return Span((self.label or self.parts[0]).start, self.parts[-1].end)


def read_transcript(document: Document, entities: EntityIndex) -> tuple[Turn, ...]:
    """Return the turns of a document in text order; none where it isn't laid out in turns."""
    lines, paragraphs = read_labels(document, entities)
    script = _Script(document, paragraphs, entities)
    return tuple(_Conversation(script, lines).turns() if lines else _unlabelled(script))


@dataclass(frozen=True, slots=True)
class _Script:
    """The paragraphs that turns are read from, parted before labels, and who is named in them."""

    document: Document
    paragraphs: Sequence[Span]
    entities: EntityIndex

    @property
    def text(self) -> str:
        """The article's text."""
        return self.document.text

    def is_between_turns(self, span: Span) -> bool:
        """Return whether a paragraph is nobody's and ends no turn: furniture, "(LAUGHTER)", dots."""
        return overlaps_any(span, self.document.article.furniture) or bool(
            _ASIDE.fullmatch(self.text, span.start, span.end)
        )

    def tells_of(self, span: Span, names: set[str]) -> bool:
        """Return whether a paragraph says of one of the speakers that they said something: it is no turn."""
        for mention in self.entities.mentions_within(span):
            speaker = self.entities.resolve(mention)
            near = max(span.start, mention.start - 12), min(span.end, mention.end + 14)
            if speaker and speaker.name in names and any(find_cues(self.text, *near)):
                return True
        return False

    def introduction(self, first: int, *, is_personal: bool) -> Interview:
        """Read who is interviewed out of the paragraphs before ``first``."""
        if first == 0:
            return Interview()
        region = Span(self.paragraphs[0].start, self.paragraphs[first - 1].end)
        return read_introduction(self.document, region, self.entities, is_personal=is_personal)


class _Conversation:
    """The turns of labelled lines, and who speaks in them."""

    def __init__(self, script: _Script, lines: Sequence[LabelledLine]) -> None:
        self._script, self._lines = script, lines
        self._by_letter = any(line.kind in (LabelKind.QUESTION, LabelKind.ANSWER) for line in lines)
        answers = [line.content for line in lines if line.kind is LabelKind.ANSWER and line.content]
        of_oneself = sum(is_of_oneself(script.text, content) for content in answers)
        self._interview = (
            script.introduction(lines[0].paragraph, is_personal=0 < len(answers) <= 2 * of_oneself)
            if self._by_letter
            else Interview()
        )
        fullest: dict[str, LabelledLine] = {}
        for line in lines:
            if line.key not in fullest or len(line.head) > len(fullest[line.key].head):
                fullest[line.key] = line
        self._speakers = {key: self._speaker(line) for key, line in fullest.items()}
        self._names = {speaker.name for speaker in self._speakers.values() if speaker}
        self._askers = _askers(script.text, script.paragraphs, lines)

    def turns(self) -> Iterator[Turn]:
        """Yield them in text order."""
        for line, following in pairwise([*self._lines, None]):
            if line is None:
                continue
            parts, question = self._said(line, following)
            speaker = self._speakers[line.key]
            if parts:
                by = replace(speaker, mention=line.label) if speaker else None
                yield Turn(line.label, tuple(parts), by, asks=line.key in self._askers)
            if question:
                yield self._asked(question)

    def _said(self, line: LabelledLine, following: LabelledLine | None) -> tuple[list[Span], Span | None]:
        """Return the parts of a turn, and the question without a label that follows it."""
        parts = [line.content] if line.content else []
        first = line.paragraph + 1
        between = self._script.paragraphs[first : following.paragraph if following else first + (not parts)]
        is_far = len(between) > _MOST_PARAGRAPHS_BETWEEN and not self._by_letter
        last = between[-1] if between else None
        for span in between[: len(between) if not is_far else 1]:
            if self._script.is_between_turns(span):
                continue
            is_question = span is last and following and asks(self._script.text, span)
            if parts and is_question and line.key not in self._askers:
                return parts, None if self._askers else span
            if parts and (is_far or not self._goes_on(span)):
                break
            parts.append(span)
        return parts, None

    def _asked(self, span: Span) -> Turn:
        """Return a question's turn: it has no label, or one that doesn't recur, such as "Post: Why?"."""
        found = LABEL.match(self._script.text, span.start, min(span.end, span.start + 40))
        if not found or found.end() == span.end:
            return Turn(None, (span,), None, asks=True)
        label = Span(*found.span("label"))
        named = self._script.entities.mentions_within(label)
        speaker = self._script.entities.resolve(label) if named and named[-1] == label else None
        return Turn(label, (Span(found.end(), span.end),), speaker, asks=True)

    def _goes_on(self, span: Span) -> bool:
        """Return whether a paragraph without a label is more of the turn before it, not the reporter's."""
        text = self._script.text
        if _MARK.match(text, span.start) or LABEL.match(text, span.start, min(span.end, span.start + 40)):
            return False
        if not _END.search(text, max(span.start, span.end - 6), span.end):
            return False  # a heading
        addressed = self._by_letter or is_to_somebody(text, span)
        return addressed and not self._script.tells_of(span, self._names)

    def _speaker(self, line: LabelledLine) -> Referent | None:
        entities = self._script.entities
        if line.kind in (LabelKind.QUESTION, LabelKind.ANSWER):
            mention = (
                self._interview.interviewer
                if line.kind is LabelKind.QUESTION
                else self._interview.interviewee
            )
            return entities.resolve(mention) if mention else None
        if line.kind is LabelKind.VOICE:
            return Referent(" ".join(line.label.of(self._script.text).split()), None, line.label, How.WORDS)
        if line.kind is LabelKind.INITIALS:
            return self._initialled(line.key)
        return entities.resolve(line.head) if line.kind in (LabelKind.NAME, LabelKind.CAPITALS) else None

    def _initialled(self, initials: str) -> Referent | None:
        """Return whose initials they are: of those named before the first turn if one fits, else of all."""
        for named in self._named_by_initials:
            if initials in named:
                fitting = named[initials]
                return next(iter(fitting.values())) if len(fitting) == 1 else None
        return None

    @cached_property
    def _named_by_initials(self) -> tuple[dict[str, dict[str, Referent]], ...]:
        """The speakers whom initials can mean, by name: those named before the first turn, and everyone."""
        text, entities = self._script.text, self._script.entities
        earlier: dict[str, dict[str, Referent]] = defaultdict(dict)
        everyone: dict[str, dict[str, Referent]] = defaultdict(dict)
        for span in entities.mentions_within(Span(0, len(text))):
            speaker = entities.resolve(span)
            the = text[max(0, span.start - 4) : span.start].lower() == "the "
            if speaker is None:
                continue
            more = _MORE_NAME.match(text, span.end)
            name = f"{speaker.name} {more[1]}" if more else speaker.name
            for initials in _initials(speaker.name, the=the) | _initials(name, the=the):
                for named in (everyone, earlier) if span.end <= self._lines[0].label.start else (everyone,):
                    named[initials].setdefault(speaker.name, speaker)
        return earlier, everyone


def _askers(text: str, paragraphs: Sequence[Span], lines: Sequence[LabelledLine]) -> frozenset[str]:
    """Return the keys of those who ask: their label says so, or half of their turns end in a question mark.

    A turn may end in a later paragraph, unless questions without labels follow others' turns as well.
    """
    own: dict[str, list[bool]] = defaultdict(list)
    at_end: dict[str, list[bool]] = defaultdict(list)
    followed: set[str] = set()
    for line, following in pairwise([*lines, None]):
        if line is None:
            continue
        last = following.paragraph - 1 if following else line.paragraph
        own[line.key].append(line.content is not None and asks(text, line.content))
        at_end[line.key].append(asks(text, paragraphs[last]))
        if at_end[line.key][-1] and last > line.paragraph:
            followed.add(line.key)
    shares = {key: _share(at_end[key] if followed == {key} and any(own[key]) else own[key]) for key in own}
    least = min(shares.values())
    by_share = {key for key, share in shares.items() if share >= _MOST and share > least}
    by_label = {line.key for line in lines if line.names_an_asker}
    return frozenset((by_share | by_label) - {LabelKind.ANSWER.value})


def _share(those: Sequence[bool]) -> float:
    return sum(those) / len(those)


def _initials(name: str, *, the: bool) -> set[str]:
    """Return the letters a name is abbreviated by: with and without particles, or those of its ends."""
    words = [part for word in name.split() for part in word.split("-") if part]
    bare = [word for word in words if word.lower() not in NAME_PARTICLES | {"the"}]
    forms = {"".join(word[0] for word in some).upper() for some in (words, bare, [*bare[:1], *bare[-1:]])}
    return forms | ({"T" + form for form in forms} if the else set())


def _unlabelled(script: _Script) -> Iterator[Turn]:
    """Yield questions, each followed by answers without a label, in the first person, after an introduction.

    It has to say who is interviewed: papers ask and answer questions of their own in the same layout.
    """
    text, paragraphs = script.text, script.paragraphs
    questions = {
        number: found
        for number, span in enumerate(paragraphs)
        if 0 < number < len(paragraphs) - 1 and (found := _question(script, span))
    }
    answers = [paragraphs[number + 1] for number in questions if number + 1 not in questions]
    of_oneself = sum(is_of_oneself(text, answer) for answer in answers)
    if len(answers) < _FEWEST_UNLABELLED or of_oneself < _MOST * len(answers):
        return
    interview = script.introduction(min(questions), is_personal=False)
    speaker = script.entities.resolve(interview.interviewee) if interview.interviewee else None
    if speaker is None or any(script.tells_of(span, {speaker.name}) for span in answers):
        return
    asker = script.entities.resolve(interview.interviewer) if interview.interviewer else None
    for number, following in pairwise([*questions, None]):
        if number is None:
            continue
        label, question = questions[number]
        yield Turn(label, (question,), replace(asker, mention=label) if asker and label else None, asks=True)
        between = paragraphs[number + 1 : following if following else number + 2]
        parts = [span for span in between if not script.is_between_turns(span)]
        if parts:
            yield Turn(None, tuple(parts), speaker, asks=False)


def _question(script: _Script, span: Span) -> tuple[Span | None, Span] | None:
    """Return the question that a paragraph is, with its label if it has one."""
    if script.is_between_turns(span):
        return None
    labelled = question_after_label(script.text, span)
    if labelled or len(span) > _LONGEST_QUESTION_CHARS or _MARK.search(script.text, span.start, span.end):
        return labelled
    return (None, span) if asks(script.text, span) else None
