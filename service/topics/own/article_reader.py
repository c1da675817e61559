"""Reads texts as the heads of topics do: labels, and the examples that are fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from service.domain import Article, Sentence, Span
from service.models.encoder import Encoder
from service.models.heads.own_topics import ArticleFeatures, read_features
from service.text.document import Document


class SegmentsArticles(Protocol):
    """Cuts an article into sentences: ``service.text.segment.Segmenter``."""

    def segment(self, article: Article) -> Sequence[Sentence]:
        """Return the article's sentences, in order and disjoint."""
        ...


class ArticleReader:
    """An encoder with the idf of the shipped head; ``encoder_digest`` is that of the encoder's files."""

    def __init__(
        self,
        encoder: Encoder,
        segmenter: SegmentsArticles,
        encoder_digest: str,
        idf: NDArray[np.float32],
    ) -> None:
        self.encoder_digest = encoder_digest
        self.idf = idf
        self._encoder = encoder
        self._segmenter = segmenter

    def features(self, article: Article) -> ArticleFeatures | None:
        """Return the features of an article, None if nothing of it counts."""
        document = Document(article, tuple(self._segmenter.segment(article)))
        return read_features(self._encoder.encode(document), document.is_shown)

    def vector(self, text: str) -> NDArray[np.float32]:
        """Return the vector (D,) of a label's words at unit length; zero if none of them is read."""
        document = Document(Article("label", text), (Sentence(Span(0, len(text)), 0),))
        found = read_features(self._encoder.encode(document), [True])
        return found.vector if found else np.zeros(self._encoder.trunk.width, dtype=np.float32)
