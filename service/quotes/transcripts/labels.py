"""Labels at the start of paragraphs that say who speaks: "Q: …", "MODERATOR: …", "SB: …", "Irene Falk: …".

An article is laid out in turns if it has several, recurring or in capitals, with words in the first and
second person. A headline with a colon is none, nor is a list of prices, scores, fixtures or facts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from service.domain import Span, overlaps_any
from service.people.entity_index import EntityIndex
from service.text.document import Document
from service.text.en import lexicon
from service.text.en.grammar import find_cues
from service.text.en.word_lists import load_words
from service.text.marks import ENGLISH_CLOSING, ENGLISH_DOUBLE, OPENING

_SPACE = r"[ \u00a0]"
_OPENING = f"[{OPENING}]?"
LABEL = re.compile(
    rf"{_OPENING}{_SPACE}?(?P<label>[^\W\d_][^:\n?!{ENGLISH_DOUBLE}]{{0,59}}?){_SPACE}?:(?![\w/])\s*"
)
_Q_OR_A = re.compile(
    rf"{_OPENING}{_SPACE}?(?P<label>(?i:question|answer)|Q|A)(?:{_SPACE}?\d{{1,2}})?"
    rf"(?:{_SPACE}?[:.)]|{_SPACE}[—–-]|$)(?![\w/])\s*"
)
# A label whose colon got lost on the way: "QThere is no shortage".
_GLUED_Q = re.compile(r"(?P<label>Q)(?=[A-Z][a-z’']*\b)")
_INITIALS = re.compile(r"(?:[A-Z]\.?){2,4}")
_NOTE = re.compile(rf"{_SPACE}*[,(\[].*")
_SMALL_PREFIX = re.compile(r"\bMa?c(?=[A-Z])")  # McCAIN

# A label amid a paragraph, where a line break got lost: "… in May. Q: And then?"
_AMID = re.compile(
    rf"(?<=[.?!…{ENGLISH_CLOSING})\]:])(?<![A-Z]\.){_SPACE}?(?=(?:Q|A|Question|Answer)[.:]{_SPACE}"
    rf"|(?:[A-Z][\w.’'-]{{0,20}}{_SPACE}){{0,2}}[A-Z][\w.’'-]{{0,20}}:{_SPACE})"
)

# Who speaks without a name: descriptions that label turns. Nouns of other roles only in capitals.
_ASKERS = frozenset("moderator host interviewer reporter questioner presenter anchor journalist".split())
_VOICES = _ASKERS | frozenset(
    "caller voice announcer narrator operator speaker crowd audience panelist panellist".split()
)
_UNNAMED = frozenset("the a an unidentified unknown audience second first male female man woman".split())
# Labels of recordings, of the reporter's own paragraphs and of listings.
_PLAYED = frozenset("begin end video clip audio tape videotape recording".split())
_HEADINGS = load_words("headings_with_colon")
_TO_SOMEBODY = re.compile(
    rf"\b(?:[Yy]ou(?:rs?)?|I|[Mm]e|[Mm]y|[Ww]e|[Oo]ur|[Uu]s)\b|\?[{ENGLISH_CLOSING}]?\s*$"
)
_OF_ONESELF = re.compile(r"\b(?:I|[Mm]e|[Mm]y)\b")
_QUESTION_END = re.compile(rf"\?[{ENGLISH_CLOSING})]?\s*$")
_STOP = re.compile(rf"[.!?…—–-][{ENGLISH_CLOSING})\]]*\s*$")
_LONGEST_NAME_LEAD_CHARS = 30
_LONGEST_CAPITALS_WORDS = 4
_MOST = 0.5


class LabelKind(Enum):
    """What a label consists of."""

    QUESTION = "Q"
    ANSWER = "A"
    NAME = "a name that the article gives in full"
    INITIALS = "the initials of a name"
    VOICE = "a description"
    PLAYED = "a recording"
    CAPITALS = "any other words in capitals"


@dataclass(frozen=True, slots=True)
class LabelledLine:
    """A paragraph that begins with a label. ``key`` is the same for all labels of one speaker.

    ``head`` is the label without what follows a comma or stands in brackets. A label on a line of its own
    has no ``content``.
    """

    paragraph: int
    label: Span
    head: Span
    content: Span | None
    kind: LabelKind
    key: str
    in_capitals: bool

    @property
    def names_an_asker(self) -> bool:
        """Return whether the label by itself says that who it stands for asks."""
        return self.kind is LabelKind.QUESTION or (
            self.kind is LabelKind.VOICE and not _ASKERS.isdisjoint(self.key.split())
        )


def read_labels(
    document: Document, entities: EntityIndex
) -> tuple[tuple[LabelledLine, ...], tuple[Span, ...]]:
    """Return the labelled lines of a conversation, in order, and the paragraphs, parted before labels.

    No lines where there is no conversation.
    """
    pieces = [piece for span in document.paragraphs for piece in _parted(document.text, span)]
    lines = _conversation(document, pieces, entities)
    begins = {span.start for span in document.paragraphs} | {pieces[line.paragraph].start for line in lines}
    joined: list[Span] = []
    places: list[int] = []  # of the pieces among what is joined
    for piece in pieces:
        if piece.start in begins:
            joined.append(piece)
        else:
            joined[-1] = Span(joined[-1].start, piece.end)
        places.append(len(joined) - 1)
    return tuple(_moved(line, places, joined) for line in lines), tuple(joined)


def _moved(line: LabelledLine, places: Sequence[int], paragraphs: Sequence[Span]) -> LabelledLine:
    """Return a line of a piece as one of the paragraph that the piece has become part of."""
    place = places[line.paragraph]
    content = Span(line.content.start, paragraphs[place].end) if line.content else None
    return replace(line, paragraph=place, content=content)


def _parted(text: str, span: Span) -> Iterator[Span]:
    """Yield the pieces of a paragraph, parted before what may be labels amid it."""
    start = span.start
    for found in _AMID.finditer(text, span.start, span.end):
        if start < found.start() and found.end() < span.end:
            yield Span(start, found.start())
            start = found.end()
    yield Span(start, span.end)


def _conversation(
    document: Document, paragraphs: Sequence[Span], entities: EntityIndex
) -> tuple[LabelledLine, ...]:
    """Return the labelled ``paragraphs`` of a conversation: questions and answers, or turns by name."""
    text, furniture = document.text, document.article.furniture
    lines = [
        line
        for number, span in enumerate(paragraphs)
        if not overlaps_any(span, furniture) and (line := _line(text, number, span, entities))
    ]
    if lines and lines[0].paragraph == 0 and (len(lines) < 2 or lines[1].paragraph > 1):
        lines = lines[1:]  # a headline: "Moss: We Will Win"
    answers = [line for line in lines if line.kind is LabelKind.ANSWER]
    questions = [line for line in lines if line.kind is LabelKind.QUESTION]
    if answers and (questions or _follow_questions(text, paragraphs, answers)):
        letters = [line for line in lines if line.kind in (LabelKind.QUESTION, LabelKind.ANSWER)]
        return tuple(letters) if _is_personal(text, letters) else ()
    rest = [line for line in lines if line.kind is not LabelKind.ANSWER]
    in_capitals = [line for line in rest if line.in_capitals]
    for group in (in_capitals, [line for line in rest if not line.in_capitals]):
        if _is_conversation(text, paragraphs, group):
            return tuple(group)
    return ()


def asks(text: str, span: Span) -> bool:
    """Return whether the words end in a question mark."""
    return _QUESTION_END.search(text, max(span.start, span.end - 6), span.end) is not None


def question_after_label(text: str, span: Span) -> tuple[Span, Span] | None:
    """Return the label and the question of "Q: Why?". None for what has no such label."""
    found = _Q_OR_A.match(text, span.start, span.end)
    if not found or found["label"][0] not in "Qq" or found.end() == span.end:
        return None
    return Span(*found.span("label")), Span(found.end(), span.end)


def is_to_somebody(text: str, span: Span) -> bool:
    """Return whether words address somebody, or are of those who speak them."""
    return _TO_SOMEBODY.search(text, span.start, span.end) is not None


def is_of_oneself(text: str, span: Span) -> bool:
    """Return whether "I", "me" or "my" stands in the words."""
    return _OF_ONESELF.search(text, span.start, span.end) is not None


def _line(text: str, number: int, span: Span, entities: EntityIndex) -> LabelledLine | None:
    """Return the labelled line that paragraph ``number`` is, if it has a label."""
    found = _Q_OR_A.match(text, span.start, span.end) or _GLUED_Q.match(text, span.start, span.end)
    if found:
        label = head = Span(*found.span("label"))
        kind = LabelKind.QUESTION if label.of(text)[0] in "Qq" else LabelKind.ANSWER
        known: tuple[LabelKind, str] | None = (kind, kind.value)
    else:
        found = LABEL.match(text, span.start, span.end)
        if not found:
            return None
        label = Span(*found.span("label"))
        length = len(_NOTE.sub("", label.of(text)))
        head = Span(label.start, label.start + length) if length else label
        known = _kind_of(text, head, entities)
    if not known:
        return None
    content = Span(found.end(), span.end) if found.end() < span.end else None
    return LabelledLine(number, label, head, content, *known, _is_in_capitals(head.of(text)))


def _is_in_capitals(words: str) -> bool:
    return _SMALL_PREFIX.sub("M", words).isupper()


def _kind_of(text: str, head: Span, entities: EntityIndex) -> tuple[LabelKind, str] | None:
    """Return the kind of a label and the key of whom it stands for; None if its words label no turn."""
    words = [word.strip(".").lower() for word in head.of(text).split()]
    in_capitals = _is_in_capitals(head.of(text))
    if _HEADINGS.intersection(words):
        return None
    if _PLAYED.issuperset(words):
        return (LabelKind.PLAYED, "") if in_capitals else None
    if _is_voice(words, in_capitals=in_capitals):
        return LabelKind.VOICE, " ".join(words)
    name = _full_name(text, head, entities)
    if name:
        return LabelKind.NAME, name.lower()
    if _INITIALS.fullmatch(head.of(text)):
        return LabelKind.INITIALS, head.of(text).replace(".", "")
    return (LabelKind.CAPITALS, words[-1]) if in_capitals and len(words) <= _LONGEST_CAPITALS_WORDS else None


def _is_voice(words: Sequence[str], *, in_capitals: bool) -> bool:
    """Return whether a label describes: "MODERATOR", "Unidentified woman", "THE WITNESS", "Reporter 2"."""
    *lead, noun = [word for word in words if not word.isdigit()] or [""]
    is_noun = noun in _VOICES or (lead and noun in _UNNAMED)
    return _UNNAMED.issuperset(lead) and bool(
        is_noun or (in_capitals and noun in lexicon.ROLE_NOUNS | {"court"})
    )


def _full_name(text: str, head: Span, entities: EntityIndex) -> str | None:
    """Return the name of two words or more that a label gives, or of which it gives a part."""
    named = entities.mentions_within(head)
    if not named or named[-1].end != head.end or named[-1].start > head.start + _LONGEST_NAME_LEAD_CHARS:
        return None
    speaker = entities.resolve(named[-1])
    if speaker is None or " " not in speaker.name or any(find_cues(text, head.start, head.end)):
        return None
    words = {word.lower() for word in speaker.name.split()}
    is_thing = words & lexicon.ORGANISATION_WORDS or speaker.name.lower() in lexicon.PLACES
    return None if is_thing else speaker.name


def _follow_questions(text: str, paragraphs: Sequence[Span], lines: Sequence[LabelledLine]) -> bool:
    """Return whether at least two lines, and most of them, follow a paragraph that asks."""
    asked = sum(line.paragraph > 0 and asks(text, paragraphs[line.paragraph - 1]) for line in lines)
    return asked >= max(2, _MOST * len(lines))


def _is_personal(text: str, lines: Sequence[LabelledLine]) -> bool:
    """Return whether somebody is interviewed: a paper may ask itself "Q: What is the euro? A: …"."""
    answers = [line.content for line in lines if line.kind is LabelKind.ANSWER and line.content]
    return _speak(text, lines) and any(is_of_oneself(text, content) for content in answers)


def _is_conversation(text: str, paragraphs: Sequence[Span], lines: Sequence[LabelledLine]) -> bool:
    """Return whether lines are turns, by number, recurrence and who is addressed.

    Lists whose items begin with a name are none.
    """
    if len(lines) < 2 or not _speak(text, lines):
        return False
    counts = Counter(line.key for line in lines)
    known = sum(line.kind is not LabelKind.CAPITALS for line in lines)
    if len(counts) == 1:  # the questions have no labels
        return known > 0 and _follow_questions(text, paragraphs, lines)
    if len(lines) == 2:
        first, second = lines
        is_asked = first.content is not None and asks(text, first.content)
        return known == 2 and is_asked and second.paragraph == first.paragraph + 1
    recurring = sum(count > 1 for count in counts.values())
    return recurring > (0 if known else 1) or (known > 0 and all(line.in_capitals for line in lines))


def _speak(text: str, lines: Sequence[LabelledLine]) -> bool:
    """Return whether most lines are sentences to or of somebody present. Headlines end in no stop."""
    contents = [line.content for line in lines if line.content]
    found = sum(
        is_to_somebody(text, one) and _STOP.search(text, max(one.start, one.end - 6), one.end) is not None
        for one in contents
    )
    return found >= _MOST * max(1, len(contents))
