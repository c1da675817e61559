"""Who asks and who answers in an interview, as far as its introduction says so.

"Our reporter Sam Brill spoke with the economist Gita Rao"; "She answered The Inkhorn's questions". Patterns
are matched on a copy of the introduction with names masked, so that they need no grammar of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain import Span
from service.people.entity_index import EntityIndex
from service.text.document import Document
from service.text.en import lexicon
from service.text.en.word_lists import load_words, one_of

_NAME = "\ue000"
# Of a long introduction, what leads over to the interview stands at its end.
_REACH_CHARS = 3000
_REACH_NAMES = 200

_M = rf"{_NAME}+"
_NAMES = re.compile(_M)
_SPACE = r"[ \u00a0]"
# "the", "economist and author", "our reporter": what stands before a name and belongs to it.
_ROLE = rf"(?:(?!{one_of(load_words('never_in_role'))}\b)[\w’'-]+,?{_SPACE}){{0,5}}?"
_SUBJECT = (
    rf"(?:(?P<subject>{_M}|\b(?:[Hh]e|[Ss]he|We|we|I)\b|\b[Oo]ur{_SPACE}(?:\w+{_SPACE}){{0,2}}\w+)"
    rf"(?:{_SPACE}of{_SPACE}(?:the{_SPACE})?{_M})?)"
)
_ASIDE = r"(?:,[^.;:?!\n]{1,160}?,|\([^()\n]{1,40}\))?"
_AUXILIARY = rf"(?:{_SPACE}(?:has|have|had|recently|also|then|will|is|was|\w+ly))?"
_OBJECT = rf"(?P<object>(?:(?:[Tt]he{_SPACE})?{_M}[’']s?{_SPACE})?{_ROLE}{_M}|us\b|me\b|our\b[\w ]{{1,30}})"

# Two who speak with each other: which of them asks is decided by what they are.
_BOTH = re.compile(
    rf"{_SUBJECT}{_ASIDE}{_AUXILIARY}{_SPACE}"
    r"(?:speaks?|spoken?|speaking|talk(?:s|ed|ing)?|chat(?:s|ted|ting)?|s[ia]ts?|sitting|caught|catch(?:es)?)"
    rf"(?:{_SPACE}[\w’'-]+){{0,6}}?{_SPACE}(?:to|with){_SPACE}{_OBJECT}"
)
_ASKS = re.compile(
    rf"{_SUBJECT}{_ASIDE}{_AUXILIARY}{_SPACE}(?:interviewed|interviews|questioned|quizzed|quizzes)"
    rf"{_SPACE}{_OBJECT}"
)
_ANSWERS = re.compile(
    rf"{_SUBJECT}{_ASIDE}{_AUXILIARY}{_SPACE}(?:"
    rf"(?:talks?|talked|speaks?|spoke|chats|opens{_SPACE}up|opened{_SPACE}up)"
    rf"(?:{_SPACE}[\w’'-]+){{0,3}}?{_SPACE}(?:about|on)\b|discusses\b|tells{_SPACE}us\b"
    rf"|(?:answers?|answered|answering|takes|took|fields|fielded){_SPACE}"
    rf"(?:(?P<object>(?:[Tt]he{_SPACE})?{_M})[’']s?{_SPACE})?(?:[\w’'-]+{_SPACE}){{0,4}}?questions\b)"
)
# Only a paper, a programme or the like is told something by those it interviews.
_TELLS = re.compile(
    rf"{_SUBJECT}{_ASIDE}{_AUXILIARY}{_SPACE}(?:told|tells){_SPACE}(?P<object>(?:[Tt]he{_SPACE})?{_M})"
)
_WITH = re.compile(
    rf"\b(?i:interview|conversation|chat|q{_SPACE}?(?:&|and){_SPACE}?a|session){_SPACE}with{_SPACE}{_OBJECT}"
)
# "In an interview with The Lantern, Falk …", "Speaking to the Post on Monday, she …".
_IN = re.compile(
    rf"\b(?i:in{_SPACE}(?:an?|the|his|her)(?:{_SPACE}[\w’'-]+){{0,3}}{_SPACE}(?:interview|conversation|chat)"
    rf"|(?:speaking|talking)(?:{_SPACE}\w+){{0,2}}){_SPACE}(?:with|to){_SPACE}{_OBJECT}"
    rf"[^.;:!?\n{_NAME}]{{0,60}},{_SPACE}{_ROLE}(?P<subject>{_M}(?:{_SPACE}{_ROLE}{_M})?|(?:he|she)\b)"
)
_INTERVIEW = re.compile(
    r"\b(?i:interview|excerpt|transcript|conversation|questions|edited|q ?(?:&|and) ?a\b)"
)
_INTERVIEWED_BY = re.compile(rf"(?i:\binterview(?:ed)?{_SPACE}by):?{_SPACE}(?P<object>{_ROLE}{_M})")
_REPORTER_NOUN = re.compile(
    r"\b(?i:our|reporter|correspondent|editor|host|anchor|presenter|journalist|columnist|interviewer)\b"
)
_REPORTER = re.compile(rf"{_REPORTER_NOUN.pattern}[^.;:!?\n{_NAME}]{{0,30}}$")
_EMPLOYED = re.compile(rf"(?P<by>{_M})[’']s?{_SPACE}(?:\w+{_SPACE}){{0,2}}$")  # The Lantern's own Sam Brill
_REPORTER_AFTER = re.compile(
    rf",?{_SPACE}(?:our|of{_SPACE}(?:the{_SPACE})?{_NAME}|an?{_SPACE}reporter|a{_SPACE}correspondent"
    rf"|the{_SPACE}(?:\w+{_SPACE})?(?:host|anchor|presenter))"
)
_AGED = re.compile(rf",{_SPACE}\d\d,|{_SPACE}\(\d\d\)")
_FRONTED = re.compile(rf"\b(?:As|When|While|After|Before|Since|Until){_SPACE}$")
_BYLINE = re.compile(r"(?:^|\n)[ \t]*(?i:by|words|text|from|interview(?:ed)? by):?[ \t]+$")
_US = frozenset("we i us me our".split())


@dataclass(frozen=True, slots=True)
class Interview:
    """The mentions of who answers and of who asks; None where the introduction doesn't say."""

    interviewee: Span | None = None
    interviewer: Span | None = None


