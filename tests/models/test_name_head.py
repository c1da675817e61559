"""What names are of, by the trunk. All sentences are our own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import service.models
from service.domain import Article, Span
from service.models.encoder import Encoder
from service.models.heads.names import KINDS, NameHead
from service.text.document import Document
from service.text.segment import Segmenter

_WEIGHTS = Path(service.models.__file__).parent / "weights"
_TEXT = "Volkswagen said in Berlin that Angela Hartwig would leave. Hartwig declined to comment."


@pytest.mark.parametrize(
    ("name", "kind"), [("Volkswagen", "organisation"), ("Berlin", "place"), ("Angela Hartwig", "person")]
)
def test_the_kind_of_a_name_is_read_off_its_vectors(encoder: Encoder, name: str, kind: str) -> None:
    article = Article(id="t", text=_TEXT)
    encoding = encoder.encode(Document(article, Segmenter.load().segment(article)))
    at = _TEXT.index(name)
    (probabilities,) = NameHead.load(_WEIGHTS).score([Span(at, at + len(name))], encoding)
    assert KINDS[int(probabilities.argmax())] == kind
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_no_names_give_no_rows(encoder: Encoder) -> None:
    article = Article(id="t", text=_TEXT)
    encoding = encoder.encode(Document(article, Segmenter.load().segment(article)))
    assert NameHead.load(_WEIGHTS).score([], encoding).shape == (0, len(KINDS))
    assert np.isfinite(NameHead.load(_WEIGHTS).score([Span(0, 3)], encoding)).all()
