"""Training examples of the salience head: encoded articles, human summaries and main points as targets."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from eval.datasets import Row
from eval.metrics.points import Point, conveyed
from eval.training.salience.overlap import RougeOverlap, tokenize
from eval.training.weights import load_encoder, trunk_digest
from service.domain import Article, Sentence
from service.ingest.furniture import find_furniture
from service.models.heads.salience import sentence_features
from service.summary.selection import sound_sentences
from service.text.document import Document
from service.text.segment.segmenter import Segmenter

SEED = 20160627
# Chosen on cnndm_dev and newssum_dev (eval/LOG.md).
_ORACLE_SENTENCES = 4
# Triples are drawn from the first sound sentences and as many of the others, without regard to the oracle:
# with pools that hold the oracle's sentences, the head learns that late sentences are good ones. A difference
# of 0.03 in F is worth a factor of e.
_POOL_FIRST, _POOL_OTHERS, _TRIPLES, _REWARD_TEMPERATURE = 8, 8, 200, 0.03
# What the main points are worth, the most important first, and which share of their worth is a factor of e.
_POINT_WORTH, _POINT_TEMPERATURE = (1.0, 0.8, 0.65, 0.5, 0.4), 0.12


@dataclass(frozen=True, slots=True)
class EncodedArticle:
    """An article as the service sees it, with sentence vectors (S, D) and a human summary or main points."""

    article: Article
    sentences: tuple[Sentence, ...]
    usable: NDArray[np.bool_]  # (S,)
    vectors: NDArray[np.float32]  # (S, D)
    reference: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()


class ArticleEncoder:
    """An encoder of rows that caches sentence vectors in a folder, named by text and sentences."""

    def __init__(self, cache: Path) -> None:
        self._segmenter = Segmenter.load()
        self._encoder = load_encoder()
        self._cache = cache / trunk_digest()[:16]
        self._cache.mkdir(parents=True, exist_ok=True)

    def encode(self, rows: Iterable[Row]) -> Iterator[EncodedArticle]:
        """Yield the encoded article of each row."""
        for row in rows:
            text, title = row["text"], row.get("title")
            article = Article(row["id"], text, title, furniture=find_furniture(text, title))
            sentences = self._segmenter.segment(article)
            document = Document(article, sentences)
            usable = np.array(document.is_shown, dtype=np.bool_)
            vectors = self._vectors(document)
            points = tuple(
                frozenset(point["sentences"]) for point in row.get("marks", {}).get("main_points", ())
            )
            reference = tuple(row.get("summary", ()))
            yield EncodedArticle(article, sentences, usable, vectors, reference, points)

    def _vectors(self, document: Document) -> NDArray[np.float32]:
        spans = ",".join(f"{sentence.span.start}-{sentence.span.end}" for sentence in document.sentences)
        path = self._cache / f"{sha256(f'{spans}|{document.text}'.encode()).hexdigest()}.npy"
        if not path.exists():
            np.save(path, self._encoder.encode(document).sentence_vectors)
        vectors: NDArray[np.float32] = np.load(path)
        return vectors


@dataclass(frozen=True, slots=True)
class SalienceExample:
    """An article's training targets: the oracle's sentences, and how good N triples of sentences are."""

    inputs: torch.Tensor  # (S, F + D) features as computed, then the sentence vector
    usable: torch.Tensor  # (S,) bool
    oracle: torch.Tensor  # (S,) a distribution
    triples: torch.Tensor  # (N, 3) sentence indices
    wanted: torch.Tensor  # (N,) a distribution
    weight: float = 1.0


def make_examples(articles: Iterable[EncodedArticle], weight: float = 1.0) -> Iterator[SalienceExample]:
    """Yield an example for each article that has an oracle and enough sentences to choose from."""
    generator = np.random.default_rng(SEED)
    for encoded in articles:
        document = Document(encoded.article, encoded.sentences)
        sound = np.flatnonzero(sound_sentences(document)).tolist()
        others = generator.permutation(sound[_POOL_FIRST:])[:_POOL_OTHERS].astype(int).tolist()
        pool = sorted(sound[:_POOL_FIRST] + others)
        if len(pool) <= 3:
            continue
        triples = np.array(list(itertools.combinations(pool, 3)))  # (N, 3)
        triples = generator.permutation(triples)[:_TRIPLES]
        targets = (_by_points if encoded.points else _by_reference)(encoded, triples)
        if targets is None:
            continue
        oracle, wanted = targets
        features = sentence_features(document, encoded.vectors)
        yield SalienceExample(
            torch.from_numpy(np.concatenate([features, encoded.vectors], axis=1)),
            torch.from_numpy(encoded.usable),
            torch.from_numpy(oracle),
            torch.from_numpy(triples),
            torch.from_numpy((wanted / wanted.sum()).astype(np.float32)),
            weight,
        )


Targets = tuple[NDArray[np.float32], NDArray[np.float64]]
"""The oracle's sentences (S,), a distribution, and how much each triple (N,) is wanted."""


def _by_reference(encoded: EncodedArticle, triples: NDArray[np.int64]) -> Targets | None:
    """Return the sentences and triples that have most in common with the human summary; None without one."""
    text = encoded.article.text
    tokens = [tokenize(sentence.span.of(text)) for sentence in encoded.sentences]
    overlap = RougeOverlap(encoded.reference)
    chosen = _greedy_oracle(tokens, overlap, encoded.usable)
    if not chosen:
        return None
    rewards = np.array([overlap.f_measure([*itertools.chain(*(tokens[i] for i in t))]) for t in triples])
    oracle = np.zeros(len(tokens), dtype=np.float32)
    oracle[chosen] = 1 / len(chosen)
    return oracle, np.exp((rewards - rewards.max()) / _REWARD_TEMPERATURE)


def _by_points(encoded: EncodedArticle, triples: NDArray[np.int64]) -> Targets | None:
    """Return the sentences and triples that convey the main points; None if no usable sentence does."""
    worth = np.array(_POINT_WORTH[: len(encoded.points)])  # (P,)
    points = encoded.points[: len(worth)]
    conveys = np.array(
        [conveyed(points, [sentence.span]) for sentence in encoded.sentences], dtype=np.float32
    ) * encoded.usable[:, None]  # (S, P)  # fmt: skip
    if not conveys.any():
        return None
    shares = conveys / np.maximum(conveys.sum(axis=0), 1)  # (S, P)
    oracle = (shares @ worth).astype(np.float32)
    rewards = conveys[triples].max(axis=1) @ worth / worth.sum()  # (N,)
    return oracle / oracle.sum(), np.exp((rewards - rewards.max()) / _POINT_TEMPERATURE)


def _greedy_oracle(
    tokens: Sequence[Sequence[str]], overlap: RougeOverlap, usable: NDArray[np.bool_]
) -> list[int]:
    """Return usable sentences, each the one that adds most to the overlap, until none adds to it."""
    chosen: list[int] = []
    best = 0.0
    while len(chosen) < _ORACLE_SENTENCES:
        gains = {
            index: overlap.f_measure([*itertools.chain(*(tokens[i] for i in sorted([*chosen, index])))])
            for index in np.flatnonzero(usable).tolist()
            if index not in chosen
        }
        index = max(gains, key=gains.__getitem__, default=None)
        if index is None or gains[index] <= best:
            break
        best = gains[index]
        chosen.append(index)
    return chosen