class _Introduction:
    """The words before an interview, with its names masked."""

    def __init__(self, document: Document, region: Span, entities: EntityIndex) -> None:
        text = document.text
        self._entities = entities
        self._text = text
        self._start = max(region.start, region.end - _REACH_CHARS)
        self._names = [
            span
            for span in entities.mentions_within(Span(self._start, region.end))[-_REACH_NAMES:]
            if not any(span.overlaps(one) for one in document.article.furniture)
        ]
        pieces, at = [], self._start
        for span in self._names:
            pieces += [text[at : span.start].replace(_NAME, " "), _NAME * len(span)]
            at = span.end
        self.masked = "".join(pieces) + text[at : region.end].replace(_NAME, " ")
        self.speaks_of_interview = _INTERVIEW.search(self.masked) is not None
        self._by_start = {span.start: span for span in self._names}

    def name_of(self, mention: Span) -> str | None:
        """Return the name that the article gives whom ``mention`` means."""
        speaker = self._entities.resolve(mention)
        return speaker.name if speaker else None

    def mention(self, found: re.Match[str], group: str) -> Span | None:
        """Return the name or pronoun in a group of a match. None for "us" and what isn't there."""
        if found[group] is None:
            return None
        start = self._start + found.start(group)
        names = list(_NAMES.finditer(found[group]))
        if names:
            return self._by_start.get(start + names[-1].start())
        at = found.start(group)
        fronted = _FRONTED.search(self.masked, max(0, at - 10), at)
        if fronted or found[group].lower() not in ("he", "she"):
            return None  # "As he sat down with us, General Rawat": somebody not named yet
        pronoun = Span(start, start + len(found[group]))
        person = self._entities.antecedents.of(pronoun)
        return pronoun if person and person.is_certainly_person else None

    def is_us(self, found: re.Match[str], group: str) -> bool:
        """Return whether the paper itself is meant, and nobody by name."""
        words = (found[group] or "").lower().split()
        return bool(words) and words[0] in _US and _NAME not in found[group]

    def is_person(self, mention: Span) -> bool:
        """Return whether a person is meant, by title, number of words and what stands before the name."""
        words = mention.of(self._text).split()
        if words[0].lower() in ("he", "she"):
            return True
        name = (self.name_of(mention) or "").split()
        lowered = {word.lower() for word in name}
        if lowered & lexicon.ORGANISATION_WORDS or " ".join(name).lower() in lexicon.PLACES:
            return False
        if self._text[max(0, mention.start - 4) : mention.start].lower() in ("the ", "the\u00a0"):
            return False
        aged = _AGED.match(self._text, mention.end) is not None
        return len(name) > 1 or len(words) > 1 or aged or bool(lowered & lexicon.GIVEN_NAMES)

    def is_reporter(self, mention: Span) -> bool:
        """Return whether the words around the name make it one who asks by trade."""
        at, end = mention.start - self._start, mention.end - self._start
        first = max(0, at - 60)
        before = self.masked[first:at]
        employed = _EMPLOYED.search(before)
        by = self._by_start.get(self._start + first + employed.start("by")) if employed else None
        return bool(
            _REPORTER_NOUN.search(mention.of(self._text))
            or _REPORTER.search(before)
            or _BYLINE.search(before)
            or _REPORTER_AFTER.match(self.masked, end)
            or (by and not self.is_person(by))
        )

    def people(self) -> list[Span]:
        """Return the last mention of everyone who seems a person and not the article's reporter."""
        by_name: dict[str, Span] = {}
        reporters = {self.name_of(span) for span in self._names if self.is_reporter(span)}
        for span in self._names:
            name = self.name_of(span)
            if name and name not in reporters and self.is_person(span):
                by_name[name] = span
        return list(by_name.values())


