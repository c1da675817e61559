"""Sentences that an article supports, and the same with one thing altered: made, not collected.

A supported sentence is one of the article's own, verbatim or with an edit that keeps it true (an opening
adverbial or a clause left out, a number spelt otherwise). An alteration changes one number, name, negation,
speaker, or word in quotation marks, after FactCC (Kryściński et al. 2020). Everything is made at run time;
the draws depend on the seed and the article alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from service.domain import Sentence, Span
from service.people.names import find_mentions
from service.text.en.grammar import find_cues
from service.text.mark_runs import read_marks

KINDS = ("number", "name", "negation", "speaker", "quotation")
_WORDS_WANTED = range(9, 46)
_AMONG_FIRST = 20
"""Sentences further down are seldom what a summary tells."""
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?(?![\w]*\d)")
_SPELT = "two three four five six seven eight nine ten eleven twelve".split()
_SPELT_NUMBER = re.compile(rf"\b(?:{'|'.join(_SPELT)})\b")
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|can|could|should|must|may)\b(?! not|n['’]t)(?= [a-z])"
)
_NEGATED = re.compile(
    r"\b(?P<verb>is|are|was|were|has|have|had|will|would|could|should|did|does|do) ?(?:not|n['’]t)\b"
)
_OPENING = re.compile(
    r"^(?:But|And|Meanwhile,|However,|Still,|On [A-Z][a-z]+day,|Last [a-z]+,|In \d{4},|Earlier,|Now,) "
    r"(?P<rest>\S)"
)
_CLAUSE = re.compile(r", (?:who|which) [^,.;:“”\"‘’']{8,70},(?= [a-z])")
_BRACKETS = re.compile(r" \([^()]{2,60}\)(?=[ ,.])")
_ADVERB = re.compile(
    r" (?:also|just|recently|already|currently|still|later|now)(?= [a-z])|, however,(?= [a-z])"
)
_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Dr)\.? (?=[A-Z])")
_TRAILING = re.compile(r", (?:[a-z]+ing) [^,;:“”\"‘’'.]{10,80}\.$")
_MARKS = re.compile("[“”\"‘„«»]|''|``|(?<!\\w)'|'(?!\\w)")


@dataclass(frozen=True, slots=True)
class AlterationContext:
    """The material of alterations: the article's ``text``, its ``people``, and names of ``strangers``."""

    text: str
    people: Sequence[str]
    strangers: Sequence[str]
    chance: random.Random


@dataclass(frozen=True, slots=True)
class AlteredPair:
    """A ``supported`` sentence of an article and its ``altered`` form; ``edited`` if not verbatim."""

    kind: str
    supported: str
    altered: str
    edited: bool


def plant_alterations(
    text: str, sentences: Sequence[Sentence], strangers: Sequence[str], seed: str
) -> Iterator[AlteredPair]:
    """Yield at most one pair of each kind, each from another sentence."""
    chance = random.Random(seed)
    stock = [one.span.of(text) for one in sentences[:_AMONG_FIRST] if _usable(one.span.of(text))]
    chance.shuffle(stock)
    people = list(dict.fromkeys(names(text)))
    for kind in chance.sample(KINDS, len(KINDS)):
        verbatim = chance.random() < 0.5
        # Where an edit is wanted, sentences that allow one come first, as few do.
        edits = [(one, one if verbatim else _edit(one, chance)) for one in stock]
        for sentence, supported in sorted(edits, key=lambda pair: pair[0] == pair[1]):
            altered = alter(kind, supported, AlterationContext(text, people, strangers, chance))
            if altered and altered != supported and altered not in text:
                stock.remove(sentence)
                yield AlteredPair(kind, supported, altered, supported != sentence)
                break


def alter(kind: str, sentence: str, draw: AlterationContext) -> str | None:
    """Return the sentence with one thing of this kind altered, or None if it has none."""
    return _ALTER[kind](sentence, draw)


def _usable(sentence: str) -> bool:
    words = sentence.split()
    return (
        len(words) in _WORDS_WANTED
        and sentence[0].isupper()
        and sentence.endswith((".", ".”", '."', ".'"))
        and "\n" not in sentence
        # A quotation that runs on into the next sentence can't stand alone.
        and all(run.opened and run.closed for run in read_marks(sentence))
    )


