"""The headline and the standfirst: the article's own words, some of them left out, nothing else changed.

A title that the article came with, or that its text begins with, is its headline. Else rules propose what can
be left out of each of the first sentences (``deletion``), and the deletion head weighs every way of keeping
at most so many words. Where none reads well enough there is no headline: none is better than a bad one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from service.domain import Article, Span, SummarySentence, overlaps_any
from service.summary import dangling
from service.summary.deletion import deletables, hangs, shorten
from service.summary.deletion_rules import PRICES
from service.summary.paths import Floats, best_path, log_total
from service.text.document import Document
from service.text.en.word_lists import load_words, one_of
from service.text.fitted_readings import crude_stems
from service.text.sentence_shape import is_finished
from service.text.words import STOP_WORDS, count_words, find_words

if TYPE_CHECKING:
    from service.models.encoder import Encoding

MOST_WORDS, FEWEST_WORDS = 12, 4
MOST_STANDFIRST_WORDS = 35
# Chosen by reading what is given for 75 articles of marks_dev without their titles: see eval/LOG.md.
LEAST_SURENESS = 0.8
# A headline is made of one of the first sentences: the news is there, or the article has no news.
_OPENING_SENTENCES = 4
# Longer "sentences" are lists or lost their stops. The head's memory grows with the square of the words.
_LONGEST_SENTENCE_CHARS = 1_000
_RULES = {kind: number for number, kind in enumerate(PRICES)}
RULES = len(_RULES)
# "… | Publisher", "… - The Site": what a web page's title says after its headline.
_SITE = re.compile(r"\s+(?:\||--|[-–—»·])\s+[^|]{2,40}$")
# A title of which less stands in the article is a teaser or of another article.
_LEAST_TITLE_SUPPORT = 0.5
_PHRASE_ENDS = ',;:.!?”"'
_PHRASE_BEGINS = re.compile(
    rf"(?:{one_of(load_words('prepositions') | load_words('phrase_openers'))}|[a-z]+ing|[a-z]+ly"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b|[–—-]",
    re.IGNORECASE,
)
# What may go out of a standfirst.
_ASIDES = frozenset(
    {
        "connective",
        "bracket",
        "leading time",
        "inner time",
        "trailing time",
        "time",
        "apposition",
        "relative clause",
        "dashes",
        "trailing relative",
        "trailing apposition",
        "trailing clause",
    }
)
_NEGATION = re.compile(r"(?:not|no|never|nobody|none|neither|nor|without|\w+n['’]t)\b", re.IGNORECASE)
_HAVE = re.compile(r"(?:has|have|had|will|would|could|may|might|must|should|can)$", re.IGNORECASE)
_RELATIVE = re.compile(r"(?:that|which|who)$", re.IGNORECASE)
_SHORT_GAP = 3
_LOOSE_END = " \t\n.,;:–—-"


class ScoresDeletions(Protocol):
    """Scores what may be left out: ``service.models.heads.deletion.DeletionHead``."""

    @property
    def sentence_worth(self) -> NDArray[np.float32]:
        """What being the first, second, … sentence adds to a headline's score."""
        ...

    @property
    def none(self) -> float:
        """The score of there being no headline."""
        ...

    def score(
        self,
        text: str,
        sentence: Span,
        encoding: Encoding,
        proposed: Sequence[tuple[Span, int]],
        marked: Sequence[Span],
    ) -> tuple[tuple[Span, ...], NDArray[np.float32]]:
        """Return a sentence's words, and the scores of the steps from one kept word to the next."""
        ...


def opening_sentences(document: Document) -> list[Span]:
    """Return the sentences that a headline may be made of."""
    opening = [span for span in document.shown if span][:_OPENING_SENTENCES]
    return [span for span in opening if span.end - span.start <= _LONGEST_SENTENCE_CHARS]


def proposals(document: Document, sentence: Span) -> list[tuple[Span, int]]:
    """Return the stretches that a rule would delete, with the rule's number."""
    return [(one.span, _RULES[one.kind]) for one in deletables(document, sentence)]


def marked_within(document: Document, sentence: Span) -> list[Span]:
    """Return the stretches in quotation marks, which are kept or left out whole."""
    return [run.outer for run in document.marks if run.outer.overlaps(sentence)]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the sentences is kept at which places, and how sure (0..1) it is."""

    sentence: int
    path: tuple[int, ...]
    sureness: float


def choose(steps: Sequence[Floats], worth: Floats, none: float, most: int = MOST_WORDS) -> Choice | None:
    """Return the best way of keeping at most ``most`` words of one of the sentences.

    ``steps`` are a sentence's scores (P, P), ``worth`` (S,) what it adds that it is the first, second, …
    sentence, ``none`` the score of no headline. Its sureness is the geometric mean of the probabilities of
    its steps among all ways. None if no word can be kept.
    """
    ways, totals = [], [none]
    for number, scores in enumerate(steps):
        try:
            path, score = best_path(scores, most)
        except ValueError:
            continue
        ways.append((score + float(worth[number]), number, path))
        totals.append(log_total(scores, most) + float(worth[number]))
    if not ways:
        return None
    score, number, path = max(ways)
    total = float(np.logaddexp.reduce(totals))
    return Choice(number, tuple(path), math.exp((score - total) / (len(path) + 1)))


def make_headline(document: Document, encoding: Encoding, head: ScoresDeletions) -> SummarySentence | None:
    """Return the article's headline, or None where none reads well enough."""
    return _of_title(document) or _of_line(document) or _of_sentence(document, encoding, head)


