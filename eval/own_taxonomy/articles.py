"""Labelled articles with the features that a topic head reads of them, kept in a file between runs.

Reading an article takes a second on a slow machine, and every figure is of the same articles.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from eval.datasets.rows import Row, digest, read_rows
from service.domain import Article
from service.models.heads.own_topics import ArticleFeatures
from service.models.heads.topics import Pieces
from service.topics.own.article_reader import ArticleReader
from service.topics.own.examples import MOST_CHARS, LabelledExample
from service.topics.own.taxonomy import OwnTaxonomy

_SEED = 0


@dataclass(frozen=True, slots=True)
class LabelledArticle:
    """An article of the data with its labels, those that the taxonomy has, and its features."""

    example: LabelledExample
    features: ArticleFeatures


def read_articles(
    data: Sequence[Path], taxonomy: OwnTaxonomy, limit: int, reader: ArticleReader, cache: Path | None,
    tick: Callable[[], None],
) -> list[LabelledArticle]:  # fmt: skip
    """Return up to ``limit`` articles of the files, drawn by a fixed seed, that have a label of the taxonomy.

    Their labels stand under ``labels``, or one under ``topic``. ``cache`` is a folder for what was read of
    them. Raises FileNotFoundError, and ValueError where no article fits.
    """
    rows = [row for path in data for row in read_rows(path) if _labels(row, taxonomy)]
    if not rows:
        raise ValueError(f"no article of {', '.join(map(str, data))} has a label of {taxonomy.name}")
    random.Random(_SEED).shuffle(rows)
    rows = rows[:limit]
    key = sha256(
        "\n".join(
            [reader.encoder_digest, str(MOST_CHARS), *map(digest, data), *(row["id"] for row in rows)]
        ).encode()
    ).hexdigest()[:16]
    kept = cache / f"{taxonomy.name}-{key}.safetensors" if cache else None
    if kept and kept.exists():
        features = _load(kept)
    else:
        features = []
        for row in rows:
            features.append(reader.features(Article(str(row["id"]), row["text"][:MOST_CHARS])))
            tick()
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            _save(features, kept)
    return [
        LabelledArticle(LabelledExample(row["text"][:MOST_CHARS], _labels(row, taxonomy)), read)
        for row, read in zip(rows, features, strict=True)
        if read is not None
    ]


def _labels(row: Row, taxonomy: OwnTaxonomy) -> tuple[str, ...]:
    given = row.get("labels") or [row.get("topic")]
    return tuple(label for label in given if label in taxonomy.position)


def _save(features: Sequence[ArticleFeatures | None], path: Path) -> None:
    """Keep features; an article of which nothing counts has no pieces."""
    width = next(len(one.vector) for one in features if one)
    empty = np.zeros(0, dtype=np.int64)
    save_file(
        {
            "vectors": np.stack([one.vector if one else np.zeros(width, np.float32) for one in features]),
            "ids": np.concatenate([one.pieces.ids if one else empty for one in features]),
            "counts": np.concatenate([one.pieces.counts if one else empty for one in features]),
            "lengths": np.array([len(one.pieces.ids) if one else 0 for one in features], dtype=np.int64),
        },
        path,
    )


def _load(path: Path) -> list[ArticleFeatures | None]:
    kept = load_file(path)
    ends = np.cumsum(kept["lengths"])
    found: list[ArticleFeatures | None] = []
    for vector, end, length in zip(kept["vectors"], ends, kept["lengths"], strict=True):
        part = slice(int(end - length), int(end))
        pieces = Pieces(kept["ids"][part], kept["counts"][part])
        found.append(ArticleFeatures(vector, pieces) if length else None)
    return found
