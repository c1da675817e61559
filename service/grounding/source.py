"""An article as grounding looks things up in it: its words, their places, and which stand together.

Built once for an article and shared by all claims about it. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.domain import Sentence, Span
from service.grounding.wording import Word, read_words
from service.text.mark_runs import read_marks

NGRAMS = (2, 3, 4)
_LONGEST_RUN = 60
"""Copied runs are not followed further: a repetitive text must not take for ever."""
_MOST_PLACES = 40
_BY_CHANCE = 2

runs_of = lru_cache(maxsize=4)(read_marks)
"""What stands in quotation marks in a text; kept, as of one article many quotes are read in a row."""


@dataclass(frozen=True, slots=True)
class Source:
    """W words in S sentences; ``sentence_of`` has the sentence of each word."""

    text: str
    spans: tuple[Span, ...]
    words: tuple[Word, ...]
    sentence_of: tuple[int, ...]
    places: dict[str, list[int]]
    """Where each stem stands, as indices of words."""
    sentences: tuple[frozenset[str], ...]
    """The stems of each sentence."""
    ranges: tuple[tuple[int, int], ...]
    """The words of each sentence, half-open."""
    ngrams: dict[int, frozenset[tuple[str, ...]]]
    names: frozenset[str]
    """Stems that the article writes with a capital inside sentences, and never without."""
    lower: frozenset[str]
    """Stems that it writes without a capital anywhere."""
    initials: tuple[str, str]
    """The first letters of all words, and of content words; a space between sentences."""
    abbreviations: frozenset[str]
    """What it writes in capitals, without stops."""

    def has(self, stem: str) -> bool:
        """Return whether the word stands anywhere in the article."""
        return stem in self.places

    def spells_out(self, letters: str) -> bool:
        """Return whether words in a row begin with these letters; small words between them may be left out.

        Two letters are met by chance anywhere, so that their words must be capital.
        """
        if len(letters) > _BY_CHANCE:
            return any(letters.casefold() in row.casefold() for row in self.initials)
        return any(letters in row for row in self.initials)

    def run_from(self, stems: Sequence[str], at: int, hint: int) -> tuple[int, int]:
        """Return place and length of the longest run of the article that ``stems[at:]`` begins with.

        Of equally long ones, that which follows the word before ``hint``, else the first. Length 0: none.
        """
        best, length = -1, 0
        places = self.places.get(stems[at], ())
        if hint < len(self.words) and self.words[hint].stem == stems[at]:
            places = [hint, *places[:_MOST_PLACES]]
        for place in places[:_MOST_PLACES]:
            run = 0
            while (
                run < _LONGEST_RUN
                and at + run < len(stems)
                and place + run < len(self.words)
                and self.words[place + run].stem == stems[at + run]
            ):
                run += 1
            if run > length:
                best, length = place, run
        return best, length


def read_source(text: str, sentences: Sequence[Sentence]) -> Source:
    """Index an article; remembered, since an article's claims come in a row."""
    return _read(text, tuple(sentence.span for sentence in sentences))


@lru_cache(maxsize=4)
def _read(text: str, spans: tuple[Span, ...]) -> Source:
    words: list[Word] = []
    sentence_of: list[int] = []
    ranges = []
    inside, lower = set[str](), set[str]()
    for number, span in enumerate(spans):
        start = len(words)
        for word in read_words(span.of(text)):
            place = Span(word.span.start + span.start, word.span.end + span.start)
            words.append(Word(place, word.surface, word.stem))
            sentence_of.append(number)
            if not word.is_capital:
                lower.add(word.stem)
            elif len(words) - 1 > start:
                inside.add(word.stem)
        ranges.append((start, len(words)))
    places = defaultdict(list)
    for index, word in enumerate(words):
        places[word.stem].append(index)
    stems = [word.stem for word in words]
    return Source(
        text=text,
        spans=spans,
        words=tuple(words),
        sentence_of=tuple(sentence_of),
        places=dict(places),
        sentences=tuple(frozenset(stems[start:end]) for start, end in ranges),
        ranges=tuple(ranges),
        ngrams={
            length: frozenset(zip(*(stems[start:] for start in range(length)), strict=False))
            for length in NGRAMS
        },
        names=frozenset(inside - lower),
        lower=frozenset(lower),
        initials=(
            " ".join("".join(word.surface[0] for word in words[a:b]) for a, b in ranges),
            " ".join("".join(word.surface[0] for word in words[a:b] if word.is_content) for a, b in ranges),
        ),
        abbreviations=frozenset(
            word.surface.replace(".", "")
            for word in words
            if word.surface.isupper() and len(word.surface) > 1
        ),
    )
