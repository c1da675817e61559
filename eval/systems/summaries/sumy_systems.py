"""sumy's LexRank, TextRank and LSA, as its README sets them up: English stop words and stemmer.

Sentences are ours, so that rivals differ in what they choose and not in where they cut; words are cut by the
tokenizer that sumy uses, without the sentence splitter before it, whose data would have to be downloaded.
"""

from __future__ import annotations

import warnings
from typing import Any

from nltk.tokenize import NLTKWordTokenizer
from numpy.linalg import LinAlgError
from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence
from sumy.nlp.stemmers import Stemmer
from sumy.nlp.tokenizers import Tokenizer
from sumy.summarizers.lex_rank import LexRankSummarizer
from sumy.summarizers.lsa import LsaSummarizer
from sumy.summarizers.text_rank import TextRankSummarizer
from sumy.utils import get_stop_words

from eval.systems.shape import BuildContext, extractive
from eval.systems.summaries.baselines import LENGTH, sentences
from service.domain import Analysis, Article


class WordTokenizer:
    """A tokenizer of sentences, as sumy needs one."""

    def __init__(self) -> None:
        self._tokenizer = NLTKWordTokenizer()

    def to_words(self, sentence: str) -> tuple[str, ...]:
        """Return the words of a sentence as sumy defines them, without numbers and punctuation."""
        return tuple(word for word in self._tokenizer.tokenize(sentence) if Tokenizer._is_word(word))


class SumySummariser:
    """One of sumy's summarisers."""

    def __init__(self, name: str, summarizer: Any) -> None:
        self._name = name
        self._summarizer = summarizer
        self._summarizer.stop_words = get_stop_words("english")
        self._words = WordTokenizer()

    def analyse(self, article: Article) -> Analysis:
        """Return the ``LENGTH`` sentences that sumy rates best, in text order; the first ones if it fails."""
        found = sentences(article)
        if len(found) <= LENGTH:
            return extractive(article, found, self._name)
        listed = [Sentence(span.of(article.text), self._words) for span in found]
        # sumy's sentences are equal where their words are, so we tell them apart by identity.
        spans = {id(sentence): span for sentence, span in zip(listed, found, strict=True)}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # LSA: fewer words than sentences
            try:
                chosen = self._summarizer(ObjectDocumentModel([Paragraph(listed)]), LENGTH)
            except LinAlgError:
                chosen = ()
        return extractive(article, [spans[id(s)] for s in chosen] or found[:LENGTH], self._name)


def build_lexrank(_: BuildContext, __: str) -> SumySummariser:
    """Build LexRank (Erkan and Radev 2004) over words."""
    return SumySummariser("sumy-lexrank", LexRankSummarizer(Stemmer("english")))


def build_textrank(_: BuildContext, __: str) -> SumySummariser:
    """Build TextRank (Mihalcea and Tarau 2004)."""
    return SumySummariser("sumy-textrank", TextRankSummarizer(Stemmer("english")))


def build_lsa(_: BuildContext, __: str) -> SumySummariser:
    """Build latent semantic analysis (Steinberger and Ježek 2004)."""
    return SumySummariser("sumy-lsa", LsaSummarizer(Stemmer("english")))
