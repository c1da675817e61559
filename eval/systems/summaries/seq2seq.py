"""An encoder-decoder (BART, PEGASUS, T5, …) run as the service runs it, but without chunks and grounding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eval.systems.shape import BuildContext, abstractive
from eval.systems.summaries.baselines import sentences
from service.domain import Analysis, Article
from service.errors import ModelFailed
from service.models.generating import seq2seq
from service.models.generating.backend import Message, Question, Unanswered

_SENTENCES = (1, 3)
"""The least and the most sentences; the other rivals choose three."""
_MAX_NEW_TOKENS = 120


class PlainSeq2Seq:
    """A summariser that reads as much of the article, from its start, as fits the model."""

    def __init__(self, model: seq2seq.Seq2Seq) -> None:
        self._model = model

    def analyse(self, article: Article) -> Analysis:
        """Write a summary; the same article gives the same. Raises ModelFailed."""
        ends = [span.end for span in sentences(article)]
        text = article.text[: self._last_fitting(article.text, ends)]
        question = Question("summarize", _asked(text), _MAX_NEW_TOKENS, sentences=_SENTENCES)
        try:
            written = self._model.ask(question).content
        except Unanswered as error:
            raise ModelFailed(error.detail) from error
        found = sentences(Article("summary", written)) if written else ()
        return abstractive(article, [span.of(written) for span in found], self._model.label)

    def _last_fitting(self, text: str, ends: Sequence[int]) -> int:
        """Return the end of the last sentence that fits, or as much of the first one as fits."""

        def fits(end: int) -> bool:
            return self._model.count(_asked(text[:end])) <= self._model.context

        fitting = _count_while(fits, ends)
        if fitting or not ends:
            return ends[fitting - 1] if ends else 0
        return _count_while(fits, range(1, ends[0]))


def build_seq2seq(_: BuildContext, name: str) -> PlainSeq2Seq:
    """Load the model called ``name``, from that folder or the hub. Raises ValueError."""
    try:
        return PlainSeq2Seq(seq2seq.Seq2Seq.load(name))
    except ModelFailed as error:
        raise ValueError(error.detail) from error


def _asked(text: str) -> tuple[Message, ...]:
    return (Message("user", text),)


def _count_while(fits: Callable[[int], bool], ends: Sequence[int]) -> int:
    """Return how many of the ascending ``ends`` fit; those that do come first."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(ends[middle - 1]):
            low = middle
        else:
            high = middle - 1
    return low