def read_introduction(
    document: Document, region: Span, entities: EntityIndex, *, is_personal: bool
) -> Interview:
    """Read who is interviewed by whom in ``region``; nobody where it leaves that open.

    ``is_personal`` says that the answers are somebody's own ("I", "my"). Then the only person named before
    them gives them, even if nothing says that there was an interview.
    """
    introduction = _Introduction(document, region, entities)
    pairs = list(_pairs(introduction))
    interviewee = _agreed(introduction, [pair.interviewee for pair in pairs])
    interviewer = _agreed(introduction, [pair.interviewer for pair in pairs])
    if interviewee is None and is_personal and not any(pair.interviewee for pair in pairs):
        people = introduction.people()
        interviewee = people[0] if len(people) == 1 else None
    if interviewee and not introduction.is_person(interviewee):
        interviewee = None
    if interviewee and interviewer and introduction.name_of(interviewee) == introduction.name_of(interviewer):
        return Interview()
    return Interview(interviewee, interviewer)


def _agreed(introduction: _Introduction, mentions: Sequence[Span | None]) -> Span | None:
    """Return the last of several mentions if all are of one name, which is no place's."""
    named = [(introduction.name_of(mention), mention) for mention in mentions if mention]
    names = {name for name, _ in named}
    if len(names) != 1 or None in names or str(named[-1][0]).lower() in lexicon.PLACES:
        return None
    return named[-1][1]


def _pairs(introduction: _Introduction) -> Iterator[Interview]:
    """Yield who answers whom, by each stretch of the introduction that says so."""
    for found in _ASKS.finditer(introduction.masked):
        yield Interview(introduction.mention(found, "object"), introduction.mention(found, "subject"))
    for found in _ANSWERS.finditer(introduction.masked):
        if not introduction.is_us(found, "subject"):
            yield Interview(introduction.mention(found, "subject"), introduction.mention(found, "object"))
    for found in _INTERVIEWED_BY.finditer(introduction.masked):
        yield Interview(None, introduction.mention(found, "object"))
    for found in _TELLS.finditer(introduction.masked) if introduction.speaks_of_interview else ():
        subject, told = introduction.mention(found, "subject"), introduction.mention(found, "object")
        if subject and told and not introduction.is_person(told) and introduction.is_person(subject):
            yield Interview(subject, told)
    in_passing = list(_IN.finditer(introduction.masked))
    for found in in_passing:
        partner = introduction.mention(found, "object")
        asks = partner and (not introduction.is_person(partner) or introduction.is_reporter(partner))
        yield Interview(introduction.mention(found, "subject"), partner) if asks else Interview()
    for found in _WITH.finditer(introduction.masked):
        partner = introduction.mention(found, "object")
        is_asked = partner and introduction.is_person(partner) and not introduction.is_reporter(partner)
        if is_asked and not any(one.start() < found.start() < one.end() for one in in_passing):
            yield Interview(partner, None)
    for found in _BOTH.finditer(introduction.masked):
        yield _who_asks_of_two(introduction, found)


def _who_asks_of_two(introduction: _Introduction, found: re.Match[str]) -> Interview:
    """Return who asks of two who speak with each other: the paper, or the reporter."""
    subject, partner = introduction.mention(found, "subject"), introduction.mention(found, "object")
    if introduction.is_us(found, "object"):
        return Interview(subject)
    if introduction.is_us(found, "subject"):
        return Interview(partner)
    if partner is None:
        return Interview()
    if subject is None:
        is_asking = not introduction.is_person(partner) or introduction.is_reporter(partner)
        return Interview(interviewer=partner) if is_asking else Interview()
    asks = [not introduction.is_person(one) or introduction.is_reporter(one) for one in (subject, partner)]
    if asks == [True, False]:
        return Interview(partner, subject)
    return Interview(subject, partner) if asks == [False, True] else Interview()
