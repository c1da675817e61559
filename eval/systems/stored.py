"""Answers that other systems gave once, read from a file: Citron, GenderGapTracker, textacy, naive rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eval.datasets import read_rows
from eval.metrics.quotes import quoted_regions
from eval.systems.shape import Bench, quoting, span_of
from service.domain import Analysis, Article, Quote, QuoteKind, Span, Speaker


class StoredAnswers:
    """Hands out the answers of a file by article id; an article that is not in it gets no quotes.

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


def build_stored(_: Bench, path: str) -> StoredAnswers:
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
