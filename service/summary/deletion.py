"""Sentences with something left out: asides, and what leads in or trails off.

Rules over the surface (``deletion_rules``) propose stretches to delete; the cheapest set that makes a
sentence short enough is left out. Nothing is added or moved. Words in quotation marks are never cut, and who
says something is never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain import Span
from service.summary.deletion_rules import INTRODUCER, PRICES, RULES, DeletionRule, Place
from service.text.document import Document
from service.text.en.word_lists import load_words, one_of
from service.text.words import count_words

# Of more, only the cheapest are tried: their sets double with each.
_MOST_DELETABLE = 12
_SAYS = re.compile(
    r"\b(?:said|says|say|told|tells|added|adds|announced|according to|reported|reports|wrote|writes|claimed"
    r"|confirmed|insisted|argued|explained|believes?|thinks?|suggest(?:s|ed)|warned|tweeted|stated|denied)\b"
)
# A list looks like appositions; the conjunction that goes on with it tells.
_LIST_GOES_ON = re.compile(r"\s+(?:and|or|as well as)\b")
_CONJUNCTION = re.compile(r"\b(?:and|or)\b")
_FINITE = re.compile(
    rf"\b(?:{one_of(load_words('finite_verbs'))}|(?!need|indeed|speed|seed|bed|red|feed)[a-z]{{2,}}ed)\b"
)
_OPENS_WITH_CLAUSE = re.compile(rf"(?:{INTRODUCER}|If|Where|Unless|Until|Whether)\b")
_PRONOUN = re.compile(rf"{one_of(load_words('pronouns'))}\b", re.IGNORECASE)
_LOOSE = re.compile(rf"\b{one_of(load_words('never_last_words'))}$|[,;:–—-]$", re.IGNORECASE)
_PAIRS = (("(", ")"), ("“", "”"), ("[", "]"))
_SPACE_BEFORE_STOP = re.compile(r"\s+([,;:.])")


@dataclass(frozen=True, slots=True)
class Deletable:
    """A stretch of the article that can be left out, and of which kind it is."""

    span: Span
    kind: str


@dataclass(frozen=True, slots=True)
class Shortened:
    """A sentence with stretches left out: what was ``kept`` in order, and what leaving the rest out cost."""

    kept: tuple[Span, ...]
    text: str
    price: float


def deletables(document: Document, sentence: Span) -> list[Deletable]:
    """Return what may be left out of ``sentence``, in the order of the ends."""
    end = _before_stop(document.text, sentence)
    plain = document.unquoted[sentence.start : end]
    runs = [run.outer for run in document.marks if run.outer.overlaps(sentence)]
    proposed = {
        Deletable(Span(sentence.start + start, sentence.start + stop), rule.kind)
        for rule in RULES
        for start, stop in _matches(rule, plain)
    }
    found = [one for one in proposed if not any(one.span.overlaps(run) for run in runs)]
    return sorted(found, key=lambda one: (one.span.end, one.span.start, one.kind))


def shorten(
    document: Document, sentence: Span, most_words: int, kinds: frozenset[str] = frozenset(PRICES)
) -> Shortened | None:
    """Return ``sentence`` in at most ``most_words``, or None if that can't be had.

    Of the sets of stretches of these ``kinds`` that do it, the cheapest is left out.
    """
    found = [one for one in deletables(document, sentence) if one.kind in kinds]
    found = sorted(found, key=lambda one: PRICES[one.kind])[:_MOST_DELETABLE]
    end = _before_stop(document.text, sentence)
    if end == sentence.start:
        return None
    body = Span(sentence.start, end)
    best: Shortened | None = None
    for chosen, price in _subsets(found):
        if best is not None and price >= best.price:
            continue
        kept = tuple(_kept(body, chosen))
        text = _joined(document.text, kept)
        if count_words(text) <= most_words and reads(text):
            best = Shortened(kept, text, price)
    return best


def reads(text: str) -> bool:
    """Return whether ``text`` reads as a sentence.

    It has a verb, also after what leads in; nothing hangs at its end; no pronoun opens it; marks and brackets
    are closed.
    """
    leads_in = bool(_OPENS_WITH_CLAUSE.match(text))
    main = text.partition(", ")[2] if leads_in else text
    return (
        bool(_FINITE.search(main))
        and not hangs(text)
        and not _PRONOUN.match(main)
        and all(text.count(left) == text.count(right) for left, right in _PAIRS)
        and text.count('"') % 2 == 0
    )


def hangs(text: str) -> bool:
    """Return whether something must follow the last word of ``text``, so that nothing can end with it."""
    return not text or bool(_LOOSE.search(text))


def _matches(rule: DeletionRule, plain: str) -> Iterator[tuple[int, int]]:
    """Yield where ``rule`` proposes to delete in a sentence whose quoted words are blanked out."""
    at = 0
    while match := rule.pattern.search(plain, at):
        at = match.start() + 1
        if rule.place is Place.START and match.start():
            return
        if _SAYS.search(match[0]) or not _is_whole(rule, plain, match):
            continue
        yield match.span()


def _is_whole(rule: DeletionRule, plain: str, match: re.Match[str]) -> bool:
    """Return whether what matched is a stretch of its own, no part of a list or of the only clause."""
    start, end = match.span()
    if rule.place is Place.END and not start:
        return False
    if rule.kind == "second clause":
        return bool(_FINITE.search(plain, 0, start)) and bool(_FINITE.search(plain, start))
    if rule.place is Place.INSERTED and _LIST_GOES_ON.match(plain, end):
        return False
    return plain[start] != "," or not _goes_on_with_list(plain, start)


def _goes_on_with_list(plain: str, comma: int) -> bool:
    """Return whether a comma stands shortly after another and a conjunction follows, as in a list."""
    _, before, item = plain[:comma].rpartition(",")
    return bool(before) and count_words(item) <= 2 and bool(_CONJUNCTION.search(plain, comma))


def _subsets(found: Sequence[Deletable]) -> Iterator[tuple[list[Span], float]]:
    """Yield the sets of disjoint stretches with their prices."""
    stack: list[tuple[int, list[Span], float]] = [(0, [], 0.0)]
    while stack:
        at, chosen, price = stack.pop()
        if at == len(found):
            yield chosen, price
            continue
        stack.append((at + 1, chosen, price))
        span = found[at].span
        if not any(span.overlaps(other) for other in chosen):
            stack.append((at + 1, [*chosen, span], price + PRICES[found[at].kind]))


def _before_stop(text: str, sentence: Span) -> int:
    """Return where the sentence's last words end, before its full stop."""
    return sentence.start + len(sentence.of(text).rstrip(". \n\t"))


def _kept(body: Span, deleted: Sequence[Span]) -> Iterator[Span]:
    start = body.start
    for span in sorted(deleted):
        if span.start > start:
            yield Span(start, min(span.start, body.end))
        start = max(start, span.end)
    if start < body.end:
        yield Span(start, body.end)


def _joined(text: str, kept: Sequence[Span]) -> str:
    """Return the kept stretches as one line, as they stand in the text."""
    line = " ".join(" ".join(span.of(text) for span in kept).split())
    return _SPACE_BEFORE_STOP.sub(r"\1", line)
