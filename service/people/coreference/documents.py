"""Whom documents speak for: "Moss’s statement", "the release" that the council issued."""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from functools import cache

from service.domain import Span
from service.people.coreference.name_context import NameContext
from service.people.entity import SPEAKING_KINDS
from service.people.mention_index import MentionIndex
from service.text.en import lexicon
from service.text.en.grammar import BLANK
from service.text.en.word_lists import load_words

DOCUMENTS = lexicon.SPEAKING_THINGS | load_words("documents")
_OWNED = re.compile(
    r"(?:(?:[\w’'-]+[ \u00a0]){1,4}(?:of|from|on|in)[ \u00a0])?(?P<owner>[^,;]+?)"
    r"(?:[’']s|(?<=s)[’'])[ \u00a0](?:[\w’'-]+[ \u00a0]){0,3}?(?P<noun>[\w-]+)"
)
_BY = re.compile(
    r"(?:[ \u00a0](?:issued|released|published|posted|sent|written|signed))?"
    r"[ \u00a0](?:from|by|of)[ \u00a0](?:the[ \u00a0])?"
)
_THE = re.compile(r"(?:the|this|that)[ \u00a0](?:[\w-]+[ \u00a0]){0,2}?(?P<noun>[\w-]+)", re.IGNORECASE)
_APART = frozenset(f",.;:\n{BLANK}")
_LOOK_BACK_CHARS = 2500
_LONGEST_TITLE_CHARS = 40


@dataclass(frozen=True, slots=True)
class DocumentOwners:
    """Finds whose the documents of one text are."""

    mentions: MentionIndex
    context: NameContext

    def of(self, phrase: Span) -> Span | None:
        """Return the words for whose bearer a document speaks: "Moss" of "Moss’s note"; None if unclear."""
        text = self.mentions.text
        owned = _OWNED.fullmatch(text, phrase.start, phrase.end)
        if owned and owned["noun"].lower() in DOCUMENTS:
            return Span(*owned.span("owner"))
        definite = _THE.fullmatch(text, phrase.start, phrase.end)
        if not definite or definite["noun"].lower() not in DOCUMENTS - lexicon.ORGANISATION_WORDS:
            return None
        return self._introduced(definite["noun"].lower(), phrase.start)

    def _introduced(self, noun: str, place: int) -> Span | None:
        """Return who brought out the last document of that name before a place; None if that is unclear."""
        text = self.mentions.text
        start = max(0, place - _LOOK_BACK_CHARS)
        *_, last = [None, *_introduction(noun).finditer(text, start, place)]
        if last is None:
            return None
        by = _BY.match(text, last.end())
        named = self.mentions.first_after(by.end() - 1) if by else None
        if by and named and named.start <= by.end() + _LONGEST_TITLE_CHARS and self._speaks(named):
            title = text[by.end() : named.start]
            return named if _APART.isdisjoint(title) else self._subject(last.start())
        return self._subject(last.start())

    def _subject(self, place: int) -> Span | None:
        """Return the one person or body that is a subject in the sentence of a place, if there is one."""
        start = self.context.sentence_start(place)
        starts = self.context.sentence_starts
        following = bisect(starts, place)
        end = starts[following] if following < len(starts) else len(self.mentions.text)
        named = [one for one in self.mentions.within(Span(start, end)) if self._speaks(one)]
        subjects = [one for one in named if self._is_subject(one) or self.context.speaks(one)]
        is_one = len({self.mentions.person_at[one].name for one in subjects}) == 1
        return subjects[0] if is_one else None

    def _is_subject(self, name: Span) -> bool:
        article = len("the ")
        has_article = self.mentions.text[max(0, name.start - article) : name.start].lower() == "the "
        return self.context.is_subject(Span(name.start - article, name.end) if has_article else name)

    def _speaks(self, name: Span) -> bool:
        return self.mentions.person_at[name].kind in SPEAKING_KINDS


@cache
def _introduction(noun: str) -> re.Pattern[str]:
    """Return the pattern of what brings up a document first: "a press release", "its statement"."""
    return re.compile(
        rf"\b(?:[Aa]n?|[Oo]ne|[Aa]nother|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)[ \u00a0]"
        rf"(?:[\w-]+[ \u00a0]){{0,4}}?{re.escape(noun)}\b"
    )