def _edit(sentence: str, chance: random.Random) -> str:
    """Return the sentence with something left out or respelt that keeps it true, if there is any."""
    edits: list[Callable[[str], str]] = [
        lambda one: _OPENING.sub(lambda found: found["rest"].upper(), one),
        lambda one: _CLAUSE.sub("", one, count=1),
        lambda one: _BRACKETS.sub("", one, count=1),
        lambda one: _TRAILING.sub(".", one),
        lambda one: _SPELT_NUMBER.sub(lambda n: str(_SPELT.index(n.group()) + 2), one),
        lambda one: one.replace(" per cent", "%"),
        lambda one: one.replace(" did not ", " didn’t ", 1),
        lambda one: _ADVERB.sub("", one, count=1),
        lambda one: one.replace(" said that ", " said ", 1),
        lambda one: _HONORIFIC.sub("", one),
    ]
    # What stands in quotation marks must stay as it is.
    edits = (
        [lambda one: _CLAUSE.sub("", one, count=1), lambda one: _TRAILING.sub(".", one)]
        if _MARKS.search(sentence)
        else edits
    )
    chance.shuffle(edits)
    for edit in edits:
        edited = edit(sentence)
        if edited != sentence and len(edited.split()) >= _WORDS_WANTED.start - 2:
            return edited
    return sentence


def names(text: str) -> Iterator[str]:
    """Yield names of people, and words that look like one, in order."""
    for mention in find_mentions(text):
        if mention.looks_like == "person" or mention.has_title or len(mention.words) in (2, 3):
            yield mention.span.of(text)


def _number(sentence: str, draw: AlterationContext) -> str | None:
    found = [*_NUMBER.finditer(sentence), *_SPELT_NUMBER.finditer(sentence)]
    if not found:
        return None
    place = draw.chance.choice(found)
    if place.group() in _SPELT:
        new = draw.chance.choice([word for word in _SPELT if word != place.group()])
    else:
        others = [number for number in _NUMBER.findall(draw.text) if len(number) == len(place.group())] or [
            place.group()
        ]
        digit = draw.chance.choice([at for at, sign in enumerate(place.group()) if sign.isdigit()])
        new = place.group()[:digit] + str(draw.chance.randint(1, 9)) + place.group()[digit + 1 :]
        # In half of the cases, use a number from elsewhere in the article.
        new = draw.chance.choice([new, draw.chance.choice(others)])
    if new == place.group():
        return None
    return sentence[: place.start()] + new + sentence[place.end() :]


def _name(sentence: str, draw: AlterationContext) -> str | None:
    spots = [mention.span for mention in find_mentions(sentence) if mention.span.start]
    return _replace_name(sentence, spots, draw, [*draw.people, *draw.chance.sample(draw.strangers, 3)])


def _speaker(sentence: str, draw: AlterationContext) -> str | None:
    cues = [Span(*cue.span()) for cue in find_cues(sentence, 0, len(sentence))]
    spots = [
        mention.span
        for mention in find_mentions(sentence)
        if any(sentence[a:b].strip() in ("", ",") for cue in cues for a, b in _gaps(mention.span, cue))
    ]
    return _replace_name(sentence, spots, draw, draw.people)


def _gaps(name: Span, cue: Span) -> Iterator[tuple[int, int]]:
    if name.end <= cue.start:
        yield name.end, cue.start
    elif cue.end <= name.start:
        yield cue.end, name.start


def _replace_name(
    sentence: str, spots: Sequence[Span], draw: AlterationContext, names: Sequence[str]
) -> str | None:
    marked = [run.outer for run in read_marks(sentence)]
    spots = [spot for spot in spots if not any(spot.overlaps(run) for run in marked)]
    if not spots:
        return None
    spot = draw.chance.choice(spots)
    here = set(spot.of(sentence).split())
    others = [name for name in names if not here & set(name.split())]
    if not others:
        return None
    return sentence[: spot.start] + draw.chance.choice(others) + sentence[spot.end :]


def _negation(sentence: str, draw: AlterationContext) -> str | None:
    if negated := _NEGATED.search(sentence):
        return sentence[: negated.start()] + negated["verb"] + sentence[negated.end() :]
    found = list(_AUXILIARY.finditer(sentence))
    if not found:
        return None
    place = draw.chance.choice(found)
    return sentence[: place.end()] + " not" + sentence[place.end() :]


def _quotation(sentence: str, draw: AlterationContext) -> str | None:
    runs = [run.inner for run in read_marks(sentence) if len(run.inner.of(sentence).split()) >= 3]
    words = [
        Span(run.start + match.start(), run.start + match.end())
        for run in runs
        for match in re.finditer(r"\b[a-z]{4,}\b", run.of(sentence))
    ]
    if not words:
        return None
    word = draw.chance.choice(words)
    others: list[str] = [
        other for other in re.findall(r"\b[a-z]{4,}\b", draw.text) if other != word.of(sentence)
    ]
    return sentence[: word.start] + draw.chance.choice(others) + sentence[word.end :]


_ALTER: dict[str, Callable[[str, AlterationContext], str | None]] = {
    "number": _number,
    "name": _name,
    "negation": _negation,
    "speaker": _speaker,
    "quotation": _quotation,
}
