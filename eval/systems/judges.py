"""Judges of support: the service's own fast grounding, and baselines over words and over embeddings."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from nltk.stem.porter import PorterStemmer

from eval.systems.shape import BuildContext
from eval.systems.summaries.baselines import sentences
from service.bootstrap import load_segmenter
from service.domain import Article
from service.grounding.grounder import ground
from service.text.document import Document

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_STOP_WORDS = frozenset(
    """a about after all also an and any are as at be been before being but by can could did do does for from
    had has have he her hers him his how i if in into is it its it's just may me might more most my no nor not
    of off on one only or other our out over own said say says she should so some such than that the their
    them then there these they this those through to too under until up us very was we were what when where
    which while who whom why will with would you your""".split()
)


class LexicalJudge:
    """The service's fast scorer, over words alone, as the editors' page uses it."""

    def judge(self, article: Article, claims: Sequence[str]) -> tuple[float, ...]:
        """Return the support of each claim."""
        document = Document(article, load_segmenter().segment(article))
        return tuple(ground(claim, document).support for claim in claims)


class CoverageJudge:
    """The share of a claim's content words that its best sentence holds, and that the whole article holds.

    The mean of the two: on FRANK's development part it tells right from wrong better than either does.
    """

    def __init__(self) -> None:
        self._stemmer = PorterStemmer()

    def judge(self, article: Article, claims: Sequence[str]) -> tuple[float, ...]:
        """Return the mean share of each claim; 1 for a claim without content words."""
        held = [self._content(span.of(article.text)) for span in sentences(article)]
        whole = frozenset().union(*held)
        contents = [self._content(claim) for claim in claims]
        return tuple((_share(content, held) + _share(content, [whole])) / 2 for content in contents)

    def _content(self, text: str) -> frozenset[str]:
        words = {word.lower() for word in _WORD.findall(text)} - _STOP_WORDS
        return frozenset(self._stemmer.stem(word) for word in words)


class MiniLMJudge:
    """The highest cosine between a claim's embedding and a sentence's."""

    def judge(self, article: Article, claims: Sequence[str]) -> tuple[float, ...]:
        """Return each claim's cosine, negative ones as 0."""
        from eval.systems.summaries.embeddings import embed

        held = embed([span.of(article.text) for span in sentences(article)])
        cosines = embed(claims) @ held.T  # (claims, S)
        return tuple(float(value) for value in np.clip(cosines.max(axis=1), 0, 1))


def build_words(_: BuildContext, __: str) -> LexicalJudge:
    """Build the lexical scorer."""
    return LexicalJudge()


def build_coverage(_: BuildContext, __: str) -> CoverageJudge:
    """Build the baseline over words."""
    return CoverageJudge()


def build_minilm(_: BuildContext, __: str) -> MiniLMJudge:
    """Build the baseline over embeddings, and load them."""
    from eval.systems.summaries.embeddings import embed

    embed(["load"])
    return MiniLMJudge()


def _share(claim: frozenset[str], held: Sequence[frozenset[str]]) -> float:
    return max(len(claim & words) for words in held) / len(claim) if claim else 1.0
