"""The index in which grounding looks up an article's words: where they stand, and which stand together.

Built once an article and shared by all claims about it. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.domain import Sentence, Span
from service.grounding.support_words import ComparedWord, read_words
from service.text.document import Document
from service.text.mark_runs import MarkedRun

NGRAMS = (2, 3, 4)
_LONGEST_RUN = 60
"""In words. Copied runs are not followed further, so that a repetitive text takes bounded time."""
_MOST_PLACES = 40
_BY_CHANCE = 2


@dataclass(frozen=True, slots=True)
class ArticleIndex:
    """The words and sentences of an article; ``sentence_of`` has the sentence of each word."""

    text: str
    marks: tuple[MarkedRun, ...]
    """The article's runs of words in quotation marks."""
    spans: tuple[Span, ...]
    words: tuple[ComparedWord, ...]
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
    """Words that it writes in capitals, without their full stops."""

    def has(self, stem: str) -> bool:
        """Return whether the word stands anywhere in the article."""
        return stem in self.places

    def spells_out(self, letters: str) -> bool:
        """Return whether words in a row begin with these letters; small words between them may be left out.

        Two letters occur by chance anywhere, so their words must have capitals.
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


def index_article(document: Document, sentences: Sequence[Sentence] | None = None) -> ArticleIndex:
    """Index the sentences of an article, or only the ``sentences`` given.

    The last few indices are kept, since an article's claims come in a row.
    """
    return _index(document, document.sentences if sentences is None else tuple(sentences))


@lru_cache(maxsize=4)
def _index(document: Document, indexed: tuple[Sentence, ...]) -> ArticleIndex:
    text, spans = document.text, tuple(sentence.span for sentence in indexed)
    words: list[ComparedWord] = []
    sentence_of: list[int] = []
    ranges = []
    inside, lower = set[str](), set[str]()
    for number, span in enumerate(spans):
        start = len(words)
        for word in read_words(span.of(text)):
            place = Span(word.span.start + span.start, word.span.end + span.start)
            words.append(ComparedWord(place, word.surface, word.stem))
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
    return ArticleIndex(
        text=text,
        marks=document.marks,
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
