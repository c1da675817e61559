"""Scoring sentence segmentation on the hand-marked passages of ``eval/gold``.

The passages (``eval/gold/segmentation.jsonl``: offsets and ids, no text) were drawn at random with fixed
seeds, in two rounds, and marked by reading before our segmenter was run on them. First tries: F1 98.96 on
round one (435 sentences; its errors led to two repairs), 99.08 on round two (163; two more repairs).

Conventions: a line break ends a sentence (not a wrapped line); sentences within a quotation count one by
one; a quotation and its attribution are one sentence ("Why?" he asked); a colon or semicolon ends nothing;
a list number belongs to its item; lines that were glued together without a mark are still two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from nltk.tokenize.punkt import PunktSentenceTokenizer

from eval.datasets import Row, read_rows
from eval.metrics.segmentation import BoundaryCounts, compare_boundaries
from service.domain import Article
from service.segment import Segmenter

GOLD = Path(__file__).parent / "gold" / "segmentation.jsonl"


@dataclass(frozen=True)
class BoundaryError:
    """One wrong sentence end: ``kind`` is "missed" or "spurious", ``offset`` counts code points."""

    file: str
    id: str
    offset: int
    kind: str


@dataclass(frozen=True)
class SegmentationScore:
    """Counts over all passages and per data file, and every error."""

    counts: BoundaryCounts
    by_file: dict[str, BoundaryCounts] = field(default_factory=dict)
    errors: tuple[BoundaryError, ...] = ()


def score(segmenter: Segmenter, data_dir: Path) -> SegmentationScore:
    """Score ``segmenter`` on the gold passages, whose texts lie under ``data_dir``.

    Raises FileNotFoundError when a data file is absent and KeyError when an article is.
    """
    return _score(
        lambda row: [s.span.end for s in segmenter.segment(Article(id=row["id"], text=row["text"]))], data_dir
    )


def score_plain_punkt(data_dir: Path) -> SegmentationScore:
    """Score NLTK's untuned ``PunktSentenceTokenizer()`` on the same passages, for comparison."""
    punkt = PunktSentenceTokenizer()
    return _score(lambda row: [end for _, end in punkt.span_tokenize(row["text"])], data_dir)


def _score(ends_of: Callable[[Row], list[int]], data_dir: Path) -> SegmentationScore:
    passages = list(read_rows(GOLD))
    by_file: dict[str, BoundaryCounts] = {}
    errors: list[BoundaryError] = []
    for file in sorted({passage["file"] for passage in passages}):
        rows = {row["id"]: row for row in read_rows(data_dir / f"{file}.jsonl.gz")}
        for passage in (passage for passage in passages if passage["file"] == file):
            ends = ends_of(rows[passage["id"]])
            counts, wrong = compare_boundaries(passage["ends"], ends, passage["start"], passage["end"])
            by_file[file] = by_file.get(file, BoundaryCounts()) + counts
            for kind, offsets in (("missed", wrong.missed), ("spurious", wrong.spurious)):
                errors += [BoundaryError(file, passage["id"], offset, kind) for offset in offsets]
    return SegmentationScore(sum(by_file.values(), BoundaryCounts()), by_file, tuple(errors))
