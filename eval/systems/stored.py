"""Answers read from a file: other systems', and the product's own from before editors corrected them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from eval.datasets import Row, read_rows
from eval.metrics.quotes import quoted_regions
from eval.systems.shape import BuildContext, quoting, span_of
from service.domain import Analysis, Article, Quote, QuoteKind, Span, Speaker
from service.errors import InvalidArticle
from service.wire import loads


class StoredAnswers:
    """The answers in a file, by article id; an article that is not in it gets no quotes.

    Rows: ``{"id", "quotes": [{"content": [[start, end], …], "speaker": [start, end], "resolved", "cue"}]}``.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name.split("_")[0].split(".")[0]
        self._quotes = {row["id"]: row["quotes"] for row in read_rows(path)}

    def analyse(self, article: Article) -> Analysis:
        """Return the stored quotes, in text order."""
        marked = quoted_regions(article.text)
        answers = [answer for answer in self._quotes.get(article.id, ()) if answer["content"]]
        answers.sort(key=lambda answer: answer["content"])
        quotes = [_quote(answer, marked, rank) for rank, answer in enumerate(answers, start=1)]
        return quoting(article, quotes, self._name)


class ReviewedAnswers:
    """The product's analyses as they were before editors corrected them, from an export of reviews.

    So the analyses that were reviewed are scored, and not those of today's model.
    """

    def __init__(self, path: Path) -> None:
        """Raises ValueError for a line that is no review's."""
        self._rows: dict[str, Row] = {}
        for number, row in enumerate(read_rows(path), start=1):
            if "pieces" not in row.get("review", {}):
                raise ValueError(f"{path}, row {number}: no export of a review (pullquote review export)")
            self._rows[row["article"]["id"]] = row

    def analyse(self, article: Article) -> Analysis:
        """Return the model's analysis. Raises InvalidArticle for an article that is not in the export."""
        row = self._rows.get(article.id)
        if row is None or row["article"]["text_sha256"] != article.text_sha256:
            raise InvalidArticle(f"The export holds no review of {article.id[:80]!r} with this text.")
        said: dict[str, list[Any]] = {kind: [] for kind in ("sentence", "quote", "topic")}
        for piece in row["review"]["pieces"]:
            if piece["model"]:
                said[piece["kind"]].append(piece["model"])
        said["quote"].sort(key=lambda quote: quote["rank"])  # editors may have ordered them anew
        summary = {
            **row["summary"],
            "sentences": said["sentence"],
            "method": row["summary"]["method"].removesuffix(", edited"),
        }
        before = {**row, "summary": summary, "quotes": said["quote"], "topics": said["topic"]}
        del before["review"]
        return loads(json.dumps(before), article.text)


def build_reviewed(_: BuildContext, path: str) -> ReviewedAnswers:
    """Read the export at ``path``. Raises FileNotFoundError or ValueError."""
    return ReviewedAnswers(Path(path))


def build_stored(_: BuildContext, path: str) -> StoredAnswers:
    """Read the answers at ``path``. Raises FileNotFoundError."""
    return StoredAnswers(Path(path))


def _quote(answer: dict[str, Any], marked: tuple[tuple[int, int], ...], rank: int) -> Quote:
    parts = _disjoint(sorted(span_of(span) for span in answer["content"]))
    speaker = None
    if answer.get("speaker"):
        mention = span_of(answer["speaker"])
        speaker = Speaker(answer.get("resolved") or answer.get("speaker_text") or "?", None, mention)
    inside = all(any(start <= part.start and part.end <= end for start, end in marked) for part in parts)
    return Quote(
        kind=QuoteKind.DIRECT if inside else QuoteKind.INDIRECT,
        parts=parts,
        cue=span_of(answer["cue"]) if answer.get("cue") else None,
        speaker=speaker,
        confidence=answer.get("confidence", 1.0),
        rank=rank,
    )


def _disjoint(spans: list[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in spans:
        if kept and span.start < kept[-1].end:
            last = kept.pop()
            span = Span(last.start, max(last.end, span.end))
        kept.append(span)
    return tuple(kept)
