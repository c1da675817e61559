"""The mention head: names of people, bodies and places."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import service.models
from service.domain import Article
from service.models.encoder import Encoder
from service.models.heads.mentions import TAGS, MentionHead, best_tags, runs
from service.text.document import Document
from service.text.segment import Segmenter

HEAD = MentionHead.load(Path(service.models.__file__).parent / "weights")


def scores_for(*tags: str) -> np.ndarray:
    scores = np.zeros((len(tags), len(TAGS)), dtype=np.float32)
    scores[np.arange(len(tags)), [TAGS.index(tag) for tag in tags]] = 2
    return scores


def test_the_best_tags_can_be_read_as_names() -> None:
    assert [TAGS[tag] for tag in best_tags(scores_for("O", "B-person", "I-person", "O"))] == [
        "O",
        "B-person",
        "I-person",
        "O",
    ]
    mended = scores_for("O", "I-person", "I-person")
    mended[1, TAGS.index("B-person")] = 1.5
    assert [TAGS[tag] for tag in best_tags(mended)] == ["O", "B-person", "I-person"]
    first = scores_for("I-body", "I-body")
    first[0, TAGS.index("B-body")] = 1.5
    assert [TAGS[tag] for tag in best_tags(first)] == ["B-body", "I-body"]
    assert best_tags(scores_for()).tolist() == []


def test_runs_begin_at_beginnings() -> None:
    tags = np.array([TAGS.index(tag) for tag in ("B-body", "B-body", "I-body", "O", "B-place")])
    assert runs(tags) == [(0, 1, 3), (1, 3, 3), (4, 5, 5)]


def test_names_of_an_article_are_found(encoder: Encoder) -> None:
    text = "Mayor Ana Ruiz of Port Hale met Tom Baker, who runs the Harbour Trust, in London on Monday."
    article = Article("a", text)
    encoding = encoder.encode(Document(article, Segmenter.load().segment(article)))
    found = {(mention.span.of(text), mention.kind) for mention in HEAD.find(text, encoding)}
    assert {("Ana Ruiz", "person"), ("Tom Baker", "person"), ("London", "place")} <= found
    assert all(0 < mention.probability <= 1 for mention in HEAD.find(text, encoding))
    assert not any("Monday" in words for words, _ in found)


def test_a_text_without_words_has_no_names(encoder: Encoder) -> None:
    article = Article("a", "\u200b.")
    encoding = encoder.encode(Document(article, ()))
    assert HEAD.find("\u200b.", encoding) == ()
