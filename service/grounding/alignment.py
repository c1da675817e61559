"""The alignment of a written sentence with its article: what it copies, from where, what it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from service.grounding.article_index import ArticleIndex
from service.grounding.support_words import ComparedWord

MAX_EVIDENCE = 3
# A further sentence of the article is evidence if it adds this share of the words.
_MIN_GAIN = 0.15
# So many words may stand between two neighbours in the copy for a "not" among them to be missed.
_MOST_LEFT_OUT = 4
_LONGEST_CHANGE = 5
"""In words. More than these are another wording, not a change."""
_MOST_CAPITALS = 0.6
# What tokenizers write for words and brackets they don't know: no names.
_PLACEHOLDERS = frozenset(("UNK", "LRB", "RRB"))
_TITLES = {"PM": "prime minister", "CM": "chief minister"}
_LETTERS = range(2, 7)
_NAME_REACH = 12
"""In words, to either side: how far a long name reaches."""
_DEMONYMS = ("n", "an", "ian", "i")
_SHORTEST_ROOT = 4
_ARTICLES = frozenset(("the", "a", "an"))


@dataclass(frozen=True, slots=True)
class CopiedRun:
    """A copied run: words ``at`` to ``at + length`` of the claim are the article's from ``place`` on."""

    at: int
    place: int
    length: int


@dataclass(frozen=True, slots=True)
class WordingChange:
    """A change: the claim's words instead of the article's; ``kind`` is number, name, negation or word."""

    kind: str
    written: str
    original: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a claim comes from. ``evidence`` are sentences in the order of choice, the best one first.

    ``matched`` is the share of the claim's words that the ``nearest`` sentence holds in the same order;
    ``changes`` are against that sentence.
    """

    evidence: tuple[int, ...]
    copied: tuple[CopiedRun, ...]
    nearest: int | None
    matched: float
    changes: tuple[WordingChange, ...]


def align(claim: Sequence[ComparedWord], article: ArticleIndex) -> Alignment:
    """Align the words of a claim with an article."""
    stems = [word.stem for word in claim]
    evidence = choose_evidence(wanted_of(claim), article)
    nearest, matched, matcher = _nearest(stems, article, evidence)
    changes = _changes(claim, article, nearest, matcher) if nearest is not None and matcher else ()
    return Alignment(evidence, _copied(stems, article), nearest, matched, changes)


def wanted_of(claim: Sequence[ComparedWord]) -> frozenset[str]:
    """Return the stems that evidence must hold: the content words, or all if there are none."""
    return frozenset(word.stem for word in claim if word.is_content) or frozenset(w.stem for w in claim)


def choose_evidence(wanted: frozenset[str], article: ArticleIndex) -> tuple[int, ...]:
    """Choose greedily the sentences that cover most of the ``wanted`` stems; at least one."""
    chosen: list[int] = []
    covered: frozenset[str] = frozenset()
    while article.sentences and len(chosen) < MAX_EVIDENCE:
        gains = [len(wanted & stems - covered) for stems in article.sentences]
        best = max(range(len(gains)), key=gains.__getitem__)
        if chosen and gains[best] < max(1, _MIN_GAIN * len(wanted)):
            break
        chosen.append(best)
        covered |= wanted & article.sentences[best]
        if not gains[best]:
            break
    return tuple(chosen)


def _copied(stems: Sequence[str], article: ArticleIndex) -> tuple[CopiedRun, ...]:
    """Cut the claim from left to right into the longest runs that the article holds."""
    runs = []
    at, hint = 0, len(article.words)
    while at < len(stems):
        place, length = article.run_from(stems, at, hint)
        if length:
            runs.append(CopiedRun(at, place, length))
            hint = place + length
        at += max(1, length)
    return tuple(runs)


def _nearest(
    stems: Sequence[str], article: ArticleIndex, evidence: Sequence[int]
) -> tuple[int | None, float, SequenceMatcher[str] | None]:
    """Return the nearest sentence: of the evidence and the next best, by most words in the same order."""
    wanted = frozenset(stems)
    shared = [len(wanted & sentence) for sentence in article.sentences]
    candidates = sorted(range(len(shared)), key=lambda index: -shared[index])[:3]
    best: tuple[int | None, float, SequenceMatcher[str] | None] = (None, 0.0, None)
    for index in dict.fromkeys((*candidates, *evidence)):
        start, end = article.ranges[index]
        original = [word.stem for word in article.words[start:end]]
        matcher = SequenceMatcher(None, original, stems, autojunk=False)
        matched = sum(block.size for block in matcher.get_matching_blocks()) / max(1, len(stems))
        if best[0] is None or matched > best[1]:
            best = (index, matched, matcher)
    return best


def _changes(
    claim: Sequence[ComparedWord], article: ArticleIndex, nearest: int, matcher: SequenceMatcher[str]
) -> tuple[WordingChange, ...]:
    start, end = article.ranges[nearest]
    original = article.words[start:end]
    kept, said = Counter(word.stem for word in original), Counter(word.stem for word in claim)
    new, lost = said - kept, kept - said
    name_like = _NameLike(claim, article)
    changes = []
    for tag, from_, to, at, until in matcher.get_opcodes():
        theirs, ours = original[from_:to], claim[at:until]
        if tag == "equal" or len(ours) > _LONGEST_CHANGE:
            continue
        inner = bool(from_ and at and to < len(original) and until < len(claim))
        if _negated(theirs, ours, inner=inner):
            changes.append(WordingChange("negation", _join(ours), _join(theirs)))
        elif len(theirs) <= _LONGEST_CHANGE:
            # Words that only moved are neither new nor lost.
            bare = _bare(original[max(0, from_ - 1) : to]) is _bare(claim[max(0, at - 1) : until])
            said_new = [word for word in ours if word.stem in new]
            gone = [word for word in theirs if word.stem in lost]
            if kind := _kind(gone, said_new, name_like, bare=bare):
                changes.append(WordingChange(kind, _join(said_new), _join(gone)))
    return tuple(changes)


def _negated(theirs: Sequence[ComparedWord], ours: Sequence[ComparedWord], *, inner: bool) -> bool:
    """Return whether a negation was put in or, among words that were kept, left out."""
    more = sum(word.is_negation for word in ours) - sum(word.is_negation for word in theirs)
    return more > 0 or (more < 0 and inner and len(theirs) <= _MOST_LEFT_OUT + len(ours))


def _kind(
    theirs: Sequence[ComparedWord], ours: Sequence[ComparedWord], name_like: _NameLike, *, bare: bool
) -> str | None:
    """Return the kind of change that it is to write ``ours`` for ``theirs``; None if it changes nothing."""
    numbers, before = ("".join(word.stem for word in side if word.is_number) for side in (ours, theirs))
    # 10,000 for "10, 000" is no change.
    if numbers and before and numbers != before:
        return "number"
    said, meant = ([word for word in side if word.is_content] for side in (ours, theirs))
    if not (said and meant):
        return None
    # "The midfielder" for a name, or the other way round, may well be the same man.
    named = all(map(name_like, said)) and (any(map(name_like, meant)) or name_like.opens(meant))
    return "name" if bare and named and not _spelt_alike(said, meant) else "word"


def _spelt_alike(said: Sequence[ComparedWord], meant: Sequence[ComparedWord]) -> bool:
    """Return whether one is a form of the other: "Georgian" and "Georgia", "AAP" and "Aam Aadmi Party"."""
    ours, theirs = ("".join(word.stem for word in side).replace(".", "") for side in (said, meant))
    short = ("".join(word.stem[0] for word in side) for side in (meant, said))
    return ours.startswith(theirs) or theirs.startswith(ours) or any(map(str.__eq__, (ours, theirs), short))


def _bare(words: Sequence[ComparedWord]) -> bool:
    return not any(word.stem in _ARTICLES for word in words)


class _NameLike:
    """Return the test for words like names: by the article's capitals, or the claim's where few have them."""

    def __init__(self, claim: Sequence[ComparedWord], article: ArticleIndex) -> None:
        self._index = article
        capitals = sum(word.is_capital for word in claim)
        self._trusted = capitals <= _MOST_CAPITALS * len(claim)
        self._first = {id(claim[0])} if claim else set[int]()
        self._first |= {id(article.words[start]) for start, end in article.ranges if start < end}

    def __call__(self, word: ComparedWord) -> bool:
        if word.stem in self._index.names:
            return True
        if (
            word.surface in _PLACEHOLDERS
            or not (word.is_capital and word.is_content and self._trusted)
            or word.is_number
        ):
            return False
        return id(word) not in self._first or word.stem not in self._index.lower

    def opens(self, words: Sequence[ComparedWord]) -> bool:
        """Return whether these open a sentence and so may be a name: "Dollar said", "Police said"."""
        return len(words) == 1 and id(words[0]) in self._first and words[0].is_capital


def is_name(word: ComparedWord, article: ArticleIndex) -> bool:
    """Return whether a word is a name by the article's capitals, or by its own inside a sentence."""
    if word.stem in article.names:
        return True
    if word.surface in _PLACEHOLDERS:
        return False
    return word.is_capital and word.span.start > 1 and word.is_content and not article.has(word.stem)


