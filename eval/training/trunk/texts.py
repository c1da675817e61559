"""Texts to train on: tokens with their surface features, and what is marked in them.

Contents, sources and cues do not nest and hardly ever cross in PolNeAR (15 of 22,900 contents do), and all
but 35 of 19,868 attributions have exactly one cue. So one tag a word and one cue a span lose next to nothing.
Shapes: T tokens, W words, F surface features.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.datasets import Offsets, Row, read_rows
from eval.metrics.quotes import units
from eval.training.trunk.names import TAGS as MENTION_TAGS
from service.domain import Article
from service.models import surface
from service.models.encoder import load_tokenizer
from service.models.heads.attribution import TAGS, AttributionScores
from service.text.document import Document
from service.text.segment import Segmenter

POLNEAR, SILVER = "quotes/polnear_train.jsonl.gz", "quotes/polnear_train_silver.jsonl.gz"
MARKS = "marks/marks_train.jsonl.gz"
CONLL = "speakers/conll2003_train.jsonl.gz"
OTHER_NEWS = {
    "summaries/cnndm_train.jsonl.gz": 160,
    "summaries/newssum_train.jsonl.gz": 300,
    "summaries/bbc_train.jsonl.gz": 120,
}
"""Articles that nobody annotated: so many, spread evenly over each file."""
UNKNOWN = -1
NO_CUE = -1
_KINDS = {
    "PERSON": "person",
    "PER": "person",
    "ORG": "body",
    "ORGANIZATION": "body",
    "GPE": "place",
    "LOC": "place",
    "LOCATION": "place",
}
_CONLL_SENTENCES = 12

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AttributionMarks:
    """What people marked: a position in TAGS for each token, and the first token of a span's cue.

    ``tags`` (T,) is UNKNOWN where nobody said; ``cues`` (T,) is NO_CUE but where a content or source begins.
    """

    tags: Ints
    cues: Ints


@dataclass(frozen=True, slots=True)
class TrainingText:
    """A text, and what each task knows of it; None where nobody marked that."""

    id: str
    ids: Ints  # (T,)
    spans: Ints  # (T, 2) offsets in code points
    features: Ints  # (T, F)
    first: Ints  # (W,) each word's first token
    sentences: Ints  # (T,) the sentence that each token stands in
    attributions: AttributionMarks | None = None
    taught: AttributionScores | None = None
    mentions: Ints | None = None  # (T,) positions in the mention head's tags


class TextReader:
    """Reads rows of data as texts, tokenised for one encoder."""

    def __init__(self, encoder: Path) -> None:
        self._tokenizer = load_tokenizer(encoder)
        self._segmenter = Segmenter.load()

    def read(self, article: Article) -> tuple[Document, TrainingText]:
        """Return an article as the service reads it, and as a text without marks."""
        document = Document(article, self._segmenter.segment(article))
        encoded = self._tokenizer.encode(article.text, add_special_tokens=False)
        spans = np.array(encoded.offsets, dtype=np.int64).reshape(-1, 2)
        starts = np.array(document.sentence_starts, dtype=np.int64)
        return document, TrainingText(
            id=article.id,
            ids=np.array(encoded.ids, dtype=np.int64),
            spans=spans,
            features=surface.features(article.text, spans),
            first=surface.word_starts(article.text, spans),
            sentences=np.maximum(np.searchsorted(starts, spans[:, 0], side="right") - 1, 0),
        )

    def _row(self, row: Row) -> TrainingText:
        return self.read(Article(row["id"], row["text"], row.get("title")))[1]

    def polnear(self, data: Path) -> Iterator[TrainingText]:
        """Yield PolNeAR's articles with their attributions and, found by machine, their names."""
        silver = read_rows(data / SILVER) if (data / SILVER).exists() else ()
        entities = {row["id"]: row["entities"] for row in silver}
        for row in read_rows(data / POLNEAR):
            text = self._row(row)
            marks = [
                {role: units(row["text"], attribution[role]) for role in ("cue", "source", "content")}
                for attribution in row["attributions"]
            ]
            yield replace(
                text,
                attributions=_attributions(text, marks, others=TAGS.index("O")),
                mentions=_mentions(text, entities[row["id"]]) if row["id"] in entities else None,
            )

    def marks(self, data: Path) -> Iterator[TrainingText]:
        """Yield the articles marked by reading; what stands outside their quotations is unknown."""
        for row in read_rows(data / MARKS):
            text = self._row(row)
            marks = [
                {
                    "cue": units(row["text"], [quote["cue"]] if quote["cue"] else []),
                    "source": units(row["text"], [quote["mention"]] if quote["mention"] else []),
                    "content": units(row["text"], quote["parts"]),
                }
                for quote in row["marks"]["quotes"]
            ]
            yield replace(text, attributions=_attributions(text, marks, others=UNKNOWN))

    def conll(self, data: Path, file: str = CONLL) -> Iterator[TrainingText]:
        """Yield runs of sentences of CoNLL-2003 with the names in them."""
        for document, rows in groupby(read_rows(data / file), key=lambda row: row["doc"]):
            sentences = list(rows)
            for start in range(0, len(sentences), _CONLL_SENTENCES):
                part = sentences[start : start + _CONLL_SENTENCES]
                words = ""
                entities: list[tuple[int, int, str]] = []
                tag_before = "O"
                for row in part:
                    for token, tag in zip(row["tokens"], row["tags"], strict=True):
                        at = len(words) + bool(words)
                        words = f"{words} {token}".lstrip()
                        if tag != "O":
                            if tag[2:] == tag_before[2:] and tag[0] == "I":
                                entities[-1] = (entities[-1][0], len(words), tag[2:])
                            else:
                                entities.append((at, len(words), tag[2:]))
                        tag_before = tag
                    tag_before = "O"
                text = self._row({"id": f"conll-{document}-{start}", "text": words})
                yield replace(text, mentions=_mentions(text, entities))

    def other_news(self, data: Path) -> Iterator[TrainingText]:
        """Yield articles that nobody annotated, for the teacher to mark."""
        for file, count in OTHER_NEWS.items():
            rows = list(read_rows(data / file))
            for place in np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int):
                yield self._row(rows[place])


def _attributions(
    text: TrainingText, marks: Iterable[dict[str, set[Offsets]]], others: int
) -> AttributionMarks:
    tags = np.full(len(text.ids), others, dtype=np.int64)
    cues = np.full(len(text.ids), NO_CUE, dtype=np.int64)
    for spans in marks:
        cue = NO_CUE
        for role in ("cue", "source", "content"):
            begin = TAGS.index(f"B-{role}")
            for first, last in _tokens(text, sorted(spans[role])):
                tags[first], tags[first + 1 : last] = begin, begin + 1
                if role == "cue":
                    cue = first
                cues[first] = NO_CUE if role == "cue" else cue
    return AttributionMarks(tags, cues)


def _mentions(text: TrainingText, entities: Iterable[tuple[int, int, str]]) -> Ints:
    tags = np.zeros(len(text.ids), dtype=np.int64)
    for start, end, kind in entities:
        if kind in _KINDS:
            begin = MENTION_TAGS.index(f"B-{_KINDS[kind]}")
            for first, last in _tokens(text, [(start, end)]):
                tags[first], tags[first + 1 : last] = begin, begin + 1
    return tags


def _tokens(text: TrainingText, spans: Iterable[Offsets]) -> Iterator[tuple[int, int]]:
    """Yield the tokens [first, last) that begin in each span, unless there are none."""
    for start, end in spans:
        first, last = np.searchsorted(text.spans[:, 0], (start, end))
        if first < last:
            yield int(first), int(last)
