"""Summaries of the article's own sentences, chosen without a model: lead, random, best possible."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache

from eval.systems.shape import BuildContext, extractive
from service.domain import Analysis, Article, Span
from service.text.segment import Segmenter

LENGTH = 3
"""How many sentences the summaries of all extractive rivals hold."""

_Ngrams = Counter[tuple[str, ...]]


def sentences(article: Article) -> tuple[Span, ...]:
    """Return the sentences that all rivals choose from: those of the service's own segmenter, in order."""
    return tuple(sentence.span for sentence in _segmenter().segment(article))


class LeadBaseline:
    """The first sentences of the text, a strong baseline in news."""

    def analyse(self, article: Article) -> Analysis:
        """Return the first ``LENGTH`` sentences."""
        return extractive(article, sentences(article)[:LENGTH], "lead")


class RandomBaseline:
    """Sentences drawn at random, the floor; the draw depends on the article's id and the seed alone."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def analyse(self, article: Article) -> Analysis:
        """Return ``LENGTH`` random sentences, in text order."""
        found = sentences(article)
        draw = random.Random(f"{self._seed} {article.id}").sample(found, min(LENGTH, len(found)))
        return extractive(article, sorted(draw), "random")


class ExtractiveOracle:
    """The sentences that fit the reference best: the ceiling of extraction, not a usable system.

    It is greedy, as training labels are made in SummaRuNNer (Nallapati, Zhai and Zhou 2017): the sentence is
    added that raises ROUGE-1 plus ROUGE-2 most, until none does or ``LENGTH`` are chosen.
    """

    def __init__(self, references: Mapping[str, Sequence[str]]) -> None:
        self._references = references

    def analyse(self, article: Article) -> Analysis:
        """Return the best sentences in text order; none for an article without a reference."""
        reference = self._references.get(article.id, ())
        found = sentences(article)
        chosen = best_sentences([span.of(article.text) for span in found], reference)
        return extractive(article, [found[index] for index in chosen], "oracle")


def best_sentences(texts: Sequence[str], reference: Sequence[str]) -> list[int]:
    """Return the positions of the texts that greedily maximise ROUGE-1 plus ROUGE-2 F, ascending."""
    chosen: list[int] = []
    best = 0.0
    overlaps = [_Overlap(texts, reference, length) for length in (1, 2)]
    while len(chosen) < LENGTH:
        left = [index for index in range(len(texts)) if index not in chosen]
        scored = [(sum(overlap.f1([*chosen, index]) for overlap in overlaps), -index) for index in left]
        score, index = max(scored, default=(0.0, 0))
        if score <= best:
            break
        best = score
        chosen.append(-index)
    return sorted(chosen)


def build_lead(_: BuildContext, __: str) -> LeadBaseline:
    """Build the lead baseline."""
    return LeadBaseline()


def build_random(context: BuildContext, _: str) -> RandomBaseline:
    """Build the random baseline with the context's seed."""
    return RandomBaseline(context.seed)


def build_oracle(context: BuildContext, _: str) -> ExtractiveOracle:
    """Build the oracle from the context's references. Raises ValueError if there are none."""
    references = {s.article.id: s.gold.reference for s in context.samples if s.gold.reference}
    if not references:
        raise ValueError("the oracle reads the human summaries, and these data hold none")
    return ExtractiveOracle(references)


class _Overlap:
    """ROUGE-N of selections of ``texts``, counted once. N-grams do not cross sentences."""

    def __init__(self, texts: Sequence[str], reference: Sequence[str], length: int) -> None:
        counts = [_ngrams(text, length) for text in texts]
        self._wanted: _Ngrams = sum((_ngrams(text, length) for text in reference), _Ngrams())
        self._sizes = [count.total() for count in counts]
        # What is not in the reference counts as length only.
        self._shared = [
            _Ngrams({ngram: n for ngram, n in count.items() if ngram in self._wanted}) for count in counts
        ]

    def f1(self, chosen: Sequence[int]) -> float:
        size = sum(self._sizes[index] for index in chosen) + self._wanted.total()
        joined = _Ngrams()
        for index in chosen:
            joined.update(self._shared[index])
        return 2 * (joined & self._wanted).total() / size if size else 0.0


def _ngrams(text: str, length: int) -> _Ngrams:
    words = _words(text)
    return _Ngrams(zip(*(words[start:] for start in range(length)), strict=False))


def _words(text: str) -> list[str]:
    # The words that the scorer sees: lower case, stemmed if longer than three letters.
    from rouge_score.tokenize import tokenize  # type: ignore[import-untyped, unused-ignore]

    return list(tokenize(text, _stemmer()))


@cache
def _stemmer() -> object:
    from nltk.stem.porter import PorterStemmer

    return PorterStemmer()


@cache
def _segmenter() -> Segmenter:
    return Segmenter.load()
