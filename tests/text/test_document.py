"""A document: what it reads of an article, and that each reading is made once an article."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from support.reading import read

from service.domain import Article
from service.pipeline import Pipeline
from service.text import document as document_module
from service.text.document import Document

TEXT = (
    "Bridge of Odde closed\n\n"
    "The bridge of Odde was closed on Monday. “It won’t hold,” said Ada Stone, who built it in 1981.\n\n"
    "She has seen the “Atlas of Bridges” twice."
)
READINGS = ("read_marks", "join_over_lines", "find_quoted_runs", "blank_quoted_words", "shown_spans")


@pytest.fixture
def document() -> Document:
    return read(Article("a1", TEXT))


def test_words_are_cut_sentence_by_sentence_and_keep_their_offsets(document: Document) -> None:
    first, _, speech, *_ = document.words
    assert [word.of(TEXT) for word in first] == ["Bridge", "of", "Odde", "closed"]
    assert [word.of(TEXT) for word in speech][:4] == ["It", "won’t", "hold", "said"]
    assert len(document.words) == len(document.sentences)


def test_a_paragraph_reaches_from_its_first_sentence_to_its_last(document: Document) -> None:
    assert [paragraph.of(TEXT) for paragraph in document.paragraphs] == TEXT.split("\n\n")


def test_titles_in_marks_are_marked_but_nobodys_words(document: Document) -> None:
    assert [run.inner.of(TEXT) for run in document.marks] == ["It won’t hold,", "Atlas of Bridges"]
    assert [run.inner.of(TEXT) for run in document.quoted_runs] == ["It won’t hold,"]
    assert [stretch.of(TEXT) for stretch in document.marked_stretches] == [
        "“It won’t hold,”",
        "“Atlas of Bridges”",
    ]


def test_quoted_words_are_blanked_out_and_offsets_hold(document: Document) -> None:
    assert len(document.unquoted) == len(TEXT)
    assert "hold" not in document.unquoted
    at = TEXT.index("said Ada")
    assert document.unquoted[at:].startswith("said Ada Stone")


def test_a_headline_is_not_shown(document: Document) -> None:
    assert document.shown[0] is None
    assert document.is_shown == (False, True, True, True)


def test_an_article_is_read_once(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: Counter[str] = Counter()

    def count(name: str) -> None:
        """Count the calls of a reading by whichever module of the service makes them."""
        real = getattr(document_module, name)

        def call(*args: object) -> object:
            calls[name] += 1
            return real(*args)

        for module in [module for path, module in sys.modules.items() if path.startswith("service.")]:
            if getattr(module, name, None) is real:
                monkeypatch.setattr(module, name, call)

    for name in (*READINGS, "word_spans"):
        count(name)
    article = Article("a1", TEXT)
    pipeline.analyse(article)
    assert {name: calls[name] for name in READINGS} == dict.fromkeys(READINGS, 1)
    assert calls["word_spans"] == len(read(article).sentences)