def is_unknown(at: int, claim: Sequence[ComparedWord], article: ArticleIndex) -> bool:
    """Return whether the article has the name ``claim[at]`` in no form: whole, abbreviated, or a demonym."""
    stem, letters = claim[at].stem, claim[at].surface.partition("'")[0].partition("’")[0].replace(".", "")
    roots = [stem + ending for ending in _DEMONYMS] if len(stem) >= _SHORTEST_ROOT else []
    roots += [stem.removesuffix(end) for end in _DEMONYMS if len(stem) - len(end) >= _SHORTEST_ROOT]
    if article.has(stem) or any(map(article.has, roots)):
        return False
    if letters.isupper() and len(letters) in _LETTERS:
        return not (article.spells_out(letters) or _TITLES.get(letters, "?") in article.text.casefold())
    return not _is_spelt_out(at, claim, article)


def _is_spelt_out(at: int, claim: Sequence[ComparedWord], article: ArticleIndex) -> bool:
    """Return whether the name is part of one that the article abbreviates: "Aam Aadmi Party" for "AAP"."""
    around = range(max(0, at - _NAME_REACH), min(len(claim), at + _NAME_REACH + 1))
    run = [index for index in around if index == at or claim[index].is_content]
    place = run.index(at)
    for first in range(max(0, place - _LETTERS.stop), place + 1):
        for last in range(max(place + 1, first + _LETTERS.start), min(len(run), first + _LETTERS.stop) + 1):
            letters = "".join(claim[index].surface[0] for index in run[first:last])
            if letters.isupper() and letters in article.abbreviations:
                return True
    return False


def _join(words: Sequence[ComparedWord]) -> str:
    return " ".join(word.surface for word in words)
