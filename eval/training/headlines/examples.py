"""Training examples of the deletion head: sentences of news with what a headline keeps of them.

Gold are headlines made by deletion by a reader (``eval/gold/headlines.jsonl``: ids and offsets, no text); an
article may have none that is fit. Silver are highlights and headlines of people whose words stand in one
sentence of the article, in the same order.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from eval.datasets import Row, read_rows
from eval.training.weights import load_encoder
from service.bootstrap import build_door, load_segmenter
from service.domain import Article, Span
from service.ingest import Declared
from service.models.heads.deletion import WORD, SentenceInputs, read_sentence
from service.settings import Settings
from service.summary.headlines import MOST_WORDS, RULES, marked_within, opening_sentences, proposals
from service.text.document import Document

GOLD = Path(__file__).parents[2] / "gold" / "headlines.jsonl"
SETS = {
    "marks_train": "marks", "cnndm_train": "summaries", "newssum_train": "summaries",
    "bbc_train": "summaries", "polnear_train": "quotes",
}  # fmt: skip
_FEWEST_WORDS, _SENTENCES, _LONGEST = 4, 25, 70
_AROUND = ".,;:!?()[]\"“”‘’'–—-"


@dataclass(frozen=True, slots=True)
class HeadlineExample:
    """An article's opening sentences, and which of them (``chosen``) is kept where (places of ``path``).

    ``chosen`` is None where no headline is fit. ``is_silver`` tells that one sentence alone was read.
    """

    id: str
    inputs: tuple[SentenceInputs, ...]
    chosen: int | None
    path: tuple[int, ...] = ()
    is_silver: bool = False


def gold_examples(data: Path, marks: Path = GOLD) -> Iterator[HeadlineExample]:
    """Yield the examples of the articles that a reader made headlines for."""
    wanted: dict[str, dict[str, Row]] = {}
    for mark in read_rows(marks):
        wanted.setdefault(mark["set"], {})[mark["id"]] = mark
    reader = _Reader()
    rows = [
        (row, wanted[name][row["id"]])
        for name, folder in SETS.items()
        if name in wanted
        for row in read_rows(data / folder / f"{name}.jsonl.gz")
        if row["id"] in wanted[name]
    ]
    for row, mark in track(rows, "gold  "):
        document = reader.document(row["id"], row["text"])
        inputs = reader.inputs(document, opening_sentences(document))
        if mark["kept"] is None:
            yield HeadlineExample(row["id"], inputs, None)
            continue
        kept = [Span(*pair) for pair in mark["kept"]]
        found = next((n for n, one in enumerate(inputs) if one.words and _holds(one, kept)), None)
        if found is not None and (path := _path(inputs[found], kept)):
            yield HeadlineExample(row["id"], inputs, found, path)


def silver_examples(data: Path) -> Iterator[HeadlineExample]:
    """Yield the sentences of which a highlight or a headline keeps words in their order."""
    reader = _Reader()
    for name in ("cnndm_train", "newssum_train"):
        rows = list(read_rows(data / "summaries" / f"{name}.jsonl.gz"))
        for row in track(rows, f"silver {name}"):
            lines = [*row["summary"], *([row["title"]] if row.get("title") else [])]
            document = reader.document(row["id"], row["text"])
            for line in lines:
                match = _subsequence(document, line)
                if match is None:
                    continue
                sentence, kept = match
                inputs = reader.inputs(document, [sentence])
                path = _path(inputs[0], kept)
                if path and 0 < len(path) <= MOST_WORDS:
                    yield HeadlineExample(row["id"], inputs, 0, path, is_silver=True)


class _Reader:
    """Reads articles as the service does."""

    def __init__(self) -> None:
        self._door, self._encoder, self._segmenter = build_door(Settings()), load_encoder(), load_segmenter()

    def document(self, name: str, text: str) -> Document:
        article = self._door.from_text(text, Declared(id=name, language="en"))
        return Document(article, self._segmenter.segment(article))

    def inputs(self, document: Document, sentences: Sequence[Span]) -> tuple[SentenceInputs, ...]:
        """Encode the opening of the article alone: it is what the sentences' vectors rest on."""
        last = max(span.end for span in sentences)
        upto = tuple(sentence for sentence in document.sentences if sentence.span.start < last)
        end = max(sentence.span.end for sentence in upto)
        encoding = self._encoder.encode(Document(Article(document.article.id, document.text[:end]), upto))
        return tuple(
            read_sentence(
                document.text, span, encoding, proposals(document, span), RULES, marked_within(document, span)
            )
            for span in sentences
        )


def _holds(inputs: SentenceInputs, kept: Sequence[Span]) -> bool:
    return inputs.words[0].start <= kept[0].start and kept[-1].end <= inputs.words[-1].end


def _path(inputs: SentenceInputs, kept: Sequence[Span]) -> tuple[int, ...]:
    """Return the places of the words that are kept; none if the head may not leave out the others."""
    path = tuple(
        place for place, word in enumerate(inputs.words, start=1)
        if any(word.start < span.end and span.start < word.end for span in kept)
    )  # fmt: skip
    steps = itertools.pairwise((0, *path, len(inputs.words) + 1))
    return path if all(inputs.allowed[step] for step in steps) else ()


def _subsequence(document: Document, line: str) -> tuple[Span, list[Span]] | None:
    """Return the sentence that holds the words of ``line`` in order, and where; None if none does."""
    wanted = [word for part in line.split() if (word := part.strip(_AROUND).lower())]
    if len(wanted) < _FEWEST_WORDS:
        return None
    for span in [span for span in document.shown if span][:_SENTENCES]:
        words = [
            Span(span.start + m.start(), span.start + m.end()) for m in WORD.finditer(span.of(document.text))
        ]
        if not len(wanted) < len(words) <= _LONGEST:
            continue
        kept: list[Span] = []
        for place in words:
            word = place.of(document.text).strip(_AROUND).lower()
            if len(kept) < len(wanted) and word == wanted[len(kept)]:
                kept.append(place)
        if len(kept) == len(wanted):
            return span, kept
    return None
