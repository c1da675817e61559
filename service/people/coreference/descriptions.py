"""Whom a description means: "the minister", "the newspaper", "Minister:"; and its words in full where nobody.

What ``roles`` leaves open: bodies are of the kind that their names or the words beside them say; labels and
headlines have roles without an article. Where two fit, the description stays as it is. Reads text whose
quoted words are blanked out.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence

from service.domain import Span
from service.people.person import Person
from service.text.en import lexicon
from service.text.en.word_lists import load_table

_THE = re.compile(r"the\s+(?P<modifiers>(?:[\w’'-]+\s+)*?)(?P<noun>[\w-]+)", re.IGNORECASE)
# "Aides to Governor Ruth Pell", "sources close to Moss": up to the name that follows.
_GOVERNS = re.compile(
    r"(?:[ \u00a0]close)?[ \u00a0](?:to|for|of|in|from|at|with)[ \u00a0]"
    r"(?:(?:the|a|an|his|her|their|its)[ \u00a0])?"
    r"(?:(?!(?:to|for|of|in|from|at|with|on|and)\b)[\w’'-]+[ \u00a0]){0,2}?$"
)
_LONGEST_GOVERNED_CHARS = 50
# Nouns for those whom a paper calls Dr.
_DOCTORS = frozenset(
    {"doctor", "physician", "surgeon", "scientist", "professor", "psychologist", "researcher"}
)

# Nouns by which a body is called after its name, and the words of names that are of that kind.
_KINDS = {noun: frozenset(words) for noun, words in load_table("organisation_kinds").items()}


class Descriptions:
    """The people and bodies of a text by what they are."""

    def __init__(
        self,
        text: str,
        people: Sequence[Person],
        of_mention: Mapping[Span, Person],
    ) -> None:
        """``people`` are in the order of their first mention, ``of_mention`` tells who a name means."""
        self._text = text
        self._of_mention = of_mention
        self._mentions = sorted(of_mention)
        self._bodies = [person for person in people if not person.is_person]
        self._of_kind: dict[str, list[Person]] = {}  # by noun, in the order of first mention
        self._holders: dict[str, list[Person]] = defaultdict(list)  # by noun
        for person in people:
            for noun in person.nouns:
                self._holders[noun].append(person)

    def meant_by(self, words: str, mention: Span) -> Person | None:
        """Say who is described by ``words``, those of ``mention``. None if nobody or more than one may be."""
        if words.istitle() and words.lower() in lexicon.ROLE_NOUNS - lexicon.BARE_SOURCES:
            return self._one(self._holders.get(words.lower(), []))  # "Minister:" in a headline or a label
        found = _THE.fullmatch(words)
        if not found:
            return None
        noun = found["noun"].lower()
        if found["modifiers"]:
            return None
        if noun in _DOCTORS:
            return self._one(self._holders.get(noun) or self._holders.get("doctor", []))
        return self._body(noun, mention) if noun in _KINDS else None

    def in_full(self, words: str, mention: Span) -> str | None:
        """Return more than the ``words`` of a mention if the text has it: "aides to Ann Moss" for "aides"."""
        if _THE.fullmatch(words):
            return None
        last = words.lower().split()[-1]
        if not {last, last.removesuffix("s")} & (lexicon.ROLE_NOUNS | lexicon.BARE_SOURCES):
            return None
        at = bisect(self._mentions, mention.end, key=lambda span: span.start)
        if at == len(self._mentions) or self._mentions[at].start > mention.end + _LONGEST_GOVERNED_CHARS:
            return None
        name = self._mentions[at]
        if not self.governs(mention, name):
            return None
        return f"{words} {' '.join(self._text[mention.end : name.end].split())}"

    def governs(self, head: Span, name: Span) -> bool:
        """Return whether a name belongs to the description before it: "officials in Brussels"."""
        is_near = name.start <= head.end + _LONGEST_GOVERNED_CHARS
        return is_near and _GOVERNS.fullmatch(self._text, head.end, name.start) is not None

    @staticmethod
    def _one(people: Sequence[Person]) -> Person | None:
        return people[0] if len(people) == 1 else None

    def _body(self, noun: str, mention: Span) -> Person | None:
        """The one body of that kind named before."""
        if noun not in self._of_kind:
            self._of_kind[noun] = [body for body in self._bodies if self._is_of_kind(body, noun)]
        at = bisect(self._of_kind[noun], mention.start, key=lambda body: body.mentions[0].start)
        return self._of_kind[noun][0] if at == 1 else None

    def _is_of_kind(self, person: Person, noun: str) -> bool:
        words = {word.lower().strip(".,") for word in person.name.split()}
        if words & ({noun} | _KINDS[noun]):
            return True
        beside = re.compile(rf",[ \u00a0](?:an?|the|its)[ \u00a0](?:[\w’'-]+[ \u00a0]){{0,4}}?{noun}\b")
        for span in person.mentions[:3]:
            if beside.match(self._text, span.end, span.end + 100):
                return True
            if self._text[max(0, span.start - len(noun) - 1) : span.start].lower().rstrip() == noun:
                return True
        return False