def _of_title(document: Document) -> SummarySentence | None:
    """Return the title as a headline if it is short enough and the article bears it out."""
    title = headline_of_title(document.article)
    found = _borne_out(document, title)
    return SummarySentence(title, (found[0],), found[1]) if found else None


def _of_line(document: Document) -> SummarySentence | None:
    """Return the headline that the text itself begins with, on a line of its own."""
    for sentence, span in zip(document.sentences, document.shown, strict=True):
        if span is not None:
            return None
        line = " ".join(sentence.span.of(document.text).split())
        is_furniture = overlaps_any(sentence.span, document.article.furniture)
        if not is_furniture and not is_finished(line) and _borne_out(document, line):
            return SummarySentence(line, (sentence.span,), 1.0)
    return None


def _borne_out(document: Document, line: str) -> tuple[Span, float] | None:
    """Return the sentence that has most of the words of ``line``, and the share that the article has.

    None if that is too little, or the line has too few or too many words.
    """
    wanted = _stems(line)
    sentences = [span for span in document.shown if span]
    if not FEWEST_WORDS <= count_words(line) <= MOST_WORDS or not wanted or not sentences:
        return None
    found = [_stems(span.of(document.text)) & wanted for span in sentences]
    support = len(frozenset().union(*found)) / len(wanted)
    best = max(range(len(sentences)), key=lambda place: (len(found[place]), -place))
    return (sentences[best], support) if support >= _LEAST_TITLE_SUPPORT else None


def headline_of_title(article: Article) -> str:
    """Return the article's title on one line, without the site's name after it; "" for none."""
    title = " ".join((article.title or "").split())
    return _SITE.sub("", title).rstrip(_LOOSE_END)


def _of_sentence(document: Document, encoding: Encoding, head: ScoresDeletions) -> SummarySentence | None:
    read = [
        head.score(document.text, span, encoding, proposals(document, span), marked_within(document, span))
        for span in opening_sentences(document)
    ]
    steps = [without_slips(document.text, words, scores) for words, scores in read]
    choice = choose(steps, head.sentence_worth, head.none)
    if choice is None or choice.sureness < LEAST_SURENESS or len(choice.path) < FEWEST_WORDS:
        return None
    kept = kept_spans(document.text, read[choice.sentence][0], choice.path)
    line = " ".join(" ".join(span.of(document.text).split()) for span in kept)
    if dangling.opens_dangling(line):
        return None
    return SummarySentence(line[:1].upper() + line[1:], kept, 1.0)


def without_slips(text: str, words: Sequence[Span], steps: Floats) -> Floats:
    """Return ``steps`` (P, P) without those that leave something hanging or turn the meaning round.

    Nothing ends on a word after which something must follow, nor within a phrase; a negation isn't dropped
    out of what it negates, nor "been" after "has", nor "that has" before its verb.
    """
    allowed = steps.copy()
    read = [word.of(text) for word in words]
    for place, word in enumerate(read, start=1):
        following = read[place] if place < len(read) else ""
        breaks = following and word[-1] not in _PHRASE_ENDS and not _PHRASE_BEGINS.match(following)
        if hangs(word.strip(_LOOSE_END)) or breaks:
            allowed[place, -1] = -np.inf
        if _NEGATION.match(word):
            around = slice(max(place - _SHORT_GAP, 0), place), slice(place + 1, place + _SHORT_GAP + 1)
            allowed[around] = -np.inf
        if _HAVE.match(word) and following in ("been", "be", "not"):
            allowed[place, place + 2 :] = -np.inf
        if _RELATIVE.match(word) and _HAVE.match(following):
            allowed[:place, place + 2] = -np.inf
    return allowed


def kept_spans(text: str, words: Sequence[Span], path: Sequence[int]) -> tuple[Span, ...]:
    """Return the stretches of ``words`` at the places of ``path``; no comma stays of what was left out."""
    spans: list[Span] = []
    for number, place in enumerate(path):
        word = words[place - 1]
        following = path[number + 1] if number + 1 < len(path) else len(words) + 1
        if following > place + 1 and (following > len(words) or text[words[following - 2].end - 1] in ",;"):
            word = Span(word.start, word.start + len(word.of(text).rstrip(_LOOSE_END)) or word.end)
        if number and path[number - 1] == place - 1:
            spans[-1] = Span(spans[-1].start, word.end)
        else:
            spans.append(word)
    last = spans[-1]
    return (*spans[:-1], Span(last.start, last.start + len(last.of(text).rstrip(_LOOSE_END))))


def make_standfirst(
    document: Document, headline: SummarySentence | None, ranked: Sequence[Span]
) -> SummarySentence | None:
    """Return a sentence of at most ``MOST_STANDFIRST_WORDS`` to stand beneath the headline; None for none.

    It is the first of ``ranked`` sentences, the most salient first, that isn't the headline's own, stands
    alone and is short enough, or can be made so.
    """
    for span in ranked:
        if headline and any(span.overlaps(evidence) for evidence in headline.evidence):
            continue
        sentence = " ".join(span.of(document.text).split())
        if dangling.opens_dangling(sentence) or dangling.is_question(sentence):
            continue
        if count_words(sentence) <= MOST_STANDFIRST_WORDS:
            return SummarySentence(sentence, (span,), 1.0)
        short = shorten(document, span, MOST_STANDFIRST_WORDS, _ASIDES)
        if short:
            text = f"{short.text[:1].upper()}{short.text[1:]}"
            return SummarySentence(
                text if text.endswith((".", "!", "?", "”", '"')) else f"{text}.", short.kept, 1.0
            )
    return None


def _stems(text: str) -> frozenset[str]:
    return crude_stems((word.lower() for word in find_words(text)), STOP_WORDS)
