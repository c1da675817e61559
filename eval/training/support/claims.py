"""Claims that people judged, as the support scorers see them: features, judgement, and groups of articles."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.datasets.load import load
from eval.training.support.encodings import CachedEncoder
from eval.training.support.weak_claims import WeakClaims, weak_sentences, weigh_claims
from service.bootstrap import load_segmenter
from service.grounding.article_index import ArticleIndex, index_article
from service.grounding.claims import Claim, read_claim
from service.grounding.grounder import sentence_document
from service.models.encoder import Encoding
from service.models.heads.support import VECTOR_FEATURES, vector_features
from service.text.document import Document

SETS = ("frank_dev", "qags", "summedits_news_dev")
_GRAM, _SHARED, _COMMON = 6, 0.2, 6
_PLAIN = re.compile(r"[a-z0-9]+")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JudgedClaims:
    """N judged sentences of M summaries; ``labels`` are the shares of a summary that people found supported.

    ``shares`` weigh a sentence, less if its summary has many. Sentences of equal ``articles`` number are
    about one article, or about articles that share text.
    """

    names: tuple[str, ...]
    table: Floats  # (N, F)
    labels: Floats  # (N,)
    shares: Floats  # (N,)
    sources: NDArray[np.str_]  # (N,)
    articles: NDArray[np.int64]  # (N,)
    summaries: NDArray[np.int64]  # (N,)
    claims: tuple[Claim, ...]

    def lexical(self) -> JudgedClaims:
        """Return the claims without the features of vectors."""
        kept = len(self.names) - len(VECTOR_FEATURES)
        return replace(self, names=self.names[:kept], table=self.table[:, :kept])

    def folds(self, count: int, seed: int) -> Iterator[NDArray[np.bool_]]:
        """Yield which sentences (N,) are left out, fold by fold of whole articles."""
        order = np.random.default_rng(seed).permutation(np.unique(self.articles))
        for part in np.array_split(order, count):
            yield np.isin(self.articles, part)

    def concluded(self, scores: Floats) -> Floats:
        """Return the support that the service concludes from scores: 1 for copies, less for faults."""
        return np.array([claim.support(score) for claim, score in zip(self.claims, scores, strict=True)])


def read_training_claims(folder: Path, encoder: CachedEncoder) -> tuple[JudgedClaims, WeakClaims]:
    """Read and encode all claims, without weak ones whose article shares text with a judged one."""
    segmenter = load_segmenter()
    texts: dict[str, int] = {}
    rows, labels, shares, sources, articles, summaries, claims = [], [], [], [], [], [], []
    names: tuple[str, ...] = ()
    last: tuple[str, ArticleIndex, Encoding] | None = None
    for number, sample in enumerate(
        sample for name in SETS for sample in load(str(folder / "support" / f"{name}.jsonl.gz")).samples
    ):
        text = sample.article.text
        if last is None or last[0] != text:
            document = Document(sample.article, segmenter.segment(sample.article))
            last = (text, index_article(document), encoder.encode(document))
        _, source, encoding = last
        written = sample.gold.claims or ()
        for sentence in written:
            claim, found = _read(sentence, source, encoding, encoder)
            names = tuple(found)
            rows.append(list(found.values()))
            labels.append(sample.gold.supported or 0.0)
            shares.append(len(written) ** -0.5)
            sources.append(sample.slices["publisher"])
            articles.append(texts.setdefault(text, len(texts)))
            summaries.append(number)
            claims.append(claim)
    joined = np.array(_joined(list(texts)))
    judged = JudgedClaims(
        names=names,
        table=np.array(rows, dtype=np.float64),
        labels=np.array(labels),
        shares=np.array(shares),
        sources=np.array(sources),
        articles=joined[articles],
        summaries=np.array(summaries),
        claims=tuple(claims),
    )
    return judged, _read_weak(folder / "summaries", encoder, list(texts))


def _read_weak(folder: Path, encoder: CachedEncoder, judged: Sequence[str]) -> WeakClaims:
    segmenter = load_segmenter()
    found = list(weak_sentences(folder))
    homes = _joined([*judged, *(article.text for article, _ in found)])
    rows, kinds, articles, claims = [], [], [], []
    for number, (article, written) in enumerate(found):
        if homes[len(judged) + number] in homes[: len(judged)]:
            continue
        document = Document(article, segmenter.segment(article))
        source = index_article(document)
        encoding = encoder.encode(document)
        for kind, sentence in written:
            claim, features = _read(sentence, source, encoding, encoder)
            rows.append(list(features.values()))
            kinds.append(kind)
            articles.append(number)
            claims.append(claim)
    return weigh_claims(np.array(rows, dtype=np.float64), kinds, articles, claims)


def _read(
    sentence: str, source: ArticleIndex, encoding: Encoding, encoder: CachedEncoder
) -> tuple[Claim, Mapping[str, float]]:
    """Return a claim and its features, as the service computes them."""
    claim = read_claim(sentence, source)
    vectors = encoder.encode(sentence_document(sentence))
    return claim, {**claim.features, **vector_features(vectors, encoding, claim.evidence)}


def _joined(texts: Sequence[str]) -> list[int]:
    """Return a number for each text, the same for texts that share a fifth of their six-grams."""
    grams = [_grams(text) for text in texts]
    homes = defaultdict(list)
    for number, held in enumerate(grams):
        for gram in held:
            homes[gram].append(number)
    shared = Counter(
        pair for where in homes.values() if len(where) < _COMMON for pair in combinations(where, 2)
    )
    of = list(range(len(texts)))
    for (left, right), count in shared.items():
        if count > _SHARED * min(len(grams[left]), len(grams[right])):
            old, new = of[right], of[left]
            of = [new if number == old else number for number in of]
    return of


def _grams(text: str) -> frozenset[tuple[str, ...]]:
    words = _PLAIN.findall(text.lower())
    return frozenset(zip(*(words[start:] for start in range(_GRAM)), strict=False))
