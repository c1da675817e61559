"""People whom an article doesn't name, as subjects: "The boy’s father wept", "“…,” said a clerk at the inn".

"He" after such a phrase is no named bystander. Reads text whose quoted words are blanked out.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain import Span
from service.people.role_words import FEMALE_NOUNS, KIN, MALE_NOUNS, gender_of_noun
from service.text.en import lexicon
from service.text.en.grammar import (
    BLANK,
    CAPITAL,
    DETERMINERS,
    FRONTED,
    NOUN_PHRASE_END,
    PREPOSITIONS,
    find_cues,
)
from service.text.en.word_lists import load_words, one_of

_OTHERS = load_words("role_nouns_not_human")
_HUMAN = (lexicon.ROLE_NOUNS - _OTHERS) | KIN | MALE_NOUNS | FEMALE_NOUNS | load_words("human_nouns")
_SPACE = r"[ \u00a0]"
_VERB = rf"(?:{one_of(load_words('verbs_after_unnamed'))}|[a-z]{{2,}}ed)\b"
_PHRASE = re.compile(
    rf"(?P<owner>(?:(?:[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Aa]){_SPACE})?(?:[\w.-]{{1,40}}{_SPACE}){{0,3}}?"
    rf"[\w.-]{{1,40}}(?:[’']s|s[’']){_SPACE}"
    rf"|(?P<determiner>[Aa]n?|[Oo]ne|[Aa]nother|[Tt]he|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts){_SPACE})"
    rf"(?:[\w’'-]{{1,40}}{_SPACE}){{0,4}}?(?P<prefix>(?:ex-|step)?)(?P<noun>{{nouns}})"
    rf"(?P<rest>{_SPACE}(?:for|of|from|with|at|in|to|on)(?:{_SPACE}[\w’'.-]{{1,40}}){{1,7}}?)?"
    rf"(?=(?:,?{_SPACE}(?:who|whose)\b|[,.;:\n]|$|{_SPACE}(?:(?:also|then|later|never|\w{{1,20}}ly){_SPACE})?{_VERB}))".replace(
        "{nouns}", "|".join(sorted(_HUMAN, key=len, reverse=True))
    )
)
_NAMED = re.compile(
    rf"[^.;\n{BLANK}]{{0,80}}?\b(?:named|called|known{_SPACE}as|name,|name{_SPACE}(?:as|is)|self{_SPACE}as)"
    rf"{_SPACE}{CAPITAL}"
)
_CONJUNCTION = re.compile(rf"[\s{BLANK},;–—-]*(?:(?:But|And|Yet|So|Then|Later|Meanwhile),?{_SPACE})?")
_INVERTED = re.compile(rf"{BLANK},?{_SPACE}(?=[a-z])")
# "Her mother died in May": what follows is hers as likely as her mother's.
_TOLD_OF = re.compile(rf",?{_SPACE}(?:is|was|had|has|died|would|could|will|[a-z]+ed{_SPACE}in)\b")
_STOPS = re.compile(rf"[.,;:\n{BLANK}]")
_LONGEST_CHARS = 160


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A phrase for somebody unnamed that is a subject."""

    span: Span
    gender: str | None
    is_definite: bool  # "the man", who may have been named
    is_clear: bool  # "he" after it is no one else: not so in "His father was a miner. He …"
    speaks: bool


def find_unnamed(text: str, starts: Sequence[int], names: Sequence[Span]) -> Iterator[Unnamed]:
    """Yield the subjects that are unnamed people. ``names`` are all names of ``text``, in order."""
    places = sorted({*_clause_starts(text, starts), *_after_quotations(text)})
    for at in places:
        found = _PHRASE.match(text, at, at + _LONGEST_CHARS)
        if found and _is_phrase(found) and not _is_named(text, found, names):
            yield _unnamed(text, found)


def _clause_starts(text: str, starts: Sequence[int]) -> Iterator[int]:
    for start in starts:
        opened = _CONJUNCTION.match(text, start, start + 2000)
        at = opened.end() if opened else start
        yield at
        fronted = FRONTED.match(text, at, at + _LONGEST_CHARS)
        if fronted:
            spaced = _CONJUNCTION.match(text, fronted.end())
            yield spaced.end() if spaced else fronted.end()


def _after_quotations(text: str) -> Iterator[int]:
    """Yield where a source may begin after a quotation: "“…,” the clerk said", "“…,” said a clerk"."""
    for opened in _INVERTED.finditer(text):
        yield opened.end()
        cue = next(find_cues(text, opened.end(), opened.end() + 16), None)
        if cue and cue.start() == opened.end():
            yield cue.end() + 1


def _is_phrase(found: re.Match[str]) -> bool:
    """Tell a noun phrase from a clause: "he’s a lawyer", "Moss’s married to an actor"."""
    first, *rest = found.string[found.start() : found.start("noun")].lower().split()
    is_clause = first.replace("’", "'") in ("he's", "she's", "it's", "that's", "there's", "who's", "what's")
    return not is_clause and not PREPOSITIONS.intersection(rest)


def _is_named(text: str, found: re.Match[str], names: Sequence[Span]) -> bool:
    """Return whether a name goes with the phrase: "his brother, Mike Toland,", "a man named Toland"."""
    end = found.end()
    at = bisect(names, end, key=lambda span: span.start)
    if at < len(names) and not text[end : names[at].start].strip(" ,\u00a0"):
        return True
    return _NAMED.match(text, end, end + 120) is not None


def _unnamed(text: str, found: re.Match[str]) -> Unnamed:
    end = found.end()
    if found["rest"]:
        stop = NOUN_PHRASE_END.search(text, found.start("rest") + 3, end)
        end = stop.start() if stop else end
        if text[found.start("rest") : end].split()[-1].lower() in DETERMINERS | PREPOSITIONS:
            end = found.start("rest")
    noun = found["noun"].lower()
    gender = gender_of_noun(noun)
    determiner = (found["determiner"] or "").lower()
    speaks = _speaks(text, found.start(), end)
    other_owner = {"his": "f", "her": "m"}.get(determiner) == gender and gender is not None
    is_clear = speaks or noun not in KIN or other_owner or not _TOLD_OF.match(text, end)
    return Unnamed(Span(found.start(), end), gender, determiner == "the", is_clear, speaks)


def _speaks(text: str, start: int, end: int) -> bool:
    """Return whether a verb of saying is right after the phrase, or before it and after a quotation."""
    after = next(find_cues(text, end, min(end + 16, len(text))), None)
    if after and not _STOPS.search(text, end, after.start()):
        return True
    before = list(find_cues(text, max(0, start - 16), start))
    return bool(before) and before[-1].end() == start - 1 and BLANK in text[max(0, start - 20) : start]
